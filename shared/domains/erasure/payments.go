package erasure

import (
	"context"
	"fmt"
	"slices"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// PaymentsStep ends what the tenant has at the payment service, before anything is
// deleted: afterwards nobody would know the customer. It comes again when it is quiet,
// for a customer that was being made when the account was frozen; it notes when it
// searched, for ItemsStep to know whether it did so then.
type PaymentsStep struct {
	Run
	Items    Items
	Payments Payments
}

// Stripe, Google and SES are told of by these names.
const (
	toldPayments = "Stripe"
	toldChannels = "Google"
	toldMail     = privacy.MailService
)

// Do may be repeated.
func (s PaymentsStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepPayments, func(ctx context.Context, e Erasure) (Step, error) {
		if !slices.Contains(e.Told, toldPayments) {
			held, _, err := s.Items.Page(ctx, in.TenantID, tenant.DataPrefix, "BILLING", "")
			if err != nil {
				return NothingNow, err
			}
			for _, h := range held {
				if customer := h.Fields["customer"]; customer != "" {
					if err := s.end(ctx, in, customer); err != nil {
						return NothingNow, err
					}
				}
			}
		}
		return s.strays(ctx, in, e)
	})
}

// strays ends those customers that were made and never stored, because a checkout died
// between the two. How far the search is, is kept: another call goes on from there.
func (s PaymentsStep) strays(ctx context.Context, in workflow.Input, e Erasure) (Step, error) {
	since, after, enough := e.SeekingAt, e.SeekAfter, s.enough(ctx)
	if after == "" {
		since = s.Now()
	}
	for {
		strays, next, err := s.Payments.Customers(ctx, in.TenantID, after)
		if err != nil {
			return NothingNow, err
		}
		for _, customer := range strays {
			err := s.end(ctx, in, customer)
			if err == nil {
				err = s.forget(ctx, in, customer)
			}
			if err != nil {
				return NothingNow, err
			}
		}
		if after = next; after == "" {
			return StepChannels, s.Progress.Note(ctx, in, Noted{Sought: since})
		}
		if err := s.Progress.Note(ctx, in, Noted{Seeking: since, SeekAfter: after}); err != nil || enough() {
			return StepPayments, err
		}
	}
}

func (s PaymentsStep) end(ctx context.Context, in workflow.Input, customer string) error {
	if err := s.Payments.End(ctx, in.TenantID, customer); err != nil {
		return err
	}
	return s.Progress.Note(ctx, in, Noted{Told: []string{toldPayments}})
}

// forget removes what the directory holds of a customer that no item leads to.
func (s PaymentsStep) forget(ctx context.Context, in workflow.Input, customer string) error {
	r := Removal{Run: &in}
	for _, p := range privacy.Declaration() {
		if p.Store != privacy.Directory || p.Erasure != privacy.ByReference || p.Found.Kind != "BILLING" {
			continue
		}
		key, err := p.Key.Fill(map[string]string{p.Found.Variable: customer})
		if err != nil {
			return fmt.Errorf("find %s: %w", p.Kind, err)
		}
		found, ok, err := s.Items.Look(ctx, key)
		if err != nil {
			return err
		}
		if ok && !elsewhere(in.TenantID, "", found) {
			r.Items = append(r.Items, found)
		}
	}
	if len(r.Items) == 0 {
		return nil
	}
	return s.Items.Remove(ctx, in.TenantID, r)
}
