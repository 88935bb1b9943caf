package stripepay

import (
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

func at10(seconds int64) time.Time { return time.Unix(seconds, 0).UTC() }

func TestSubscriptionsAreReadWhole(t *testing.T) {
	c, s, _ := started(t, map[string][]answer{"GET /v1/subscriptions": {
		{status: 200, body: `{"object":"list","has_more":true,"data":[
			{"id":"sub_3","customer":"cus_1","status":"active","created":30,"current_period_end":300,"trial_end":200,"cancel_at_period_end":true,"latest_invoice":{"id":"in_3"},"items":{"data":[{"id":"si","price":{"id":"price_big"}}]}},
			{"id":"sub_2","customer":{"id":"cus_1"},"status":"past_due","created":20,"current_period_end":250,"cancel_at":250,"items":{"data":[{"id":"si","price":{"id":"price_of_another"}}]}}]}`},
		{status: 200, body: `{"object":"list","has_more":false,"data":[
			{"id":"sub_1","customer":"cus_1","status":"canceled","created":20,"current_period_end":210,"items":{"data":[{"id":"a","price":{"id":"price_pro"}},{"id":"b","price":{"id":"price_pro"}}]}}]}`},
	}})
	got, err := c.Subscriptions(t.Context(), "cus_1")
	want := []billing.Reported{
		{ID: "sub_1", Customer: "cus_1", Status: billing.Canceled, CreatedAt: at10(20), PeriodEnd: at10(210)},
		{ID: "sub_2", Customer: "cus_1", Status: billing.PastDue, CreatedAt: at10(20), PeriodEnd: at10(250), CancelAtEnd: true},
		{ID: "sub_3", Customer: "cus_1", Plan: tenant.Enterprise, Status: billing.Active, CreatedAt: at10(30), PeriodEnd: at10(300), TrialEnd: at10(200), CancelAtEnd: true, Invoice: "in_3"},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Fatalf("%v\n got %+v\nwant %+v", err, got, want)
	}
	form, _ := url.ParseQuery(s.asked[0].form)
	if form.Get("status") != "all" || form.Get("customer") != "cus_1" || len(s.asked) != 2 || !strings.Contains(s.asked[1].form, "starting_after=sub_2") {
		t.Errorf("asked %+v", s.asked)
	}
}

// TestOnlyADeletedCustomerHasNone: an answer that there is no such customer ends
// nothing by itself, since the key of another account gets it for everybody.
func TestOnlyADeletedCustomerHasNone(t *testing.T) {
	missing := []answer{{status: 400, body: refusal404}}
	c, _, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions":   missing,
		"GET /v1/customers/cus_1": {{status: 200, body: `{"id":"cus_1","deleted":true}`}},
		"GET /v1/customers/cus_2": {{status: 200, body: `{"id":"cus_2"}`}},
	})
	if got, err := c.Subscriptions(t.Context(), "cus_1"); err != nil || len(got) != 0 {
		t.Errorf("deleted: %v, %v", got, err)
	}
	for _, other := range []string{"cus_2", "cus_of_another_account"} {
		_, err := c.Subscriptions(t.Context(), other)
		wantCode(t, err, problem.PaymentFailed)
	}
}

func TestACustomerIsMadeOnceWhateverTheAddress(t *testing.T) {
	c, s, _ := started(t, map[string][]answer{
		"POST /v1/customers":       {{status: 200, body: `{"id":"cus_1"}`}},
		"POST /v1/customers/cus_1": {{status: 500, body: broken}, {status: 200, body: `{"id":"cus_1"}`}},
	})
	_, err := c.CreateCustomer(t.Context(), "T1", "person@example.com")
	wantCode(t, err, problem.PaymentFailed)
	if got, err := c.CreateCustomer(t.Context(), "T1", "other@example.com"); err != nil || got != "cus_1" {
		t.Fatalf("%q, %v", got, err)
	}
	var made []request
	for _, r := range s.asked {
		if r.call == "POST /v1/customers" {
			made = append(made, r)
		}
	}
	if len(made) != 2 || made[0] != made[1] || made[0].once != "customer-T1" {
		t.Errorf("made by %+v", made)
	}
}

