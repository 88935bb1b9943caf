package buying_test

import (
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

const trialDays = 14

// onTrial buys the plan where an account's first subscription is free for a while.
func (p *product) onTrial() billing.Held {
	p.Helper()
	service := p.service()
	service.TrialDays = trialDays
	page, err := service.Checkout(p.ctx(), p.id, address, tenant.Pro)
	harness.Must(p.T, err)
	harness.Must(p.T, p.pay(page))
	harness.Must(p.T, p.workOff(nil))
	held, err := p.store.Held(p.ctx(), p.id)
	harness.Must(p.T, err)
	return held
}

// plays is what a person, or time, does at the payment service, and what the
// product makes of what it hears of that.
func (p *product) plays(customer string, forms ...string) billing.Held {
	p.Helper()
	for _, form := range forms {
		values, err := url.ParseQuery(form)
		harness.Must(p.T, err)
		harness.Must(p.T, p.book().Act(p.Context(), customer, func(d *paymock.Document) error { return d.Portal(values) }))
	}
	harness.Must(p.T, p.workOff(nil))
	held, err := p.store.Held(p.ctx(), p.id)
	harness.Must(p.T, err)
	return held
}

// TestATrialEndsInAPlanThatIsPaidOrOwed: the plan is in force from the first day,
// nothing is paid until the trial is over, and then the card decides.
func TestATrialEndsInAPlanThatIsPaidOrOwed(t *testing.T) {
	tables := harness.OnEmulator.Tables(t)
	for name, c := range map[string]struct {
		before []string // what happens during the trial
		status billing.Status
		plan   tenant.Plan
		paid   int // payments of money
	}{
		"the card works":           {nil, billing.Active, tenant.Pro, 1},
		"the card fails":           {[]string{"do=card&card=fails"}, billing.PastDue, tenant.Pro, 0},
		"it was canceled in time":  {[]string{"do=cancel"}, billing.Canceled, tenant.Free, 0},
		"it was canceled and kept": {[]string{"do=cancel", "do=resume"}, billing.Active, tenant.Pro, 1},
	} {
		t.Run(name, func(t *testing.T) {
			p := newWorld(t, tables).sound()
			held := p.onTrial()
			first, customer := held.Subscription, held.Account.Customer
			if days := first.TrialEnd.Sub(p.clock.Now()).Round(time.Hour); first.Status != billing.Trialing || held.Tenant.Plan != tenant.Pro || days != trialDays*24*time.Hour {
				t.Fatalf("on trial for %s: %+v, with the plan %s", days, first, held.Tenant.Plan)
			}
			if paid := p.charged(customer); paid != 0 {
				t.Errorf("a trial cost %d payments", paid)
			}
			held = p.plays(customer, append(c.before, "do=move&to=trial_end")...)
			if held.Subscription.ID != first.ID || held.Subscription.Status != c.status || held.Tenant.Plan != c.plan {
				t.Errorf("after the trial: %+v, with the plan %s", held.Subscription, held.Tenant.Plan)
			}
			if paid := p.charged(customer); paid != c.paid {
				t.Errorf("%d payments, want %d", paid, c.paid)
			}
			if c.status != billing.Canceled {
				return
			}
			if again := p.onTrial().Subscription; again.ID == first.ID || again.Status != billing.Active {
				t.Errorf("the second subscription: %+v", again)
			}
		})
	}
}

// charged counts the payments that went through, at the payment service; the product
// has noted each as an invoice.
func (p *product) charged(customer string) (n int) {
	p.Helper()
	d, err := p.document(customer)
	harness.Must(p.T, err)
	entries, _, err := dynamo.NewTrail(p.db).Entries(p.ctx(), p.id, archive.MonthOf(p.clock.Now()), 100, "")
	harness.Must(p.T, err)
	for _, invoice := range d.Invoices {
		if invoice.Status != "paid" || invoice.Due == 0 {
			continue
		}
		n++
		if !slices.ContainsFunc(entries, func(e audit.Entry) bool { return e.Action == audit.InvoicePaid && e.Target == invoice.ID }) {
			p.Errorf("of the paid invoice %s nothing is on record", invoice.ID)
		}
	}
	return n
}
