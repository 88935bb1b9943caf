package paymock

import (
	"strings"
	"testing"
	"time"
)

func TestAPlanIsBoughtAtItsPage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.customer()
	id := w.page(customer, pro, "&subscription_data[metadata][tenant_id]=T1")
	if len(id) < len("cs_test_")+keyLength+26 {
		t.Errorf("the id %s of a page could be guessed", id)
	}
	if _, err := w.pay(id, Declined); err == nil {
		t.Fatal("a declined card bought something")
	} else {
		w.wantFault(err, 402, "card_declined")
	}
	if next, err := w.pay(id, Abandoned); err != nil || next != "http://localhost:8000/billing" {
		t.Fatalf("%q %v", next, err)
	}
	w.took()
	if n := len(w.read(customer).Subscriptions); n != 0 {
		t.Fatalf("%d subscriptions", n)
	}
	next, err := w.pay(id, Succeeded)
	if err != nil || next != "http://localhost:8000/billing?s="+id {
		t.Fatalf("%q %v", next, err)
	}
	w.took("customer.subscription.created", "invoice.finalized", "invoice.paid", "customer.subscription.updated", "checkout.session.completed")
	for _, o := range []Outcome{Succeeded, Declined, Abandoned} { // another tab
		if again, err := w.pay(id, o); err != nil || again != next {
			t.Fatalf("%s again: %q %v", o, again, err)
		}
	}
	w.took()
	d := w.read(customer)
	s := d.Subscriptions[0]
	if len(d.Subscriptions) != 1 || s.Status != "active" || s.Price != pro || s.Metadata["tenant_id"] != "T1" || time.Unix(s.End, 0).UTC() != time.Date(2026, 2, 28, 12, 0, 0, 0, time.UTC) {
		t.Errorf("%+v", s)
	}
	if i := d.Invoices[0]; len(d.Invoices) != 1 || i.Status != "paid" || i.Due != 2900 || i.Lines[0].End != s.End {
		t.Errorf("%+v", i)
	}
}

func TestAPageThatHasExpiredSellsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.customer()
	id, other := w.page(customer, pro, ""), w.page(customer, pro, "")
	w.must("POST", "checkout/sessions/"+id+"/expire", "", "")
	w.took("checkout.session.expired")
	_, err := w.pay(id, Succeeded)
	w.wantFault(err, 410, "checkout_session_expired")
	w.refused("POST", "checkout/sessions/"+id+"/expire", "", "", 400, "invalid_request_error")
	w.now = w.now.Add(24*time.Hour - time.Second)
	w.read(customer)
	w.now = w.now.Add(time.Second)
	if got := w.must("GET", "checkout/sessions/"+other, "", ""); got["status"] != "expired" || got["url"] != nil {
		t.Errorf("%v", got)
	}
	w.took("checkout.session.expired")
}

func TestATrialIsPaidForWhenItEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.customer()
	if _, err := w.pay(w.page(customer, pro, "&subscription_data[trial_period_days]=7"), Succeeded); err != nil {
		t.Fatal(err)
	}
	w.took("customer.subscription.created", "invoice.finalized", "invoice.paid", "checkout.session.completed")
	d := w.read(customer)
	if s := d.Subscriptions[0]; s.Status != "trialing" || s.End != s.TrialEnd || d.Invoices[0].Due != 0 || len(d.Charges) != 0 {
		t.Fatalf("%+v %+v", s, d.Invoices[0])
	}
	w.act(customer, "do=move&advance=95h")
	w.took()
	w.act(customer, "do=move&advance=1h")
	w.took("customer.subscription.trial_will_end")
	w.act(customer, "do=move&to=trial_end")
	w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid")
	d = w.read(customer)
	if s := d.Subscriptions[0]; s.Status != "active" || s.End != monthsAfter(s.TrialEnd, 1) || d.Invoices[1].Due != 2900 {
		t.Errorf("%+v %+v", s, d.Invoices[1])
	}
}

