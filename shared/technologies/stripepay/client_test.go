package stripepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stripe/stripe-go/v76"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// box is a secret that tests change.
type box struct {
	mu    sync.Mutex
	text  string
	err   error
	reads int
}

func (b *box) CurrentSecret(context.Context) ([]byte, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reads++
	return []byte(b.text), b.err
}

func (b *box) set(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = text
}

const (
	firstKey  = "sk_test_the_first_key"
	secondKey = "sk_test_the_second_key"
)

func keysDoc(api string, webhooks ...string) string {
	return fmt.Sprintf(`{"api_key":%q,"webhook_secrets":["%s"]}`, api, strings.Join(webhooks, `","`))
}

// service is a payment service that answers what a test says: for each call, by
// method and path, its answers in their order, the last one again and again.
type service struct {
	mu      sync.Mutex
	answers map[string][]answer
	asked   []request
}

type answer struct {
	status   int
	body     string
	replayed bool
	drop     bool // the connection ends without an answer
}

type request struct{ call, key, once, form string }

func (s *service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_ = r.ParseForm()
	s.mu.Lock()
	call := r.Method + " " + r.URL.Path
	s.asked = append(s.asked, request{call, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), r.Header.Get("Idempotency-Key"), r.Form.Encode()})
	list := s.answers[call]
	a := answer{status: 404, body: refusal404}
	if len(list) > 0 {
		a = list[0]
	}
	if len(list) > 1 {
		s.answers[call] = list[1:]
	}
	s.mu.Unlock()
	if a.drop {
		panic(http.ErrAbortHandler)
	}
	if a.replayed {
		w.Header().Set("Idempotent-Replayed", "true")
	}
	w.Header().Set("Request-Id", "req_1")
	w.WriteHeader(a.status)
	_, _ = w.Write([]byte(a.body))
}

// calls are what was asked, in short.
func (s *service) calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []string
	for _, r := range s.asked {
		all = append(all, r.call)
	}
	return all
}

const (
	refusal401 = `{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: sk_test_the_first_key"}}`
	refusal404 = `{"error":{"type":"invalid_request_error","code":"resource_missing","message":"No such thing of person@example.com"}}`
	declined   = `{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"Your card 4242424242424242 was declined.","payment_method":{"id":"pm_1","card":{"last4":"4242","exp_month":12}}}}`
	broken     = `{"error":{"type":"api_error","message":"for person@example.com"}}`
	notNow     = `{"error":{"type":"invalid_request_error","message":"not in this state"}}`
)

func subscriptionJSON(price, status string) string {
	return fmt.Sprintf(`{"id":"sub_1","object":"subscription","customer":"cus_1","status":%q,"created":10,"current_period_end":2000,
		"latest_invoice":"in_1","items":{"object":"list","data":[{"id":"si_1","price":{"id":%q}}]}}`, status, price)
}

func started(t *testing.T, answers map[string][]answer) (*Client, *service, *box) {
	t.Helper()
	s, b := &service{answers: answers}, &box{text: keysDoc(firstKey, "whsec_0123456789abcdef")}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	c := New(Settings{Base: server.URL, Prices: map[tenant.Plan]string{tenant.Pro: "price_pro", tenant.Enterprise: "price_big"}}, NewKeys(b, time.Now))
	c.backend.(*stripe.BackendImplementation).SetNetworkRetriesSleep(false)
	return c, s, b
}

func wantCode(t *testing.T, err error, code problem.Code) {
	t.Helper()
	if !problem.Is(err, code) {
		t.Fatalf("got %v, want %s", err, code)
	}
	for _, never := range []string{"person@example.com", "4242", firstKey, secondKey, "127.0.0.1", "http://"} {
		if strings.Contains(err.Error(), never) {
			t.Errorf("the error says %q: %v", never, err)
		}
	}
}

func TestARefusedKeyIsReadAgain(t *testing.T) {
	c, s, b := started(t, map[string][]answer{"POST /v1/subscriptions/sub_1": {
		{status: 401, body: refusal401}, {status: 401, body: refusal401}, {status: 200, body: subscriptionJSON("price_pro", "active")},
	}})
	_, err := c.SetCancelAtEnd(t.Context(), "sub_1", true, "1")
	wantCode(t, err, problem.BillingNotSetUp)
	if len(s.asked) != 1 || b.reads != 2 {
		t.Fatalf("asked %d times with %d reads; the key that is current was refused, and no other is there", len(s.asked), b.reads)
	}
	b.set(keysDoc(secondKey, "whsec_0123456789abcdef"))
	if _, err := c.SetCancelAtEnd(t.Context(), "sub_1", true, "1"); err != nil {
		t.Fatal(err)
	}
	want := []string{firstKey, firstKey, secondKey}
	for i, r := range s.asked {
		if r.key != want[i] || r.once != "cancel-sub_1-1" {
			t.Errorf("call %d by %+v", i, r)
		}
	}
	if len(s.asked) != 3 || b.reads != 3 {
		t.Errorf("asked %d times with %d reads", len(s.asked), b.reads)
	}
}

