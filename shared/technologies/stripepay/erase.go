package stripepay

import (
	"context"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/customer"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// End implements erasure.Payments. Stripe ends what a deleted customer has bought by
// itself; each subscription is ended before, so that none goes on if only the first
// half is done. A customer that was deleted already is success; one that the key's
// account never had is not, because then another account may still take money.
func (c *Client) End(ctx context.Context, _ tenant.ID, whose string) error {
	bought, err := c.Subscriptions(ctx, whose)
	if err != nil {
		return err
	}
	for _, s := range bought {
		if s.Status == billing.Canceled || s.Status == billing.IncompleteExpired {
			continue
		}
		if err := c.EndNow(ctx, s.ID); err != nil {
			return err
		}
	}
	return c.write(ctx, "delete customer", "delete-"+whose, func(key string, p stripe.Params) error {
		_, err := customer.Client{B: c.backend, Key: key}.Del(whose, &stripe.CustomerParams{Params: p})
		return c.unlessDeleted(key, stripe.Params{Context: p.Context}, whose, err)
	})
}