func TestRenewalsFollowTheDayOfTheMonth(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	want := []string{"2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"}
	for i, day := range want {
		s := w.read(customer).Subscriptions[0]
		if got := time.Unix(s.End, 0).UTC().Format(time.DateOnly); got != day {
			t.Fatalf("period %d ends on %s, want %s", i, got, day)
		}
		w.act(customer, "do=move&to=renewal")
		w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid")
	}
	if n := len(w.read(customer).Invoices); n != 5 {
		t.Errorf("%d invoices", n)
	}
}

// TestTimeThatPassesByItselfCountsToo: nobody moves the clock, and the next call
// finds what has become due.
func TestTimeThatPassesByItselfCountsToo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	w.now = w.now.AddDate(0, 3, 0)
	list := w.must("GET", "subscriptions", "status=all&customer="+customer, "")
	if n := len(w.read(customer).Invoices); n != 4 || list["data"].([]any)[0].(map[string]any)["status"] != "active" {
		t.Errorf("%d invoices, %v", n, list)
	}
	if len(w.heard) != 9 {
		t.Errorf("heard %v", w.heard)
	}
}

func TestACardThatFailsIsTriedForTwoWeeks(t *testing.T) {
	t.Parallel()
	for after, end := range map[string]string{"cancel": "canceled", "unpaid": "unpaid"} {
		w := newWorld(t)
		customer := w.bought("")
		w.act(customer, "do=card&card=fails")
		w.act(customer, "do=after&after="+after)
		w.act(customer, "do=move&to=renewal")
		w.took("customer.subscription.updated", "invoice.finalized", "invoice.payment_failed", "customer.subscription.updated")
		began := w.read(customer).now
		for i, day := range []int64{3, 5, 7, 14} {
			d := w.read(customer)
			if s, next := d.Subscriptions[0], d.Invoices[1].NextTry; s.Status != "past_due" || next != began+day*24*3600 {
				t.Fatalf("try %d: %s, next %d days later", i, s.Status, (next-began)/24/3600)
			}
			w.act(customer, "do=move&advance="+(time.Duration(d.Invoices[1].NextTry-d.now)*time.Second).String())
			if i < 3 {
				w.took("invoice.payment_failed")
			}
		}
		last := map[string]string{"canceled": "customer.subscription.deleted", "unpaid": "customer.subscription.updated"}[end]
		w.took("invoice.payment_failed", last)
		if s := w.read(customer).Subscriptions[0]; s.Status != end {
			t.Errorf("%s: %+v", after, s)
		}
	}
}

func TestACardThatWorksAgainEndsTheGrace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	w.act(customer, "do=card&card=fails")
	w.act(customer, "do=move&to=renewal")
	w.act(customer, "do=card&card=works")
	w.heard = nil
	w.act(customer, "do=move&advance=72h")
	w.took("invoice.paid", "customer.subscription.updated")
	if s := w.read(customer).Subscriptions[0]; s.Status != "active" {
		t.Errorf("%+v", s)
	}
	w.act(customer, "do=card&card=fails")
	w.act(customer, "do=after&after=unpaid")
	w.act(customer, "do=move&to=renewal")
	w.act(customer, "do=move&advance=336h")
	if s := w.read(customer).Subscriptions[0]; s.Status != "unpaid" {
		t.Fatalf("%+v", s)
	}
	w.act(customer, "do=card&card=works")
	w.heard = nil
	w.act(customer, "do=pay")
	w.took("invoice.paid", "customer.subscription.updated")
	if s := w.read(customer).Subscriptions[0]; s.Status != "active" {
		t.Errorf("%+v", s)
	}
}

func TestACancellationTakesEffectWithThePeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	id := w.read(customer).Subscriptions[0].ID
	if got := w.must("POST", "subscriptions/"+id, "cancel_at_period_end=true", "cancel-1"); got["cancel_at"] != got["current_period_end"] || got["status"] != "active" {
		t.Errorf("%v", got)
	}
	w.must("POST", "subscriptions/"+id, "cancel_at_period_end=false", "resume-1")
	w.must("POST", "subscriptions/"+id, "cancel_at_period_end=true", "cancel-2")
	w.took("customer.subscription.updated", "customer.subscription.updated", "customer.subscription.updated")
	w.act(customer, "do=move&to=renewal")
	w.took("customer.subscription.deleted")
	got := w.must("GET", "subscriptions/"+id, "", "")
	if got["status"] != "canceled" || got["ended_at"] != got["current_period_end"] {
		t.Errorf("%v", got)
	}
	w.refused("DELETE", "subscriptions/"+id, "", "", 404, "resource_missing")
	w.refused("POST", "subscriptions/"+id, "cancel_at_period_end=false", "", 400, "invalid_request_error")
}

func TestAChangeOfPlanIsPaidForTheRestOfThePeriod(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	s := w.read(customer).Subscriptions[0]
	w.act(customer, "do=move&advance=336h") // half of February's 28 days
	change := "items[0][id]=" + s.Item + "&proration_behavior=always_invoice&payment_behavior=error_if_incomplete&items[0][price]="
	w.act(customer, "do=card&card=fails")
	answer, err := w.call("POST", "subscriptions/"+s.ID, change+enterprise, "change-1")
	if err != nil || answer.Status != 402 {
		t.Fatalf("a declined card: %d %v", answer.Status, err)
	}
	again, err := w.call("POST", "subscriptions/"+s.ID, change+enterprise, "change-1")
	if err != nil || !again.Replayed || string(again.Body) != string(answer.Body) {
		t.Fatalf("the same request again: %+v %v", again, err)
	}
	w.act(customer, "do=card&card=works")
	w.took()
	w.must("POST", "subscriptions/"+s.ID, change+enterprise, "change-2")
	w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid")
	d := w.read(customer)
	if i := d.Invoices[1]; i.Due != (29900-2900)/2 || i.Lines[0].Amount != -1450 || i.Lines[1].Amount != 14950 || i.Reason != "subscription_update" {
		t.Errorf("up: %+v", i)
	}
	w.must("POST", "subscriptions/"+s.ID, change+pro, "change-3")
	w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid")
	if d = w.read(customer); d.Balance != -(14950-1450) || d.Invoices[2].Due != 0 || d.Invoices[2].Status != "paid" {
		t.Errorf("down: balance %d, %+v", d.Balance, d.Invoices[2])
	}
	w.act(customer, "do=move&to=renewal")
	if d = w.read(customer); d.Invoices[3].Due != 0 || d.Balance != -(14950-1450)+2900 {
		t.Errorf("the credit is not used: %d, %+v", d.Balance, d.Invoices[3])
	}
}

func TestMoneyGoesBackOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	charge := w.read(customer).Charges[0].ID
	w.must("POST", "refunds", "charge="+charge+"&amount=900", "")
	w.must("POST", "refunds", "charge="+charge, "refund-1")
	w.must("POST", "refunds", "charge="+charge, "refund-1")
	w.refused("POST", "refunds", "charge="+charge, "refund-2", 400, "charge_already_refunded")
	w.took("charge.refunded", "charge.refunded")
	invoice := w.must("GET", "invoices/"+w.read(customer).Invoices[0].ID, "expand[0]=charge&expand[1]=charge.refunds", "")
	of := invoice["charge"].(map[string]any)
	if of["refunded"] != true || of["amount_refunded"] != 2900.0 || len(of["refunds"].(map[string]any)["data"].([]any)) != 2 {
		t.Errorf("%v", of)
	}
}

