package httpapi

import (
	"context"
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
		Rule: matching(idempotency.KeyPattern()),
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
	return idempotency.NewClaim(caller.Principal.Claimant(), key, r.Method, r.URL.Path, body), nil
}

// repeatable makes the handler of an Idempotent row, which alone gets the claim.
// do is the work; again answers with what an earlier request under the same key
// made or changed, as it is now.
func repeatable[Body, Answer any](
	do func(context.Context, *Request[Body], idempotency.Claim) (Answer, error),
	again func(ctx context.Context, in *Request[Body], subject string) (Answer, error),
) Handler[Body, Answer] {
	return func(ctx context.Context, in *Request[Body]) (Answer, error) {
		out, err := do(ctx, in, in.claim)
		if subject, replay := idempotency.Replayed(err); replay {
			in.SetHeader(headerReplayed, "true")
			return again(ctx, in, subject)
		}
		return out, err
	}
}

// noKeyForSecrets refuses a key where replaying the answer would mean keeping a
// secret.
func (s server) noKeyForSecrets(r *http.Request) error {
	if !s.route.Secret || r.Header.Get(headerKey) == "" {
		return nil
	}
	return problem.Invalid(problem.Field{Field: headerKey, Message: "is not accepted here: the answer is a secret, which is not kept"})
}
