package auth

import (
	"crypto/ed25519"
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

// Tokens issues access and refresh tokens. Only sign-in, refresh and logout
// have one: it holds the private keys.
type Tokens struct {
	access  ed25519.PrivateKey
	kid     string
	refresh []byte
	issuer  string
	ttl     time.Duration
}

// NewTokens derives both keys from secret. issuer is APP_URL; ttl is how long
// an access token lives. A secret shorter than MinSecret is refused.
func NewTokens(secret []byte, issuer string, ttl time.Duration) (*Tokens, error) {
	access, err := accessKey(secret)
	if err != nil {
		return nil, err
	}
	refresh, err := refreshKey(secret)
	if err != nil {
		return nil, err
	}
	if ttl <= 0 {
		return nil, errors.New("ACCESS_TOKEN_TTL must be positive")
	}
	return &Tokens{access: access, kid: keyID(access.Public().(ed25519.PublicKey)), refresh: refresh, issuer: issuer, ttl: ttl}, nil
}

// issueAccess makes the access token of a session.
func (t *Tokens) issueAccess(ref SessionRef, now time.Time) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims{
		RegisteredClaims: jwt.RegisteredClaims{
			Issuer: t.issuer, Subject: string(ref.User), Audience: jwt.ClaimStrings{Audience},
			ExpiresAt: jwt.NewNumericDate(now.Add(t.ttl)), NotBefore: jwt.NewNumericDate(now), IssuedAt: jwt.NewNumericDate(now),
		},
		Tenant: ref.Tenant, Session: ref.Session,
	})
	token.Header["kid"] = t.kid
	signed, err := token.SignedString(t.access)
	if err != nil {
		return "", fmt.Errorf("sign access token: %w", err)
	}
	return signed, nil
}

// maxAccessToken bounds what is parsed at all; ours have some 500 bytes.
const maxAccessToken = 2048

var errToken = errors.New("access token refused")

// checkAccess verifies an access token and returns the session it names. Any
// doubt (signature, algorithm, key id, issuer, audience, times, ids) is an error.
func (s KeySet) checkAccess(token, issuer string, now time.Time) (SessionRef, error) {
	if len(token) > maxAccessToken {
		return SessionRef{}, errToken
	}
	var c claims
	_, err := jwt.ParseWithClaims(token, &c, s.keyOf,
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(issuer), jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(), jwt.WithNotBeforeRequired(), jwt.WithIssuedAt(),
		jwt.WithLeeway(clockLeeway), jwt.WithStrictDecoding(),
		jwt.WithTimeFunc(func() time.Time { return now }),
	)
	if err != nil {
		return SessionRef{}, fmt.Errorf("%w: %w", errToken, err)
	}
	ref := SessionRef{Tenant: c.Tenant, User: UserID(c.Subject), Session: c.Session}
	if !ref.valid() {
		return SessionRef{}, errToken
	}
	return ref, nil
}

func (s KeySet) keyOf(token *jwt.Token) (any, error) {
	kid, ok := token.Header["kid"].(string)
	if !ok {
		return nil, errors.New("no key id")
	}
	key, ok := s.keys[kid]
	if !ok {
		return nil, errors.New("unknown key id")
	}
	return key, nil
}

// valid reports whether all three ids have the form of an id, so that none of
// them can reach another key than its own.
func (r SessionRef) valid() bool {
	return tenant.ValidID(string(r.Tenant)) && tenant.ValidID(string(r.User)) && tenant.ValidID(r.Session)
}
