package paymock

import (
	"net/url"
	"slices"
	"strconv"
)

func (d *Document) updateSubscription(id string, form url.Values) (object, error) {
	s := d.subscription(id)
	if s == nil {
		return nil, absent("subscription", id, "id")
	}
	if s.ended() {
		return nil, invalid("", "", "A canceled subscription can only update its cancellation_details and metadata.")
	}
	how, err := oneOf(form, "proration_behavior", string(WithNext), string(WithNext), string(AtOnce), string(Never))
	if err != nil {
		return nil, err
	}
	behaviour, err := oneOf(form, "payment_behavior", "allow_incomplete", "allow_incomplete", "error_if_incomplete", "pending_if_incomplete", "default_incomplete")
	if err != nil {
		return nil, err
	}
	end, err := oneOf(form, "cancel_at_period_end", "", "true", "false")
	if err != nil {
		return nil, err
	}
	if price := form.Get("items[0][price]"); price != "" {
		if item := form.Get("items[0][id]"); item != s.Item {
			return nil, invalid("items[0][id]", "", "No such subscription item: '%s'. The stand-in has one item for each subscription.", item)
		}
		if err := d.changePrice(s, price, Proration(how), behaviour == "error_if_incomplete"); err != nil {
			return nil, err
		}
	}
	if end != "" {
		d.setCancelAtEnd(s, end == "true")
	}
	for name, v := range bag(form, "metadata") {
		if s.Metadata == nil {
			s.Metadata = map[string]string{}
		}
		s.Metadata[name] = v
	}
	return d.subscriptionObject(s), nil
}

// cancelSubscription answers one that has ended as Stripe does: as if it were not
// there.
func (d *Document) cancelSubscription(id string, _ url.Values) (object, error) {
	s := d.subscription(id)
	if s == nil || s.ended() {
		return nil, absent("subscription", id, "id")
	}
	d.cancel(s, "cancellation_requested")
	return d.subscriptionObject(s), nil
}

func (d *Document) resumeSubscription(id string, _ url.Values) (object, error) {
	s := d.subscription(id)
	if s == nil {
		return nil, absent("subscription", id, "id")
	}
	if err := d.resume(s); err != nil {
		return nil, err
	}
	return d.subscriptionObject(s), nil
}

func (d *Document) postPay(id string, _ url.Values) (object, error) {
	return d.onInvoice(id, d.payNow)
}

func (d *Document) postVoid(id string, _ url.Values) (object, error) {
	return d.onInvoice(id, d.void)
}

func (d *Document) onInvoice(id string, do func(*Invoice) error) (object, error) {
	i := d.invoice(id)
	if i == nil {
		return nil, absent("invoice", id, "id")
	}
	if err := do(i); err != nil {
		return nil, err
	}
	return d.invoiceObject(i), nil
}

func (d *Document) postRefund(_ string, form url.Values) (object, error) {
	param, find := "charge", d.charge
	if form.Has("payment_intent") {
		param, find = "payment_intent", func(id string) *Charge {
			if i := d.intent(id); i != nil {
				return d.charge(i.Charge)
			}
			return nil
		}
	}
	c, err := ofOurs(form, param, find)
	if err != nil {
		return nil, err
	}
	var amount int64
	if v := form.Get("amount"); v != "" {
		if amount, err = strconv.ParseInt(v, 10, 64); err != nil || amount < 1 {
			return nil, invalid("amount", "parameter_invalid_integer", "Invalid integer: %s", v)
		}
	}
	reason, err := oneOf(form, "reason", "", "duplicate", "fraudulent", "requested_by_customer")
	if err != nil {
		return nil, err
	}
	r, err := d.payBack(c, amount, reason, bag(form, "metadata"))
	if err != nil {
		return nil, err
	}
	return d.refundObject(r), nil
}

func (d *Document) listRefunds(_ string, form url.Values) (object, error) {
	return page("/v1/refunds", d.refundsOf(form.Get("charge")), form)
}

func (d *Document) listDisputes(_ string, form url.Values) (object, error) {
	var all []object
	for _, p := range slices.Backward(d.Disputes) {
		if form.Get("charge") == "" || form.Get("charge") == p.Charge {
			all = append(all, d.disputeObject(p))
		}
	}
	return page("/v1/disputes", all, form)
}
