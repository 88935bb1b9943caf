package histories

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// sessionAct is what is done with the one session of a history.
type sessionAct int

const (
	lookAt  sessionAct = iota // the cookie is checked, as by a reading route
	refresh                   // the cookie is exchanged
	leave                     // a sign-out
)

// sessionCall is a call with the refresh token of a generation, at a time of day.
type sessionCall struct {
	act        sessionAct
	generation int64
	second     int64
}

// sessionAnswer is what it is told; generation is that of the token that a refresh
// gave.
type sessionAnswer struct {
	verdict
	generation int64
}

// graceSeconds is how long the generation before still gets its successor.
const graceSeconds = 20

// sessionState is a session as a person would see it who looks at one call after
// the other. It is compared with ==.
type sessionState struct {
	generation, rotated int64
	ended               bool
}

// accepts reports whether a token stands for the session: that of the current
// generation, or for a while the one before.
func (s sessionState) accepts(in sessionCall) bool {
	late := s.generation == in.generation+1 && in.second-s.rotated <= graceSeconds
	return !s.ended && (s.generation == in.generation || late)
}

// stepSession says whether an answer is right in a state, and what the state is
// then. What has no answer returns at the end of the history: see step.
func stepSession(s sessionState, in sessionCall, out sessionAnswer) (bool, sessionState) {
	accepted := s.accepts(in)
	switch {
	case in.act == lookAt:
		return accepted == (out.verdict == done), s
	case in.act == leave: // whatever is left of the session, it is over
		s.ended = true
		return out.verdict != refused, s
	case !accepted: // a copy of a token that was exchanged ends the session
		s.ended = true
		return out.verdict != done, s
	case s.generation == in.generation:
		s.generation, s.rotated = s.generation+1, in.second
	}
	return out.verdict == unknown || out == sessionAnswer{done, s.generation}, s
}

func sessionModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return sessionState{generation: 1} },
		Step: func(s, in, out any) (bool, any) {
			ok, next := stepSession(s.(sessionState), in.(sessionCall), out.(sessionAnswer))
			return ok, next
		},
		DescribeOperation: func(in, out any) string {
			c, a := in.(sessionCall), out.(sessionAnswer)
			return fmt.Sprintf("%s #%d at %d s -> %s, #%d", [...]string{"look", "refresh", "leave"}[c.act], c.generation, c.second,
				[...]string{"done", "refused", "", "unknown"}[a.verdict], a.generation)
		},
	}
}
