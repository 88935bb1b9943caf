package billing_test

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// moment is all that the payment service says of a customer from then on.
type moment struct {
	subscriptions []billing.Reported
	invoices      []billing.Invoice
}

// service is a payment service of one customer whose life goes on: it answers what
// is so at the moment that was reached. It is safe for concurrent use.
type service struct {
	billing.Provider // what the worker does not call

	customer string
	moments  []moment
	// read runs after each list of subscriptions was made and before it is answered:
	// until it returns, the worker's answer grows old.
	read func()
	fail func(doing string) error // of a write; nil never fails
	slow bool                     // a payment that goes back has not arrived yet

	mu       sync.Mutex
	reached  int
	ended    map[string]bool
	refunded map[string]int
}

func newService(customer string, moments ...moment) *service {
	return &service{customer: customer, moments: moments, ended: map[string]bool{}, refunded: map[string]int{}}
}

// reach lets life go on to a moment, if it is not past that already.
func (s *service) reach(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reached = max(s.reached, n)
}

func (s *service) Subscriptions(_ context.Context, customer string) ([]billing.Reported, error) {
	s.mu.Lock()
	var all []billing.Reported
	if customer == s.customer {
		all = slices.Clone(s.moments[s.reached].subscriptions)
	}
	for i := range all {
		if s.ended[all[i].ID] {
			all[i].Status = billing.Canceled
		}
	}
	read := s.read
	s.mu.Unlock()
	if read != nil {
		read()
	}
	return all, nil
}

func (s *service) Invoice(_ context.Context, id string) (billing.Invoice, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range s.moments[s.reached].invoices {
		if i.ID == id {
			if s.refunded[id] > 0 && !s.slow {
				i.Refunded = i.Amount
			}
			return i, nil
		}
	}
	return billing.Invoice{}, problem.New(problem.NotFound, "There is no such invoice.")
}

func (s *service) EndNow(_ context.Context, subscription string) error {
	return s.do("end", func() { s.ended[subscription] = true })
}

func (s *service) Refund(_ context.Context, invoice string) error {
	return s.do("refund", func() { s.refunded[invoice]++ })
}

func (s *service) do(doing string, effect func()) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fail != nil {
		if err := s.fail(doing); err != nil {
			return err
		}
	}
	effect()
	return nil
}

// paidBack lists the invoices that went back, and how often that was asked.
func (s *service) paidBack() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.refunded)
}
