package billing

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// closing is how long before its end a checkout is not handed out any more: a
// person needs some of the time to pay.
const closing = 10 * time.Minute

// checkoutTries bounds how often a checkout is begun again because another call
// for the same tenant was faster.
const checkoutTries = 5

// ErrAttemptTaken says that another call has begun a checkout in the meantime.
var ErrAttemptTaken = errors.New("billing: another checkout was begun")

// AccountStore keeps the tenant's side of the payment service.
type AccountStore interface {
	// Held reads all that decides the plan, strongly consistent. Errors: NotFound.
	Held(ctx context.Context, id tenant.ID) (Held, error)
	// Introduce keeps the tenant's customer, and whose the customer is, in one
	// transaction. Where there is one already it stays, and is returned.
	Introduce(ctx context.Context, id tenant.ID, customer string) (Account, error)
	// Replace puts a, with another customer and an attempt that begins, in the place
	// of a customer that is gone, who is nobody's then, in one transaction. Errors:
	// ErrAttemptTaken.
	Replace(ctx context.Context, id tenant.ID, gone string, a Account) error
	// Attempt counts a checkout that begins: a, whose Attempt is one more than the
	// stored one and which has no page yet. Errors: ErrAttemptTaken.
	Attempt(ctx context.Context, id tenant.ID, a Account) error
	// Opened keeps the page of an attempt. Errors: ErrAttemptTaken.
	Opened(ctx context.Context, id tenant.ID, a Account) error
}

// Service is what a tenant's owner does about the subscription.
type Service struct {
	Store    AccountStore
	Provider Provider
	AppURL   string
	Now      func() time.Time
	// TrialDays is how long the first subscription of an account is free; 0 is none.
	TrialDays int64
}

// trial is what an attempt begins with. It is the attempt's own, so that the same
// request is made again after a lost answer.
func (s *Service) trial(a Account) int64 {
	if !a.Trial {
		return 0
	}
	return s.TrialDays
}

// Subscription is what the tenant has bought, and what is in force.
func (s *Service) Subscription(ctx context.Context, id tenant.ID) (Held, error) {
	return s.Store.Held(ctx, id)
}

// Checkout answers a page where the plan is bought; email is where receipts go.
// Asked again for the same plan, it answers the same page while that is open.
//
// While a grant holds nothing that is bought comes into force, so nothing is sold.
//
// Errors: InvalidInput, PlanByContact, SubscriptionExists, PlanGranted, Conflict,
// and the Provider's.
func (s *Service) Checkout(ctx context.Context, id tenant.ID, email string, plan tenant.Plan) (Session, error) {
	if err := sold(plan); err != nil {
		return Session{}, err
	}
	for range checkoutTries {
		held, err := s.Store.Held(ctx, id)
		if err != nil {
			return Session{}, err
		}
		if held.Subscription.Status.Live() {
			return Session{}, problem.New(problem.SubscriptionExists, "The account has a subscription already. Change its plan instead.")
		}
		if grant := held.Agreed(); grant.Holds(s.Now()) {
			return Session{}, problem.New(problem.PlanGranted, "The "+grant.Plan.Offer().Name+" plan was agreed with you, and is in force whatever is bought. Write to us to change it.")
		}
		page, err := s.open(ctx, id, email, plan, held)
		if gone := (*CustomerGone)(nil); errors.As(err, &gone) {
			err = s.replace(ctx, id, email, plan, gone.Customer)
		}
		if !errors.Is(err, ErrAttemptTaken) {
			return page, err
		}
	}
	return Session{}, problem.New(problem.Conflict, "Another checkout of this account is being opened right now. Try again in a moment.")
}

// sold holds a plan to what is bought at a checkout.
func sold(plan tenant.Plan) error {
	offer := plan.Offer()
	switch {
	case offer.Plan != plan || !plan.Paid():
		return problem.Invalid(problem.Field{Field: "plan", Message: "must be a plan that costs something"})
	case offer.Contact:
		return byContact(offer)
	}
	return nil
}

// open finds the page of the present attempt, or begins another attempt.
func (s *Service) open(ctx context.Context, id tenant.ID, email string, plan tenant.Plan, held Held) (Session, error) {
	account, err := s.introduced(ctx, id, email, held.Account)
	if err != nil {
		return Session{}, err
	}
	fresh := account.Attempt > 0 && account.Revision == held.Subscription.Revision
	if fresh && account.Plan == plan {
		switch left := account.Checkout.Until.Sub(s.Now()); {
		case account.Checkout.ID == "": // begun, and its answer was lost or is on its way
			return s.opened(ctx, id, account)
		case left > closing:
			return account.Checkout, nil
		}
	}
	if err := s.close(ctx, id, account); err != nil {
		return Session{}, err
	}
	next := Account{
		Customer: account.Customer, Attempt: account.Attempt + 1, Plan: plan, Trial: held.Subscription.ID == "", Revision: held.Subscription.Revision,
	}
	if err := s.Store.Attempt(ctx, id, next); err != nil {
		return Session{}, err
	}
	return s.opened(ctx, id, next)
}

func (s *Service) introduced(ctx context.Context, id tenant.ID, email string, a Account) (Account, error) {
	if a.Customer != "" {
		return a, nil
	}
	customer, err := s.Provider.CreateCustomer(ctx, id, email)
	if err != nil {
		return Account{}, err
	}
	return s.Store.Introduce(ctx, id, customer)
}

