package standing

import (
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// currency is that of the plans, and of the tariff.
func currency() string { return tenant.Pro.Offer().Currency }

// received is what was paid in a month, less what of it went back since: also of a plan
// that changed within it, of a trial and of a price that was agreed, to the cent. Other
// currencies are named, and not added to dollars.
func received(paid []billing.Invoice, p metering.Period) (cents int64, others []string) {
	for _, i := range paid {
		switch {
		case metering.PeriodOf(i.PaidAt) != p || i.Amount == 0:
		case i.Currency == currency():
			cents += i.Amount - i.Refunded
		case !slices.Contains(others, i.Currency):
			others = append(others, i.Currency)
		}
	}
	slices.Sort(others)
	return cents, others
}

// due is what a subscription will yet be billed in the month that is under way: without
// it, whoever pays on the 28th costs more than it pays until then. What is past due is
// billed already, and not paid.
func due(s billing.Subscription, p metering.Period, now time.Time) int64 {
	renews := (s.Status == billing.Active || s.Status == billing.Trialing) && !s.CancelAtEnd
	// A period that is over was billed, and is among what was paid.
	if !renews || metering.PeriodOf(s.PeriodEnd) != p || !s.PeriodEnd.After(now) {
		return 0
	}
	return s.Plan.Offer().Cents
}
