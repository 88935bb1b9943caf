package stripepay

import (
	"context"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/dispute"
	"github.com/stripe/stripe-go/v76/invoice"
	"github.com/stripe/stripe-go/v76/refund"

	"github.com/devotionalai/platform/shared/domains/billing"
)

// Invoice implements billing.Provider.
func (c *Client) Invoice(ctx context.Context, id string) (billing.Invoice, error) {
	in, err := c.invoice(ctx, id)
	if err != nil {
		return billing.Invoice{}, err
	}
	out := billing.Invoice{ID: in.ID, Paid: in.Paid, Amount: in.AmountPaid, Currency: string(in.Currency)}
	if in.Customer != nil {
		out.Customer = in.Customer.ID
	}
	if in.Subscription != nil {
		out.Subscription = in.Subscription.ID
	}
	if in.StatusTransitions != nil {
		out.PaidAt = at(in.StatusTransitions.PaidAt)
	}
	if line := boughtBy(in); line != nil {
		out.Plan = c.plan(line.Price)
		if line.Period != nil {
			out.PeriodEnd = at(line.Period.End)
		}
	}
	if in.Charge == nil {
		return out, nil
	}
	out.Refunded = in.Charge.AmountRefunded
	if in.Charge.Disputed {
		out.DisputeOpen, out.DisputeLost, err = c.disputed(ctx, in.Charge.ID)
	}
	return out, err
}

func (c *Client) invoice(ctx context.Context, id string) (*stripe.Invoice, error) {
	var in *stripe.Invoice
	err := c.read(ctx, "read invoice", func(key string, p stripe.Params) (err error) {
		with := &stripe.InvoiceParams{Params: p}
		with.AddExpand("charge")
		in, err = invoice.Client{B: c.backend, Key: key}.Get(id, with)
		if missing(err) {
			return notFound("invoice")
		}
		return err
	})
	return in, err
}

// boughtBy is the line that says what an invoice is for: the subscription's own,
// or of a change of plan, which has a line that gives back what is left of the old
// one, the dearest.
func boughtBy(in *stripe.Invoice) *stripe.InvoiceLineItem {
	if in.Lines == nil {
		return nil
	}
	var found *stripe.InvoiceLineItem
	for _, line := range in.Lines.Data {
		switch {
		case line.Subscription == nil:
		case found == nil, found.Proration && !line.Proration, found.Proration == line.Proration && line.Amount > found.Amount:
			found = line
		}
	}
	return found
}

// disputed asks what has become of the disputes of a charge.
func (c *Client) disputed(ctx context.Context, charge string) (open, lost bool, err error) {
	err = c.read(ctx, "list disputes", func(key string, p stripe.Params) error {
		open, lost = false, false
		list := &stripe.DisputeListParams{Charge: stripe.String(charge)}
		list.Context = p.Context
		each := dispute.Client{B: c.backend, Key: key}.List(list)
		for each.Next() {
			switch each.Dispute().Status {
			case stripe.DisputeStatusLost:
				lost = true
			case stripe.DisputeStatusWon, stripe.DisputeStatusWarningClosed:
			default:
				open = true
			}
		}
		return each.Err()
	})
	return open, lost, err
}

// Refund implements billing.Provider. An invoice that nothing was charged for, as
// of a trial, has nothing to pay back.
func (c *Client) Refund(ctx context.Context, id string) error {
	in, err := c.invoice(ctx, id)
	if err != nil {
		return err
	}
	if in.Charge == nil || !in.Charge.Paid || in.Charge.Refunded {
		return nil
	}
	return c.write(ctx, "refund", "refund-"+id, func(key string, p stripe.Params) error {
		_, err := refund.Client{B: c.backend, Key: key}.New(&stripe.RefundParams{Params: p, Charge: stripe.String(in.Charge.ID)})
		if e, ok := answered(err); ok && e.Code == stripe.ErrorCodeChargeAlreadyRefunded {
			return nil
		}
		return err
	})
}
