package httpapi

import (
	"encoding/json"
	"net"
	"net/http"
	"net/http/httptest"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// refusedAs reports whether a request was refused for what it is, not because
// something broke.
func refusedAs(err error) bool {
	status := problem.Status(problem.From(err).Code)
	return status >= 400 && status < 500
}

// FuzzCursor: a cursor that is taken is the one spelling that the list gives out
// for its place; it is none of another list or tenant, nor with one byte altered.
func FuzzCursor(f *testing.F) {
	const list = "GET /api/v1/projects"
	ours, theirs := auth.Caller{Tenant: tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")}, auth.Caller{Tenant: tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAW")}
	for _, place := range []string{"01ARZ3NDEKTSV4RRFFQ69G5FAV", "2026-11", "2026-11#01ARZ3NDEKTSV4RRFFQ69G5FAV", "x", "ab", strings.Repeat("z", longestPlace)} {
		f.Add(place, *cursorAfter(ours, list, place), uint16(3), byte(1))
	}
	f.Add("../x", "Ojo6", uint16(0), byte(0))
	// Spelt otherwise: with a line break, and with other bits where none count.
	last := *cursorAfter(ours, list, "ab")
	f.Add("ab", last+"\n", uint16(len(last)-1), byte('A'^'B'))
	f.Add("ab", last[:len(last)-1]+string(last[len(last)-1]+1), uint16(0), byte('\n'))
	f.Add("a\x00b", "\r\nQUFB\n", uint16(900), byte(0x80))
	f.Fuzz(func(t *testing.T, place, sent string, at uint16, flip byte) {
		if after, err := afterCursor(sent, ours, list); err != nil {
			if !refusedAs(err) {
				t.Errorf("%q: %v", sent, err)
			}
		} else if sent != "" && sent != *cursorAfter(ours, list, after) {
			t.Errorf("%q is taken for %q, whose cursor is %q", sent, after, *cursorAfter(ours, list, after))
		}
		if !placed(place) {
			return
		}
		cursor := *cursorAfter(ours, list, place)
		if after, err := afterCursor(cursor, ours, list); err != nil || after != place || len(cursor) > longestCursor {
			t.Errorf("the cursor of %q reads %q, %v", place, after, err)
		}
		if _, err := afterCursor(cursor, theirs, list); err == nil {
			t.Errorf("%q is taken by another tenant", cursor)
		}
		if _, err := afterCursor(cursor, ours, list+"\x00q=x"); err == nil {
			t.Errorf("%q is taken by another list", cursor)
		}
		altered := []byte(cursor)
		if altered[int(at)%len(altered)] ^= flip; flip == 0 {
			return
		}
		if after, err := afterCursor(string(altered), ours, list); err == nil {
			t.Errorf("%q, which is %q altered, is taken for %q", altered, cursor, after)
		}
	})
}

// fuzzedBody has one of each kind of member that bodies have.
type fuzzedBody struct {
	Text   string   `json:"text"`
	Number int64    `json:"number"`
	Set    *bool    `json:"set"`
	Tags   []string `json:"tags"`
	Inner  []struct {
		Text  string   `json:"text"`
		Zoom  *float64 `json:"zoom"`
		Again *struct {
			ID string `json:"id"`
		} `json:"again"`
	} `json:"inner"`
}

// FuzzBody: a body is refused as one of the caller's mistakes, or read; what was
// read, written again, reads the same.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{
		"", "{}", "null", "[]", `{"text":"a"}`, `{"TEXT":"a"}`, `{"text":null,"number":1e3,"set":true,"tags":["a",null]}`, `{"number":1e400}`, `{"number":-0}`,
		`{"number":9223372036854775808}`, `{"inner":[{"text":"a","zoom":1.5,"again":{"id":"x"}},{}]}`, `{"inner":[null]}`, `{"inner":{"text":1}}`, `{"a":1}{"b":2}`,
		`{"text":"\ud800"}`, "{\"text\":\"\xff\"}", `{"text":"a","text":"b"}`, strings.Repeat(`{"inner":[`, 200), strings.Repeat("[", 10001), `{"tags":[[]]}`, "\ufeff{}",
	} {
		f.Add(seed, "application/json")
	}
	f.Add(`{}`, "text/plain")
	f.Add(`{}`, "application/json; charset=\xff")
	read := func(body, kind string) (fuzzedBody, error) {
		r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
		r.Header.Set("Content-Type", kind)
		return decode[fuzzedBody](r)
	}
	f.Fuzz(func(t *testing.T, body, kind string) {
		got, err := read(body, kind)
		if err != nil {
			if !refusedAs(err) {
				t.Errorf("%q: %v", body, err)
			}
			return
		}
		text, err := json.Marshal(got)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := read(string(text), "application/json"); err != nil || !reflect.DeepEqual(got, again) {
			t.Errorf("%q is read as %s, and that as %+v, %v", body, text, again, err)
		}
	})
}

