package stripepay

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const twoBought = `{"object":"list","data":[
	{"id":"sub_1","customer":"cus_1","status":"canceled","created":10,"items":{"data":[]}},
	{"id":"sub_2","customer":"cus_1","status":"past_due","created":20,"items":{"data":[]}},
	{"id":"sub_3","customer":"cus_1","status":"trialing","created":30,"items":{"data":[]}}]}`

func callsOf(s *service) (all []string) {
	for _, r := range s.asked {
		all = append(all, r.call)
	}
	return all
}

// Whoever is erased pays nobody afterwards: what was bought ends, then the customer.
func TestACustomerEndsWithAllThatWasBought(t *testing.T) {
	c, s, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions":          {{status: 200, body: twoBought}},
		"DELETE /v1/subscriptions/sub_2": {{status: 200, body: `{"id":"sub_2","status":"canceled"}`}},
		"DELETE /v1/subscriptions/sub_3": {{status: 200, body: `{"id":"sub_3","status":"canceled"}`}},
		"DELETE /v1/customers/cus_1":     {{status: 200, body: `{"id":"cus_1","deleted":true}`}},
	})
	if err := c.End(t.Context(), "T1", "cus_1"); err != nil {
		t.Fatal(err)
	}
	want := []string{"GET /v1/subscriptions", "DELETE /v1/subscriptions/sub_2", "DELETE /v1/subscriptions/sub_3", "DELETE /v1/customers/cus_1"}
	if !slices.Equal(callsOf(s), want) || s.asked[3].once != "delete-cus_1" {
		t.Errorf("made %v under %q", callsOf(s), s.asked[3].once)
	}
}

// A subscription that could not be ended keeps its customer: it must be found again.
func TestACustomerStaysWhileSomethingGoesOn(t *testing.T) {
	c, s, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions":          {{status: 200, body: twoBought}},
		"DELETE /v1/subscriptions/sub_2": {{status: 500, body: broken}},
	})
	wantCode(t, c.End(t.Context(), "T1", "cus_1"), problem.PaymentFailed)
	if slices.Contains(callsOf(s), "DELETE /v1/customers/cus_1") {
		t.Error("the customer was deleted")
	}
}

func TestADeletedCustomerHasEnded(t *testing.T) {
	missing := []answer{{status: 404, body: refusal404}}
	c, _, _ := started(t, map[string][]answer{
		"GET /v1/subscriptions":      missing,
		"DELETE /v1/customers/cus_1": missing, "DELETE /v1/customers/cus_2": missing,
		"GET /v1/customers/cus_1": {{status: 200, body: `{"id":"cus_1","deleted":true}`}},
		"GET /v1/customers/cus_2": missing,
	})
	if err := c.End(t.Context(), "T1", "cus_1"); err != nil {
		t.Errorf("deleted already: %v", err)
	}
	wantCode(t, c.End(t.Context(), "T1", "cus_2"), problem.PaymentFailed)
}

const notOffered = `{"error":{"type":"invalid_request_error","message":"Search is not offered here."}}`

// What is found is deleted: a customer that says another tenant, or none, is not ours,
// whatever the search holds for alike.
func TestCustomersAreThoseThatNameTheTenant(t *testing.T) {
	id, other := tenant.ID(tenant.NewID()), tenant.NewID()
	named := func(customer, whose string) string {
		return `{"id":"` + customer + `","metadata":{"tenant_id":"` + whose + `"}}`
	}
	strangers := named("cus_2", other) + `,{"id":"cus_3","metadata":{}},{"id":"cus_4","deleted":true}`
	searched, s, _ := started(t, map[string][]answer{
		"GET /v1/customers/search": {{status: 200, body: `{"object":"search_result","has_more":false,"data":[` + named("cus_1", string(id)) + "," + strangers + `]}`}},
	})
	got, next, err := searched.Customers(t.Context(), id, "")
	if err != nil || next != "" || !slices.Equal(got, []string{"cus_1"}) || !strings.Contains(s.asked[0].form, string(id)) {
		t.Errorf("searched: %v, %q, %v by %+v", got, next, err, s.asked)
	}
	down, _, _ := started(t, map[string][]answer{"GET /v1/customers/search": {{status: 500, body: broken}}})
	_, _, err = down.Customers(t.Context(), id, "")
	wantCode(t, err, problem.PaymentFailed)
}

// Where there is no search, a call reads one page of all customers. It goes on after one
// that is another's: its own are deleted before the next page is asked for. One that has
// gone since has the list begin anew.
func TestCustomersAreListedPageByPageWhereThereIsNoSearch(t *testing.T) {
	id, other := tenant.ID(tenant.NewID()), tenant.NewID()
	named := func(customer, whose string) string {
		return `{"id":"` + customer + `","metadata":{"tenant_id":"` + whose + `"}}`
	}
	page := func(more string, of ...string) answer {
		return answer{status: 200, body: `{"object":"list","has_more":` + more + `,"data":[` + strings.Join(of, ",") + `]}`}
	}
	c, s, _ := started(t, map[string][]answer{
		"GET /v1/customers/search": {{status: 400, body: notOffered}},
		"GET /v1/customers": {
			page("true", named("cus_9", other), `{"id":"cus_8","metadata":{}}`, named("cus_7", string(id))),
			{status: 400, body: `{"error":{"type":"invalid_request_error","code":"resource_missing","param":"starting_after","message":"No such customer: 'cus_8'"}}`},
			page("true", named("cus_9", other)),
			page("true", named("cus_6", string(id))),
			page("false", named("cus_5", string(id)), `{"id":"cus_4","deleted":true}`),
		},
	})
	after := ""
	for i, want := range []struct {
		found       []string
		asked, next string
	}{
		{[]string{"cus_7"}, "", "cus_8"}, {nil, "starting_after=cus_8", "-"}, {nil, "", "cus_9"},
		{[]string{"cus_6"}, "starting_after=cus_9", "cus_9"}, {[]string{"cus_5"}, "starting_after=cus_9", ""},
	} {
		got, next, err := c.Customers(t.Context(), id, after)
		form := s.asked[len(s.asked)-1].form
		if err != nil || !slices.Equal(got, want.found) || next != want.next || !strings.Contains(form, want.asked) || strings.Contains(form, "starting_after") != (want.asked != "") {
			t.Errorf("call %d: %v, %q, %v by %q", i, got, next, err, form)
		}
		after = next
	}
	if len(s.asked) != 6 {
		t.Errorf("it made %d calls", len(s.asked))
	}
	failing, _, _ := started(t, map[string][]answer{"GET /v1/customers": {{status: 500, body: broken}}})
	_, _, err := failing.Customers(t.Context(), id, "cus_1")
	wantCode(t, err, problem.PaymentFailed)
}
