// Package signing gives the private keys to the functions that open a session or
// go on with one. No other function links it or may read the secret.
package signing

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

// Settings are what issuing takes beyond edge.Settings.
type Settings struct {
	SecretARN      string        `env:"JWT_SECRET_ARN,required,notEmpty"`
	DirectoryTable string        `env:"DIRECTORY_TABLE,required,notEmpty"` // the document of public keys
	AccessTTL      time.Duration `env:"ACCESS_TOKEN_TTL" envDefault:"10m"` // how long an access token works
	edge.Cookies
}

// Tokens reads the secret and derives the keys from it; they follow its rotations.
func (s Settings) Tokens(ctx context.Context, rt *boot.Runtime, appURL string) (*auth.Tokens, error) {
	if err := s.Check(rt); err != nil {
		return nil, err
	}
	secret := secretstore.New(rt.AWS, s.SecretARN)
	now, err := secret.CurrentSecret(ctx)
	if err != nil {
		return nil, fmt.Errorf("read signing secret: %w", err)
	}
	tokens, err := auth.NewTokens(now, appURL, s.AccessTTL)
	if err != nil {
		return nil, err
	}
	return tokens.Follow(secret, dynamo.NewSigningKeys(dynamo.NewClient(rt.AWS, "", s.DirectoryTable)), rt.Now), nil
}
