package mockpay

import (
	"errors"
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/paymock"
)

// checkout shows a page where a plan is bought, or plays the person there.
func (c call) checkout(id string) error {
	switch c.r.Method {
	case http.MethodGet, http.MethodHead:
		return c.showCheckout(id, nil)
	case http.MethodPost:
	default:
		return c.notAllowed("GET, HEAD, POST")
	}
	var next string
	err := c.book.Act(c.r.Context(), id, func(d *paymock.Document) error {
		var err error
		next, err = d.Pay(id, paymock.Outcome(c.form.Get("outcome")))
		return err
	})
	var fault *paymock.Fault
	switch {
	case err == nil:
		return c.seeOther(next)
	case errors.As(err, &fault) && c.page() && fault.Status != http.StatusNotFound:
		return c.showCheckout(id, fault)
	}
	return c.refusePage(err)
}

// refusePage answers a refusal as a page to a browser.
func (c call) refusePage(err error) error {
	var fault *paymock.Fault
	if !errors.As(err, &fault) || !c.page() {
		return refuse(c.w, err)
	}
	c.look.write(c.w, fault.Status, "Not found", func(h *page) {
		h.open("section", "card")
		h.text("h1", "", "There is nothing here")
		h.text("p", "soft", "This page does not exist, or has been closed.")
		h.link("button quiet", c.site.AppURL+"/billing", "Back to DevotionalAI")
		h.close("section")
	})
	return nil
}

func (c call) showCheckout(id string, refused *paymock.Fault) error {
	var shown paymock.Checkout
	err := c.book.Act(c.r.Context(), id, func(d *paymock.Document) error {
		var err error
		shown, err = d.Checkout(id)
		return err
	})
	if err != nil {
		return c.refusePage(err)
	}
	status := http.StatusOK
	if refused != nil {
		status = refused.Status
	}
	c.look.write(c.w, status, "Checkout", func(h *page) { c.checkoutPage(h, shown, refused) })
	return nil
}

func (c call) checkoutPage(h *page, shown paymock.Checkout, refused *paymock.Fault) {
	h.open("section", "hero")
	h.text("p", "eyebrow", "Checkout")
	h.text("h1", "", "DevotionalAI "+shown.Plan)
	h.open("p", "price")
	h.text("strong", "", shown.Price)
	h.text("span", "", " a month")
	h.close("p")
	if shown.TrialDays > 0 {
		h.text("p", "", "Free for "+days(shown.TrialDays)+", then "+shown.Price+" a month.")
	}
	h.close("section")
	h.open("section", "card")
	switch {
	case shown.Status == "complete":
		h.text("h2", "", "This has been paid")
		h.text("p", "soft", "Your plan is on its way. You can close this page.")
		h.link("button", c.site.AppURL+"/billing", "Back to DevotionalAI")
	case shown.Status == "expired":
		h.text("h2", "", "This page has expired")
		h.text("p", "soft", "Nothing was bought. Start again from your billing page.")
		h.link("button", c.site.AppURL+"/billing", "Back to DevotionalAI")
	default:
		if refused != nil {
			h.alert(refused.Message + " Nothing was bought; try another card.")
		}
		h.text("h2", "", "How would you like to pay?")
		h.text("p", "soft", "No payment service is set up here, so this page stands in for one. No card is asked for, and no money moves.")
		h.form(c.r.URL.Path, func() {
			h.button("button", "outcome", string(paymock.Succeeded), "Pay with a card that works")
			h.button("button quiet", "outcome", string(paymock.Declined), "Pay with a card that is declined")
			h.button("button plain", "outcome", string(paymock.Abandoned), "Leave without paying")
		})
	}
	h.close("section")
}

// sentence begins a status as people read it.
func sentence(status string) string {
	text := strings.ReplaceAll(status, "_", " ")
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