// replace makes the tenant another customer, with an attempt of its own: one before
// is known to the payment service with the customer that is gone. It answers
// ErrAttemptTaken when the checkout is to begin again.
func (s *Service) replace(ctx context.Context, id tenant.ID, email string, plan tenant.Plan, gone string) error {
	held, err := s.Store.Held(ctx, id)
	if err != nil {
		return err
	}
	if held.Account.Customer != gone { // another call was faster
		return ErrAttemptTaken
	}
	customer, err := s.Provider.ReplaceCustomer(ctx, id, gone, email)
	if err != nil {
		return err
	}
	next := Account{Customer: customer, Attempt: held.Account.Attempt + 1, Plan: plan, Revision: held.Subscription.Revision}
	if err := s.Store.Replace(ctx, id, gone, next); err != nil {
		return err
	}
	return ErrAttemptTaken
}

// close makes the page of an attempt before sell nothing any more. Of one whose
// answer was lost, the same request tells which it is.
func (s *Service) close(ctx context.Context, id tenant.ID, a Account) error {
	if a.Attempt == 0 || !a.Checkout.Until.IsZero() && !s.Now().Before(a.Checkout.Until) {
		return nil
	}
	page := a.Checkout
	if page.ID == "" {
		var err error
		if page, err = s.Provider.Checkout(ctx, s.request(id, a)); err != nil {
			return err
		}
	}
	return s.Provider.CloseCheckout(ctx, page.ID)
}

// opened asks for the page of an attempt, which the payment service makes once,
// and keeps it.
func (s *Service) opened(ctx context.Context, id tenant.ID, a Account) (Session, error) {
	page, err := s.Provider.Checkout(ctx, s.request(id, a))
	if err != nil {
		return Session{}, err
	}
	a.Checkout = page
	return page, s.Store.Opened(ctx, id, a)
}

func (s *Service) request(id tenant.ID, a Account) CheckoutRequest {
	return CheckoutRequest{
		Tenant: id, Customer: a.Customer, Plan: a.Plan, Attempt: a.Attempt, TrialDays: s.trial(a),
		SuccessURL: s.AppURL + "/billing?checkout=success", CancelURL: s.AppURL + "/billing?checkout=canceled",
	}
}

// Portal answers a page with the card, the invoices and the end of the
// subscription. Errors: NoSubscription, and the Provider's.
func (s *Service) Portal(ctx context.Context, id tenant.ID) (Session, error) {
	held, err := s.Store.Held(ctx, id)
	if err != nil {
		return Session{}, err
	}
	if held.Account.Customer == "" {
		return Session{}, nothingBought()
	}
	page, err := s.Provider.Portal(ctx, held.Account.Customer, s.AppURL+"/billing")
	if gone := (*CustomerGone)(nil); errors.As(err, &gone) {
		return Session{}, nothingBought()
	}
	return page, err
}

// Change moves the subscription to another plan; to the free one by letting it
// end, and to one by contact only who was agreed with. It answers the subscription as it is then; what it changes here is the
// worker's. Errors: InvalidInput, NoSubscription, PlanByContact, and the Provider's.
func (s *Service) Change(ctx context.Context, id tenant.ID, plan tenant.Plan) (Held, error) {
	if plan == tenant.Free {
		return s.endsWithPeriod(ctx, id, true)
	}
	if plan.Offer().Plan != plan {
		return Held{}, problem.Invalid(problem.Field{Field: "plan", Message: "must be one of the plans"})
	}
	return s.changed(ctx, id, func(held Held, once string) (Reported, error) {
		if offer := plan.Offer(); offer.Contact && held.Subscription.Plan != plan && held.Tenant.Plan != plan {
			return Reported{}, byContact(offer)
		}
		return s.Provider.ChangePlan(ctx, held.Subscription.ID, plan, once)
	})
}

func byContact(offer tenant.Offer) error {
	return problem.New(problem.PlanByContact, "The "+offer.Name+" plan is agreed with each customer. Write to us.")
}

// Cancel lets the subscription end with its period. Errors: NoSubscription, and
// the Provider's.
func (s *Service) Cancel(ctx context.Context, id tenant.ID) (Held, error) {
	return s.endsWithPeriod(ctx, id, true)
}

// Resume lets one go on that was to end. Errors: as Cancel.
func (s *Service) Resume(ctx context.Context, id tenant.ID) (Held, error) {
	return s.endsWithPeriod(ctx, id, false)
}

func (s *Service) endsWithPeriod(ctx context.Context, id tenant.ID, end bool) (Held, error) {
	return s.changed(ctx, id, func(held Held, once string) (Reported, error) {
		return s.Provider.SetCancelAtEnd(ctx, held.Subscription.ID, end, once)
	})
}

// changed asks the payment service for a change of a live subscription. Each
// request has a name of its own: asking twice for what is so already changes
// nothing there, and a name that came again, after a change and its opposite,
// would be answered without being done.
func (s *Service) changed(ctx context.Context, id tenant.ID, ask func(held Held, once string) (Reported, error)) (Held, error) {
	held, err := s.Store.Held(ctx, id)
	if err != nil {
		return Held{}, err
	}
	if !held.Subscription.Status.Live() {
		return Held{}, nothingBought()
	}
	now, err := ask(held, tenant.NewID())
	if err != nil {
		return Held{}, err
	}
	held.Subscription = held.Subscription.As(now)
	return held, nil
}

// As is the subscription with what the payment service reports of it.
func (s Subscription) As(r Reported) Subscription {
	s.ID, s.Status, s.PeriodEnd, s.TrialEnd, s.CancelAtEnd = r.ID, r.Status, r.PeriodEnd, r.TrialEnd, r.CancelAtEnd
	if r.Plan != "" {
		s.Plan = r.Plan
	}
	return s
}

func nothingBought() error {
	return problem.New(problem.NoSubscription, "The account has bought nothing yet.")
}
