package httpapi

import (
	"context"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type planAnswer struct {
	ID       tenant.Plan      `json:"id"`
	Name     string           `json:"name"`
	Price    *priceAnswer     `json:"price"`   // null: by agreement
	Contact  bool             `json:"contact"` // agreed with each customer, and not bought at a checkout
	Quotas   []quotaAnswer    `json:"quotas"`
	Features []tenant.Feature `json:"features"`
}

type priceAnswer struct {
	Cents    int64  `json:"cents"` // a month, before tax; 0 is free
	Currency string `json:"currency"`
}

type quotaAnswer struct {
	Metric string   `json:"metric"`
	Unit   string   `json:"unit"`
	Limit  *float64 `json:"limit"` // null: unlimited
}

type plansAnswer struct {
	Items []planAnswer `json:"items"`
	// ContactURL is where an agreement is asked for.
	ContactURL string `json:"contact_url"`
}

type subscriptionAnswer struct {
	Plan              tenant.Plan    `json:"plan"`   // in force
	Bought            tenant.Plan    `json:"bought"` // what the subscription is of, in force or not
	Status            billing.Status `json:"status"`
	CurrentPeriodEnd  *time.Time     `json:"current_period_end"`
	TrialEnd          *time.Time     `json:"trial_end"`
	CancelAtPeriodEnd bool           `json:"cancel_at_period_end"`
	Disputed          bool           `json:"disputed"`
	Granted           *grantAnswer   `json:"granted"` // an operator's grant, while it holds
	Mode              billing.Mode   `json:"mode"`
}

type grantAnswer struct {
	Plan  tenant.Plan `json:"plan"`
	Until *time.Time  `json:"until"` // null: no end is agreed
}

type checkoutBody struct {
	Plan tenant.Plan `json:"plan"`
}

type changeBody struct {
	Plan tenant.Plan `json:"plan"`
}

type urlAnswer struct {
	URL string `json:"url"`
}

// billingProblems are what every call that reaches the payment service may answer.
func billingProblems(more ...problem.Code) []problem.Code {
	return append(more, problem.PaymentFailed, problem.BillingNotSetUp)
}

// paidPlans are those that cost something, by agreement included.
func paidPlans() []tenant.Plan {
	return slices.DeleteFunc(tenant.Plans(), func(p tenant.Plan) bool { return !p.Paid() })
}

// The routes of billing.
var (
	BillingPlans = endpoint[None, plansAnswer](Route{
		Name: "billing-plans", Method: "GET", Pattern: "/api/billing/plans", Tag: "Billing",
		Summary: "The plans: price, quotas, features",
	})
	BillingSubscription = endpoint[None, subscriptionAnswer](Route{
		Name: "billing-subscription", Method: "GET", Pattern: "/api/billing/subscription", Credentials: Session, Tag: "Billing",
		Summary: "What the account has bought, and what is in force",
	})
	BillingCheckout = endpoint[checkoutBody, urlAnswer](Route{
		Name: "billing-checkout", Method: "POST", Pattern: "/api/billing/checkout", Credentials: Session, Role: auth.Owner, Act: tenant.Checkout, Tag: "Billing",
		Summary:     "A page where a plan is bought",
		Description: "Asked twice for the same plan, it answers the same page while that is open; a page for another plan closes the one before.",
		Rules:       Rules{"plan": oneOf(paidPlans()...)},
		Problems:    billingProblems(problem.InvalidInput, problem.SubscriptionExists, problem.PlanByContact, problem.PlanGranted, problem.Conflict),
	})
	BillingPortal = endpoint[None, urlAnswer](Route{
		Name: "billing-portal", Method: "POST", Pattern: "/api/billing/portal", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary: "A page with the card, invoices and the end of the subscription", Problems: billingProblems(problem.NoSubscription),
	})
	BillingChange = endpoint[changeBody, subscriptionAnswer](Route{
		Name: "billing-change", Method: "POST", Pattern: "/api/billing/change", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary:     "Move the subscription to another plan",
		Description: "A dearer plan is paid for the rest of the period at once; of a cheaper one the difference is credited; to free is to let it end with its period. A plan by contact is moved to by whom it was agreed with.",
		Problems:    billingProblems(problem.InvalidInput, problem.NoSubscription, problem.PlanByContact),
	})
	BillingCancel = endpoint[None, subscriptionAnswer](Route{
		Name: "billing-cancel", Method: "POST", Pattern: "/api/billing/cancel", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary: "Let the subscription end with its period", Problems: billingProblems(problem.NoSubscription),
	})
	BillingResume = endpoint[None, subscriptionAnswer](Route{
		Name: "billing-resume", Method: "POST", Pattern: "/api/billing/resume", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary: "Let a subscription that was to end go on", Problems: billingProblems(problem.NoSubscription),
	})
)

func billingRoutes() []Route {
	return []Route{
		BillingPlans.Route, BillingSubscription.Route, BillingCheckout.Route, BillingPortal.Route,
		BillingChange.Route, BillingCancel.Route, BillingResume.Route,
	}
}

// Billing shows what is sold and bought here.
type Billing struct {
	Mode billing.Mode
	Now  func() time.Time
}

// ListPlans serves BillingPlans. contact is where an agreement is asked for.
func ListPlans(quotas metering.Quotas, contact string) Handler[None, plansAnswer] {
	return func(context.Context, *Request[None]) (plansAnswer, error) {
		var all []planAnswer
		for _, o := range tenant.Offers() {
			a := planAnswer{ID: o.Plan, Name: o.Name, Contact: o.Contact, Quotas: showQuotas(quotas, o.Plan), Features: append([]tenant.Feature{}, o.Features...)}
			if !o.Contact {
				a.Price = &priceAnswer{Cents: o.Cents, Currency: o.Currency}
			}
			all = append(all, a)
		}
		return plansAnswer{Items: all, ContactURL: contact}, nil
	}
}

func showQuotas(quotas metering.Quotas, p tenant.Plan) []quotaAnswer {
	limits := quotas.Limits(tenant.Tenant{Plan: p})
	var all []quotaAnswer
	for _, m := range metering.Metrics() {
		a := quotaAnswer{Metric: string(m), Unit: string(m.Unit())}
		if limit, limited := limits.Of(m); limited {
			shown := m.Shown(limit)
			a.Limit = &shown
		}
		all = append(all, a)
	}
	return all
}

func (h Billing) show(held billing.Held) subscriptionAnswer {
	s, g := held.Subscription, held.Agreed()
	a := subscriptionAnswer{
		Plan: billing.InForce(s, g, h.Now()), Bought: s.Plan, Status: s.Status, CurrentPeriodEnd: when(s.PeriodEnd), TrialEnd: when(s.TrialEnd),
		CancelAtPeriodEnd: s.CancelAtEnd, Disputed: s.Disputed, Mode: h.Mode,
	}
	if g.Holds(h.Now()) {
		a.Granted = &grantAnswer{Plan: g.Plan, Until: when(g.Until)}
	}
	return a
}

// Subscription serves BillingSubscription.
func (h Billing) Subscription(s *billing.Service) Handler[None, subscriptionAnswer] {
	return h.after(s.Subscription)
}

// Cancel serves BillingCancel.
func (h Billing) Cancel(s *billing.Service) Handler[None, subscriptionAnswer] {
	return h.after(s.Cancel)
}

// Resume serves BillingResume.
func (h Billing) Resume(s *billing.Service) Handler[None, subscriptionAnswer] {
	return h.after(s.Resume)
}

// after answers the subscription as it is after something was done about it.
func (h Billing) after(do func(context.Context, tenant.ID) (billing.Held, error)) Handler[None, subscriptionAnswer] {
	return func(ctx context.Context, in *Request[None]) (subscriptionAnswer, error) {
		held, err := do(ctx, in.Caller.Tenant)
		if err != nil {
			return subscriptionAnswer{}, err
		}
		return h.show(held), nil
	}
}

// Change serves BillingChange.
func (h Billing) Change(s *billing.Service) Handler[changeBody, subscriptionAnswer] {
	return func(ctx context.Context, in *Request[changeBody]) (subscriptionAnswer, error) {
		held, err := s.Change(ctx, in.Caller.Tenant, in.Body.Plan)
		if err != nil {
			return subscriptionAnswer{}, err
		}
		return h.show(held), nil
	}
}

// Checkout serves BillingCheckout.
func Checkout(s *billing.Service) Handler[checkoutBody, urlAnswer] {
	return func(ctx context.Context, in *Request[checkoutBody]) (urlAnswer, error) {
		page, err := s.Checkout(ctx, in.Caller.Tenant, in.Caller.Principal.Email, in.Body.Plan)
		return urlAnswer{URL: page.URL}, err
	}
}

// Portal serves BillingPortal.
func Portal(s *billing.Service) Handler[None, urlAnswer] {
	return func(ctx context.Context, in *Request[None]) (urlAnswer, error) {
		page, err := s.Portal(ctx, in.Caller.Tenant)
		return urlAnswer{URL: page.URL}, err
	}
}
