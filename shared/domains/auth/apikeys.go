package auth

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Rules of API keys.
const (
	MaxKeys         = 20 // of one tenant
	MaxKeyName      = 60 // characters
	MaxGraceMinutes = 60 // of the secret before, after a rotation
)

// KeyNameRule is that of a key's name.
func KeyNameRule() plaintext.Rule { return plaintext.Rule{Min: 1, Max: MaxKeyName} }

// accountKeyName is what the account's one key is called in the list.
const accountKeyName = "Account key"

// Outcomes of adding a key.
var (
	ErrTooManyKeys = errors.New("as many keys as may be")
	ErrClosing     = errors.New("the account is being closed")
)

// APIKeyStore keeps the API keys of a tenant. Each write records its act in the same
// transaction, holds who acts to be an owner then, and an attempt of it whose answer
// was lost is not made again. Errors beyond those that are named: Unavailable,
// tenant.ErrGone, and those of User.Deposed.
type APIKeyStore interface {
	// Keys returns a page of the keys, the newest first, that begins after a key's
	// id, and what the next one begins after: "" when there is none.
	Keys(ctx context.Context, t tenant.ID, limit int, after string) (page []APIKey, next string, err error)
	// APIKey reads a key. Errors: ErrAbsent.
	APIKey(ctx context.Context, t tenant.ID, id KeyID) (APIKey, error)
	// AddKey stores a new key for its SeenBy, if there are fewer than most and the
	// tenant is active. Errors: ErrTooManyKeys, ErrClosing, ErrChanged when one of its
	// id exists.
	AddKey(ctx context.Context, k APIKey, most int, e audit.Entry) error
	// ReplaceSecret changes the hashes of a key, when it was rotated and by whom, its
	// SeenBy, if its hash is still before. Errors: ErrChanged, ErrAbsent.
	ReplaceSecret(ctx context.Context, k APIKey, before KeyHash, e audit.Entry) error
	// DropKey removes a key for good, as by wishes. Errors: ErrAbsent.
	DropKey(ctx context.Context, t tenant.ID, id KeyID, by UserID, e audit.Entry) error
}

// APIKeys makes, shows, rotates and revokes the API keys of a tenant.
type APIKeys struct {
	Store APIKeyStore
	Now   func() time.Time
}

// NewKey is an API key with its secret, which is stored nowhere.
type NewKey struct {
	APIKey
	Text string
}

// AccountKey is the id of the account's one key, as programs from before there
// were several know it.
func AccountKey(t tenant.ID) KeyID { return KeyID(t) }

// List returns a page of the keys, the newest first. Errors: Unavailable.
func (s *APIKeys) List(ctx context.Context, t tenant.ID, limit int, after string) ([]APIKey, string, error) {
	page, next, err := s.Store.Keys(ctx, t, limit, after)
	if err != nil {
		return nil, "", fmt.Errorf("list keys: %w", err)
	}
	return page, next, nil
}

// Get returns a key. Errors: NotFound, Unavailable.
func (s *APIKeys) Get(ctx context.Context, t tenant.ID, id KeyID) (APIKey, error) {
	if !tenant.ValidID(string(id)) {
		return APIKey{}, noSuchKey()
	}
	key, err := s.Store.APIKey(ctx, t, id)
	if errors.Is(err, ErrAbsent) {
		return APIKey{}, noSuchKey()
	}
	if err != nil {
		return APIKey{}, fmt.Errorf("read key: %w", err)
	}
	return key, nil
}

// Create makes a key. Errors: InvalidInput, TooManyKeys, Forbidden (the account is
// closing), Unavailable.
func (s *APIKeys) Create(ctx context.Context, by Caller, name string) (NewKey, error) {
	clean, wrong := KeyNameRule().Check(name)
	if wrong != "" {
		return NewKey{}, problem.Invalid(problem.Field{Field: "name", Message: wrong})
	}
	return s.add(ctx, by, KeyID(tenant.IDAt(s.Now())), clean)
}

