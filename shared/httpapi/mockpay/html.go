package mockpay

import (
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html"
	"net/http"
	"strconv"
	"strings"
)

//go:embed page.css
var css string

// look is what all pages have in common.
type look struct{ policy string }

// newLook allows nothing but the pages' own style, and forms that lead to here and
// on to the product.
func newLook(appURL string) look {
	sum := sha256.Sum256([]byte(css))
	return look{"default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; form-action 'self' " + appURL + "; base-uri 'none'; frame-ancestors 'none'"}
}

// write answers one page.
func (l look) write(w http.ResponseWriter, status int, title string, body func(h *page)) {
	h := &page{}
	h.raw(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`)
	h.raw(`<meta name="robots" content="noindex"><title>`)
	h.raw(html.EscapeString(title + " · DevotionalAI"))
	h.raw("</title><style>" + css + "</style></head><body><main>")
	body(h)
	h.raw(`</main></body></html>`)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", l.policy)
	w.Header().Set("X-Frame-Options", "DENY")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(h.String())) // nobody is left to tell when this fails
}

// page builds HTML. Every value is escaped; names of elements and classes are
// constants of this package.
type page struct{ strings.Builder }

func (h *page) raw(text string) { h.WriteString(text) }

func (h *page) open(element, class string) {
	h.raw("<" + element)
	if class != "" {
		h.raw(` class="` + html.EscapeString(class) + `"`)
	}
	h.raw(">")
}

func (h *page) close(element string) { h.raw("</" + element + ">") }

func (h *page) text(element, class, text string) {
	h.open(element, class)
	h.raw(html.EscapeString(text))
	h.close(element)
}

func (h *page) alert(text string) {
	h.raw(`<p class="alert" role="alert">` + html.EscapeString(text) + "</p>")
}

// link leads to an http address; any other is not made a link.
func (h *page) link(class, to, text string) {
	if !strings.HasPrefix(to, "https://") && !strings.HasPrefix(to, "http://") {
		return
	}
	h.raw(`<a class="` + html.EscapeString(class) + `" href="` + html.EscapeString(to) + `">` + html.EscapeString(text) + "</a>")
}

func (h *page) form(to string, inside func()) {
	h.raw(`<form method="post" action="` + html.EscapeString(to) + `">`)
	inside()
	h.close("form")
}

func (h *page) hidden(name, value string) {
	h.raw(`<input type="hidden" name="` + html.EscapeString(name) + `" value="` + html.EscapeString(value) + `">`)
}

func (h *page) button(class, name, value, text string) {
	h.raw(`<button class="` + html.EscapeString(class) + `" name="` + html.EscapeString(name) + `" value="` + html.EscapeString(value) + `">` +
		html.EscapeString(text) + "</button>")
}

func days(n int64) string {
	if n == 1 {
		return "1 day"
	}
	return strconv.FormatInt(n, 10) + " days"
}
