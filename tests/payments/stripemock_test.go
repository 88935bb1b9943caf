package payments_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// standIn starts Stripe's own stand-in, which checks each request against the
// OpenAPI document of one API version, and answers its address.
func standIn(t *testing.T, version string) *url.URL {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // the first user may have to build it
	defer cancel()
	program, _, err := toolbox.InstallStripeMock(ctx, blueprint.Root(), version, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	port, err := harness.FreePort("")
	if err != nil {
		t.Fatal(err)
	}
	address := "127.0.0.1:" + strconv.Itoa(port)
	cmd := exec.CommandContext(t.Context(), program, "-http-addr", address)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // killed: it says so
	})
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		if res, err := http.DefaultClient.Do(r); err == nil {
			res.Body.Close()
			return &url.URL{Scheme: "http", Host: address}
		}
		select {
		case <-ctx.Done():
			t.Fatal("stripe-mock does not answer")
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// recorder passes calls on and keeps what was asked and answered.
type recorder struct {
	mu   sync.Mutex
	seen []recorded
}

// instead are answers that the stand-in never gives. They lead to calls that are
// made after such an answer alone.
func instead(call string) (status int, body string) {
	const missing = `{"error":{"type":"invalid_request_error","code":"resource_missing"}}`
	switch call {
	case "POST /v1/checkout/sessions/cs_closed/expire":
		return 400, missing
	case "GET /v1/subscriptions cus_gone":
		return 404, missing
	case "GET /v1/customers/search": // as where it is not offered
		return 400, missing
	case "GET /v1/invoices/in_disputed":
		return 200, `{"id":"in_disputed","charge":{"id":"ch_1","paid":true,"disputed":true}}`
	}
	return 0, ""
}

type recorded struct {
	method, path, form, once, version string
	status                            int
	answer                            string
}

func (r *recorder) before(t *testing.T, target *url.URL) string {
	t.Helper()
	proxy := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		req.Body = io.NopCloser(bytes.NewReader(body))
		kept := httptest.NewRecorder()
		if status, answer := instead(strings.TrimSpace(req.Method + " " + req.URL.Path + " " + req.URL.Query().Get("customer"))); status != 0 {
			kept.WriteHeader(status)
			_, _ = kept.WriteString(answer)
		} else {
			proxy.ServeHTTP(kept, req)
		}
		form := string(body)
		if req.URL.RawQuery != "" {
			form = req.URL.RawQuery
		}
		r.mu.Lock()
		r.seen = append(r.seen, recorded{
			req.Method, req.URL.Path, form, req.Header.Get("Idempotency-Key"), req.Header.Get("Stripe-Version"), kept.Code, kept.Body.String(),
		})
		r.mu.Unlock()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(kept.Code)
		_, _ = w.Write(kept.Body.Bytes())
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// everyCall makes each call of the port once. Its errors are of answers that hold
// nothing of ours, like a subscription with the stand-in's own price.
func everyCall(ctx context.Context, c *stripepay.Client) map[string]error {
	errs := map[string]error{}
	_, errs["CreateCustomer"] = c.CreateCustomer(ctx, owner, "person@example.com")
	_, errs["Checkout"] = c.Checkout(ctx, billing.CheckoutRequest{
		Tenant: owner, Customer: customer, Plan: tenant.Pro, Attempt: 1, SuccessURL: "https://app.example/s?id={CHECKOUT_SESSION_ID}", CancelURL: "https://app.example/c",
	})
	errs["CloseCheckout"] = c.CloseCheckout(ctx, "cs_1")
	_, errs["Portal"] = c.Portal(ctx, customer, "https://app.example/back")
	_, errs["Subscriptions"] = c.Subscriptions(ctx, customer)
	_, errs["ChangePlan"] = c.ChangePlan(ctx, "sub_1", tenant.Enterprise, "7")
	_, errs["SetCancelAtEnd"] = c.SetCancelAtEnd(ctx, "sub_1", true, "8")
	_, errs["SetCancelAtEnd, on"] = c.SetCancelAtEnd(ctx, "sub_1", false, "9")
	errs["EndNow"] = c.EndNow(ctx, "sub_1")
	errs["Refund"] = c.Refund(ctx, "in_1")
	_, errs["Invoice"] = c.Invoice(ctx, "in_1")
	_, errs["Event"] = c.Event(ctx, "evt_1")
	_, _, errs["Customers"] = c.Customers(ctx, owner, "")
	errs["CloseCheckout, closed"] = c.CloseCheckout(ctx, "cs_closed")
	_, errs["Subscriptions, deleted"] = c.Subscriptions(ctx, "cus_gone")
	_, errs["Invoice, disputed"] = c.Invoice(ctx, "in_disputed")
	errs["Refund, disputed"] = c.Refund(ctx, "in_disputed")
	_, errs["Whose"] = c.Whose(ctx, billing.Event{ID: "evt_1", Type: "charge.dispute.created", Object: "dp_1"})
	return errs
}

// names are what identifies each write at the service.
func names() map[string]string {
	return map[string]string{
		"POST /v1/customers": "customer-" + string(owner), "POST /v1/checkout/sessions": "checkout-" + string(owner) + "-pro-1",
		"POST /v1/checkout/sessions/cs_1/expire": "close-cs_1", "DELETE /v1/subscriptions/sub_1": "end-sub_1",
	}
}

// ours are the calls that stripepay makes, as its package says.
func ours() []string {
	return []string{
		"DELETE /v1/subscriptions/<id>",
		"GET /v1/checkout/sessions/<id>", "GET /v1/customers", "GET /v1/customers/<id>", "GET /v1/customers/search", "GET /v1/disputes", "GET /v1/disputes/<id>", "GET /v1/events/<id>",
		"GET /v1/invoices/<id>", "GET /v1/subscriptions", "GET /v1/subscriptions/<id>",
		"POST /v1/billing_portal/sessions", "POST /v1/checkout/sessions", "POST /v1/checkout/sessions/<id>/expire", "POST /v1/customers",
		"POST /v1/customers/<id>", "POST /v1/refunds", "POST /v1/subscriptions/<id>",
	}
}

// TestOurCallsAreValidToStripe sends each call that we make to Stripe's own
// stand-in of the API version before ours and of the newest. It checks paths,
// parameters and their values; it knows no state, no order and no Idempotency-Key.
// The newest says of its invoice no charge, as ours does.
func TestOurCallsAreValidToStripe(t *testing.T) {
	harness.Proof(t)
	for api, version := range toolbox.StripeMocks() {
		t.Run(api, func(t *testing.T) {
			log := &recorder{}
			keys := stripepay.NewKeys(&box{text: document("sk_test_123", newSecret)}, time.Now)
			base := log.before(t, standIn(t, version))
			c := stripepay.New(stripepay.Settings{Base: base, Prices: map[tenant.Plan]string{tenant.Pro: "price_pro", tenant.Enterprise: "price_big"}}, keys)
			for call, err := range everyCall(t.Context(), c) {
				// Of these the stand-in then says that they are there and open: nothing is taken for ended.
				unlike := call == "Subscriptions, deleted" || call == "CloseCheckout, closed"
				if call == "Event" { // of its own version, not of the one that is asked for
					harness.WantCode(t, err, problem.WebhookInvalid)
					continue
				}
				if (err != nil) != unlike {
					t.Errorf("%s: %v", call, err)
				}
			}
			log.hold(t)
		})
	}
}

// hold looks at what was recorded.
func (r *recorder) hold(t *testing.T) {
	t.Helper()
	var made []string
	writes := 0
	for _, one := range r.seen {
		if !slices.Contains(made, shape(one)) {
			made = append(made, shape(one))
		}
		if one.method != http.MethodGet {
			writes++
		}
		if status, _ := instead(strings.TrimSpace(one.method + " " + one.path + " " + one.whose())); status != one.status && one.status != http.StatusOK {
			t.Errorf("%s %s %s: %d %s", one.method, one.path, one.form, one.status, one.answer)
		}
		if one.version != "2023-10-16" {
			t.Errorf("%s %s asks for API version %s", one.method, one.path, one.version)
		}
		if wrong := named(one); wrong != "" {
			t.Error(wrong)
		}
	}
	slices.Sort(made)
	if !slices.Equal(made, ours()) {
		t.Errorf("made  %v\nlisted %v", made, ours())
	}
	t.Logf("%d requests of %d kinds are valid; %d of them write, each under its name", len(r.seen), len(made), writes)
}

// whose is the customer in the query of a read.
func (r recorded) whose() string {
	form, err := url.ParseQuery(r.form)
	if err != nil || r.method != http.MethodGet {
		return ""
	}
	return form.Get("customer")
}

var anyID = regexp.MustCompile(`^(cus|cs|sub|in|dp|evt|ch)_[A-Za-z0-9_]+$`)

// shape is a call without ids.
func shape(r recorded) string {
	parts := strings.Split(r.path, "/")
	for i, p := range parts {
		if anyID.MatchString(p) {
			parts[i] = "<id>"
		}
	}
	return r.method + " " + strings.Join(parts, "/")
}

// named says what is wrong with the name of a write.
func named(r recorded) string {
	want, one := names()[r.method+" "+r.path]
	if r.path == "/v1/subscriptions/sub_1" && r.method == "POST" {
		one = true
		switch {
		case strings.Contains(r.form, "items"):
			want = "change-sub_1-7"
		case strings.Contains(r.form, "=true"):
			want = "cancel-sub_1-8"
		default:
			want = "resume-sub_1-9"
		}
	}
	if r.path == "/v1/refunds" {
		one, want = true, "refund-in_1"
		if r.form == "charge=ch_1" {
			want = "refund-in_disputed"
		}
	}
	switch {
	case r.method == "GET":
		return ""
	case r.once == "":
		return r.method + " " + r.path + " has no name: a try that is lost would be made twice"
	case one && r.once != want:
		return r.method + " " + r.path + " is called " + r.once + ", not " + want
	}
	return ""
}
