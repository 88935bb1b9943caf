package histories

import (
	"fmt"

	"github.com/anishathalye/porcupine"
)

// keyAct is what is done with the one API key of a history.
type keyAct int

const (
	useKey keyAct = iota
	rotateKey
	revokeKey
)

// keyCall is a call. Secrets are numbered within a history.
type keyCall struct {
	act    keyAct
	secret int  // that is used, or that a rotation gave the key: nobody chooses it
	grace  bool // of a rotation; no history is as long
}

// none is no secret.
const none = -1

// keyState is a key as a person would see it who looks at one call after the
// other. It is compared with ==.
type keyState struct {
	current, before int // secrets that work
	revoked         bool
}

// stepKey says whether an answer is right in a state, and what the state is then.
// What has no answer returns at the end of the history: see step.
func stepKey(s keyState, in keyCall, answer verdict) (bool, keyState) {
	if in.act == useKey {
		works := !s.revoked && (in.secret == s.current || in.secret == s.before)
		return works == (answer == done), s
	}
	switch {
	case s.revoked:
		return answer == refused || answer == unknown, s
	case answer == crowded: // another rotation came between; only a rotation says so
		return in.act == rotateKey, s
	case answer == refused:
		return false, s
	case in.act == revokeKey:
		return true, keyState{revoked: true}
	}
	next := keyState{current: in.secret, before: none}
	if in.grace {
		next.before = s.current
	}
	return true, next
}

func keyModel() porcupine.Model {
	return porcupine.Model{
		Init: func() any { return keyState{before: none} },
		Step: func(s, in, out any) (bool, any) {
			ok, next := stepKey(s.(keyState), in.(keyCall), out.(verdict))
			return ok, next
		},
		DescribeOperation: func(in, out any) string {
			c := in.(keyCall)
			return fmt.Sprintf("%s #%d, grace=%v -> %s", [...]string{"use", "rotate", "revoke"}[c.act], c.secret, c.grace,
				[...]string{"done", "refused", "outdone", "unknown"}[out.(verdict)])
		},
	}
}
