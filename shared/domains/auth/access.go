package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Audience is what access tokens are for.
const Audience = "devotionalai-api"

// clockLeeway covers clocks of two functions that disagree.
const clockLeeway = 2 * time.Second

// claims are what an access token says. It says who, not what one may do: role
// and status come from the user's item with every request.
type claims struct {
	jwt.RegisteredClaims
	Tenant  tenant.ID `json:"tenant"`
	Session string    `json:"sid"`
}

// issueAccess makes the access token of a session.
func (s signer) issueAccess(ref SessionRef, now time.Time) (string, error) {
	signed, err := unsigned(ref, s.issuer, s.public().id(), now, now.Add(s.ttl)).SignedString(s.access)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return signed, nil
}

// unsigned is the access token of a session as we write it: the only spelling
// that is accepted. Whoever changes it accepts the one before too, until every
// function is deployed.
func unsigned(ref SessionRef, issuer, kid string, from, until time.Time) *jwt.Token {
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: issuer, Subject: string(ref.User), Audience: jwt.ClaimStrings{Audience},
			ExpiresAt: jwt.NewNumericDate(until), NotBefore: jwt.NewNumericDate(from), IssuedAt: jwt.NewNumericDate(from),
		},
		Tenant: ref.Tenant, Session: ref.Session,
	})
	token.Header["kid"] = kid
	return token
}

// maxAccessLife is the longest ACCESS_TOKEN_TTL.
const maxAccessLife = 24 * time.Hour

// maxAccessToken bounds what is parsed at all; ours have some 500 bytes.
const maxAccessToken = 2048

var errToken = errors.New("token refused")

// checkAccess verifies an access token and returns the session it names. Any
// doubt (signature, algorithm, key id, issuer, audience, times, ids, spelling) is
// errToken. Other errors: Unavailable, when its key cannot be read.
func (k *Keys) checkAccess(ctx context.Context, token, issuer string, now time.Time) (SessionRef, error) {
	if len(token) > maxAccessToken {
		return SessionRef{}, errToken
	}
	var c claims
	var trouble error
	parsed, err := jwt.ParseWithClaims(token, &c, func(token *jwt.Token) (any, error) {
		key, err := k.named(ctx, token)
		if err != nil && !errors.Is(err, errUnknownKey) {
			trouble = err
		}
		return key, err
	},
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(issuer), jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(clockLeeway), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	if trouble != nil {
		return SessionRef{}, trouble
	}
	if err != nil {
		return SessionRef{}, fmt.Errorf("%w: %w", errToken, err)
	}
	ref := SessionRef{Tenant: c.Tenant, User: UserID(c.Subject), Session: c.Session}
	if !ref.valid() || c.ExpiresAt.Sub(c.NotBefore.Time) > maxAccessLife || !c.asWritten(ref, issuer, token, parsed) {
		return SessionRef{}, errToken
	}
	return ref, nil
}

// asWritten reports whether a token has our own spelling: no claim twice or beside
// ours, no header that we do not set, no time that is none of ours.
func (c claims) asWritten(ref SessionRef, issuer, token string, parsed *jwt.Token) bool {
	kid, _ := parsed.Header["kid"].(string)
	own, err := unsigned(ref, issuer, kid, c.NotBefore.Time, c.ExpiresAt.Time).SigningString()
	return err == nil && token == own+"."+encode(parsed.Signature)
}

// named is the key that a token's header names, and nothing else of that header.
func (k *Keys) named(ctx context.Context, token *jwt.Token) (any, error) {
	id, _ := token.Header["kid"].(string)
	if _, ok := decode(id, thumbprint); !ok {
		return nil, errUnknownKey
	}
	return k.accessKey(ctx, id)
}

// thumbprint is how many bytes a key id stands for.
const thumbprint = 32

// valid reports whether all three ids have the form of an id, so that none of
// them can reach another key than its own.
func (r SessionRef) valid() bool {
	return tenant.ValidID(string(r.Tenant)) && tenant.ValidID(string(r.User)) && tenant.ValidID(r.Session)
}