// FuzzViewerAddress: who a request is counted for is a network address or
// unknown, and nothing that the caller sends without the edge's secret changes it.
func FuzzViewerAddress(f *testing.F) {
	for _, seed := range []string{"", "203.0.113.9", "2001:db8::1", "::ffff:203.0.113.9", "203.0.113.9, 10.0.0.1", "[::1]:80", "fe80::1%eth0", "0x7f.1", "127.1\x00"} {
		f.Add(seed, seed, "203.0.113.9:4711")
		f.Add("guess", seed, seed)
	}
	edge := Edge{OriginSecrets: []string{"", "0123456789abcdef"}}
	f.Fuzz(func(t *testing.T, secret, viewer, peer string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		direct := edge.ViewerAddress(r)
		r.Header = http.Header{"X-Viewer-Address": {viewer}, "X-Forwarded-For": {viewer}}
		if secret != "0123456789abcdef" {
			r.Header.Set("X-Origin-Secret", secret)
		}
		if got := edge.ViewerAddress(r); got != direct {
			t.Errorf("%q with the secret %q makes %q of %q", viewer, secret, got, direct)
		}
		r.Header.Set("X-Origin-Secret", "0123456789abcdef")
		if got := edge.ViewerAddress(r); got != "unknown" && net.ParseIP(got) == nil {
			t.Errorf("%q is counted for %q", viewer, got)
		}
	})
}

// FuzzVersion: an If-Match that is taken for a version is of the documented form.
func FuzzVersion(f *testing.F) {
	for _, seed := range []string{"", "1", `"1"`, `""1""`, "+1", "01", "-1", "0", "9223372036854775807", `W/"1"`, "*", `"1`, "1 ", "१"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(versionPattern)
	f.Fuzz(func(t *testing.T, sent string) {
		r := httptest.NewRequest(http.MethodPut, "/", nil)
		r.Header = http.Header{"If-Match": {sent}}
		call := Call{http: r, header: http.Header{}}
		version := call.IfMatch()
		if sent = strings.TrimSpace(sent); version > 0 != form.MatchString(sent) {
			t.Errorf("%q is taken for version %d", sent, version)
		}
		if version > 0 {
			call.SetVersion(version)
			if strings.Trim(call.header.Get("ETag"), `"`) != strings.Trim(sent, `"`) {
				t.Errorf("%q is version %d, whose ETag is %s", sent, version, call.header.Get("ETag"))
			}
		}
	})
}

// FuzzLimit: a limit that is taken is within the bounds, and of their form.
func FuzzLimit(f *testing.F) {
	for _, seed := range []string{"", "1", "100", "101", "0", "-1", "+5", "007", "1e1", " 5", "٣", "99999999999999999999"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(`^([1-9][0-9]?|100)$`)
	f.Fuzz(func(t *testing.T, sent string) {
		if limit, ok := parseLimit(sent); ok && sent != "" && !form.MatchString(sent) || ok && (limit < 1 || limit > maxLimit) {
			t.Errorf("%q is a limit of %d", sent, limit)
		}
	})
}

// FuzzNegotiation: what a caller says it accepts is read without harm, and a plain
// refusal is heeded.
func FuzzNegotiation(f *testing.F) {
	for _, seed := range []string{"", "gzip", "gzip;q=0", "*;q=0", "br, gzip ;q=1", "gzip;q=NaN", "text/html", "application/json, text/html", "text/html;q=\x00", strings.Repeat(",", 1000), "*"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, encoding, accept string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header = http.Header{"Accept-Encoding": {encoding}, "Accept": {accept}}
		if takesGzip(r) && !strings.Contains(strings.ToLower(encoding), "gzip") && !strings.Contains(encoding, "*") {
			t.Errorf("%q takes gzip", encoding)
		}
		if wantsPage(r) && !strings.Contains(strings.ToLower(accept), "text/html") {
			t.Errorf("%q wants a page", accept)
		}
		r.Header.Set("Accept-Encoding", "gzip;q=0, "+encoding)
		if takesGzip(r) {
			t.Errorf("gzip;q=0, %q takes gzip", encoding)
		}
	})
}
