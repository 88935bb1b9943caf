package billing_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const buyer tenant.ID = "01ARZ3NDEKTSV4RRFFQ69G5FAV"

// shelf keeps one tenant's account as the tables do.
type shelf struct {
	mu   sync.Mutex
	held billing.Held
}

func (s *shelf) Held(context.Context, tenant.ID) (billing.Held, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.held, nil
}

func (s *shelf) Introduce(_ context.Context, _ tenant.ID, customer string) (billing.Account, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Account.Customer == "" {
		s.held.Account.Customer = customer
	}
	return s.held.Account, nil
}

func (s *shelf) Replace(_ context.Context, _ tenant.ID, gone string, a billing.Account) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Account.Customer != gone || s.held.Account.Attempt != a.Attempt-1 {
		return billing.ErrAttemptTaken
	}
	s.held.Account = a
	return nil
}

func (s *shelf) Attempt(_ context.Context, _ tenant.ID, a billing.Account) error {
	return s.put(a, a.Attempt-1)
}

func (s *shelf) Opened(_ context.Context, _ tenant.ID, a billing.Account) error {
	return s.put(a, a.Attempt)
}

func (s *shelf) put(a billing.Account, before int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.held.Account.Attempt != before {
		return billing.ErrAttemptTaken
	}
	s.held.Account = a
	return nil
}

// till is a payment service that makes one page for each attempt, and may lose an answer.
type till struct {
	billing.Provider // nothing else is called
	mu               sync.Mutex
	now              time.Time
	pages            map[string]billing.Session
	closed           map[string]bool
	customers        int
	lose             int     // answers of Checkout to lose
	trials           []int64 // that were asked for
	gone             string  // a customer that was deleted
}

func (p *till) CreateCustomer(_ context.Context, id tenant.ID, _ string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.customers = 1
	return "cus_" + string(id), nil
}

func (p *till) ReplaceCustomer(_ context.Context, _ tenant.ID, gone, _ string) (string, error) {
	return gone + "_2", nil
}

func (p *till) Portal(_ context.Context, customer, _ string) (billing.Session, error) {
	if customer == p.gone {
		return billing.Session{}, &billing.CustomerGone{Customer: customer}
	}
	return billing.Session{}, nil
}

func (p *till) Checkout(_ context.Context, r billing.CheckoutRequest) (billing.Session, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	key := fmt.Sprintf("%s-%s-%d", r.Tenant, r.Plan, r.Attempt)
	p.trials = append(p.trials, r.TrialDays)
	if r.Customer == p.gone {
		return billing.Session{}, problem.Wrap(problem.PaymentFailed, "gone", &billing.CustomerGone{Customer: r.Customer})
	}
	page, made := p.pages[key]
	if !made {
		page = billing.Session{ID: "cs_" + key, URL: "https://pay.test/" + key, Until: p.now.Add(24 * time.Hour)}
		p.pages[key] = page
	}
	if p.lose > 0 {
		p.lose--
		return billing.Session{}, problem.New(problem.PaymentFailed, "lost")
	}
	return page, nil
}

func (p *till) CloseCheckout(_ context.Context, id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed[id] = true
	return nil
}

// open are the pages that could still sell something.
func (p *till) open() (n int) {
	for _, page := range p.pages {
		if !p.closed[page.ID] {
			n++
		}
	}
	return n
}

func stand(t *testing.T) (*billing.Service, *shelf, *till) {
	t.Helper()
	now := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	p := &till{now: now, pages: map[string]billing.Session{}, closed: map[string]bool{}}
	s := &shelf{held: billing.Held{Subscription: billing.Subscription{Status: billing.NotBought, Plan: tenant.Free}}}
	return &billing.Service{Store: s, Provider: p, AppURL: "https://app.test", Now: func() time.Time { return p.now }}, s, p
}

