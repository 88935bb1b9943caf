package payments_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/harness"
)

// forgery is a delivery that is not the payment service's, and why.
type forgery struct {
	name string
	delivery
	status int
	code   problem.Code
}

func forged(name, signature, body string) forgery {
	return forgery{name, delivery{signature: signature, body: body}, 400, problem.WebhookInvalid}
}

// keyed is a mac over any text.
func keyed(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// headerForgeries are of the genuine body.
func headerForgeries(now time.Time) []forgery {
	honest := signed(genuine, newSecret, now)
	at := fmt.Sprint(now.Unix())
	stale := signed(genuine, newSecret, now.Add(-time.Hour))
	staleAt := fmt.Sprint(now.Add(-time.Hour).Unix())
	return []forgery{
		forged("no signature", "", genuine),
		forged("no v1", "t="+at, genuine),
		forged("no time", "v1="+v1(honest), genuine),
		forged("the older scheme alone", "t="+at+",v0="+v1(honest), genuine),
		forged("an empty v1", "t="+at+",v1=", genuine),
		forged("half a v1", "t="+at+",v1="+v1(honest)[:32], genuine),
		forged("a v1 that is no hex", "t="+at+",v1="+strings.Repeat("zz", 32), genuine),
		forged("a v1 in base64", "t="+at+",v1="+base64.StdEncoding.EncodeToString([]byte(v1(honest))), genuine),
		forged("many guesses at once", "t="+at+strings.Repeat(",v1="+strings.Repeat("ab", 32), 8)+",v1="+v1(honest), genuine),
		forged("a long header", honest+",v0="+strings.Repeat("a", 1100), genuine),
		forged("another's scheme", "sha256="+v1(honest), genuine),
		forged("two headers in one", honest+", "+honest, genuine),
		forged("a part that is none", honest+",,", genuine),
		forged("signed without its time", "t="+at+",v1="+keyed(newSecret, genuine), genuine),
		forged("signed with another dot", "t="+at+",v1="+keyed(newSecret, at+":"+genuine), genuine),
		forged("stale by a second", signed(genuine, newSecret, now.Add(-302*time.Second)), genuine),
		forged("stale by a day", signed(genuine, newSecret, now.Add(-24*time.Hour)), genuine),
		forged("from the future", signed(genuine, newSecret, now.Add(90*time.Second)), genuine),
		forged("from tomorrow", signed(genuine, newSecret, now.Add(24*time.Hour)), genuine),
		forged("a stale one with the time of now", "t="+at+",v1="+v1(stale), genuine),
		forged("a stale one, then the time of now", "t="+staleAt+",t="+at+",v1="+v1(stale), genuine),
		forged("the time of now, then a stale one", "t="+at+",t="+staleAt+",v1="+v1(stale), genuine),
		forged("its own time twice", "t="+at+","+honest, genuine),
		forged("time zero", "t=0,v1="+keyed(newSecret, "0."+genuine), genuine),
		forged("a negative time", "t=-1,v1="+keyed(newSecret, "-1."+genuine), genuine),
		forged("a time with a fraction", "t="+at+".5,v1="+keyed(newSecret, at+".5."+genuine), genuine),
		forged("a time beyond numbers", "t=99999999999999999999,v1="+v1(honest), genuine),
		forged("a time with a plus", "t=+"+at+",v1="+keyed(newSecret, "+"+at+"."+genuine), genuine),
		{"in the query", delivery{rawQuery: "stripe-signature=" + honest, body: genuine}, 400, problem.WebhookInvalid},
		{"in another header", delivery{headers: map[string]string{"x-stripe-signature": honest}, body: genuine}, 400, problem.WebhookInvalid},
		{"by GET", delivery{method: "GET", signature: honest, body: genuine}, 405, problem.MethodNotAllowed},
	}
}

// secretForgeries are signed by who does not have the secret.
func secretForgeries(now time.Time) []forgery {
	var all []forgery
	for name, secret := range map[string]string{
		"nothing": "", "a blank": " ", "another secret": "whsec_of_another_endpoint_at_stripe", "the API key": apiKey,
		"the secret without its prefix": strings.TrimPrefix(newSecret, "whsec_"), "the secret and a line end": newSecret + "\n",
		"the secret in capitals": strings.ToUpper(newSecret), "both secrets at once": newSecret + "," + oldSecret, "null": "null",
	} {
		all = append(all, forged("signed with "+name, signed(genuine, secret, now), genuine))
	}
	return all
}

// bodyForgeries have a genuine signature of another body.
func bodyForgeries(now time.Time) []forgery {
	honest := signed(genuine, newSecret, now)
	inBase64 := base64.StdEncoding.EncodeToString([]byte(genuine))
	all := []forgery{
		{"the body, said to be base64", delivery{signature: honest, body: genuine, base64: true}, 400, problem.MalformedBody},
		{"base64, said to be the body", delivery{signature: honest, body: inBase64}, 400, problem.WebhookInvalid},
		{"base64 of base64", delivery{signature: honest, body: base64.StdEncoding.EncodeToString([]byte(inBase64)), base64: true}, 400, problem.WebhookInvalid},
		{"too large", delivery{signature: honest, body: genuine + strings.Repeat(" ", 1<<20)}, 413, problem.BodyTooLarge},
	}
	for name, body := range map[string]string{
		"no body": "", "another id": strings.Replace(genuine, "evt_1", "evt_2", 1), "another customer": strings.Replace(genuine, "cus_1", "cus_2", 1),
		"another type": strings.Replace(genuine, "invoice.paid", "invoice.voided", 1), "a blank more": genuine + " ", "a byte less": genuine[:len(genuine)-1],
		"without the carriage return": strings.ReplaceAll(genuine, "\r", ""), "written anew": strings.Join(strings.Fields(genuine), ""),
		"with its letters escaped": strings.ReplaceAll(genuine, "\u00f6", `\u00f6`), "with a byte order mark": "\ufeff" + genuine,
	} {
		all = append(all, forged(name, honest, body))
	}
	return all
}

// eventForgeries are signed as they should be, and not what this code reads.
func eventForgeries(now time.Time) []forgery {
	var all []forgery
	for name, body := range map[string]string{
		"a newer API version":      strings.Replace(genuine, "2023-10-16", "2024-06-20", 1),
		"an older API version":     strings.Replace(genuine, "2023-10-16", "2022-11-15", 1),
		"no API version":           strings.Replace(genuine, `"api_version"`, `"version"`, 1),
		"no event":                 strings.Replace(genuine, `"object": "event"`, `"object": "charge"`, 1),
		"no id":                    strings.Replace(genuine, `"id": "evt_1"`, `"id": ""`, 1),
		"an id that is a path":     strings.Replace(genuine, "evt_1", "../evt", 1),
		"an id with a separator":   strings.Replace(genuine, "evt_1", "evt#1", 1),
		"a customer of two parts":  strings.Replace(genuine, "cus_1", "cus_1#x", 1),
		"a customer that is a set": strings.Replace(genuine, `"customer": "cus_1"`, `"customer": ["cus_1"]`, 1),
		"an endless id":            strings.Replace(genuine, "evt_1", strings.Repeat("e", 201), 1),
		"no type":                  strings.Replace(genuine, "invoice.paid", "", 1),
		"a type that is a line":    strings.Replace(genuine, "invoice.paid", `invoice.paid\nx`, 1),
		"no data":                  strings.Replace(genuine, `"data"`, `"date"`, 1),
		"a list":                   "[" + genuine + "]", "a word": "null", "two events": genuine + genuine, "no JSON": "id=evt_1&type=invoice.paid",
	} {
		all = append(all, forged(name, signed(body, newSecret, now), body))
	}
	return all
}

// TestForgedEventsAreRefused runs each forgery through the Function URL's event.
func TestForgedEventsAreRefused(t *testing.T) {
	harness.Proof(t)
	now := time.Now()
	all := slices.Concat(headerForgeries(now), secretForgeries(now), bodyForgeries(now), eventForgeries(now))
	w := newWorld(t, document(apiKey, newSecret, oldSecret))
	for _, f := range all {
		status, code := w.deliver(t, f.delivery)
		if status != f.status || code != f.code {
			t.Errorf("%s: %d %s, want %d %s", f.name, status, code, f.status, f.code)
		}
		if len(w.kept) > 0 || len(w.passed) > 0 {
			t.Fatalf("%s: kept %v, passed %v", f.name, w.kept, w.passed)
		}
	}
	t.Logf("%d forged events, each refused", len(all))
	if len(all) < 25 {
		t.Errorf("%d forgeries; it takes 25", len(all))
	}
	// What was refused was not refused for another reason.
	if status, _ := w.deliver(t, delivery{signature: signed(genuine, newSecret, now), body: genuine}); status != 200 {
		t.Fatalf("the genuine event: %d", status)
	}
}

// TestGenuineEventsAreTaken: byte for byte, however Lambda hands them over.
func TestGenuineEventsAreTaken(t *testing.T) {
	now := time.Now()
	honest := signed(genuine, newSecret, now)
	old := signed(genuine, oldSecret, now)
	for name, d := range map[string]delivery{
		"as text":                      {signature: honest, body: genuine},
		"as base64":                    {signature: honest, body: base64.StdEncoding.EncodeToString([]byte(genuine)), base64: true},
		"with the secret before":       {signature: old, body: genuine},
		"with both":                    {signature: old + ",v1=" + v1(honest), body: genuine},
		"with one that is not here":    {signature: signed(genuine, "whsec_newer_than_what_we_know", now) + ",v1=" + v1(honest), body: genuine},
		"with the older scheme beside": {signature: honest + ",v0=" + strings.Repeat("0a", 32), body: genuine},
		"nearly stale":                 {signature: signed(genuine, newSecret, now.Add(-290*time.Second)), body: genuine},
		"by a clock ahead":             {signature: signed(genuine, newSecret, now.Add(55*time.Second)), body: genuine},
	} {
		w := newWorld(t, document(apiKey, newSecret, oldSecret))
		status, code := w.deliver(t, d)
		want := billing.Event{ID: "evt_1", Type: "invoice.paid", CreatedAt: time.Unix(1700000000, 0).UTC(), Customer: customer, Object: "in_1", Invoice: "in_1"}
		if status != 200 || !slices.Equal(w.kept, []billing.Event{want}) {
			t.Errorf("%s: %d %s, kept %+v", name, status, code, w.kept)
		}
	}
}

// TestWithoutASecretNothingIsTaken: an empty or short secret is none, also beside
// a good one, and what is signed with it proves nothing.
func TestWithoutASecretNothingIsTaken(t *testing.T) {
	now := time.Now()
	for _, doc := range []string{
		"", "{}", "null", `{"webhook_secrets":null}`, document(apiKey), document(apiKey, ""), document(apiKey, "whsec_"), document(apiKey, "   "),
		document(apiKey, "whsec_                      "), document(apiKey, "whsec_short"), document(apiKey, newSecret, ""),
		document(apiKey, "whsec_123456789012345"), document(apiKey, newSecret, oldSecret, newSecret+"3", newSecret+"4", newSecret+"5"),
		`{"webhook_secrets":"` + newSecret + `"}`, newSecret,
	} {
		w := newWorld(t, doc)
		for _, secret := range []string{"", "whsec_", "whsec_short", "   ", newSecret, doc} {
			status, code := w.deliver(t, delivery{signature: signed(genuine, secret, now), body: genuine})
			if status != 409 || code != problem.BillingNotSetUp || len(w.kept) > 0 {
				t.Errorf("secret %q, signed with %q: %d %s, kept %v", doc, secret, status, code, w.kept)
			}
		}
		if !strings.Contains(w.log.String(), "event refused") || strings.Contains(w.log.String(), newSecret) {
			t.Errorf("secret %q: the log does not say so, or says too much: %s", doc, w.log.String())
		}
	}
	const least = "whsec_1234567890123456"
	if status, code := newWorld(t, document(apiKey, least)).deliver(t, delivery{signature: signed(genuine, least, now), body: genuine}); status != 200 {
		t.Errorf("sixteen bytes are a secret: %d %s", status, code)
	}
}

// TestEventsOfNobodyAndOfNoUseAreCounted: they are answered, so that they are not
// sent for three days, and nothing is kept.
func TestEventsOfNobodyAndOfNoUseAreCounted(t *testing.T) {
	w := newWorld(t, document(apiKey, newSecret))
	for body, want := range map[string]string{
		strings.Replace(genuine, "invoice.paid", "product.created", 1):                   "WebhookUnknownType product.created",
		strings.Replace(genuine, "cus_1", "cus_elsewhere", 1):                            "WebhookUnknownCustomer invoice.paid",
		strings.Replace(genuine, `"customer": "cus_1"`, `"customer": null`, 1):           "WebhookUnknownCustomer invoice.paid",
		strings.Replace(genuine, "invoice.paid", "customer.subscription.of_tomorrow", 1): "WebhookUnknownType customer.subscription.of_tomorrow",
	} {
		w.passed = nil
		status, _ := w.deliver(t, delivery{signature: signed(body, newSecret, time.Now()), body: body})
		if status != 200 || !slices.Equal(w.passed, []string{want}) || len(w.kept) > 0 {
			t.Errorf("%s: %d, passed %v, kept %v", want, status, w.passed, w.kept)
		}
	}
	// Whose a dispute is, the payment service must say; while it does not, the event comes again.
	body := strings.Replace(genuine, "invoice.paid", "charge.dispute.created", 1)
	body = strings.Replace(body, `"customer": "cus_1"`, `"charge": "ch_1"`, 1)
	if status, code := w.deliver(t, delivery{signature: signed(body, newSecret, time.Now()), body: body}); status != 502 || code != problem.PaymentFailed {
		t.Errorf("a dispute: %d %s", status, code)
	}
}
