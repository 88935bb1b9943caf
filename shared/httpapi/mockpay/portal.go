package mockpay

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/httpapi"
)

// portal shows the page of a customer, or plays the person there.
func (c call) portal(id string) error {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return c.showPortal(id, "", http.StatusOK)
	case http.MethodPost:
	default:
		return c.notAllowed("GET, HEAD, POST")
	}
	err := c.book.Act(c.r.Context(), id, func(d *paymock.Document) error {
		if _, err := d.Return(id); err != nil {
			return err
		}
		return d.Portal(c.form)
	})
	if err == nil && c.form.Get("do") == "deliver" {
		_, err = c.book.Deliver(c.r.Context(), id)
	}
	fault, refused := err.(*paymock.Fault)
	switch {
	case refused && c.page() && fault.Status != http.StatusNotFound:
		return c.showPortal(id, fault.Message, fault.Status)
	case err != nil:
		return c.refusePage(err)
	case c.page():
		return c.seeOther(c.r.URL.Path)
	}
	return c.showPortal(id, "", http.StatusOK)
}

func (c call) showPortal(id, message string, status int) error {
	var state paymock.State
	err := c.book.Act(c.r.Context(), id, func(d *paymock.Document) error {
		back, err := d.Return(id)
		state = d.State()
		state.ReturnURL = back
		return err
	})
	if err != nil {
		return c.refusePage(err)
	}
	if !c.page() {
		httpapi.WriteJSON(c.w, status, "application/json", state)
		return nil
	}
	c.look.write(c.w, status, "Your subscription", func(h *page) { c.portalPage(h, state, message) })
	return nil
}

func (c call) portalPage(h *page, s paymock.State, message string) {
	h.open("section", "hero")
	h.text("p", "eyebrow", "Your subscription")
	if s.Status == "" {
		h.text("h1", "", "Nothing bought yet")
	} else {
		h.text("h1", "", "DevotionalAI "+s.Plan)
		h.open("p", "price")
		h.text("strong", "", s.Price)
		h.text("span", "", " a month")
		h.close("p")
		h.text("p", "", sentence(s.Status)+". "+period(s))
	}
	h.close("section")
	if message != "" {
		h.alert(message)
	}
	c.planPart(h, s)
	c.invoicePart(h, s)
	c.timePart(h, s)
	if s.ReturnURL != "" {
		h.link("button plain", s.ReturnURL, "Back to DevotionalAI")
	}
}

// period says what becomes of the subscription, and when.
func period(s paymock.State) string {
	switch {
	case s.Status == "canceled" || s.Status == "incomplete_expired":
		return "It has ended."
	case s.CancelEnd:
		return "It ends on " + date(s.PeriodEnd) + "."
	case s.Status == "trialing":
		return "The trial ends on " + date(s.TrialEnd) + "."
	case s.Status == "unpaid" || s.Status == "paused" || s.Status == "incomplete":
		return "It does not renew as it is."
	}
	return "It renews on " + date(s.PeriodEnd) + "."
}

func date(at time.Time) string { return at.Format("2 January 2006") }

func (c call) planPart(h *page, s paymock.State) {
	if s.Status == "" || s.Status == "canceled" || s.Status == "incomplete_expired" {
		return
	}
	h.open("section", "card")
	h.text("h2", "", "Plan and card")
	h.text("p", "soft", "The card on file "+s.Card+".")
	h.form(c.r.URL.Path, func() {
		switch {
		case s.Status == "paused":
			h.button("button", "do", "resume", "Resume the subscription")
		case s.CancelEnd:
			h.button("button", "do", "resume", "Keep the subscription")
		default:
			h.button("button quiet", "do", "cancel", "Cancel at the end of the period")
		}
	})
	h.form(c.r.URL.Path, func() {
		h.hidden("do", "card")
		if s.Card == "works" {
			h.button("button plain", "card", "fails", "Replace it with a card that is declined")
		} else {
			h.button("button", "card", "works", "Replace it with a card that works")
		}
	})
	h.close("section")
}

func (c call) invoicePart(h *page, s paymock.State) {
	if len(s.Invoices) == 0 {
		return
	}
	h.open("section", "card")
	h.text("h2", "", "Invoices")
	h.open("ul", "list")
	owed := false
	for _, i := range s.Invoices {
		h.open("li", "")
		h.text("span", "when", date(i.At))
		h.text("span", "what", i.Text)
		h.text("span", "much", i.Amount)
		h.text("span", "state "+i.Status, sentence(i.Status))
		h.close("li")
		owed = owed || i.Status == "open"
	}
	h.close("ul")
	if owed {
		h.form(c.r.URL.Path, func() { h.button("button", "do", "pay", "Pay what is open") })
	}
	h.close("section")
}

func (c call) timePart(h *page, s paymock.State) {
	h.open("section", "card")
	h.text("h2", "", "Move time")
	h.text("p", "soft", "For this account it is "+date(s.Now)+". What is due by then happens: renewals, retries, ends.")
	h.form(c.r.URL.Path, func() {
		h.hidden("do", "move")
		if s.Status != "" && s.Status != "canceled" && s.Status != "incomplete_expired" {
			h.button("button quiet", "to", "renewal", "To the end of the period")
		}
		if s.Status == "trialing" {
			h.button("button quiet", "to", "trial_end", "To the end of the trial")
		}
		h.button("button quiet", "to", "month", "One month")
	})
	if s.Undelivered > 0 {
		h.text("p", "soft", "The product has not heard of everything yet.")
		h.form(c.r.URL.Path, func() { h.button("button", "do", "deliver", "Tell it again") })
	}
	h.close("section")
}
