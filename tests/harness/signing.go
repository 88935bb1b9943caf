package harness

import (
	"context"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// PublishKeys publishes the public keys of a signing secret, as the last step of
// its rotation does.
func PublishKeys(t *testing.T, keys auth.KeyStore, secret string, now func() time.Time) {
	t.Helper()
	rotator := auth.Rotator{SecretID: "signing", Versions: rotated{secret: secret}, Keys: keys, Now: now}
	if err := rotator.Run(t.Context(), auth.RotationStep{Step: auth.FinishSecret, SecretID: "signing", ClientRequestToken: "now"}); err != nil {
		t.Fatalf("publish the signing keys: %v", err)
	}
}

// rotated is a signing secret after its first rotation: the last step, repeated,
// publishes it alone.
type rotated struct {
	auth.SecretVersions
	secret string
}

func (rotated) Stages(context.Context) (map[string][]auth.Stage, error) {
	return map[string][]auth.Stage{"now": {auth.Current}}, nil
}

func (r rotated) Version(context.Context, string) ([]byte, error) { return []byte(r.secret), nil }
