package stripepay

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/devotionalai/platform/shared/domains/problem"
)

const fuzzSecret = "whsec_0123456789abcdef0123456789abcdef"

// oneSecret is an account with one secret for events.
type oneSecret struct{}

func (oneSecret) CurrentSecret(context.Context) ([]byte, error) {
	return []byte(`{"api_key":"sk_test_0123456789","webhook_secrets":["` + fuzzSecret + `"]}`), nil
}

func signed(body []byte, at time.Time) string {
	return fmt.Sprintf("t=%d,v1=%s", at.Unix(), hex.EncodeToString(webhook.ComputeSignature(at, body, fuzzSecret)))
}

func eventJSON(object string) string {
	return `{"id":"evt_1","object":"event","type":"invoice.paid","created":1800000000,"api_version":"` + stripe.APIVersion + `","data":{"object":` + object + `}}`
}

// FuzzSignature: an event is taken with a signature over its very bytes within the
// time, and with no other header.
func FuzzSignature(f *testing.F) {
	now := time.Unix(1_800_000_000, 0)
	body := []byte(eventJSON(`{"id":"in_1","object":"invoice","customer":"cus_1"}`))
	right := signed(body, now)
	_, mac, _ := strings.Cut(right, "v1=")
	for _, seed := range []string{
		"", right, right + ",v0=x", "v1=" + mac, "t=1800000000", "t=1,t=1800000000,v1=" + mac, right + ",t=1", strings.ToUpper(right), right + ",v1=00", "t=1800000000,v1=" + strings.ToUpper(mac),
		"t= 1800000000,v1=" + mac, "t=+1800000000,v1=" + mac, right + ",", strings.Repeat("v1=00,", 9) + right, right + "\x00", signed(body, now.Add(-301*time.Second)), signed(body, now.Add(61*time.Second)), "t=9223372036854775807,v1=" + mac, right + " ",
	} {
		f.Add(seed, uint16(30), byte(1))
	}
	v := NewVerifier(NewKeys(oneSecret{}, func() time.Time { return now }))
	f.Fuzz(func(t *testing.T, header string, at uint16, flip byte) {
		_, err := v.Verify(t.Context(), body, header, now)
		if err != nil && !problem.Is(err, problem.WebhookInvalid) {
			t.Errorf("%q: %v", header, err)
		}
		if low := strings.ToLower(header); err == nil && (!strings.Contains(low, "v1="+mac) || strings.Count(header, "t=1800000000") != 1) {
			t.Errorf("%q is taken", header)
		}
		altered := append([]byte{}, body...)
		if altered[int(at)%len(altered)] ^= flip; flip == 0 {
			return
		}
		if _, err := v.Verify(t.Context(), altered, right, now); err == nil {
			t.Errorf("%q is taken with the signature of another body", altered)
		}
	})
}

// FuzzEvent: of a signed body that is no event of ours nothing is taken, and what
// is taken names things that may stand in a key.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", eventJSON("null"), eventJSON("{}"), eventJSON(`{"id":"in_1","object":"invoice","customer":"cus_1"}`), eventJSON(`{"id":"in_1","object":"invoice","customer":{"id":"cus_1"}}`),
		eventJSON(`{"id":"T#x","object":"customer"}`), eventJSON(`{"customer":"cus_1\u0000"}`), eventJSON(`{"customer":["cus_1"]}`), eventJSON(`"x"`), eventJSON(`{"customer":{"id":{"id":1}}}`),
		strings.Replace(eventJSON("{}"), "evt_1", "../evt", 1), strings.Replace(eventJSON("{}"), `"created":1800000000`, `"created":1e400`, 1), strings.Replace(eventJSON("{}"), "invoice.paid", "invoice.paid\\n", 1),
		strings.Replace(eventJSON("{}"), stripe.APIVersion, "2099-01-01", 1), strings.Replace(eventJSON("{}"), `"id":"evt_1"`, `"id":"evt_1","ID":"evt_2"`, 1),
	} {
		f.Add([]byte(seed))
	}
	now := time.Unix(1_800_000_000, 0)
	v := NewVerifier(NewKeys(oneSecret{}, func() time.Time { return now }))
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := v.Verify(t.Context(), body, signed(body, now), now)
		if err != nil {
			if !problem.Is(err, problem.WebhookInvalid) {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		if !json.Valid(body) || !idPattern.MatchString(e.ID) || strings.ContainsAny(e.Customer+e.Object+e.Invoice+e.Type+e.ID, "#/\x00\n\" ") || len(e.Type) == 0 {
			t.Errorf("%q is read as %+v", body, e)
		}
	})
}
