package paymock

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Store keeps documents, each under its customer's id, with a revision.
type Store interface {
	// Load answers "" and revision 0 for a customer that is not there.
	Load(ctx context.Context, customer string) (document string, revision int64, err error)
	// Save replaces the document that had this revision; with 0 it is the first.
	// Errors: ErrChanged when it has another one, which one's own attempt whose
	// answer was lost may have brought about.
	Save(ctx context.Context, customer, document string, revision int64) error
}

// ErrChanged says that the document is not as it was read.
var ErrChanged = errors.New("paymock: changed meanwhile")

// Post hands one event to the product. An error is for one that was not taken.
type Post func(ctx context.Context, event []byte) error

const (
	saveTries    = 40
	keepWrites   = 64
	deliveryTime = 5 * time.Second // of one call, for all its events
	keysLast     = 24 * time.Hour  // how long an Idempotency-Key is known
	keepAnswers  = 60              // of one customer
)

// Book answers for all customers.
type Book struct {
	Store   Store
	Post    Post
	Setting Setting
	Now     func() time.Time
	Warn    func(context.Context, error) // of events that were not taken; they are kept
}

// Call answers a call of the API. Errors: a Fault, or the store's.
func (b *Book) Call(ctx context.Context, c Call) (Answer, error) {
	r, id, ok := match(c)
	if !ok {
		return Answer{}, noRoute(c.Method, c.Path)
	}
	request := digest(c.Method, c.Path, c.Form.Encode())
	if r.do == nil && c.Method == "GET" {
		return b.searchCustomers(ctx, c.Form.Get("query"))
	}
	if r.do == nil {
		return b.createCustomer(ctx, c, request)
	}
	customer, err := whose(c, id)
	if err != nil {
		return Answer{}, err
	}
	if c.Method == "GET" {
		c.Key = ""
	}
	var answer Answer
	_, err = b.change(ctx, customer, func(d *Document) error {
		var err error
		answer, err = d.once(c.Key, request, func() (object, error) {
			made, err := r.do(d, id, c.Form)
			if err != nil {
				return nil, err
			}
			return made, d.expand(made, c.Form)
		})
		return err
	})
	var none *absentCustomer
	if errors.As(err, &none) {
		return Answer{}, none.fault(c, id)
	}
	return answer, err
}

// once answers a request with a key as it was answered the first time. What is
// refused for its form is not kept, a declined card is, as at Stripe.
func (d *Document) once(key, request string, do func() (object, error)) (Answer, error) {
	d.Answers = slices.DeleteFunc(d.Answers, func(k Kept) bool { return d.real.Sub(time.Unix(k.At, 0)) >= keysLast })
	if extra := len(d.Answers) - keepAnswers; extra > 0 {
		d.Answers = slices.Delete(d.Answers, 0, extra)
	}
	i := slices.IndexFunc(d.Answers, func(k Kept) bool { return k.Key == key })
	if key != "" && i >= 0 {
		kept := d.Answers[i]
		if kept.Request != request {
			return Answer{}, otherRequest(key)
		}
		return Answer{Status: kept.Status, Body: kept.Body, Replayed: true}, nil
	}
	answer, err := answered(do())
	if err == nil && key != "" {
		d.Answers = append(d.Answers, Kept{Key: key, Request: request, Status: answer.Status, Body: answer.Body, At: d.real.Unix()})
	}
	return answer, err
}

func otherRequest(key string) *Fault {
	return &Fault{
		Status: 400, Type: "idempotency_error",
		Message: fmt.Sprintf("Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '%s' if you meant to execute a different request.", key),
	}
}

// answered makes an answer of an object, or of a refusal that is kept.
func answered(made object, err error) (Answer, error) {
	status := 200
	var fault *Fault
	if errors.As(err, &fault) && fault.Type == "card_error" {
		status, made, err = fault.Status, fault.Body(), nil
	}
	if err != nil {
		return Answer{}, err
	}
	body, err := json.Marshal(made)
	return Answer{Status: status, Body: body}, err
}

// createCustomer makes one whose id follows from the request's key: the document
// is its own record that the request was made, however long ago.
func (b *Book) createCustomer(ctx context.Context, c Call, request string) (Answer, error) {
	id := customerFor(cmp.Or(c.Key, b.Setting.Random()))
	var answer Answer
	_, err := b.send(ctx, id, func(d *Document) ([]*Event, error) {
		replayed := d.Customer.Request != ""
		if replayed && d.Customer.Request != request {
			return nil, otherRequest(c.Key)
		}
		if !replayed {
			d.Customer = Customer{ID: id, Created: d.now, Request: request}
			d.Customer.set(c.Form)
		}
		var err error
		answer, err = answered(d.customerObject(), nil)
		answer.Replayed = replayed
		return d.take(b.Now(), false), err
	}, true)
	return answer, err
}

// Act does something else than a call of the API to the customer that an id
// belongs to: what a person does at a page, or a test to the clock. Errors: as
// act's; a Fault for an id of nobody.
func (b *Book) Act(ctx context.Context, id string, act func(*Document) error) error {
	customer := CustomerOf(id)
	if customer == "" {
		return absent("object", id, "id")
	}
	_, err := b.change(ctx, customer, act)
	return ofNobody(err, id)
}

// ofNobody makes a Fault of the answer that there is no customer of an id.
func ofNobody(err error, id string) error {
	var none *absentCustomer
	if errors.As(err, &none) {
		return absent("object", id, "id")
	}
	return err
}

