package paymock

import (
	"cmp"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Call is a call of Stripe's API, below /v1/.
type Call struct {
	Method string
	Path   string // checkout/sessions/cs_…/expire
	Form   url.Values
	Key    string // Idempotency-Key, "" for none
}

// Answer is what a call is answered with.
type Answer struct {
	Status   int
	Body     json.RawMessage
	Replayed bool // it was given before, to the same request
}

// route is one that the stand-in plays. {id} in its path names an object.
type route struct {
	method, path string
	do           func(d *Document, id string, form url.Values) (object, error)
}

var routes = []route{
	{"POST", "customers", nil}, // see Book.Call
	{"GET", "customers/search", nil},
	{"GET", "customers/{id}", (*Document).getCustomer},
	{"POST", "customers/{id}", (*Document).updateCustomer},
	{"DELETE", "customers/{id}", (*Document).deleteCustomer},
	{"POST", "checkout/sessions", (*Document).postSession},
	{"GET", "checkout/sessions/{id}", (*Document).getObject},
	{"POST", "checkout/sessions/{id}/expire", (*Document).postExpire},
	{"POST", "billing_portal/sessions", (*Document).postPortal},
	{"GET", "subscriptions", (*Document).listSubscriptions},
	{"GET", "subscriptions/{id}", (*Document).getObject},
	{"POST", "subscriptions/{id}", (*Document).updateSubscription},
	{"DELETE", "subscriptions/{id}", (*Document).cancelSubscription},
	{"POST", "subscriptions/{id}/resume", (*Document).resumeSubscription},
	{"GET", "invoices", (*Document).listInvoices},
	{"GET", "invoices/{id}", (*Document).getObject},
	{"POST", "invoices/{id}/pay", (*Document).postPay},
	{"POST", "invoices/{id}/void", (*Document).postVoid},
	{"GET", "payment_intents/{id}", (*Document).getObject},
	{"GET", "charges/{id}", (*Document).getObject},
	{"POST", "refunds", (*Document).postRefund},
	{"GET", "refunds", (*Document).listRefunds},
	{"GET", "refunds/{id}", (*Document).getObject},
	{"GET", "disputes", (*Document).listDisputes},
	{"GET", "disputes/{id}", (*Document).getObject},
	{"GET", "events/{id}", (*Document).getObject},
}

// kinds are what paths call the objects of an id, and what refusals call them.
var kinds = map[string]struct{ prefix, name string }{
	"customers": {"cus_", "customer"}, "checkout": {"cs_test_", "checkout.session"}, "subscriptions": {"sub_", "subscription"},
	"invoices": {"in_", "invoice"}, "payment_intents": {"pi_", "payment_intent"}, "charges": {"ch_", "charge"},
	"refunds": {"re_", "refund"}, "disputes": {"dp_", "dispute"}, "events": {"evt_", "event"},
}

// match finds a call's route, and the id that its path names.
func match(c Call) (found route, id string, ok bool) {
	steps := strings.Split(c.Path, "/")
	for _, r := range routes {
		pattern := strings.Split(r.path, "/")
		if r.method != c.Method || len(pattern) != len(steps) {
			continue
		}
		id, fits := "", true
		for i, p := range pattern {
			if p == "{id}" {
				id = steps[i]
			} else if p != steps[i] {
				fits = false
			}
		}
		if fits {
			return r, id, true
		}
	}
	return route{}, "", false
}

// whose finds the customer that a call is about: by the id in its path, or by a
// parameter that names one of the customer's objects.
func whose(c Call, id string) (string, error) {
	if id != "" {
		kind, _, _ := strings.Cut(c.Path, "/")
		of := kinds[kind]
		if customer := CustomerOf(id); customer != "" && strings.HasPrefix(id, of.prefix) {
			return customer, nil
		}
		return "", absent(of.name, id, "id")
	}
	for _, param := range []string{"customer", "subscription", "charge", "payment_intent"} {
		if v := c.Form.Get(param); v != "" {
			if customer := CustomerOf(v); customer != "" {
				return customer, nil
			}
			return "", absent(param, v, param)
		}
	}
	return "", missing("customer")
}

func (d *Document) getObject(id string, _ url.Values) (object, error) {
	found, ok := d.byID(id)
	if !ok {
		kind, _, _ := strings.Cut(id, "_")
		for _, of := range kinds {
			if strings.HasPrefix(of.prefix, kind+"_") {
				return nil, absent(of.name, id, "id")
			}
		}
		return nil, absent("object", id, "id")
	}
	return found, nil
}

func (d *Document) getCustomer(string, url.Values) (object, error) { return d.customerObject(), nil }

func (d *Document) updateCustomer(id string, form url.Values) (object, error) {
	if d.Customer.Deleted {
		return nil, absent("customer", id, "id")
	}
	d.Customer.set(form)
	return d.customerObject(), nil
}

func (c *Customer) set(form url.Values) {
	for param, member := range map[string]*string{"email": &c.Email, "name": &c.Name, "description": &c.Description} {
		if form.Has(param) {
			*member = form.Get(param)
		}
	}
	for name, v := range bag(form, "metadata") {
		if c.Metadata == nil {
			c.Metadata = map[string]string{}
		}
		c.Metadata[name] = v
	}
}

// deleteCustomer ends all that the customer has.
func (d *Document) deleteCustomer(id string, _ url.Values) (object, error) {
	if d.Customer.Deleted {
		return nil, absent("customer", id, "id")
	}
	for _, s := range d.Subscriptions {
		if !s.ended() {
			d.cancel(s, "cancellation_requested")
		}
	}
	before := d.customerObject()
	d.Customer = Customer{ID: d.Customer.ID, Created: d.Customer.Created, Request: d.Customer.Request, Deleted: true}
	d.tell("customer.deleted", before)
	return d.customerObject(), nil
}

func (d *Document) postSession(_ string, form url.Values) (object, error) {
	if d.Customer.Deleted {
		return nil, absent("customer", d.Customer.ID, "customer")
	}
	s, err := d.openSession(form)
	if err != nil {
		return nil, err
	}
	return d.sessionObject(s), nil
}

func (d *Document) postExpire(id string, _ url.Values) (object, error) {
	s := d.session(id)
	if s == nil {
		return nil, absent("checkout.session", id, "id")
	}
	if err := d.expireSession(s); err != nil {
		return nil, err
	}
	return d.sessionObject(s), nil
}

func (d *Document) postPortal(_ string, form url.Values) (object, error) {
	if d.Customer.Deleted {
		return nil, absent("customer", d.Customer.ID, "customer")
	}
	return d.portalObject(d.openPortal(form.Get("return_url"))), nil
}

func (d *Document) listSubscriptions(_ string, form url.Values) (object, error) {
	status, err := oneOf(form, "status", "", "all", "ended", "active", "past_due", "unpaid", "canceled", "incomplete", "incomplete_expired", "trialing", "paused")
	if err != nil {
		return nil, err
	}
	var all []object
	for _, s := range slices.Backward(d.Subscriptions) { // the newest first
		if status == "all" || status == s.Status || status == "ended" && s.ended() || status == "" && s.Status != "canceled" {
			all = append(all, d.subscriptionObject(s))
		}
	}
	return page("/v1/subscriptions", all, form)
}

// page is a part of a list: limit of it, behind starting_after.
func page(address string, all []object, form url.Values) (object, error) {
	limit := 10
	if v := form.Get("limit"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil || n < 1 || n > 100 {
			return nil, invalid("limit", "parameter_invalid_integer", "Invalid limit: %s", v)
		}
		limit = n
	}
	if after := form.Get("starting_after"); after != "" {
		i := slices.IndexFunc(all, func(o object) bool { return o["id"] == after })
		if i < 0 {
			return nil, absent("object", after, "starting_after")
		}
		all = all[i+1:]
	}
	out := list(address, all[:min(limit, len(all))])
	out["has_more"] = len(all) > limit
	return out, nil
}

// ofOurs is an object that a form's parameter names.
func ofOurs[T any](form url.Values, param string, find func(string) *T) (*T, error) {
	id := form.Get(param)
	if id == "" {
		return nil, missing(param)
	}
	if v := find(id); v != nil {
		return v, nil
	}
	return nil, absent(param, id, param)
}

func (d *Document) listInvoices(_ string, form url.Values) (object, error) {
	var all []object
	for _, i := range slices.Backward(d.Invoices) {
		if cmp.Or(form.Get("subscription"), i.Subscription) == i.Subscription && cmp.Or(form.Get("status"), i.Status) == i.Status {
			all = append(all, d.invoiceObject(i))
		}
	}
	return page("/v1/invoices", all, form)
}
