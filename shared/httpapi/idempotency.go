package httpapi

import (
	"net/http"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
)

const (
	headerKey      = "Idempotency-Key"
	headerReplayed = "Idempotent-Replayed"
)

// KeyParam documents the header of an Idempotent route.
func KeyParam() Param {
	return Param{
		Name: headerKey,
		Description: "a key of your choice, quoted or bare, up to 255 printable ASCII characters. The same request under it is done once " +
			"and answered again, with Idempotent-Replayed: true, for 24 hours.",
	}
}

// claimOf reads the request's Idempotency-Key; the zero claim without one.
// Errors: InvalidInput, and those of bodyOf.
func claimOf(r *http.Request, caller auth.Caller) (idempotency.Claim, error) {
	sent := r.Header.Values(headerKey)
	if len(sent) == 0 {
		return idempotency.Claim{}, nil
	}
	key, ok := idempotency.ParseKey(sent[0])
	if !ok || len(sent) > 1 {
		return idempotency.Claim{}, problem.Invalid(problem.Field{Field: headerKey, Message: "must be one string of 1 to 255 printable ASCII characters"})
	}
	body, err := bodyOf(r)
	if err != nil {
		return idempotency.Claim{}, err
	}
	return idempotency.NewClaim(string(caller.User), key, r.Method, r.URL.Path, body), nil
}

// replayed reports what a request that was done before is answered with, and
// marks the answer.
func replayed(w http.ResponseWriter, err error) (subject string, ok bool) {
	if subject, ok = idempotency.Replayed(err); ok {
		w.Header().Set(headerReplayed, "true")
	}
	return subject, ok
}

// noKeyForSecrets refuses a key where replaying the answer would mean keeping a
// secret.
func (s server) noKeyForSecrets(r *http.Request) error {
	if !s.route.Secret || r.Header.Get(headerKey) == "" {
		return nil
	}
	return problem.Invalid(problem.Field{Field: headerKey, Message: "is not accepted here: the answer is a secret, which is not kept"})
}
