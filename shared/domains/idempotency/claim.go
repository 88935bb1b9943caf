// Package idempotency owns what lets a caller send a request again without
// having it done again: the key that the caller chose, what it stands for, and
// what became of it. The store writes a claim in the transaction that does the
// work, so that there is never one without the other.
package idempotency

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Life is how long a key is remembered.
const Life = 24 * time.Hour

// maxKey is the longest key, in bytes.
const maxKey = 255

// Claim is a request that its caller may repeat. The zero Claim is of a request
// without a key.
type Claim struct {
	Key         string // hash of the caller and the key
	Fingerprint string // hash of what was asked for
}

// Given reports whether the request had a key.
func (c Claim) Given() bool { return c.Key != "" }

// ParseKey reads an Idempotency-Key: a structured-field string, in quotes
// (draft-ietf-httpapi-idempotency-key-header), or the bare characters. ok is
// false when it is empty, longer than 255 bytes or not printable ASCII.
func ParseKey(sent string) (key string, ok bool) {
	sent = strings.TrimSpace(sent)
	if strings.HasPrefix(sent, `"`) {
		key, ok = unquote(sent)
		if !ok {
			return "", false
		}
	} else {
		key = sent
	}
	for _, c := range []byte(key) {
		if c < 0x20 || c > 0x7e {
			return "", false
		}
	}
	return key, key != "" && len(key) <= maxKey
}

// KeyPattern is the form of what ParseKey reads.
func KeyPattern() string {
	return fmt.Sprintf(`^("([ !#-\[\]-~]|\\["\\]){1,%d}"|[!#-~]([ -~]{0,%d}[!-~])?)$`, maxKey, maxKey-2)
}

// unquote takes the quotes and escapes off an RFC 9651 string.
func unquote(s string) (string, bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), i == len(s)-1
		case '\\':
			i++
			if i == len(s) || s[i] != '"' && s[i] != '\\' {
				return "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", false
}

// NewClaim makes the claim of one request. Each caller has keys of its own.
func NewClaim(caller, key, method, path string, body []byte) Claim {
	return Claim{Key: hash([]byte(caller), []byte(key)), Fingerprint: hash([]byte(method), []byte(path), body)}
}

// hash is of the parts one by one, so that none can run into the next.
func hash(parts ...[]byte) string {
	all := sha256.New()
	for _, part := range parts {
		one := sha256.Sum256(part)
		all.Write(one[:])
	}
	return hex.EncodeToString(all.Sum(nil))
}

// ErrClaimed says that a key had been claimed before this request could.
var ErrClaimed = errors.New("idempotency: the key is claimed")

// Claims tells what became of a claim.
type Claims interface {
	// Claimed returns the id that an earlier request with this key made or
	// changed, "" when there was none within Life. Errors: IdempotencyKeyReused
	// when that was another request.
	Claimed(ctx context.Context, id tenant.ID, c Claim, now time.Time) (subject string, err error)
}

// Replay is the error of a request that was done before: its answer is that of
// the subject, as it is now.
type Replay struct{ Subject string }

func (*Replay) Error() string { return "idempotency: the request was done before" }

// Explain turns the failure of a request with a claim into what an earlier
// request with the same key explains: a Replay, IdempotencyKeyReused, or
// IdempotencyInProgress. The claim is looked up only now, because a request that
// succeeds had none before.
func Explain(ctx context.Context, claims Claims, id tenant.ID, c Claim, now time.Time, failure error) error {
	if failure == nil || !c.Given() {
		return failure
	}
	subject, err := claims.Claimed(ctx, id, c, now)
	switch {
	case err != nil:
		// Unknown is no refusal: there may be no room because of the very request
		// that this one repeats.
		return err
	case subject != "":
		return &Replay{Subject: subject}
	case errors.Is(failure, ErrClaimed):
		return InProgress() // it was given up while this request looked
	}
	return failure
}

// Replayed returns what a Replay is of.
func Replayed(err error) (subject string, ok bool) {
	var replay *Replay
	if errors.As(err, &replay) {
		return replay.Subject, true
	}
	return "", false
}

// Reused answers a key under which something else was asked for.
func Reused() error {
	return problem.New(problem.IdempotencyKeyReused, "This Idempotency-Key was sent with another request. Choose a new key for a new request.")
}

// InProgress answers a key whose first request has not ended.
func InProgress() error {
	p := problem.New(problem.IdempotencyInProgress, "The first request with this Idempotency-Key is still running. Ask again in a moment.")
	p.RetryAfter = 2 * time.Second
	return p
}
