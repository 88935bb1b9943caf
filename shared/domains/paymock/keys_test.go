package paymock

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// safe is a secret that rotates.
type safe struct {
	text string
	err  error
	read int
}

func (s *safe) CurrentSecret(context.Context) ([]byte, error) {
	s.read++
	return []byte(s.text), s.err
}

func rotating(key string) string {
	return `{"api_key":"` + key + `","webhook_secrets":["whsec_` + strings.Repeat("n", 16) + `","whsec_` + strings.Repeat("o", 16) + `"]}`
}

func TestAKeyThatRotatedIsFoundWithoutADeployment(t *testing.T) {
	t.Parallel()
	now := time.Unix(1000, 0)
	s := &safe{text: rotating("sk_1")}
	k := NewKeys(s, func() time.Time { return now })
	admits := func(key string, want bool) {
		t.Helper()
		if got, err := k.Admits(t.Context(), key); got != want || err != nil {
			t.Fatalf("%s: %v %v", key, got, err)
		}
	}
	admits("sk_1", true)
	admits("sk_2", false)
	s.text = rotating("sk_2")
	for range 50 { // anybody may try keys
		admits("sk_2", false)
	}
	if s.read != 1 {
		t.Errorf("read %d times within a moment", s.read)
	}
	now = now.Add(askKeysEvery)
	admits("sk_2", true)
	admits("sk_1", false)
	admits("", false)
	now = now.Add(keepKeys)
	s.err = errors.New("down")
	if got, err := k.Admits(t.Context(), "sk_2"); got || err == nil {
		t.Errorf("%v %v", got, err)
	}
}

// TestNothingIsSignedWithASecretThatCouldBeGuessed, and nobody is let in beside it.
func TestNothingIsSignedWithASecretThatCouldBeGuessed(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 16)
	for _, text := range []string{
		"", "{}", "no JSON", `{"api_key":"sk"}`, `{"api_key":"sk","webhook_secrets":[]}`, `{"api_key":"","webhook_secrets":["whsec_` + long + `"]}`,
		`{"api_key":"sk","webhook_secrets":[""]}`, `{"api_key":"sk","webhook_secrets":["whsec_` + long[1:] + `"]}`,
		`{"api_key":"sk","webhook_secrets":["whsec_` + long + `","whsec_"]}`,
	} {
		k := NewKeys(&safe{text: text}, time.Now)
		_, err := k.Sign(t.Context(), []byte("{}"))
		if !problem.Is(err, problem.BillingNotSetUp) {
			t.Errorf("%s: signed, %v", text, err)
		}
		if strings.Contains(errorText(err), "whsec") {
			t.Errorf("the error quotes the secret: %v", err)
		}
		for _, key := range []string{"", "sk"} {
			if got, err := k.Admits(t.Context(), key); got || !problem.Is(err, problem.BillingNotSetUp) {
				t.Errorf("%s: %q is admitted: %v %v", text, key, got, err)
			}
		}
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

func TestTheStandInIsNotForStagesWherePeoplePay(t *testing.T) {
	t.Parallel()
	for stage, may := range map[string]bool{"production": false, "prod": false, "staging": true, "local": true, "dev": true} {
		if err := CheckStage(stage); (err == nil) != may {
			t.Errorf("%s: %v", stage, err)
		}
	}
}
