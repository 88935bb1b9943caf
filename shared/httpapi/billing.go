package httpapi

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
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

type planBody struct {
	Plan tenant.Plan `json:"plan"`
}

type urlAnswer struct {
	URL string `json:"url"`
}

// billingProblems are what every call that reaches the payment service may answer.
func billingProblems(more ...problem.Code) []problem.Code {
	return append(more, problem.PaymentFailed, problem.BillingNotSetUp)
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
	BillingCheckout = endpoint[planBody, urlAnswer](Route{
		Name: "billing-checkout", Method: "POST", Pattern: "/api/billing/checkout", Credentials: Session, Role: auth.Owner, Act: tenant.Checkout, Tag: "Billing",
		Summary:     "A page where a plan is bought",
		Description: "Asked twice for the same plan, it answers the same page while that is open; a page for another plan closes the one before.",
		Problems:    billingProblems(problem.InvalidInput, problem.SubscriptionExists, problem.PlanByContact, problem.Conflict),
	})
	BillingPortal = endpoint[None, urlAnswer](Route{
		Name: "billing-portal", Method: "POST", Pattern: "/api/billing/portal", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary: "A page with the card, invoices and the end of the subscription", Problems: billingProblems(problem.NoSubscription),
	})
	BillingChange = endpoint[planBody, subscriptionAnswer](Route{
		Name: "billing-change", Method: "POST", Pattern: "/api/billing/change", Credentials: Session, Role: auth.Owner, Tag: "Billing",
		Summary:     "Move the subscription to another plan",
		Description: "A dearer plan is paid for the rest of the period at once; of a cheaper one the difference is credited. To go back to free, cancel.",
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
