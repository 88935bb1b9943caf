package auth

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// keyPrefix begins every API key, so that one is known when it turns up where
// it should not be.
const keyPrefix = "dak"

// KeyID names an API key: a ULID.
type KeyID string

// KeyHash is the SHA-256 of a key's secret in hexadecimal: what is stored. The
// secret has 256 bits of its own, so a plain hash cannot be searched backwards.
type KeyHash string

// KeyStatus is the life of an API key.
type KeyStatus string

// The statuses of a key.
const (
	KeyActive  KeyStatus = "active"
	KeyRevoked KeyStatus = "revoked"
)

// APIKey is what lets a program act for a tenant.
type APIKey struct {
	ID           KeyID
	Tenant       tenant.ID
	Hash         KeyHash
	Status       KeyStatus
	TenantStatus tenant.Status // kept here so that one call checks both
}

// KeyRef names an API key and proves it: each credential says where its own
// item is.
type KeyRef struct {
	Tenant tenant.ID
	ID     KeyID
	Hash   KeyHash
}

// parseAPIKey reads dak_<tenant>_<id>_<secret>. What has not that form names no
// item: no store is asked about it.
func parseAPIKey(sent string) (KeyRef, bool) {
	parts := strings.Split(sent, "_")
	if len(parts) != 4 || parts[0] != keyPrefix || !tenant.ValidID(parts[1]) || !tenant.ValidID(parts[2]) {
		return KeyRef{}, false
	}
	secret, ok := parseLinkToken(parts[3]) // of the same form: 256 random bits
	if !ok {
		return KeyRef{}, false
	}
	return KeyRef{Tenant: tenant.ID(parts[1]), ID: KeyID(parts[2]), Hash: hashSecret(string(secret))}, true
}

func hashSecret(secret string) KeyHash {
	sum := sha256.Sum256([]byte(secret))
	return KeyHash(hex.EncodeToString(sum[:]))
}

// Key checks an API key: that its own item holds its hash, that it is not
// revoked and its tenant active, now. A wrong, an absent and a revoked key get
// one answer. Errors: Unauthenticated, Forbidden (the account is closing),
// RateLimited, Unavailable.
func (g *Gatekeeper) Key(ctx context.Context, sent string) (Caller, ratelimit.Decision, error) {
	ref, ok := parseAPIKey(sent)
	if !ok {
		return Caller{}, ratelimit.Decision{}, keyRefused()
	}
	now, whose := g.Now(), keyRate(ref)
	if d, again := g.Refused.Refused(whose, g.User, now); again {
		return Caller{}, d, tooMany(d)
	}
	key, count, err := g.Store.TouchKey(tenant.WithCredential(ctx, ref.Tenant), ref, g.User, now)
	if err != nil {
		return Caller{}, ratelimit.Decision{}, fmt.Errorf("check key: %w", err)
	}
	same := subtle.ConstantTimeCompare([]byte(key.Hash), []byte(ref.Hash)) == 1
	switch {
	case !same || key.Status != KeyActive:
		return Caller{}, ratelimit.Decision{}, keyRefused()
	case key.TenantStatus != tenant.Active:
		return Caller{}, ratelimit.Decision{}, accountClosing()
	}
	g.Refused.Note(whose, g.User, now, count.Arrival)
	decision, err := decide(g.User, count, now)
	return Caller{Tenant: ref.Tenant, Principal: Principal{Key: ref.ID}, Role: Member}, decision, err
}

func keyRefused() error {
	return problem.New(problem.Unauthenticated, "The API key is not valid or was revoked.")
}
