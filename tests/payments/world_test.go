// Package payments_test attacks the payment service's webhook, and holds our calls
// to what Stripe takes.
package payments_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
)

const (
	apiKey    = "sk_test_51TheKeyThatCallsStripe"
	newSecret = "whsec_the_secret_after_the_rotation"
	oldSecret = "whsec_the_secret_before_the_rotation"
	customer  = "cus_1"
	owner     = tenant.ID("01M8FC8J9516VDX3Q5V8YEZ39K")
)

// document is the account's secret.
func document(api string, webhooks ...string) string {
	b, _ := json.Marshal(map[string]any{"api_key": api, "webhook_secrets": webhooks}) // of strings
	return string(b)
}

// box is a secret that a test changes.
type box struct {
	mu   sync.Mutex
	text string
}

func (b *box) CurrentSecret(context.Context) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return []byte(b.text), nil
}

// world is the webhook behind its Function URL, with what it would keep.
type world struct {
	call   boot.URLHandler
	secret *box
	log    bytes.Buffer
	passed []string

	kept  []billing.Event
	known map[string]tenant.ID
}

func (w *world) Receive(_ context.Context, id tenant.ID, e billing.Event) error {
	if id != owner {
		return fmt.Errorf("kept with %s", id)
	}
	w.kept = append(w.kept, e)
	return nil
}

func (w *world) TenantOf(_ context.Context, customer string) (tenant.ID, error) {
	if id, ok := w.known[customer]; ok {
		return id, nil
	}
	return "", problem.New(problem.NotFound, "There is no such customer.")
}

// source is stripepay as the function has it.
type source struct {
	*stripepay.Client
	*stripepay.Verifier
}

func newWorld(t *testing.T, secret string) *world {
	t.Helper()
	w := &world{secret: &box{text: secret}, known: map[string]tenant.ID{customer: owner}}
	build := func(_ context.Context, rt *boot.Runtime, _ struct{}) (http.Handler, error) {
		keys := stripepay.NewKeys(w.secret, rt.Now)
		return edge.ServeRaw(rt, "http://localhost:8000", httpapi.StripeWebhook(), httpapi.PaymentEvents{
			Source:    source{stripepay.New(stripepay.Settings{Base: "http://127.0.0.1:9"}, keys), stripepay.NewVerifier(keys)},
			Customers: w, Inbox: w, Signature: stripepay.SignatureHeader, Now: rt.Now,
			Passed:  func(metric, kind string) { w.passed = append(w.passed, metric+" "+kind) },
			Refused: func(_ context.Context, err error) { rt.Log.Warn("event refused", "error", err.Error()) },
		}.Receive)
	}
	var err error
	w.call, err = boot.NewURL(t.Context(), []string{"STAGE=test", "MODE=local", "BUILD=b1", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=stripe-webhook"}, &w.log, build)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// delivery is one call of the webhook.
type delivery struct {
	method    string
	headers   map[string]string
	body      string
	base64    bool
	rawQuery  string
	signature string
}

func (w *world) deliver(t *testing.T, d delivery) (int, problem.Code) {
	t.Helper()
	e := events.LambdaFunctionURLRequest{RawPath: "/", RawQueryString: d.rawQuery, Headers: map[string]string{"content-type": "application/json; charset=utf-8"}, Body: d.body, IsBase64Encoded: d.base64}
	if d.signature != "" {
		e.Headers["stripe-signature"] = d.signature
	}
	for name, value := range d.headers {
		e.Headers[name] = value
	}
	e.RequestContext.HTTP.Method, e.RequestContext.RequestID = "POST", "req-1"
	if d.method != "" {
		e.RequestContext.HTTP.Method = d.method
	}
	res, err := w.call(t.Context(), e)
	if err != nil {
		t.Fatalf("the function failed: %v", err)
	}
	var doc struct{ Code problem.Code }
	if err := json.Unmarshal([]byte(res.Body), &doc); err != nil {
		t.Fatalf("%q: %v", res.Body, err)
	}
	return res.StatusCode, doc.Code
}

// genuine is an event as Stripe renders it: pretty JSON with all kinds of bytes
// in it, each of which is signed.
const genuine = "{\n  \"id\": \"evt_1\",\n  \"object\": \"event\",\n  \"api_version\": \"2023-10-16\",\n  \"created\": 1700000000,\n" +
	"  \"type\": \"invoice.paid\",\n  \"data\": {\"object\": {\"id\": \"in_1\", \"object\": \"invoice\", \"customer\": \"cus_1\",\n" +
	"    \"customer_name\": \"J\u00f6rg \\u00e9 \U0001f64f\", \"note\": \"a\\/b, c=d\"}}\r\n}\n"

// signed is the header over a body, as Stripe makes it.
func signed(body, secret string, at time.Time) string {
	return webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: secret, Timestamp: at}).Header
}

// v1 is the value of a header's part of that name.
func v1(header string) string {
	_, mac, _ := strings.Cut(header, "v1=")
	return mac
}
