package mailbox

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"log"
	"net/http"
	"strings"
	"time"
)

//go:embed page.html
var page string

// Handler serves /mailbox and /mailbox.json.
func (b *Box) Handler() http.Handler {
	view := template.Must(template.New("mailbox").Funcs(template.FuncMap{
		"clock": func(t time.Time) string { return t.Local().Format("2 Jan 15:04:05") },
		"list":  func(all []string) string { return strings.Join(all, ", ") },
		"lines": lines,
	}).Parse(page))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /mailbox", func(w http.ResponseWriter, r *http.Request) {
		_ = b.Sync(r.Context()) // with the emulator gone, show what is kept
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'")
		w.Header().Set("Referrer-Policy", "no-referrer")
		w.Header().Set("Cache-Control", "no-store")
		if err := view.Execute(w, b.List(r.URL.Query().Get("to"))); err != nil {
			log.Printf("show mailbox: %v", err)
		}
	})
	mux.HandleFunc("GET /mailbox.json", func(w http.ResponseWriter, r *http.Request) {
		_ = b.Sync(r.Context())
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Cache-Control", "no-store")
		if err := json.NewEncoder(w).Encode(map[string][]Mail{"messages": b.List(r.URL.Query().Get("to"))}); err != nil {
			log.Printf("answer mailbox: %v", err)
		}
	})
	return mux
}

// line is one line of a mail; a line that is a link is shown as one.
type line struct {
	Text string
	Link template.URL
}

func lines(text string) []line {
	var all []line
	for _, l := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n") {
		shown := line{Text: l}
		if trimmed := strings.TrimSpace(l); strings.HasPrefix(trimmed, "http://") || strings.HasPrefix(trimmed, "https://") {
			shown.Link = template.URL(trimmed) // the scheme was checked
		}
		all = append(all, shown)
	}
	return all
}
