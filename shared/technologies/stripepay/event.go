package stripepay

import (
	"context"
	"encoding/json"
	"errors"
	"regexp"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/dispute"
	"github.com/stripe/stripe-go/v76/event"

	"github.com/devotionalai/platform/shared/domains/billing"
)

// What an id and a type of the service's look like. Ids become parts of keys.
var (
	idPattern   = regexp.MustCompile(`^[A-Za-z0-9_-]{1,200}$`)
	typePattern = regexp.MustCompile(`^[a-z0-9_]+(\.[a-z0-9_]+)+$`)
)

// Event implements billing.Provider.
func (c *Client) Event(ctx context.Context, id string) (billing.Event, error) {
	var found *stripe.Event
	err := c.read(ctx, "read event", func(key string, p stripe.Params) (err error) {
		found, err = event.Client{B: c.backend, Key: key}.Get(id, &stripe.EventParams{Params: p})
		if missing(err) {
			return notFound("event")
		}
		return err
	})
	if err != nil {
		return billing.Event{}, err
	}
	if err := rightVersion(found); err != nil {
		return billing.Event{}, invalid(err)
	}
	e, err := told(found)
	if err != nil {
		return billing.Event{}, failed("read event", err)
	}
	return c.Whose(ctx, e)
}

// Whose adds the customer to an event that names none: a dispute is of a charge,
// and that of a customer.
func (c *Client) Whose(ctx context.Context, e billing.Event) (billing.Event, error) {
	if e.Customer != "" || !disputeTypes[e.Type] {
		return e, nil
	}
	var found *stripe.Dispute
	err := c.read(ctx, "read dispute", func(key string, p stripe.Params) (err error) {
		with := &stripe.DisputeParams{Params: p}
		with.AddExpand("charge")
		found, err = dispute.Client{B: c.backend, Key: key}.Get(e.Object, with)
		if missing(err) {
			return notFound("dispute")
		}
		return err
	})
	if err != nil {
		return billing.Event{}, err
	}
	if charge := found.Charge; charge != nil {
		if charge.Customer != nil {
			e.Customer = charge.Customer.ID
		}
		if charge.Invoice != nil {
			e.Invoice = charge.Invoice.ID
		}
	}
	return e, nil
}

// disputeTypes are the events whose object names no customer.
var disputeTypes = map[string]bool{"charge.dispute.created": true, "charge.dispute.closed": true}

// decode reads JSON. The library's and the parser's errors quote it.
func decode(text []byte, into any) error {
	if json.Unmarshal(text, into) != nil {
		return errors.New("the body is not the JSON that is expected")
	}
	return nil
}

// object is what is read of the object that an event is about.
type object struct {
	ID       string    `json:"id"`
	Object   string    `json:"object"`
	Customer reference `json:"customer"`
	Invoice  reference `json:"invoice"`
}

// reference names another object: by its id, or as the whole object.
type reference string

// UnmarshalJSON implements json.Unmarshaler.
func (r *reference) UnmarshalJSON(b []byte) error {
	if len(b) > 0 && b[0] == '{' {
		var whole struct {
			ID string `json:"id"`
		}
		err := json.Unmarshal(b, &whole)
		*r = reference(whole.ID)
		return err
	}
	var id string // of null too
	err := json.Unmarshal(b, &id)
	*r = reference(id)
	return err
}

// rightVersion holds an event to the version that this code reads, whether it was
// sent or asked for: it is rendered once, in the version of then, and not in that
// of the call.
func rightVersion(e *stripe.Event) error {
	if e.APIVersion != stripe.APIVersion {
		return errors.New("the event is of another API version than " + stripe.APIVersion)
	}
	return nil
}

// told takes the ids out of an event.
func told(e *stripe.Event) (billing.Event, error) {
	if e.Data == nil {
		return billing.Event{}, errors.New("the event has no data")
	}
	var about object
	if err := decode(e.Data.Raw, &about); err != nil {
		return billing.Event{}, err
	}
	out := billing.Event{
		ID: e.ID, Type: string(e.Type), CreatedAt: at(e.Created), Customer: string(about.Customer), Object: about.ID, Invoice: string(about.Invoice),
	}
	switch about.Object {
	case "invoice":
		out.Invoice = about.ID
	case "customer":
		out.Customer = about.ID
	}
	if !idPattern.MatchString(out.ID) || !typePattern.MatchString(out.Type) {
		return billing.Event{}, errors.New("the event has no id or no type")
	}
	for _, id := range []string{out.Customer, out.Object, out.Invoice} {
		if id != "" && !idPattern.MatchString(id) {
			return billing.Event{}, errors.New("an id of the event is none")
		}
	}
	return out, nil
}
