package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	synthetic "github.com/devotionalai/platform/shared/domains/canary"
	"github.com/devotionalai/platform/shared/technologies/productapi"
)

// TestTheCanaryWalks: the way that the schedule goes leads through the whole product,
// leaves no video behind, and ends where the key is no longer one.
func TestTheCanaryWalks(t *testing.T) {
	t.Parallel()
	p := shared(t)
	owner := signIn(t, p.URL)
	key := owner.must(200, "POST", "/api/account/api-key/rotate", nil)["api_key"].(string)
	walk := synthetic.Walk{
		Product: productapi.New(p.URL, key), Project: owner.project("Be still."),
		Patience: 3 * time.Minute, Now: time.Now, Wait: boot.Wait,
	}
	report, err := walk.Run(t.Context())
	if err != nil || report.Bytes < 1000 || report.Build == "" {
		t.Fatalf("saw %+v (%v)", report, err)
	}
	if stored, _ := owner.usage("storage_mb"); stored != 0 {
		t.Errorf("%v MB stay behind", stored)
	}
	walk.Product = productapi.New(p.URL, key+"x")
	if _, err := walk.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "begin a render: POST answered 401") {
		t.Errorf("with a key that is none: %v", err)
	}
}
