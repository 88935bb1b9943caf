package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"time"
)

// LinkToken is what a sign-in mail carries: 256 random bits. It is stored
// nowhere; whoever holds it signs in.
type LinkToken string

// LinkHash is the SHA-256 of a token in hexadecimal: what is stored. The token
// has 256 bits of its own, so a plain hash cannot be searched backwards.
type LinkHash string

// MagicLink is a sign-in link that was mailed and not yet used.
type MagicLink struct {
	Hash      LinkHash
	Address   Address
	Next      string // app path to open afterwards, or ""
	ExpiresAt time.Time
	Attempt   AttemptHash // of the browser that asked
	Code      CodeHash    // of the code in the same mail
	Tries     int         // codes that were tried, right or wrong
}

// guessable reports whether a code may be tried on the link in the browser that
// holds the attempt. It repeats the condition of SignInStore.Guess.
func (l MagicLink) guessable(a Attempt, now time.Time) bool {
	return now.Before(l.ExpiresAt) && l.Tries < MaxCodeTries && same(l.Attempt, a.Hash())
}

// tokenEncoding is base32 in lower case: mail programs cut a link at some
// punctuation, never at a letter or digit. It is a value, not a setting.
func tokenEncoding() *base32.Encoding {
	return base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)
}

// TokenPattern is the form of a token: 52 characters, of which the last has four
// bits that must be zero.
const TokenPattern = "^[a-z2-7]{51}[aq]$"

// NewLinkToken makes one.
func NewLinkToken() LinkToken {
	var b [32]byte
	rand.Read(b[:]) // never fails: the process ends if the system has no randomness
	return LinkToken(tokenEncoding().EncodeToString(b[:]))
}

// ParseLinkToken reports whether s has the form of a token; anything else
// is answered without a look into the store.
func ParseLinkToken(s string) (LinkToken, bool) {
	if len(s) != tokenEncoding().EncodedLen(32) {
		return "", false
	}
	b, err := tokenEncoding().DecodeString(s)
	// Two spellings of one token differ in the unused last bits: accept one.
	return LinkToken(s), err == nil && tokenEncoding().EncodeToString(b) == s
}

// Hash returns the stored form.
func (t LinkToken) Hash() LinkHash { return LinkHash(digest(string(t))) }

// digest is a SHA-256 in hexadecimal.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}
