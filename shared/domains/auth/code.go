package auth

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"strings"
)

// Rules of a mailed code.
const (
	codeLength   = 6
	MaxTypedCode = 4 * codeLength // with the spaces and dashes that people type
	MaxCodeTries = 5              // of one link; then its code and its token are dead
)

// CodeLetters are those that nobody takes for another: of 0 and O, 1, I and L none,
// of U and V, 2 and Z, 5 and S, 8 and B one of each. Without A, E, I, O and U no
// word is spelled. 25 letters make 244 million codes.
const CodeLetters = "23456789CDFGHJKMNPQRTVWXY"

// Attempt is what the browser that asked for a link holds: 256 random bits in a
// cookie. A code works with it alone, so that who can read the table, or guesses
// from elsewhere, has nothing to try codes on.
type Attempt string

// AttemptHash is the SHA-256 of an attempt in hexadecimal: what is stored.
type AttemptHash string

// CodeHash is the SHA-256 of attempt and code in hexadecimal. The attempt is what
// keeps it from being searched: 244 million codes alone could be.
type CodeHash string

func newAttempt() Attempt { return Attempt(NewLinkToken()) }

// parseAttempt reports whether s has the form of an attempt.
func parseAttempt(s string) (Attempt, bool) {
	t, ok := ParseLinkToken(s)
	return Attempt(t), ok
}

// Hash returns the stored form.
func (a Attempt) Hash() AttemptHash { return AttemptHash(digest(string(a))) }

// seals returns the stored form of a code that was mailed to this attempt.
func (a Attempt) seals(code string) CodeHash { return CodeHash(digest(string(a) + "|" + code)) }

// newCode draws each letter evenly: bytes beyond the last whole round are drawn again.
func newCode() string {
	const even = 256 / len(CodeLetters) * len(CodeLetters)
	code, b := make([]byte, 0, codeLength), [1]byte{}
	for len(code) < codeLength {
		rand.Read(b[:]) // never fails: the process ends if the system has no randomness
		if int(b[0]) < even {
			code = append(code, CodeLetters[int(b[0])%len(CodeLetters)])
		}
	}
	return string(code)
}

// parseCode reads a code as people type it: in any case, with spaces and dashes.
// What cannot be a code is answered without a look into the store.
func parseCode(s string) (string, bool) {
	if len(s) > MaxTypedCode {
		return "", false
	}
	code := strings.ToUpper(strings.NewReplacer(" ", "", "-", "").Replace(s))
	if len(code) != codeLength {
		return "", false
	}
	for i := range len(code) {
		if strings.IndexByte(CodeLetters, code[i]) < 0 {
			return "", false
		}
	}
	return code, true
}

// CodePattern is the form of what parseCode reads.
func CodePattern() string {
	return fmt.Sprintf("^[ -]*([%s%s][ -]*){%d}$", CodeLetters, strings.TrimLeft(strings.ToLower(CodeLetters), "0123456789"), codeLength)
}

// same compares what somebody sent with what is stored, in constant time.
func same[S ~string](a, b S) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
