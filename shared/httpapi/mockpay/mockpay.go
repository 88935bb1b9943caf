// Package mockpay serves the payment service's stand-in over HTTP: the part of
// Stripe's API that the product calls, the pages where a person pays and sees to
// the subscription, and what tests and demonstrations do to it.
//
//	/v1/…                        Stripe's API, for who has the API key
//	/checkout/<session>          GET shows the page, POST outcome=… plays the person
//	/portal/<session>            GET shows the page, POST do=… plays the person
//	/clock/<ref>, /deliver/<ref> POST moves the customer's clock; sends events again
//	/act/<ref>                   POST do=…, as at the portal, answered with JSON
//
// A ref is a checkout or portal session, which only those know who may, or a
// customer's id with the API key.
package mockpay

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"mime"
	"net/http"
	"net/url"
	"strings"

	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
)

// Keys says who may call the API.
type Keys interface {
	// Admits errors when there is no key that could be right.
	Admits(ctx context.Context, key string) (bool, error)
}

// Site serves the stand-in.
type Site struct {
	Raw       httpapi.Raw
	Keys      Keys
	Book      func(base string) *paymock.Book // base is the stand-in's address
	Base      string                          // as callers reach it; "" is the Function URL's own
	AppURL    string                          // where pages lead back to
	RequestID func(context.Context) string
}

// Handler answers every request to the stand-in.
func (s Site) Handler() httpapi.RawHandler {
	look := newLook(s.AppURL)
	return func(w http.ResponseWriter, r *http.Request, body []byte) error {
		form, err := read(r, body)
		if err != nil {
			return refuse(w, err)
		}
		c := call{site: s, book: s.Book(s.base(r)), look: look, w: w, r: r, form: form}
		kind, rest, _ := strings.Cut(s.Raw.Inside(r.URL.Path), "/")
		switch kind {
		case "v1":
			return c.api(rest)
		case "checkout":
			return c.checkout(rest)
		case "portal":
			return c.portal(rest)
		case "clock", "deliver", "act":
			return c.act(kind, rest)
		}
		return problem.New(problem.RouteNotFound, "There is no such page.")
	}
}

// Webhook is where events go: what a setting says or else, as at the local edge, a
// path of the origin that the stand-in has.
func Webhook(given, base, appURL string) string {
	origin := appURL
	if u, err := url.Parse(base); err == nil && u.Host != "" {
		origin = u.Scheme + "://" + u.Host
	}
	return cmp.Or(given, origin+"/webhooks/stripe")
}

// base is the stand-in's address. Where no setting says it, it is the Function
// URL's own name, which AWS puts beside the request and no caller chooses.
func (s Site) base(r *http.Request) string {
	if s.Base != "" {
		return strings.TrimSuffix(s.Base, "/")
	}
	return "https://" + r.Host
}

// read takes a form from the query and from a body that is a form, or a flat JSON
// object.
func read(r *http.Request, body []byte) (url.Values, error) {
	text := string(body)
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/json" {
		var flat map[string]string
		if err := json.Unmarshal(body, &flat); err != nil {
			return nil, problem.Wrap(problem.MalformedBody, "The body is neither a form nor a flat JSON object.", err)
		}
		form := url.Values{}
		for name, v := range flat {
			form.Set(name, v)
		}
		text = form.Encode()
	}
	return paymock.Parsed(r.URL.RawQuery, text)
}

// call is one request.
type call struct {
	site Site
	book *paymock.Book
	look look
	w    http.ResponseWriter
	r    *http.Request
	form url.Values
}

// page says that the caller is a browser, which is shown pages.
func (c call) page() bool { return strings.Contains(c.r.Header.Get("Accept"), "text/html") }

// refuse answers a Fault as Stripe does; any other error is the caller's to answer.
func refuse(w http.ResponseWriter, err error) error {
	var fault *paymock.Fault
	if !errors.As(err, &fault) {
		return err
	}
	httpapi.WriteJSON(w, fault.Status, "application/json", fault.Body())
	return nil
}

// authorized checks the caller's key, which comes as a bearer token or as the name
// of a basic credential.
func (c call) authorized() error {
	key, bearer := strings.CutPrefix(c.r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		key, _, _ = c.r.BasicAuth()
	}
	admitted, err := c.site.Keys.Admits(c.r.Context(), key)
	if err == nil && !admitted {
		return paymock.Unauthorized()
	}
	return err
}

// api answers a call of Stripe's API.
func (c call) api(path string) error {
	c.w.Header().Set("Request-Id", "req_"+strings.ReplaceAll(c.site.RequestID(c.r.Context()), "-", ""))
	c.w.Header().Set("Stripe-Version", paymock.APIVersion)
	if err := c.authorized(); err != nil {
		return refuse(c.w, err)
	}
	if v := c.r.Header.Get("Stripe-Version"); v != "" && v != paymock.APIVersion {
		return refuse(c.w, paymock.OtherVersion())
	}
	answer, err := c.book.Call(c.r.Context(), paymock.Call{
		Method: c.r.Method, Path: path, Form: c.form, Key: c.r.Header.Get("Idempotency-Key"),
	})
	if err != nil {
		return refuse(c.w, err)
	}
	if answer.Replayed {
		c.w.Header().Set("Idempotent-Replayed", "true")
	}
	httpapi.WriteJSON(c.w, answer.Status, "application/json", answer.Body)
	return nil
}

// act does to a customer what tests and demonstrations do, and answers its state.
func (c call) act(kind, ref string) error {
	if c.r.Method != http.MethodPost {
		return c.notAllowed("POST")
	}
	if strings.HasPrefix(ref, "cus_") {
		if err := c.authorized(); err != nil {
			return refuse(c.w, err)
		}
	}
	var state paymock.State
	err := c.book.Act(c.r.Context(), ref, func(d *paymock.Document) error {
		if !strings.HasPrefix(ref, "cus_") && !d.Opens(ref) {
			return paymock.Unauthorized()
		}
		var err error
		switch kind {
		case "clock":
			err = d.Move(c.form)
		case "act":
			err = d.Portal(c.form)
		}
		state = d.State()
		return err
	})
	if err == nil && (kind == "deliver" || c.form.Get("do") == "deliver") {
		_, err = c.book.Deliver(c.r.Context(), ref)
	}
	if err == nil {
		err = c.book.Act(c.r.Context(), ref, func(d *paymock.Document) error {
			state.Undelivered = d.Undelivered() // what the call itself brought about has been sent
			return nil
		})
	}
	if err != nil {
		return refuse(c.w, err)
	}
	httpapi.WriteJSON(c.w, http.StatusOK, "application/json", state)
	return nil
}

func (c call) notAllowed(allowed string) error {
	c.w.Header().Set("Allow", allowed)
	return problem.New(problem.MethodNotAllowed, "This address takes "+allowed+" only.")
}

// seeOther sends a browser on, and a program all the same.
func (c call) seeOther(to string) error {
	c.w.Header().Set("Location", to)
	c.w.WriteHeader(http.StatusSeeOther)
	return nil
}
