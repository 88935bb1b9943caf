package sealing_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/kms"

	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/sealing"
	"github.com/devotionalai/platform/tests/harness"
)

const ours, theirs = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV"), tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAW")

func withKey(key string) sealing.WithKey {
	return sealing.WithKey{Secret: func(context.Context) (string, error) { return key, nil }}
}

func TestSealedForOneTenant(t *testing.T) {
	t.Parallel()
	emulator := harness.Start(t)
	key, err := kms.NewFromConfig(emulator.AWS).CreateKey(t.Context(), &kms.CreateKeyInput{})
	if err != nil {
		t.Fatal(err)
	}
	for name, s := range map[string]channel.Sealer{
		"KMS": sealing.NewWithKMS(emulator.AWS, aws.ToString(key.KeyMetadata.Arn)), "a key": withKey(strings.Repeat("k", 32)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sealed, err := s.Seal(t.Context(), ours, "1//token")
			if err != nil || strings.Contains(sealed, "token") {
				t.Fatalf("sealed %q, %v", sealed, err)
			}
			if plain, err := s.Open(t.Context(), ours, sealed); err != nil || plain != "1//token" {
				t.Errorf("opened %q, %v", plain, err)
			}
			if _, err := s.Open(t.Context(), theirs, sealed); err == nil {
				t.Error("opened for another tenant")
			}
			for _, wrong := range []string{"", "1//token", "kms1:", "key1:", sealed[:5] + "!" + sealed[5:]} {
				if _, err := s.Open(t.Context(), ours, wrong); err == nil {
					t.Errorf("opened %q", wrong)
				}
			}
		})
	}
}

func TestAShortKeySealsNothing(t *testing.T) {
	t.Parallel()
	if _, err := withKey(strings.Repeat("k", 31)).Seal(t.Context(), ours, "x"); err == nil {
		t.Error("sealed with 31 bytes")
	}
	sealed, err := withKey(strings.Repeat("k", 32)).Seal(t.Context(), ours, "x")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := withKey(strings.Repeat("k", 32)).Open(t.Context(), ours, sealed[:len(sealed)-4]); err == nil {
		t.Error("opened what is damaged")
	}
	if _, err := withKey(strings.Repeat("j", 32)).Open(t.Context(), ours, sealed); err == nil {
		t.Error("opened with another key")
	}
}