func TestDisputes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	charge := w.read(customer).Charges[0].ID
	w.act(customer, "do=dispute&dispute=open")
	w.took("charge.dispute.created")
	list := w.must("GET", "disputes", "charge="+charge, "")["data"].([]any)
	first := list[0].(map[string]any)
	if len(list) != 1 || first["status"] != "needs_response" || first["customer"] != nil {
		t.Fatalf("%v", list)
	}
	with := w.must("GET", "disputes/"+first["id"].(string), "expand[]=charge.invoice", "")["charge"].(map[string]any)
	if with["customer"] != customer || with["disputed"] != true || with["invoice"].(map[string]any)["object"] != "invoice" {
		t.Errorf("%v", with)
	}
	w.act(customer, "do=dispute&dispute=lost")
	w.took("charge.dispute.closed")
	w.refused("POST", "refunds", "charge="+charge, "", 400, "charge_disputed")
}

// TestStatesThatTakeLongCanBeBroughtAbout, each with the events of Stripe's.
func TestStatesThatTakeLongCanBeBroughtAbout(t *testing.T) {
	t.Parallel()
	for status, want := range map[string][]string{
		"unpaid":             {"customer.subscription.updated"},
		"paused":             {"customer.subscription.updated", "customer.subscription.paused"},
		"past_due":           {"customer.subscription.updated"},
		"trialing":           {"customer.subscription.updated"},
		"incomplete":         {"customer.subscription.updated"},
		"incomplete_expired": {"customer.subscription.updated"},
		"canceled":           {"customer.subscription.deleted"},
		"active":             {},
	} {
		w := newWorld(t)
		customer := w.bought("")
		w.act(customer, "do=status&status="+status)
		w.took(want...)
		if s := w.read(customer).Subscriptions[0]; s.Status != status {
			t.Errorf("%s: %+v", status, s)
		}
	}
	w := newWorld(t)
	customer := w.bought("")
	w.act(customer, "do=status&status=paused")
	w.act(customer, "do=move&advance=2000h")
	w.heard = nil
	w.act(customer, "do=resume")
	w.took("customer.subscription.updated", "invoice.finalized", "invoice.paid", "customer.subscription.resumed")
}

func TestAPaymentThatIsNeverConfirmedEndsAfterADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.customer()
	id, other := w.page(customer, pro, ""), w.page(customer, pro, "")
	for _, page := range []string{id, other} {
		if next, err := w.pay(page, Confirm); err != nil || strings.Contains(next, "?s=") {
			t.Fatalf("%q %v", next, err)
		}
	}
	w.heard = nil
	if _, err := w.pay(other, Succeeded); err != nil { // the person comes back
		t.Fatal(err)
	}
	w.took("invoice.paid", "customer.subscription.updated", "checkout.session.completed")
	w.act(customer, "do=move&advance=23h")
	w.took("customer.subscription.updated", "invoice.voided")
	d := w.read(customer)
	if d.Subscriptions[0].Status != "incomplete_expired" || d.Subscriptions[1].Status != "active" || len(d.Subscriptions) != 2 {
		t.Errorf("%+v %+v", d.Subscriptions[0], d.Subscriptions[1])
	}
}

func TestTheClockMovesForwardOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	customer := w.bought("")
	for _, form := range []string{"", "advance=-1h", "advance=x", "to=2020-01-01T00:00:00Z", "to=yesterday", "advance=9000h", "to=trial_end"} {
		values := map[string][]string{}
		for part := range strings.SplitSeq(form, "&") {
			if name, v, ok := strings.Cut(part, "="); ok {
				values[name] = []string{v}
			}
		}
		err := w.book.Act(t.Context(), customer, func(d *Document) error { return d.Move(values) })
		w.wantFault(err, 400, "invalid_request_error")
	}
	if d := w.read(customer); d.Ahead != 0 {
		t.Errorf("%d seconds ahead", d.Ahead)
	}
	w.act(customer, "do=move&to=2026-02-10T00:00:00Z")
	if d := w.read(customer); d.Now().Format(time.DateOnly) != "2026-02-10" {
		t.Errorf("it is %s", d.Now())
	}
}
