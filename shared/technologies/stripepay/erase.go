package stripepay

import (
	"context"
	"fmt"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/customer"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
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

const (
	customersPage = 100
	// clocksDiffer is how much earlier than the tenant's id its customer may seem made.
	clocksDiffer = time.Hour
	// anew is where a list goes on that begins, or begins once more: no customer's id.
	anew = "-"
)

// Customers implements erasure.Payments. What Stripe's search finds is held to its own
// metadata once more: what is found is deleted. Search is behind by a minute, and not
// offered everywhere; where it is refused, every customer is read that was made since
// the tenant was, a page in each call.
func (c *Client) Customers(ctx context.Context, id tenant.ID, after string) (all []string, next string, err error) {
	if after != "" {
		return c.madeSince(ctx, id, after)
	}
	err = c.read(ctx, "search customers", func(key string, p stripe.Params) error {
		all = nil
		search := &stripe.CustomerSearchParams{SearchParams: stripe.SearchParams{
			Context: p.Context, Query: fmt.Sprintf("metadata['%s']:'%s'", metaTenant, id), Limit: stripe.Int64(customersPage),
		}}
		each := customer.Client{B: c.backend, Key: key}.Search(search)
		for each.Next() {
			if found := each.Customer(); belongs(found, id) {
				all = append(all, found.ID)
			}
		}
		return each.Err()
	})
	if refusedAsInvalid(err) {
		return c.madeSince(ctx, id, anew)
	}
	return all, "", err
}

func belongs(c *stripe.Customer, id tenant.ID) bool {
	return !c.Deleted && c.Metadata[metaTenant] == string(id)
}

// madeSince reads a page of the customers that were made since the tenant was, and
// keeps its own. It goes on after one that is not its own: those are deleted before the
// next page is asked for. One that was deleted meanwhile all the same has the list begin
// anew, which has fewer then.
func (c *Client) madeSince(ctx context.Context, id tenant.ID, after string) (all []string, next string, err error) {
	from, ok := tenant.TimeOf(string(id))
	if !ok {
		return nil, "", problem.New(problem.InvalidInput, "The tenant's id is none.")
	}
	page, more, err := c.customersAfter(ctx, from.Add(-clocksDiffer), after)
	if after != anew && refusedAsInvalid(err) {
		return nil, anew, nil
	}
	if err != nil {
		return nil, "", err
	}
	next = after
	for _, found := range page {
		if belongs(found, id) {
			all = append(all, found.ID)
		} else {
			next = found.ID
		}
	}
	if !more {
		next = ""
	}
	return all, next, nil
}

// customersAfter reads one page of those that were made since a time.
func (c *Client) customersAfter(ctx context.Context, from time.Time, after string) (page []*stripe.Customer, more bool, err error) {
	err = c.read(ctx, "list customers", func(key string, p stripe.Params) error {
		list := &stripe.CustomerListParams{CreatedRange: &stripe.RangeQueryParams{GreaterThanOrEqual: from.Unix()}}
		list.Context, list.Limit, list.Single = p.Context, stripe.Int64(customersPage), true
		if after != anew {
			list.StartingAfter = stripe.String(after)
		}
		each := customer.Client{B: c.backend, Key: key}.List(list)
		page = nil
		for each.Next() {
			page = append(page, each.Customer())
		}
		more = each.Meta() != nil && each.Meta().HasMore && len(page) > 0
		return each.Err()
	})
	return page, more, err
}
