package auth

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"strings"
	"time"

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

// KeyStatus is the life of an API key. One that is revoked has no item any more.
type KeyStatus string

// KeyActive is the status of a key that works.
const KeyActive KeyStatus = "active"

// APIKey is what lets a program act for a tenant.
type APIKey struct {
	ID           KeyID
	Tenant       tenant.ID
	Name         string
	Hash         KeyHash
	Old          KeyHash   // of the secret before; "" when that does not work on
	OldUntil     time.Time // zero without Old
	Status       KeyStatus
	TenantStatus tenant.Status // kept here so that one call checks both
	CreatedAt    time.Time
	RotatedAt    time.Time // zero: never
	UsedAt       time.Time // to the minute; zero: never
	SeenBy       UserID    // who was shown the secret: made the key, or rotated it last; "": it was not kept
}

// Prefix is what the key begins with, up to its secret: it may be shown.
func (k APIKey) Prefix() string { return keyPrefix + "_" + string(k.Tenant) + "_" + string(k.ID) + "_" }

// Grace is until when the secret before works on, if it does at now.
func (k APIKey) Grace(now time.Time) (until time.Time, ok bool) {
	return k.OldUntil, k.Old != "" && now.Before(k.OldUntil)
}

// accepts compares in constant time.
func (k APIKey) accepts(hash KeyHash, now time.Time) bool {
	current, before := same(k.Hash, hash), same(k.Old, hash)
	_, grace := k.Grace(now)
	return current || before && grace
}

// KeyRef names an API key and proves it: each credential says where its own
// item is.
type KeyRef struct {
	Tenant tenant.ID
	ID     KeyID
	Hash   KeyHash
}

// checksumLength is that of a CRC-32 in base32.
const checksumLength = 7

// keyText is the key as its owner gets it, this once: prefix, secret, and the
// checksum of both, by which a scanner tells a key from what only looks like one.
func keyText(k APIKey, secret string) string {
	key := k.Prefix() + secret
	return key + keyChecksum(key)
}

func keyChecksum(key string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(key)))
	return tokenEncoding().EncodeToString(sum)
}

// parseAPIKey reads dak_<tenant>_<id>_<secret><checksum>. What has not that form
// names no item: no store is asked about it.
func parseAPIKey(sent string) (KeyRef, bool) {
	parts := strings.Split(sent, "_")
	if len(parts) != 4 || parts[0] != keyPrefix || !tenant.ValidID(parts[1]) || !tenant.ValidID(parts[2]) || len(parts[3]) < checksumLength {
		return KeyRef{}, false
	}
	summed := len(sent) - checksumLength
	if keyChecksum(sent[:summed]) != sent[summed:] {
		return KeyRef{}, false
	}
	secret, ok := ParseLinkToken(parts[3][:len(parts[3])-checksumLength]) // of the same form: 256 random bits
	if !ok {
		return KeyRef{}, false
	}
	return KeyRef{Tenant: tenant.ID(parts[1]), ID: KeyID(parts[2]), Hash: hashSecret(string(secret))}, true
}

func hashSecret(secret string) KeyHash { return KeyHash(digest(secret)) }

// Key checks an API key: that its own item holds its hash, or for a grace held it
// before the last rotation, and that its tenant is active, now. A wrong, an absent
// and a revoked key get one answer. Errors: Unauthenticated, Forbidden (the account is closing),
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
	switch {
	case !key.accepts(ref.Hash, now) || key.Status != KeyActive:
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