func checkout(t *testing.T, s *billing.Service) billing.Session {
	t.Helper()
	page, err := s.Checkout(t.Context(), buyer, "a@example.com", tenant.Pro)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

func TestADoubleClickOpensOnePage(t *testing.T) {
	s, _, p := stand(t)
	pages := make([]billing.Session, 40)
	var all sync.WaitGroup
	for i := range pages {
		all.Go(func() {
			page, err := s.Checkout(t.Context(), buyer, "a@example.com", tenant.Pro)
			if err != nil && !problem.Is(err, problem.Conflict) {
				t.Errorf("click %d: %v", i, err)
			}
			pages[i] = page
		})
	}
	all.Wait()
	if last := checkout(t, s); p.open() != 1 || len(p.pages) != 1 || last.URL == "" {
		t.Fatalf("%d pages were made, %d of them can sell", len(p.pages), p.open())
	}
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	s, _, p := stand(t)
	p.lose = 1
	if _, err := s.Checkout(t.Context(), buyer, "a@example.com", tenant.Pro); !problem.Is(err, problem.PaymentFailed) {
		t.Fatalf("got %v", err)
	}
	checkout(t, s)
	if len(p.pages) != 1 {
		t.Fatalf("a lost answer left %d pages", len(p.pages))
	}
}

// TestADeletedCustomerIsReplacedByOne: it buys on, with an attempt that was not made
// for the one before.
func TestADeletedCustomerIsReplacedByOne(t *testing.T) {
	s, shelf, p := stand(t)
	checkout(t, s)
	was := shelf.held.Account
	p.gone = was.Customer
	p.now = p.now.Add(25 * time.Hour)
	if _, err := s.Portal(t.Context(), buyer); !problem.Is(err, problem.NoSubscription) {
		t.Errorf("the portal: %v", err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Checkout(t.Context(), buyer, "a@example.com", tenant.Pro); err != nil && !problem.Is(err, problem.Conflict) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	page := checkout(t, s)
	if a := shelf.held.Account; a.Customer != was.Customer+"_2" || a.Attempt <= was.Attempt || a.Checkout != page || len(p.pages) != 2 {
		t.Errorf("%+v, with %d pages", a, len(p.pages))
	}
}

func TestAPageThatIsOverIsClosedBeforeTheNext(t *testing.T) {
	s, shelf, p := stand(t)
	first := checkout(t, s)
	if again := checkout(t, s); again != first {
		t.Fatalf("an open page was replaced: %+v, %+v", first, again)
	}
	p.now = p.now.Add(23*time.Hour + 55*time.Minute)
	if second := checkout(t, s); second.ID == first.ID || p.open() != 1 {
		t.Fatalf("a page that is about to close was handed out: %+v (%d open)", second, p.open())
	}
	second := checkout(t, s)
	shelf.held.Subscription = billing.Subscription{Status: billing.Canceled, Plan: tenant.Pro, Revision: 7} // bought, and ended since
	if third := checkout(t, s); third.ID == second.ID || p.open() != 1 {
		t.Fatalf("a page that has sold was handed out: %+v (%d open)", third, p.open())
	}
}

func TestWhatIsSoldAtACheckout(t *testing.T) {
	for name, c := range map[string]struct {
		plan   tenant.Plan
		status billing.Status
		want   problem.Code
	}{
		"free":          {tenant.Free, billing.NotBought, problem.InvalidInput},
		"none of ours":  {"gold", billing.NotBought, problem.InvalidInput},
		"by agreement":  {tenant.Enterprise, billing.NotBought, problem.PlanByContact},
		"active":        {tenant.Pro, billing.Active, problem.SubscriptionExists},
		"on trial":      {tenant.Pro, billing.Trialing, problem.SubscriptionExists},
		"past due":      {tenant.Pro, billing.PastDue, problem.SubscriptionExists},
		"unpaid":        {tenant.Pro, billing.Unpaid, problem.SubscriptionExists},
		"paused":        {tenant.Pro, billing.Paused, problem.SubscriptionExists},
		"after its end": {tenant.Pro, billing.Canceled, ""},
		"never paid":    {tenant.Pro, billing.IncompleteExpired, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, shelf, _ := stand(t)
			shelf.held.Subscription.Status = c.status
			_, err := s.Checkout(t.Context(), buyer, "a@example.com", c.plan)
			if c.want == "" && err != nil || c.want != "" && !problem.Is(err, c.want) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

// TestNothingIsSoldThatAGrantWouldHide: nobody pays for what does not come into force.
func TestNothingIsSoldThatAGrantWouldHide(t *testing.T) {
	for name, c := range map[string]struct {
		grant    func(now time.Time) billing.Grant
		inForce  tenant.Plan
		status   billing.Status
		want     problem.Code
		ofBefore bool // something was bought once, so that a plan without a grant is no agreement
	}{
		"without an end": {func(time.Time) billing.Grant { return billing.Grant{Plan: tenant.Pro} }, tenant.Pro, billing.NotBought, problem.PlanGranted, false},
		"of a larger plan": {func(now time.Time) billing.Grant {
			return billing.Grant{Plan: tenant.Enterprise, Until: now.Add(time.Hour)}
		}, tenant.Enterprise, billing.Canceled, problem.PlanGranted, true},
		"of the free plan":            {func(time.Time) billing.Grant { return billing.Grant{Plan: tenant.Free} }, tenant.Free, billing.NotBought, problem.PlanGranted, false},
		"older than grants":           {func(time.Time) billing.Grant { return billing.Grant{} }, tenant.Pro, billing.NotBought, problem.PlanGranted, false},
		"beside what is bought":       {func(time.Time) billing.Grant { return billing.Grant{Plan: tenant.Pro} }, tenant.Pro, billing.Active, problem.SubscriptionExists, true},
		"over, and not yet swept":     {func(now time.Time) billing.Grant { return billing.Grant{Plan: tenant.Pro, Until: now} }, tenant.Pro, billing.NotBought, "", false},
		"ended with what was bought ": {func(time.Time) billing.Grant { return billing.Grant{} }, tenant.Free, billing.Canceled, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			s, shelf, p := stand(t)
			shelf.held.Grant, shelf.held.Tenant.Plan, shelf.held.Subscription.Status = c.grant(s.Now()), c.inForce, c.status
			if c.ofBefore {
				shelf.held.Subscription.ID = "sub_1"
			}
			_, err := s.Checkout(t.Context(), buyer, "a@example.com", tenant.Pro)
			switch {
			case c.want == "" && err == nil:
			case !problem.Is(err, c.want):
				t.Fatalf("got %v", err)
			case p.customers > 0:
				t.Error("who buys nothing was made a customer")
			}
		})
	}
}

func (p *till) ChangePlan(_ context.Context, id string, plan tenant.Plan, _ string) (billing.Reported, error) {
	return billing.Reported{ID: id, Plan: plan, Status: billing.Active}, nil
}

// TestAPlanByContactIsNotChangedTo, but by whom it was agreed with.
func TestAPlanByContactIsNotChangedTo(t *testing.T) {
	for name, c := range map[string]struct {
		bought, inForce, to tenant.Plan
		want                problem.Code
	}{
		"from pro":               {tenant.Pro, tenant.Pro, tenant.Enterprise, problem.PlanByContact},
		"it is what was bought":  {tenant.Enterprise, tenant.Free, tenant.Enterprise, ""},
		"it is what was granted": {tenant.Pro, tenant.Enterprise, tenant.Enterprise, ""},
		"down from it":           {tenant.Enterprise, tenant.Enterprise, tenant.Pro, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s, shelf, _ := stand(t)
			shelf.held.Subscription, shelf.held.Tenant.Plan = billing.Subscription{ID: "sub_1", Plan: c.bought, Status: billing.Active}, c.inForce
			held, err := s.Change(t.Context(), buyer, c.to)
			if c.want == "" && (err != nil || held.Subscription.Plan != c.to) || c.want != "" && !problem.Is(err, c.want) {
				t.Fatalf("%+v, %v", held.Subscription, err)
			}
		})
	}
}

func TestNothingBoughtIsNothingToChange(t *testing.T) {
	s, _, _ := stand(t)
	for name, do := range map[string]func() error{
		"portal": func() error { _, err := s.Portal(t.Context(), buyer); return err },
		"change": func() error { _, err := s.Change(t.Context(), buyer, tenant.Enterprise); return err },
		"free":   func() error { _, err := s.Change(t.Context(), buyer, tenant.Free); return err },
		"cancel": func() error { _, err := s.Cancel(t.Context(), buyer); return err },
		"resume": func() error { _, err := s.Resume(t.Context(), buyer); return err },
	} {
		if err := do(); !problem.Is(err, problem.NoSubscription) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOnlyTheFirstSubscriptionBeginsWithATrial(t *testing.T) {
	s, shelf, p := stand(t)
	s.TrialDays = 14
	checkout(t, s)
	shelf.held.Subscription = billing.Subscription{ID: "sub_1", Status: billing.Canceled, Plan: tenant.Pro, Revision: 3}
	checkout(t, s)
	if want := []int64{14, 0}; !slices.Equal(p.trials, want) {
		t.Fatalf("trials of %v days, want %v", p.trials, want)
	}
}