// Deliver sends every event of a customer that the product has not heard, and
// answers how many it has not heard yet.
func (b *Book) Deliver(ctx context.Context, id string) (int, error) {
	customer := CustomerOf(id)
	if customer == "" {
		return 0, absent("object", id, "id")
	}
	d, err := b.send(ctx, customer, func(d *Document) ([]*Event, error) {
		return d.take(b.Now(), true), nil
	}, false)
	if err != nil {
		return 0, ofNobody(err, id)
	}
	return d.Undelivered(), nil
}

// absentCustomer says that there is no such customer.
type absentCustomer struct{ id string }

func (a *absentCustomer) Error() string { return "paymock: no such customer" }

// fault is how a call hears of it: by the object that it asked for.
func (a *absentCustomer) fault(c Call, id string) error {
	if id == "" {
		return absent("customer", a.id, "customer")
	}
	kind, _, _ := strings.Cut(c.Path, "/")
	return absent(kinds[kind].name, id, "id")
}

// change applies do to a customer's document as it is now, stores it, and sends
// the events that are to be sent. What do refuses leaves the document as it was.
func (b *Book) change(ctx context.Context, customer string, do func(*Document) error) (*Document, error) {
	return b.send(ctx, customer, func(d *Document) ([]*Event, error) {
		if err := do(d); err != nil {
			return nil, err
		}
		return d.take(b.Now(), false), nil
	}, false)
}

// send stores what do makes of a document, and sends the events that do has taken
// on. absent is for a customer that may not be there yet.
func (b *Book) send(ctx context.Context, customer string, do func(*Document) ([]*Event, error), absent bool) (*Document, error) {
	var taken []*Event
	d, err := b.store(ctx, customer, absent, func(d *Document) error {
		var err error
		taken, err = do(d)
		return err
	})
	if err != nil || len(taken) == 0 {
		return d, err
	}
	heard := b.deliver(ctx, d, taken)
	if len(heard) == 0 {
		return d, nil
	}
	// If this fails the events are sent once more, as Stripe may do.
	after, err := b.store(context.WithoutCancel(ctx), customer, false, func(d *Document) error {
		d.sent(heard)
		return nil
	})
	if err != nil {
		b.Warn(ctx, fmt.Errorf("note that events were heard: %w", err))
		return d, nil
	}
	return after, nil
}

// store applies do to the document and writes it, again with the document as it is
// then while others are faster.
func (b *Book) store(ctx context.Context, customer string, absent bool, do func(*Document) error) (*Document, error) {
	name := b.Setting.Random()
	for try := range saveTries {
		if try > 0 {
			if err := pause(ctx, try); err != nil {
				return nil, err
			}
		}
		d, before, err := b.load(ctx, customer)
		if err != nil {
			return nil, err
		}
		if slices.Contains(d.Writes, name) {
			return d, nil // done by an attempt whose answer was lost
		}
		if d.revision == 0 && !absent {
			return nil, &absentCustomer{customer}
		}
		if err := do(d); err != nil {
			return nil, err
		}
		text, err := json.Marshal(d)
		if err != nil {
			return nil, fmt.Errorf("write the stand-in's document: %w", err)
		}
		if string(text) == before {
			return d, nil
		}
		d.Writes = append(d.Writes, name)
		if extra := len(d.Writes) - keepWrites; extra > 0 {
			d.Writes = slices.Delete(d.Writes, 0, extra)
		}
		if text, err = json.Marshal(d); err != nil {
			return nil, fmt.Errorf("write the stand-in's document: %w", err)
		}
		err = b.Store.Save(ctx, customer, string(text), d.revision)
		if err == nil {
			return d, nil
		}
		if !errors.Is(err, ErrChanged) {
			return nil, err
		}
	}
	return nil, &Fault{Status: 429, Type: "invalid_request_error", Code: "lock_timeout", Message: "This customer is being changed by too many requests at once."}
}

// load reads a document and lets all happen that is due. before is the stored text.
func (b *Book) load(ctx context.Context, customer string) (d *Document, before string, err error) {
	text, revision, err := b.Store.Load(ctx, customer)
	if err != nil {
		return nil, "", err
	}
	d = &Document{}
	if text != "" {
		if err := json.Unmarshal([]byte(text), d); err != nil {
			return nil, "", fmt.Errorf("read the stand-in's document: %w", err)
		}
	}
	d.revision, d.real, d.setting = revision, b.Now(), b.Setting
	d.run(d.real.Unix() + d.Ahead)
	return d, text, nil
}

// pause waits a little, so that many callers at once do not meet again.
func pause(ctx context.Context, try int) error {
	select {
	case <-time.After(rand.N(5 * time.Millisecond << min(try, 5))):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// deliver hands over events that were taken on, and answers the ids of those that
// the product took. It stops at the first that it does not take.
func (b *Book) deliver(ctx context.Context, d *Document, taken []*Event) (heard []string) {
	ctx, cancel := context.WithTimeout(ctx, deliveryTime)
	defer cancel()
	for _, e := range d.Delivery.order(taken) {
		body, err := json.Marshal(d.eventObject(e))
		if err == nil {
			err = b.Post(ctx, body)
		}
		if err != nil {
			b.Warn(ctx, fmt.Errorf("event %s was not taken: %w", e.ID, err))
			break
		}
		heard = append(heard, e.ID)
	}
	return heard
}

// Parsed reads the form of a request's body and query together.
func Parsed(query, body string) (url.Values, error) {
	form, err := url.ParseQuery(body)
	if err != nil {
		return nil, invalid("", "", "The body is no form.")
	}
	more, err := url.ParseQuery(query)
	if err != nil {
		return nil, invalid("", "", "The query is no form.")
	}
	for param, values := range more {
		form[param] = append(form[param], values...)
	}
	return form, nil
}
