package stripepay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/customer"
	"github.com/stripe/stripe-go/v76/subscription"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	subscriptionsPage = 100
	// maxSubscriptions bounds what is read of one customer. One who bought and ended
	// more is an operator's matter: what is beyond must not be taken for nothing.
	maxSubscriptions = 1000
)

// Subscriptions implements billing.Provider.
func (c *Client) Subscriptions(ctx context.Context, whose string) ([]billing.Reported, error) {
	var all []billing.Reported
	err := c.read(ctx, "list subscriptions", func(key string, p stripe.Params) error {
		all = nil
		list := &stripe.SubscriptionListParams{Customer: stripe.String(whose), Status: stripe.String("all")}
		list.Context, list.Limit = p.Context, stripe.Int64(subscriptionsPage)
		each := subscription.Client{B: c.backend, Key: key}.List(list)
		for each.Next() {
			if len(all) == maxSubscriptions {
				return problem.Wrap(problem.PaymentFailed, noAnswer, fmt.Errorf("a customer has more than %d subscriptions", maxSubscriptions))
			}
			all = append(all, c.reported(each.Subscription()))
		}
		return c.unlessDeleted(key, p, whose, each.Err())
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, func(a, b billing.Reported) int {
		return cmp.Or(a.CreatedAt.Compare(b.CreatedAt), cmp.Compare(a.ID, b.ID))
	})
	return all, nil
}

// unlessDeleted takes the answer that there is no such customer for none of its
// subscriptions only where the customer was deleted. Any other reason, as the key
// of another account, must not end what people have bought.
func (c *Client) unlessDeleted(key string, p stripe.Params, whose string, err error) error {
	if !missing(err) {
		return err
	}
	found, getErr := customer.Client{B: c.backend, Key: key}.Get(whose, &stripe.CustomerParams{Params: p})
	if getErr == nil && found.Deleted {
		return nil
	}
	return err
}

func (c *Client) reported(s *stripe.Subscription) billing.Reported {
	r := billing.Reported{
		ID: s.ID, Plan: c.plan(priceOf(s)), Status: billing.Status(s.Status), CreatedAt: at(s.Created),
		PeriodEnd: at(s.CurrentPeriodEnd), TrialEnd: at(s.TrialEnd),
		CancelAtEnd: s.CancelAtPeriodEnd || s.CancelAt != 0 && s.CancelAt <= s.CurrentPeriodEnd,
	}
	if s.Customer != nil {
		r.Customer = s.Customer.ID
	}
	if s.LatestInvoice != nil {
		r.Invoice = s.LatestInvoice.ID
	}
	return r
}

// priceOf is what a subscription is of. Ours have one item.
func priceOf(s *stripe.Subscription) *stripe.Price {
	if s.Items == nil || len(s.Items.Data) != 1 {
		return nil
	}
	return s.Items.Data[0].Price
}

// ChangePlan implements billing.Provider. A card that is declined changes nothing.
func (c *Client) ChangePlan(ctx context.Context, id string, plan tenant.Plan, once string) (billing.Reported, error) {
	price, err := c.price(plan)
	if err != nil {
		return billing.Reported{}, err
	}
	now, err := c.subscription(ctx, id)
	if err != nil {
		return billing.Reported{}, err
	}
	if priceOf(now) == nil {
		return billing.Reported{}, problem.Wrap(problem.PaymentFailed, noAnswer, errors.New("change plan: the subscription has not one item"))
	}
	if priceOf(now).ID == price || c.plan(priceOf(now)) == plan { // a price of before stays who has it
		return c.reported(now), nil
	}
	return c.update(ctx, "change plan", "change-"+id+"-"+once, id, &stripe.SubscriptionParams{
		Items:             []*stripe.SubscriptionItemsParams{{ID: stripe.String(now.Items.Data[0].ID), Price: stripe.String(price)}},
		ProrationBehavior: stripe.String("always_invoice"),
		PaymentBehavior:   stripe.String("error_if_incomplete"),
	})
}

// SetCancelAtEnd implements billing.Provider.
func (c *Client) SetCancelAtEnd(ctx context.Context, id string, end bool, once string) (billing.Reported, error) {
	name := "resume"
	if end {
		name = "cancel"
	}
	return c.update(ctx, name, name+"-"+id+"-"+once, id, &stripe.SubscriptionParams{CancelAtPeriodEnd: stripe.Bool(end)})
}

func (c *Client) update(ctx context.Context, doing, once, id string, change *stripe.SubscriptionParams) (billing.Reported, error) {
	var now *stripe.Subscription
	err := c.write(ctx, doing, once, func(key string, p stripe.Params) (err error) {
		change.Params = p
		now, err = subscription.Client{B: c.backend, Key: key}.Update(id, change)
		return err
	})
	if err != nil {
		return billing.Reported{}, err
	}
	return c.reported(now), nil
}

// EndNow implements billing.Provider.
func (c *Client) EndNow(ctx context.Context, id string) error {
	err := c.write(ctx, "end subscription", "end-"+id, func(key string, p stripe.Params) error {
		_, err := subscription.Client{B: c.backend, Key: key}.Cancel(id, &stripe.SubscriptionCancelParams{Params: p})
		return err
	})
	if !refusedAsInvalid(err) {
		return err
	}
	now, readErr := c.subscription(ctx, id)
	if readErr != nil {
		return readErr
	}
	if s := billing.Status(now.Status); s == billing.Canceled || s == billing.IncompleteExpired {
		return nil
	}
	return err
}

func (c *Client) subscription(ctx context.Context, id string) (*stripe.Subscription, error) {
	var now *stripe.Subscription
	err := c.read(ctx, "read subscription", func(key string, p stripe.Params) (err error) {
		now, err = subscription.Client{B: c.backend, Key: key}.Get(id, &stripe.SubscriptionParams{Params: p})
		return err
	})
	return now, err
}