func TestWhatHasEndedIsEnded(t *testing.T) {
	gone := []answer{{status: 404, body: refusal404}}
	for status, done := range map[string]bool{"canceled": true, "incomplete_expired": true, "active": false} {
		c, _, _ := started(t, map[string][]answer{"DELETE /v1/subscriptions/sub_1": gone, "GET /v1/subscriptions/sub_1": {{status: 200, body: subscriptionJSON("price_pro", status)}}})
		if err := c.EndNow(t.Context(), "sub_1"); (err == nil) != done {
			t.Errorf("subscription %s: %v", status, err)
		}
	}
	for status, done := range map[string]bool{"complete": true, "expired": true, "open": false} {
		c, _, _ := started(t, map[string][]answer{
			"POST /v1/checkout/sessions/cs_1/expire": {{status: 400, body: notNow}},
			"GET /v1/checkout/sessions/cs_1":         {{status: 200, body: `{"id":"cs_1","status":"` + status + `"}`}},
		})
		if err := c.CloseCheckout(t.Context(), "cs_1"); (err == nil) != done {
			t.Errorf("checkout %s: %v", status, err)
		}
	}
	c, _, _ := started(t, nil)
	wantCode(t, c.EndNow(t.Context(), "sub_unknown"), problem.PaymentFailed)
}

func TestAPlanWithoutAPriceIsByContact(t *testing.T) {
	c, s, _ := started(t, nil)
	delete(c.prices, tenant.Enterprise)
	_, err := c.Checkout(t.Context(), billing.CheckoutRequest{Tenant: "T1", Customer: "cus_1", Plan: tenant.Enterprise})
	wantCode(t, err, problem.PlanByContact)
	_, err = c.ChangePlan(t.Context(), "sub_1", tenant.Enterprise, "1")
	wantCode(t, err, problem.PlanByContact)
	if len(s.asked) != 0 {
		t.Errorf("asked %v", s.calls())
	}
}

func TestAPlanThatItHasIsNotBoughtAgain(t *testing.T) {
	c, s, _ := started(t, map[string][]answer{"GET /v1/subscriptions/sub_1": {{status: 200, body: subscriptionJSON("price_pro", "active")}}})
	if got, err := c.ChangePlan(t.Context(), "sub_1", tenant.Pro, "1"); err != nil || got.Plan != tenant.Pro {
		t.Errorf("%+v, %v", got, err)
	}
	if want := []string{"GET /v1/subscriptions/sub_1"}; !slices.Equal(s.calls(), want) {
		t.Errorf("asked %v", s.calls())
	}
}

// TestAPriceOfBeforeBuysItsPlan, and whoever has it is not moved to the present one.
func TestAPriceOfBeforeBuysItsPlan(t *testing.T) {
	now := subscriptionJSON("price_old", "active")
	c, s, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions": {{status: 200, body: `{"object":"list","data":[` + now + `]}`}}, "GET /v1/subscriptions/sub_1": {{status: 200, body: now}},
	})
	c.former = map[string]tenant.Plan{"price_old": tenant.Pro}
	if all, err := c.Subscriptions(t.Context(), "cus_1"); err != nil || len(all) != 1 || all[0].Plan != tenant.Pro {
		t.Errorf("%+v, %v", all, err)
	}
	if got, err := c.ChangePlan(t.Context(), "sub_1", tenant.Pro, "1"); err != nil || got.Plan != tenant.Pro || len(s.asked) != 2 {
		t.Errorf("%+v, %v, asked %v", got, err, s.calls())
	}
}