func TestKeysThatCannotBeReadStayInForce(t *testing.T) {
	c, _, b := started(t, map[string][]answer{"POST /v1/subscriptions/sub_1": {{status: 200, body: subscriptionJSON("price_pro", "active")}}})
	b.err = problem.New(problem.Unavailable, "not now")
	_, err := c.SetCancelAtEnd(t.Context(), "sub_1", true, "1")
	wantCode(t, err, problem.Unavailable)
	b.err = nil
	now := time.Now()
	c.keys.now = func() time.Time { return now }
	for range 2 {
		if _, err := c.SetCancelAtEnd(t.Context(), "sub_1", true, "1"); err != nil {
			t.Fatal(err)
		}
		now = now.Add(keepKeys)
		b.err = problem.New(problem.Unavailable, "not now")
	}
	if b.reads != 3 {
		t.Errorf("read %d times, want once each time it is due", b.reads)
	}
}

func TestNoKeyIsNotSetUp(t *testing.T) {
	for _, text := range []string{"", "{}", "[]", `{"api_key":""}`, `{"api_key":"short"}`, `{"api_key":"sk_test with a space"}`, `{"api_key":7}`, firstKey} {
		c, s, b := started(t, nil)
		b.set(text)
		_, err := c.Subscriptions(t.Context(), "cus_1")
		wantCode(t, err, problem.BillingNotSetUp)
		if len(s.asked) > 0 {
			t.Errorf("%q: asked %v", text, s.calls())
		}
	}
}

// TestOneNameForEachTry: whatever is lost on the way, the service sees one name,
// and does it once.
func TestOneNameForEachTry(t *testing.T) {
	ok := answer{status: 200, body: `{"id":"cs_1","url":"https://checkout.example/1","expires_at":5000}`}
	c, s, _ := started(t, map[string][]answer{"POST /v1/checkout/sessions": {{drop: true}, {status: 503, body: broken}, ok}})
	got, err := c.Checkout(t.Context(), billing.CheckoutRequest{Tenant: "T1", Customer: "cus_1", Plan: tenant.Pro, Attempt: 3, SuccessURL: "https://a/s", CancelURL: "https://a/c"})
	if err != nil || got.ID != "cs_1" || got.URL != "https://checkout.example/1" || !got.Until.Equal(time.Unix(5000, 0)) {
		t.Fatalf("%+v, %v", got, err)
	}
	if len(s.asked) != 3 {
		t.Fatalf("asked %d times", len(s.asked))
	}
	for _, r := range s.asked {
		if r.once != "checkout-T1-pro-3" || r.form != s.asked[0].form {
			t.Errorf("a try of another name or form: %+v", r)
		}
	}
}

// TestAnAnswerOfBeforeIsPassedOver: the service answers a declined card again and
// again to the same name, also when the card was replaced.
func TestAnAnswerOfBeforeIsPassedOver(t *testing.T) {
	changed := answer{status: 200, body: subscriptionJSON("price_big", "active")}
	c, s, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions/sub_1":  {{status: 200, body: subscriptionJSON("price_pro", "active")}},
		"POST /v1/subscriptions/sub_1": {{status: 402, body: declined}, {status: 402, body: declined, replayed: true}, changed},
	})
	_, err := c.ChangePlan(t.Context(), "sub_1", tenant.Enterprise, "7")
	wantCode(t, err, problem.PaymentFailed)
	if p := problem.From(err); !strings.Contains(p.Detail, "declined") {
		t.Errorf("the person is not told: %q", p.Detail)
	}
	got, err := c.ChangePlan(t.Context(), "sub_1", tenant.Enterprise, "7")
	if err != nil || got.Plan != tenant.Enterprise {
		t.Fatalf("%+v, %v", got, err)
	}
	var names []string
	for _, r := range s.asked {
		if strings.HasPrefix(r.call, "POST") {
			names = append(names, r.once)
		}
	}
	if want := []string{"change-sub_1-7", "change-sub_1-7", "change-sub_1-7-again-1"}; !slices.Equal(names, want) {
		t.Errorf("names %v, want %v", names, want)
	}
}

func TestWhatGoesWrongIsToldInWordsOfOurOwn(t *testing.T) {
	for name, c := range map[string]struct {
		answer answer
		code   problem.Code
	}{
		"an outage":          {answer{status: 500, body: broken}, problem.PaymentFailed},
		"no answer":          {answer{drop: true}, problem.PaymentFailed},
		"another's page":     {answer{status: 200, body: "<html>person@example.com 4242"}, problem.PaymentFailed},
		"another's refusal":  {answer{status: 502, body: "<html>person@example.com 4242"}, problem.PaymentFailed},
		"too many":           {answer{status: 429, body: broken}, problem.PaymentFailed},
		"a wrong key":        {answer{status: 401, body: refusal401}, problem.BillingNotSetUp},
		"a restricted key":   {answer{status: 403, body: refusal401}, problem.BillingNotSetUp},
		"nothing like it":    {answer{status: 404, body: refusal404}, problem.NotFound},
		"another's redirect": {answer{status: 302, body: "{}x"}, problem.PaymentFailed},
	} {
		t.Run(name, func(t *testing.T) {
			client, _, _ := started(t, map[string][]answer{"GET /v1/invoices/in_1": {c.answer}})
			_, err := client.Invoice(t.Context(), "in_1")
			wantCode(t, err, c.code)
		})
	}
}

func TestACallEndsWithItsContext(t *testing.T) {
	c, _, _ := started(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.Subscriptions(ctx, "cus_1")
	wantCode(t, err, problem.PaymentFailed)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the log does not say why: %v", err)
	}
}
