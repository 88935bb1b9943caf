package stripepay

import (
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
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
