package auth

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Address is a mail address in the one form that it is stored, compared and
// mailed in: no surrounding space, Unicode NFC, lower case. Plus-addresses stay
// distinct: who owns a+b@ need not own a@. It is personal data, never logged.
type Address string

// MaxAddress is the longest path that SMTP carries (RFC 5321, less its brackets).
const (
	MaxAddress = 254 // bytes
	maxLocal   = 64
	maxLabel   = 63
)

// ParseAddress normalises raw, once, at the edge. Errors: InvalidInput on the
// field email. Quoted local parts, comments and address literals are refused:
// no one signs in with them, and each parser reads them differently.
func ParseAddress(raw string) (Address, error) {
	if !utf8.ValidString(raw) || len(raw) > 4*MaxAddress {
		return "", badAddress("must be a mail address")
	}
	a := strings.ToLower(norm.NFC.String(strings.TrimSpace(raw)))
	// Lower-casing can undo the normal form, e.g. of a dotted capital I.
	a = norm.NFC.String(a)
	switch {
	case a == "":
		return "", badAddress("is required")
	case len(a) > MaxAddress:
		return "", badAddress("must be at most 254 bytes")
	}
	local, domain, ok := strings.Cut(a, "@")
	if !ok || !validLocal(local) || !validDomain(domain) {
		return "", badAddress("must be a mail address like name@example.com")
	}
	return Address(a), nil
}

// AddressPattern is what ParseAddress looks for as far as a pattern that every
// language reads alike can say it: any character beyond ASCII counts as a letter.
func AddressPattern() string {
	const letter, other = `[^\x00-@\[-` + "`" + `{-\x7f]`, `[^\x00-,./:-@\[-` + "`" + `{-\x7f]`
	const atom = `[^\x00- "(),.:-<>@\[-\]\x7f]+`
	const digitOrLetter = `[^\x00-/:-@\[-` + "`" + `{-\x7f]`
	label := fmt.Sprintf(`%s(%s{0,%d}%s)?`, digitOrLetter, other, maxLabel-2, digitOrLetter)
	last := fmt.Sprintf(`(%s%s*)?%s(%s*%s)?`, digitOrLetter, other, letter, other, digitOrLetter)
	return fmt.Sprintf(`^%s(\.%s)*@(%s\.)+%s$`, atom, atom, label, last)
}

func badAddress(message string) error {
	return problem.Invalid(problem.Field{Field: "email", Message: message})
}

// validLocal accepts a dot-atom (RFC 5322) whose letters may be of any script.
func validLocal(s string) bool {
	if len(s) > maxLocal {
		return false
	}
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for _, r := range atom {
			if !isLetter(r) && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~", r) {
				return false
			}
		}
	}
	return true
}

// validDomain accepts a host name of at least two labels.
func validDomain(s string) bool {
	labels := strings.Split(s, ".")
	for _, label := range labels {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !isLetter(r) && r != '-' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	return len(labels) > 1 && strings.ContainsFunc(last, unicode.IsLetter)
}

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r)
}
