package histories

import (
	"fmt"

	"github.com/anishathalye/porcupine"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// linkAct is what is done with the links of an address.
type linkAct int

const (
	askFor  linkAct = iota // a new link is mailed: those before are dead
	byToken                // it is followed
	byCode                 // the mailed code is typed, in the browser that asked
	guessed                // another code is typed there
)

// linkCall is a call about a link, at a time of day. Links are numbered within a
// history.
type linkCall struct {
	act    linkAct
	link   int
	second int64
	// replaced says of a code that a link was asked for while it was checked.
	replaced bool
}

// linkState is an address as a person would see it who looks at one call after the
// other. It is compared with ==.
type linkState struct {
	link    int   // the last that was asked for; none before
	expires int64 // when it does
	tries   int   // of codes
	used    bool
}

// live reports whether a call's link can still open a session.
func (s linkState) live(in linkCall) bool {
	return s.link == in.link && !s.used && in.second < s.expires && s.tries < auth.MaxCodeTries
}

// stepLink says what a state may have become by a call and its answer; nothing for
// an answer that is wrong. What has no answer may have taken effect, or in part: a
// try of a code is counted before the code is compared.
func stepLink(s linkState, in linkCall, answer verdict) []linkState {
	next, tried, used := linkState{link: in.link, expires: in.second + linkLife}, s, s
	tried.tries, used.used = s.tries+1, true
	if in.act == askFor {
		return map[verdict][]linkState{done: {next}, unknown: {s, next}}[answer]
	}
	if !s.live(in) {
		if answer == done {
			return nil
		}
		return []linkState{s}
	}
	switch in.act {
	case byToken:
		return map[verdict][]linkState{done: {used}, unknown: {s, used}}[answer]
	case guessed:
		return map[verdict][]linkState{refused: {tried}, unknown: {s, tried}}[answer]
	}
	// The right code, counted as a try of a link that is replaced before it opens a session.
	if answer == refused && in.replaced {
		return []linkState{tried}
	}
	return map[verdict][]linkState{done: {used}, unknown: {s, tried, used}}[answer]
}

func linkModel() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Init: func() []any { return []any{linkState{link: none}} },
		Step: func(s, in, out any) (all []any) {
			for _, next := range stepLink(s.(linkState), in.(linkCall), out.(verdict)) {
				all = append(all, next)
			}
			return all
		},
		DescribeOperation: func(in, out any) string {
			c := in.(linkCall)
			return fmt.Sprintf("%s #%d at %d s -> %s", [...]string{"ask", "token", "code", "wrong code"}[c.act], c.link, c.second,
				[...]string{"done", "refused", "", "unknown"}[out.(verdict)])
		},
	}
	return m.ToModel()
}
