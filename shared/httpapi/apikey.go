package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

type keyName struct {
	Name string `json:"name"` // 1 to 60 characters, for people
}

type keyRotation struct {
	GraceMinutes int `json:"grace_minutes,omitempty"` // how long the old secret works on: 0 to 60, 0 when absent
}

// keyAnswer is an API key without its secret.
type keyAnswer struct {
	ID         auth.KeyID `json:"id"`
	KeyID      auth.KeyID `json:"key_id"`
	Name       string     `json:"name"`
	Prefix     string     `json:"prefix"` // what the key begins with, up to its secret
	CreatedAt  time.Time  `json:"created_at"`
	RotatedAt  *time.Time `json:"rotated_at"`   // null: never
	LastUsedAt *time.Time `json:"last_used_at"` // to the minute; null: never
	OldUntil   *time.Time `json:"old_until"`    // until when the secret before works on; null: it does not
	SeenBy     *string    `json:"seen_by"`      // user who was shown the present secret; null: a key from before this was kept
}

// newKeyAnswer shows the key itself, this once.
type newKeyAnswer struct {
	keyAnswer
	APIKey string `json:"api_key"`
}

// keyForm is what scanners of secrets need.
const keyForm = "The answer shows the key, this once. An account has at most 20. A key is `dak_<account>_<id>_` and 59 characters: 52 of secret, " +
	"then 7 of checksum, the CRC-32 (IEEE) of everything before them, big-endian, in lower-case base32 without padding. It matches " +
	"`dak_[0-9A-HJKMNP-TV-Z]{26}_[0-9A-HJKMNP-TV-Z]{26}_[a-z2-7]{59}`."

// The routes of API keys.
var (
	// The account's one key, as programs from before there were several know it.
	APIKeyGet = endpoint[None, keyAnswer](Route{
		Name: "api-key-get", Method: "GET", Pattern: "/api/account/api-key", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "The account's key", Description: "404 until it is first made, by rotating it.",
		Problems: []problem.Code{problem.NotFound},
	})
	APIKeyRotate = endpoint[keyRotation, newKeyAnswer](Route{
		Name: "api-key-rotate", Method: "POST", Pattern: "/api/account/api-key/rotate", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary:     "Make the account's key, or replace it",
		Description: "The answer shows the key, this once. The old one is dead at once, or after grace_minutes; a second rotation ends a grace.",
		Rules:       Rules{"grace_minutes": between(0, auth.MaxGraceMinutes)},
		MayBeEmpty:  true, Secret: true, Problems: []problem.Code{problem.InvalidInput, problem.TooManyKeys, problem.Conflict},
	})
	APIKeysList = endpoint[None, Page[keyAnswer]](Route{
		Name: "api-keys-list", Method: "GET", Pattern: "/api/account/api-keys", Credentials: Session, Role: auth.Owner, Act: manage, Paged: true, Tag: "API keys",
		Summary: "The account's API keys, newest first", Description: "Revoked ones are left out. The account's one key is among them. A key is the account's and outlives who was shown it: " +
			"after removing an owner, rotate those whose seen_by is theirs.",
	})
	APIKeysCreate = endpoint[keyName, newKeyAnswer](Route{
		Name: "api-keys-create", Method: "POST", Pattern: "/api/account/api-keys", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "Make an API key", Description: keyForm,
		Rules:  Rules{"name": plain(auth.KeyNameRule())},
		Secret: true, Status: http.StatusCreated, Problems: []problem.Code{problem.InvalidInput, problem.TooManyKeys},
	})
	APIKeysRotate = endpoint[keyRotation, newKeyAnswer](Route{
		Name: "api-keys-rotate", Method: "POST", Pattern: "/api/account/api-keys/{id}/rotate", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary:     "Give a key a new secret",
		Description: "The answer shows the key, this once. The old secret is dead at once, or after grace_minutes; a second rotation ends a grace.",
		Rules:       Rules{"grace_minutes": between(0, auth.MaxGraceMinutes)},
		MayBeEmpty:  true, Secret: true, Problems: []problem.Code{problem.InvalidInput, problem.Conflict},
	})
	APIKeysRevoke = endpoint[None, None](Route{
		Name: "api-keys-revoke", Method: "DELETE", Pattern: "/api/account/api-keys/{id}", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "Revoke a key", Description: "It is dead at once and for good.",
	})
)

func apiKeyRoutes() []Route {
	return []Route{APIKeyGet.Route, APIKeyRotate.Route, APIKeysList.Route, APIKeysCreate.Route, APIKeysRotate.Route, APIKeysRevoke.Route}
}

// APIKeys shows keys; Now tells which grace is over.
type APIKeys struct {
	Keys *auth.APIKeys
	Now  func() time.Time
}

func (h APIKeys) show(k auth.APIKey) keyAnswer {
	a := keyAnswer{
		ID: k.ID, KeyID: k.ID, Name: k.Name, Prefix: k.Prefix(), CreatedAt: k.CreatedAt,
		RotatedAt: unlessZero(k.RotatedAt), LastUsedAt: unlessZero(k.UsedAt),
	}
	if seen := string(k.SeenBy); seen != "" {
		a.SeenBy = &seen
	}
	if until, ok := k.Grace(h.Now()); ok {
		a.OldUntil = &until
	}
	return a
}

func (h APIKeys) showNew(k auth.NewKey, err error) (newKeyAnswer, error) {
	if err != nil {
		return newKeyAnswer{}, err
	}
	return newKeyAnswer{keyAnswer: h.show(k.APIKey), APIKey: k.Text}, nil
}

// unlessZero is null for what never was.
func unlessZero(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// GetAccountKey serves APIKeyGet.
func (h APIKeys) GetAccountKey() Handler[None, keyAnswer] {
	return func(ctx context.Context, in *Request[None]) (keyAnswer, error) {
		key, err := h.Keys.Get(ctx, in.Caller.Tenant, auth.AccountKey(in.Caller.Tenant))
		if err != nil {
			return keyAnswer{}, err
		}
		return h.show(key), nil
	}
}

// RotateAccountKey serves APIKeyRotate.
func (h APIKeys) RotateAccountKey() Handler[keyRotation, newKeyAnswer] {
	return func(ctx context.Context, in *Request[keyRotation]) (newKeyAnswer, error) {
		return h.showNew(h.Keys.RotateAccountKey(ctx, in.Caller, in.Body.GraceMinutes))
	}
}

// List serves APIKeysList.
func (h APIKeys) List() Handler[None, Page[keyAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]auth.APIKey, string, error) {
		return h.Keys.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, h.show)
}

// Create serves APIKeysCreate.
func (h APIKeys) Create() Handler[keyName, newKeyAnswer] {
	return func(ctx context.Context, in *Request[keyName]) (newKeyAnswer, error) {
		return h.showNew(h.Keys.Create(ctx, in.Caller, in.Body.Name))
	}
}

// Rotate serves APIKeysRotate.
func (h APIKeys) Rotate() Handler[keyRotation, newKeyAnswer] {
	return func(ctx context.Context, in *Request[keyRotation]) (newKeyAnswer, error) {
		return h.showNew(h.Keys.Rotate(ctx, in.Caller, auth.KeyID(in.Path("id")), in.Body.GraceMinutes))
	}
}

// Revoke serves APIKeysRevoke.
func (h APIKeys) Revoke() Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, h.Keys.Revoke(ctx, in.Caller, auth.KeyID(in.Path("id")))
	}
}
