package httpapi

import (
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
}

// newKeyAnswer shows the key itself, this once.
type newKeyAnswer struct {
	keyAnswer
	APIKey string `json:"api_key"`
}

// The routes of API keys.
var (
	// The account's one key, as programs from before there were several know it.
	APIKeyGet = endpoint[None, keyAnswer](Route{
		Name: "api-key-get", Method: "GET", Pattern: "/api/account/api-key", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "The account's key", Description: "404 until it is first made, by rotating it.",
	})
	APIKeyRotate = endpoint[keyRotation, newKeyAnswer](Route{
		Name: "api-key-rotate", Method: "POST", Pattern: "/api/account/api-key/rotate", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary:     "Make the account's key, or replace it",
		Description: "The answer shows the key, this once. The old one is dead at once, or after grace_minutes; a second rotation ends a grace.",
		Secret:      true, Problems: []problem.Code{problem.InvalidInput},
	})
	APIKeysList = endpoint[None, Page[keyAnswer]](Route{
		Name: "api-keys-list", Method: "GET", Pattern: "/api/account/api-keys", Credentials: Session, Role: auth.Owner, Act: manage, Paged: true, Tag: "API keys",
		Summary: "The account's API keys", Description: "Revoked ones are left out.",
	})
	APIKeysCreate = endpoint[keyName, newKeyAnswer](Route{
		Name: "api-keys-create", Method: "POST", Pattern: "/api/account/api-keys", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "Make an API key", Description: "The answer shows the key, this once. An account has at most 20.",
		Secret: true, Status: http.StatusCreated, Problems: []problem.Code{problem.InvalidInput, problem.TooManyKeys},
	})
	APIKeysRotate = endpoint[keyRotation, newKeyAnswer](Route{
		Name: "api-keys-rotate", Method: "POST", Pattern: "/api/account/api-keys/{id}/rotate", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary:     "Give a key a new secret",
		Description: "The answer shows the key, this once. The old secret is dead at once, or after grace_minutes; a second rotation ends a grace.",
		Secret:      true, Problems: []problem.Code{problem.InvalidInput},
	})
	APIKeysRevoke = endpoint[None, None](Route{
		Name: "api-keys-revoke", Method: "DELETE", Pattern: "/api/account/api-keys/{id}", Credentials: Session, Role: auth.Owner, Act: manage, Tag: "API keys",
		Summary: "Revoke a key", Description: "It is dead at once and for good.",
	})
)

func apiKeyRoutes() []Route { return nil }