func TestAnInvoiceSaysWhatItPaysFor(t *testing.T) {
	line := func(kind, price, amount, end string, proration string) string {
		return `{"id":"il","type":"` + kind + `","subscription":"sub_1","proration":` + proration + `,"amount":` + amount + `,"period":{"end":` + end + `},"price":{"id":"` + price + `"}}`
	}
	invoice := func(charge string, lines ...string) string {
		return `{"id":"in_1","customer":"cus_1","subscription":"sub_1","paid":true,"amount_paid":2900,"currency":"usd","status_transitions":{"paid_at":50},"charge":` +
			charge + `,"lines":{"data":[` + strings.Join(lines, ",") + `]}}`
	}
	renewal := line("subscription", "price_pro", "2900", "100", "false")
	base := billing.Invoice{ID: "in_1", Customer: "cus_1", Subscription: "sub_1", Plan: tenant.Pro, Paid: true, PaidAt: at10(50), PeriodEnd: at10(100), Amount: 2900, Currency: "usd"}
	with := func(change func(*billing.Invoice)) billing.Invoice { i := base; change(&i); return i }
	for name, c := range map[string]struct {
		body, disputes string
		want           billing.Invoice
	}{
		"a renewal":        {invoice("null", renewal), "", base},
		"with other lines": {invoice("null", `{"id":"il","type":"invoiceitem","amount":99999,"price":{"id":"price_big"}}`, line("invoiceitem", "price_big", "9000", "90", "true"), renewal), "", base},
		"an upgrade": {
			invoice("null", line("invoiceitem", "price_pro", "-1000", "90", "true"), line("invoiceitem", "price_big", "9000", "90", "true")), "",
			with(func(i *billing.Invoice) { i.Plan, i.PeriodEnd = tenant.Enterprise, at10(90) }),
		},
		"none of ours": {invoice("null", line("subscription", "price_x", "1", "100", "false")), "", with(func(i *billing.Invoice) { i.Plan = "" })},
		"paid back":    {invoice(`{"id":"ch_1","amount_refunded":2900}`, renewal), "", with(func(i *billing.Invoice) { i.Refunded = 2900 })},
		"disputed": {
			invoice(`{"id":"ch_1","disputed":true}`, renewal), `{"id":"dp_1","status":"under_review"}`,
			with(func(i *billing.Invoice) { i.DisputeOpen = true }),
		},
		"asked about": {
			invoice(`{"id":"ch_1","disputed":true}`, renewal), `{"id":"dp_1","status":"warning_needs_response"}`,
			with(func(i *billing.Invoice) { i.DisputeOpen = true }),
		},
		"dispute won": {invoice(`{"id":"ch_1","disputed":true}`, renewal), `{"id":"dp_1","status":"won"},{"id":"dp_2","status":"warning_closed"}`, base},
		"dispute lost": {
			invoice(`{"id":"ch_1","disputed":true}`, renewal), `{"id":"dp_1","status":"lost"},{"id":"dp_2","status":"won"}`,
			with(func(i *billing.Invoice) { i.DisputeLost = true }),
		},
	} {
		t.Run(name, func(t *testing.T) {
			client, s, _ := started(t, map[string][]answer{
				"GET /v1/invoices/in_1": {{status: 200, body: c.body}}, "GET /v1/disputes": {{status: 200, body: `{"data":[` + c.disputes + `]}`}},
			})
			got, err := client.Invoice(t.Context(), "in_1")
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("%v\n got %+v\nwant %+v", err, got, c.want)
			}
			if asked := slices.Contains(s.calls(), "GET /v1/disputes"); asked != (c.disputes != "") {
				t.Errorf("disputes were asked for: %v", asked)
			}
		})
	}
}

