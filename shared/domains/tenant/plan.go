package tenant

import "slices"

// Offer is what a plan gives and costs. Pages, guards, quotas, the API and its
// documentation read it from here.
type Offer struct {
	Plan Plan
	Name string
	// Cents is the price of a month, before tax, in a hundredth of Currency; 0 is
	// free or, with Contact, by agreement.
	Cents    int64
	Currency string // ISO 4217, lower case
	// Contact: it is agreed with each customer, and not bought at a checkout.
	Contact bool
	// Factor is how many times the free plan's base it may use; Unlimited has no limit.
	Factor   int64
	Features []Feature
}

// Offers lists every plan's, the smallest first.
func Offers() []Offer {
	return []Offer{
		{Plan: Free, Name: "Free", Currency: "usd", Factor: 1},
		{Plan: Pro, Name: "Pro", Cents: 2900, Currency: "usd", Factor: 5, Features: Features()},
		{Plan: Enterprise, Name: "Enterprise", Currency: "usd", Contact: true, Factor: Unlimited, Features: Features()},
	}
}

// Plans lists every plan, the smallest first.
func Plans() []Plan {
	var all []Plan
	for _, o := range Offers() {
		all = append(all, o.Plan)
	}
	return all
}

// Offer is what the plan gives; an unknown plan gives what the free one does.
func (p Plan) Offer() Offer {
	all := Offers()
	i := slices.IndexFunc(all, func(o Offer) bool { return o.Plan == p })
	return all[max(i, 0)]
}

// Has reports whether a feature is part of the plan.
func (p Plan) Has(f Feature) bool { return slices.Contains(p.Offer().Features, f) }

// Paid reports whether the plan is more than the free one.
func (p Plan) Paid() bool { return p.Offer().Plan != Free }