// RotateAccountKey rotates the account's one key, or makes it. Errors: those of
// Rotate, and TooManyKeys.
func (s *APIKeys) RotateAccountKey(ctx context.Context, by Caller, graceMinutes int) (NewKey, error) {
	key, err := s.Rotate(ctx, by, AccountKey(by.Tenant), graceMinutes)
	if problem.Is(err, problem.NotFound) {
		return s.add(ctx, by, AccountKey(by.Tenant), accountKeyName)
	}
	return key, err
}

// Rotate gives a key a new secret. The one before is dead when it returns, or
// works on for the grace; the one before that is dead in any case. Of two people who
// rotate a key at once one gets Conflict: trying again for him would kill the
// secret that the other was just shown. Errors: InvalidInput, NotFound, Conflict,
// Unavailable.
func (s *APIKeys) Rotate(ctx context.Context, by Caller, id KeyID, graceMinutes int) (NewKey, error) {
	if graceMinutes < 0 || graceMinutes > MaxGraceMinutes {
		return NewKey{}, problem.Invalid(problem.Field{Field: "grace_minutes", Message: fmt.Sprintf("must be a number from 0 to %d", MaxGraceMinutes)})
	}
	key, err := s.Get(ctx, by.Tenant, id)
	if err != nil {
		return NewKey{}, err
	}
	now, secret, before := s.now(), string(NewLinkToken()), key.Hash
	key.Hash, key.RotatedAt, key.Old, key.OldUntil = hashSecret(secret), now, "", time.Time{}
	key.SeenBy = by.Principal.User
	if graceMinutes > 0 {
		key.Old, key.OldUntil = before, now.Add(time.Duration(graceMinutes)*time.Minute)
	}
	err = s.Store.ReplaceSecret(ctx, key, before, s.entry(by, audit.KeyRotated, id, now))
	return shown(key, secret, err)
}

// Revoke ends a key for good. One that is revoked reads as absent. Errors:
// NotFound, Unavailable.
func (s *APIKeys) Revoke(ctx context.Context, by Caller, id KeyID) error {
	if !tenant.ValidID(string(id)) {
		return noSuchKey()
	}
	return keyProblem(s.Store.DropKey(ctx, by.Tenant, id, by.Principal.User, s.entry(by, audit.KeyRevoked, id, s.Now())))
}

func (s *APIKeys) add(ctx context.Context, by Caller, id KeyID, name string) (NewKey, error) {
	now, secret := s.now(), string(NewLinkToken())
	key := APIKey{
		ID: id, Tenant: by.Tenant, Name: name, Hash: hashSecret(secret), Status: KeyActive, TenantStatus: tenant.Active, CreatedAt: now,
		SeenBy: by.Principal.User,
	}
	return shown(key, secret, s.Store.AddKey(ctx, key, MaxKeys, s.entry(by, audit.KeyCreated, id, now)))
}

// now is as exact as what is kept of it.
func (s *APIKeys) now() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

func (s *APIKeys) entry(by Caller, action audit.Action, id KeyID, now time.Time) audit.Entry {
	return audit.New(now, action, by.Principal.Actor(), by.Principal.Session, string(id))
}

// shown is a key as its owner gets it once it is stored.
func shown(key APIKey, secret string, err error) (NewKey, error) {
	if err != nil {
		return NewKey{}, keyProblem(err)
	}
	return NewKey{APIKey: key, Text: keyText(key, secret)}, nil
}

// keyProblem is what a caller is told of an outcome of the store.
func keyProblem(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, ErrTooManyKeys):
		return problem.New(problem.TooManyKeys, fmt.Sprintf("An account has at most %d API keys. Revoke one that is not used.", MaxKeys))
	case errors.Is(err, ErrClosing):
		return accountClosing()
	case errors.Is(err, ErrChanged):
		return problem.New(problem.Conflict, "Somebody else rotated this key at the same time. The secret that they were shown is the one that works.")
	case errors.Is(err, ErrAbsent):
		return noSuchKey()
	}
	return fmt.Errorf("change key: %w", err)
}

func noSuchKey() error { return problem.New(problem.NotFound, "There is no such API key.") }