func TestARefundIsMadeOnce(t *testing.T) {
	already := `{"error":{"type":"invalid_request_error","code":"charge_already_refunded"}}`
	for name, c := range map[string]struct {
		charge string
		refund answer
		asks   bool
		fails  bool
	}{
		"a payment":                   {`{"id":"ch_1","paid":true}`, answer{status: 200, body: `{"id":"re_1"}`}, true, false},
		"one paid back":               {`{"id":"ch_1","paid":true,"refunded":true}`, answer{}, false, false},
		"one paid back in between":    {`{"id":"ch_1","paid":true}`, answer{status: 400, body: already}, true, false},
		"nothing was charged":         {`null`, answer{}, false, false},
		"the charge failed":           {`{"id":"ch_1","paid":false}`, answer{}, false, false},
		"the service does not answer": {`{"id":"ch_1","paid":true}`, answer{status: 500, body: broken}, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			client, s, _ := started(t, map[string][]answer{
				"GET /v1/invoices/in_1": {{status: 200, body: `{"id":"in_1","charge":` + c.charge + `}`}}, "POST /v1/refunds": {c.refund},
			})
			err := client.Refund(t.Context(), "in_1")
			if (err != nil) != c.fails {
				t.Errorf("%v", err)
			}
			last := s.asked[len(s.asked)-1]
			if asks := last.call == "POST /v1/refunds"; asks != c.asks || asks && (last.once != "refund-in_1" || last.form != "charge=ch_1") {
				t.Errorf("asked %+v", last)
			}
		})
	}
}

func TestAnEventSaysWhatItIsAbout(t *testing.T) {
	for name, c := range map[string]struct {
		kind, object string
		want         billing.Event
	}{
		"a subscription": {"customer.subscription.updated", `{"id":"sub_1","object":"subscription","customer":"cus_1","latest_invoice":"in_1"}`, billing.Event{Customer: "cus_1", Object: "sub_1"}},
		"an invoice":     {"invoice.paid", `{"id":"in_1","object":"invoice","customer":"cus_1"}`, billing.Event{Customer: "cus_1", Object: "in_1", Invoice: "in_1"}},
		"a checkout":     {"checkout.session.completed", `{"id":"cs_1","object":"checkout.session","customer":{"id":"cus_1"},"invoice":"in_1"}`, billing.Event{Customer: "cus_1", Object: "cs_1", Invoice: "in_1"}},
		"a charge":       {"charge.refunded", `{"id":"ch_1","object":"charge","customer":"cus_1","invoice":"in_1"}`, billing.Event{Customer: "cus_1", Object: "ch_1", Invoice: "in_1"}},
		"a customer":     {"customer.deleted", `{"id":"cus_1","object":"customer"}`, billing.Event{Customer: "cus_1", Object: "cus_1"}},
		"a dispute":      {"charge.dispute.created", `{"id":"dp_1","object":"dispute","charge":"ch_1"}`, billing.Event{Customer: "cus_1", Object: "dp_1", Invoice: "in_1"}},
		"nobody's":       {"invoice.paid", `{"id":"in_1","object":"invoice","customer":null}`, billing.Event{Object: "in_1", Invoice: "in_1"}},
	} {
		t.Run(name, func(t *testing.T) {
			client, _, _ := started(t, map[string][]answer{
				"GET /v1/events/evt_1":  {{status: 200, body: `{"id":"evt_1","object":"event","api_version":"2023-10-16","type":"` + c.kind + `","created":9,"data":{"object":` + c.object + `}}`}},
				"GET /v1/disputes/dp_1": {{status: 200, body: `{"id":"dp_1","charge":{"id":"ch_1","customer":"cus_1","invoice":"in_1"}}`}},
			})
			c.want.ID, c.want.Type, c.want.CreatedAt = "evt_1", c.kind, at10(9)
			if got, err := client.Event(t.Context(), "evt_1"); err != nil || got != c.want {
				t.Errorf("%v\n got %+v\nwant %+v", err, got, c.want)
			}
		})
	}
}

// TestAnEventOfAnotherVersionIsNotReadAgain: as little as one that is sent.
func TestAnEventOfAnotherVersionIsNotReadAgain(t *testing.T) {
	for name, version := range map[string]string{"a later one": `"api_version":"2024-06-20",`, "an earlier one": `"api_version":"2022-11-15",`, "none": ""} {
		client, _, _ := started(t, map[string][]answer{
			"GET /v1/events/evt_1": {{status: 200, body: `{"id":"evt_1","object":"event",` + version + `"type":"charge.dispute.created","created":9,"data":{"object":{"id":"dp_1","object":"dispute"}}}`}},
		})
		if got, err := client.Event(t.Context(), "evt_1"); !problem.Is(err, problem.WebhookInvalid) || got != (billing.Event{}) {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}
