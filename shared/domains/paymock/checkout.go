package paymock

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	sessionLasts = 24 * 3600
	portalLasts  = 24 * 3600
	keepSessions = 20 // that are open no more
	keepPortals  = 10
)

// Price is what a plan is bought by.
type Price struct {
	ID       string
	Name     string
	Cents    int64 // a month
	Currency string
}

// agreedCents is what the stand-in takes for a plan whose price is agreed with
// each customer.
const agreedCents = 29900

// Prices are those of the plans that cost something, by the ids that the product
// buys them by.
func Prices(ids map[tenant.Plan]string) []Price {
	var all []Price
	for _, o := range tenant.Offers() {
		cents := o.Cents
		if o.Contact {
			cents = agreedCents
		}
		if id := ids[o.Plan]; cents > 0 && id != "" {
			all = append(all, Price{ID: id, Name: o.Name, Cents: cents, Currency: o.Currency})
		}
	}
	return all
}

func (d *Document) price(id string) (Price, bool) {
	i := slices.IndexFunc(d.setting.Prices, func(p Price) bool { return p.ID == id })
	if i < 0 {
		return Price{}, false
	}
	return d.setting.Prices[i], true
}

// openSession makes a page where the price of a form is bought.
func (d *Document) openSession(form url.Values) (*Session, error) {
	if mode := form.Get("mode"); mode != "subscription" {
		return nil, invalid("mode", "", "The stand-in sells subscriptions only; mode is %q.", mode)
	}
	price, known := d.price(form.Get("line_items[0][price]"))
	if !known {
		return nil, absent("price", form.Get("line_items[0][price]"), "line_items[0][price]")
	}
	if q := form.Get("line_items[0][quantity]"); q != "1" {
		return nil, invalid("line_items[0][quantity]", "", "The stand-in sells one of it; quantity is %q.", q)
	}
	success, cancel := form.Get("success_url"), form.Get("cancel_url")
	for param, address := range map[string]string{"success_url": success, "cancel_url": cancel} {
		if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			return nil, invalid(param, "url_invalid", "Not a valid URL")
		}
	}
	var days int64
	if v := form.Get("subscription_data[trial_period_days]"); v != "" {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n < 1 || n > 730 {
			return nil, invalid("subscription_data[trial_period_days]", "", "Invalid integer: %s", v)
		}
		days = n
	}
	s := &Session{
		ID: d.secret("cs_test"), Price: price.ID, SuccessURL: success, CancelURL: cancel, Reference: form.Get("client_reference_id"),
		Metadata: bag(form, "metadata"), Carried: bag(form, "subscription_data[metadata]"), TrialDays: days,
		Status: "open", Created: d.now, Expires: d.now + sessionLasts,
	}
	d.Sessions = append(d.Sessions, s)
	closed := 0
	for _, old := range d.Sessions {
		if old.Status != "open" {
			closed++
		}
	}
	d.Sessions = slices.DeleteFunc(d.Sessions, func(old *Session) bool {
		if old.Status == "open" || closed <= keepSessions {
			return false
		}
		closed--
		return true
	})
	return s, nil
}

// bag reads the members of a map of a form: metadata[a]=1.
func bag(form url.Values, name string) map[string]string {
	var all map[string]string
	for param := range form {
		member, inside := strings.CutPrefix(param, name+"[")
		member, whole := strings.CutSuffix(member, "]")
		if !inside || !whole || member == "" || strings.ContainsAny(member, "[]") {
			continue
		}
		if all == nil {
			all = map[string]string{}
		}
		all[member] = form.Get(param)
	}
	return all
}

// expireSession closes a page that has sold nothing.
func (d *Document) expireSession(s *Session) error {
	if s.Status != "open" {
		return invalid("", "", "Only Checkout Sessions with a status in [\"open\"] can be expired. This Checkout Session has a status of %q.", s.Status)
	}
	s.Status = "expired"
	d.tell("checkout.session.expired", d.sessionObject(s))
	return nil
}

// Outcome is what a person does at a checkout page.
type Outcome string

