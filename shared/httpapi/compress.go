package httpapi

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"strconv"
	"strings"
)

// worthPacking is the least body that is compressed, in bytes: a smaller one goes out
// in one packet either way.
const worthPacking = 1 << 10

// packs reports whether a row's answers may be compressed. The length of what is
// compressed tells of a secret that stands beside words of an attacker's choice, to
// one who can have a person's browser ask again and again. So an answer that holds
// a secret is not compressed, and neither is one to a cookie, which a browser sends
// by itself; what a bearer token or a key opens no foreign page can ask for.
func (r Route) packs() bool { return !r.Secret && !r.Credentials.Take(Cookie) }

// takesGzip reads an Accept-Encoding.
func takesGzip(r *http.Request) bool {
	any := false
	for _, part := range strings.Split(strings.Join(r.Header.Values("Accept-Encoding"), ","), ",") {
		name, parameter, _ := strings.Cut(part, ";")
		weight := 1.0
		if q, has := strings.CutPrefix(strings.ReplaceAll(parameter, " ", ""), "q="); has {
			weight, _ = strconv.ParseFloat(q, 64) // what is no number is no wish
		}
		switch strings.ToLower(strings.TrimSpace(name)) {
		case "gzip", "x-gzip":
			return weight > 0
		case "*":
			any = weight > 0
		}
	}
	return any
}

// packing collects an answer, to compress it when it is whole.
type packing struct {
	http.ResponseWriter
	status int
	body   bytes.Buffer
}

func (p *packing) WriteHeader(status int) {
	if p.status == 0 {
		p.status = status
	}
}

func (p *packing) Write(b []byte) (int, error) {
	p.WriteHeader(http.StatusOK)
	return p.body.Write(b)
}

// send writes what was collected for r; nothing when nothing was.
func (p *packing) send(r *http.Request) {
	if p.status == 0 {
		return
	}
	body, header := p.body.Bytes(), p.Header()
	if len(body) >= worthPacking && r.Method != http.MethodHead && packable(header) {
		header.Add("Vary", "Accept-Encoding")
		if takesGzip(r) {
			body = packed(body)
			header.Set("Content-Encoding", "gzip")
		}
	}
	p.ResponseWriter.WriteHeader(p.status)
	_, _ = p.ResponseWriter.Write(body)
}

// packable leaves out what is compressed already, and what signs somebody in.
func packable(h http.Header) bool {
	kind := h.Get("Content-Type")
	text := strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "application/json") || strings.HasPrefix(kind, "application/problem+json")
	return text && h.Get("Set-Cookie") == "" && h.Get("Content-Encoding") == ""
}

// packed compresses at the lowest level: a function has a sixth of a processor, and
// the next level saves some percent.
func packed(body []byte) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, gzip.BestSpeed) // the level is one that there is
	_, _ = z.Write(body)                            // a buffer takes all
	_ = z.Close()
	return b.Bytes()
}
