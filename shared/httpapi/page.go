package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"mime"
	"net/http"
	"strings"
)

// shown is the answer of a row that is a page too.
type shown interface {
	// shown is the page's heading, and what stands below it: HTML in which everything
	// is escaped.
	shown() (heading, main string)
}

// wantsPage reports whether a call is a browser's that opens an address: it names
// text/html, and a program that wants JSON does not.
func wantsPage(r *http.Request) bool {
	for part := range strings.SplitSeq(strings.Join(r.Header.Values("Accept"), ","), ",") {
		switch kind, _, _ := mime.ParseMediaType(part); kind {
		case "text/html":
			return true
		case "application/json":
			return false
		}
	}
	return false
}

// pageStyle is the look of the product's pages, by light and by dark.
const pageStyle = `:root{color-scheme:light dark;--ink:#1f1733;--soft:#5b5072;--line:#e2daf2;--paper:#faf8ff;--sheet:#fff;--accent:#6d28d9}
@media (prefers-color-scheme:dark){:root{--ink:#f1ecfb;--soft:#b9aed0;--line:#382e52;--paper:#14101f;--sheet:#1d172c;--accent:#c4a5ff}}
*{box-sizing:border-box}
body{margin:0;padding:2rem 1rem;background:var(--paper);color:var(--ink);font:1rem/1.6 system-ui,sans-serif}
main{max-width:44rem;margin:0 auto;padding:1.5rem;background:var(--sheet);border:1px solid var(--line);border-radius:14px}
h1{margin:0 0 1rem;font:560 1.7rem/1.2 ui-serif,Georgia,serif}h2{margin:2rem 0 .5rem;font-size:1.1rem}
dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.25rem 1rem;margin:0}dt,.soft{color:var(--soft)}dd{margin:0;overflow-wrap:anywhere}
table{width:100%;border-collapse:collapse;font-size:.9rem}th{text-align:left}td,th{padding:.35rem .5rem .35rem 0;border-bottom:1px solid var(--line);vertical-align:top}
.scroll{overflow-x:auto}.scroll:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
@media print{body{background:none;padding:0}main{border:0}}
`

// pagePolicy lets a page have its own style and nothing else: no script, no address
// that it could load from or send to.
func pagePolicy() string {
	sum := sha256.Sum256([]byte(pageStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

func writePage(w http.ResponseWriter, status int, p shown) {
	heading, main := p.shown()
	title := html.EscapeString(heading)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", pagePolicy())
	w.Header().Set("X-Robots-Tag", "noindex")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>` + title + ` – DevotionalAI</title>
<style>` + pageStyle + `</style>
</head>
<body>
<main>
<h1>` + title + "</h1>\n" + main + "</main>\n</body>\n</html>\n"))
}
