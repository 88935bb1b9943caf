// Package signing gives the private keys to the functions that issue sessions:
// sign-in, refresh and logout. No other function links it or may read the secret.
package signing

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

// Settings are what issuing takes beyond edge.Settings.
type Settings struct {
	SecretARN     string        `env:"JWT_SECRET_ARN,required,notEmpty"`
	AccessTTL     time.Duration `env:"ACCESS_TOKEN_TTL" envDefault:"10m"` // how long an access token works
	SecureCookies bool          `env:"SECURE_COOKIES" envDefault:"true"`  // false only where the product has no TLS
}

// Tokens reads the secret, once per process, and derives the keys from it.
func (s Settings) Tokens(ctx context.Context, rt *boot.Runtime, appURL string) (*auth.Tokens, error) {
	if rt.Mode == boot.AWS && !s.SecureCookies {
		return nil, errors.New("settings: SECURE_COOKIES can be false in local mode only")
	}
	secret, err := secretstore.Read(ctx, rt.AWS, s.SecretARN)
	if err != nil {
		return nil, fmt.Errorf("read signing secret: %w", err)
	}
	return auth.NewTokens(secret, appURL, s.AccessTTL)
}