// The outcomes.
const (
	Succeeded Outcome = "succeeded" // a card that works
	Declined  Outcome = "declined"  // one that does not
	Confirm   Outcome = "confirm"   // one whose bank asks the person, who never answers
	Abandoned Outcome = "abandoned" // leaves
)

// Pay plays a person at a checkout page and answers where the page leads next.
// A page that has sold already leads on whatever is done there: two tabs buy
// once. Errors: a card_error for a card that is declined, and nothing is bought;
// a page that has expired sells nothing.
func (d *Document) Pay(id string, o Outcome) (next string, err error) {
	s := d.session(id)
	switch {
	case s == nil || d.Customer.Deleted:
		return "", absent("checkout.session", id, "id")
	case s.Status == "complete":
		return d.returnURL(s), nil
	case o == Abandoned:
		return s.CancelURL, nil
	case s.Status != "open":
		return "", &Fault{Status: 410, Type: "invalid_request_error", Code: "checkout_session_expired", Message: "This checkout page has expired."}
	}
	begun := d.invoice(s.Invoice) // by a payment that was never confirmed
	switch {
	case o == Declined:
		return "", declined()
	case o == Confirm && begun == nil:
		d.complete(s, o)
		return s.CancelURL, nil
	case o == Confirm:
		return s.CancelURL, nil
	case o == Succeeded && begun == nil:
		d.complete(s, o)
		return d.returnURL(s), nil
	case o == Succeeded:
		d.CardFails = false
		return d.returnURL(s), d.payNow(begun)
	}
	return "", invalid("outcome", "", "Invalid outcome: must be succeeded, declined, confirm or abandoned")
}

func (d *Document) returnURL(s *Session) string {
	return strings.ReplaceAll(s.SuccessURL, "{CHECKOUT_SESSION_ID}", s.ID)
}

// complete makes the subscription that a page sells. One whose payment is to be
// confirmed stays incomplete, as if the person had closed the bank's page.
func (d *Document) complete(s *Session, o Outcome) {
	d.CardFails = false
	price, _ := d.price(s.Price)
	sub := &Subscription{
		ID: d.id("sub"), Item: d.id("si"), Price: price.ID, Status: "incomplete", Metadata: s.Carried,
		Created: d.now, Anchor: d.now, Start: d.now, End: monthsAfter(d.now, 1),
	}
	amount := price.Cents
	if s.TrialDays > 0 {
		sub.Status, sub.TrialStart, sub.TrialEnd, amount = "trialing", d.now, d.now+s.TrialDays*24*3600, 0
		sub.Anchor, sub.End = sub.TrialEnd, sub.TrialEnd
	}
	d.Subscriptions = append(d.Subscriptions, sub)
	inv := d.bill(sub, "subscription_create", []Line{d.line(sub.Price, amount, sub.Start, sub.End)})
	d.tell("customer.subscription.created", d.subscriptionObject(sub))
	d.tell("invoice.finalized", d.invoiceObject(inv))
	s.Subscription, s.Invoice = sub.ID, inv.ID
	if o == Confirm && sub.Status == "incomplete" {
		inv.Confirm, inv.Attempts, inv.Intent = true, 1, d.id("pi")
		d.tell("invoice.payment_action_required", d.invoiceObject(inv))
		return
	}
	d.collect(inv)
	if sub.Status == "incomplete" {
		sub.Status = "active"
		d.tell("customer.subscription.updated", d.subscriptionObject(sub))
	}
	s.Status = "complete"
	d.tell("checkout.session.completed", d.sessionObject(s))
}

// openPortal makes a page where the customer sees to what is bought.
func (d *Document) openPortal(returnURL string) *Portal {
	at := d.real.Unix()
	p := &Portal{ID: d.secret("bps"), ReturnURL: returnURL, Created: at, Expires: at + portalLasts}
	d.Portals = append(d.Portals, p)
	if extra := len(d.Portals) - keepPortals; extra > 0 {
		d.Portals = slices.Delete(d.Portals, 0, extra)
	}
	return p
}
