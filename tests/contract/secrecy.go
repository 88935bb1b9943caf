package contract

import (
	"strings"
	"sync"
	"testing"
)

// journal is what the functions of a stage have logged.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

// overheard keeps what a function of the payments logs, and fails the test in the
// end if that holds what no log may: keys, who pays, and the pages that open to
// whoever has their address.
func (s *stage) overheard(t *testing.T, function string) {
	t.Helper()
	if !strings.HasPrefix(function, "billing-") && function != "payments-mock" && function != "stripe-webhook" && function != "webhook-replay" {
		return
	}
	said := &journal{}
	s.log = said
	t.Cleanup(func() {
		said.mu.Lock()
		defer said.mu.Unlock()
		text := said.text.String()
		if text == "" {
			t.Error("it logged nothing: what it would say was not looked at")
		}
		for _, never := range []string{
			"sk_test", "whsec_", strings.TrimPrefix(webhookSecret, "whsec_"), s.address, "subscriber@example.com", "cs_test_", "bps_", "/checkout/", "/portal/",
		} {
			if at := strings.Index(text, never); at >= 0 {
				t.Errorf("the log holds %q: …%s", never, text[max(0, at-200):min(len(text), at+200)])
			}
		}
	})
}
