package httpapi

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
)

type note struct {
	Text string `json:"text"`
}

// send has an endpoint answer one request.
func send[Body, Answer any](e Endpoint[Body, Answer], handle Handler[Body, Answer], r *http.Request) (*httptest.ResponseRecorder, error) {
	rec := httptest.NewRecorder()
	r.Header.Set("Content-Type", "application/json")
	err := e.exchange(handle)(rec, r, auth.Caller{Principal: auth.Principal{User: "u"}})
	return rec, err
}

func TestStatusAndTypesComeFromTheRow(t *testing.T) {
	created := endpoint[note, note](Route{Method: "POST", Status: http.StatusCreated})
	if created.Body != (note{}) || created.Answer != (note{}) {
		t.Fatalf("the row describes %T and %T", created.Body, created.Answer)
	}
	rec, err := send(created, func(_ context.Context, in *Request[note]) (note, error) {
		in.SetHeader("Location", "/notes/1")
		return in.Body, nil
	}, httptest.NewRequest("POST", "/notes", strings.NewReader(`{"text":"a"}`)))
	if err != nil || rec.Code != 201 || rec.Body.String() != "{\"text\":\"a\"}\n" || rec.Header().Get("Location") != "/notes/1" {
		t.Errorf("%d %s %v, %v", rec.Code, rec.Body, rec.Header(), err)
	}
	gone := endpoint[None, None](Route{Method: "DELETE"})
	rec, err = send(gone, func(context.Context, *Request[None]) (None, error) { return None{}, nil }, httptest.NewRequest("DELETE", "/notes/1", nil))
	if err != nil || gone.Body != nil || gone.Answer != nil || rec.Code != 204 || rec.Body.Len() > 0 {
		t.Errorf("%d %q, %v", rec.Code, rec.Body, err)
	}
	page := endpoint[None, Content](Route{Method: "GET", ContentType: "text/plain"})
	rec, err = send(page, func(context.Context, *Request[None]) (Content, error) { return Content("hi"), nil }, httptest.NewRequest("GET", "/", nil))
	if err != nil || rec.Code != 200 || rec.Body.String() != "hi" || rec.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("%d %q, %v", rec.Code, rec.Body, err)
	}
}

func TestAnErrorWritesNothing(t *testing.T) {
	e := endpoint[None, note](Route{Method: "GET"})
	rec, err := send(e, func(context.Context, *Request[None]) (note, error) {
		return note{Text: "half"}, problem.New(problem.NotFound, "No.")
	}, httptest.NewRequest("GET", "/", nil))
	if !problem.Is(err, problem.NotFound) || rec.Body.Len() > 0 {
		t.Errorf("%v, %q", err, rec.Body)
	}
}

func TestABodyThatNobodyReadsIsRefused(t *testing.T) {
	for _, c := range []struct {
		method string
		takes  Credentials
		code   problem.Code
	}{
		{"POST", Session, problem.MalformedBody},
		{"PATCH", Session | Key, problem.MalformedBody},
		{"DELETE", Session, ""},
		{"GET", Session, ""},
		{"POST", Cookie, ""},
		{"POST", 0, ""},
	} {
		e := endpoint[None, None](Route{Method: c.method, Credentials: c.takes})
		_, err := send(e, func(context.Context, *Request[None]) (None, error) { return None{}, nil }, httptest.NewRequest(c.method, "/", strings.NewReader(`{"x":1}`)))
		if c.code == "" && err != nil || c.code != "" && !problem.Is(err, c.code) {
			t.Errorf("%s with %b: %v", c.method, c.takes, err)
		}
	}
}

func TestOnlyAnIdempotentRowReadsTheKey(t *testing.T) {
	for _, idempotent := range []bool{true, false} {
		e := endpoint[note, note](Route{Method: "POST", Credentials: Session, Idempotent: idempotent})
		handle := repeatable(func(_ context.Context, _ *Request[note], claim idempotency.Claim) (note, error) {
			if claim.Given() != idempotent {
				t.Errorf("idempotent %v: claim %v", idempotent, claim)
			}
			return note{}, &idempotency.Replay{Subject: "1"}
		}, func(_ context.Context, in *Request[note], subject string) (note, error) {
			return note{Text: subject + in.Body.Text}, nil
		})
		r := httptest.NewRequest("POST", "/", strings.NewReader(`{"text":"a"}`))
		r.Header.Set(headerKey, "k")
		rec, err := send(e, handle, r)
		if err != nil || rec.Header().Get(headerReplayed) != "true" || !strings.Contains(rec.Body.String(), "1a") {
			t.Errorf("%v %s, %v", rec.Header(), rec.Body, err)
		}
	}
}

// TestAKeyIsThatOfItsPrincipal: the claims of a person are what they were before
// there were API keys, and those of a key are its own.
func TestAKeyIsThatOfItsPrincipal(t *testing.T) {
	claim := func(p auth.Principal) string {
		r := httptest.NewRequest("POST", "/things", io.NopCloser(strings.NewReader("")))
		r.Header.Set(headerKey, "k")
		c, err := claimOf(r, auth.Caller{Principal: p})
		if err != nil {
			t.Fatal(err)
		}
		return c.Key
	}
	anna := claim(auth.Principal{User: "anna", Session: "1"})
	if anna != idempotency.NewClaim("anna", "k", "POST", "/things", nil).Key {
		t.Error("a person's claims changed")
	}
	if anna != claim(auth.Principal{User: "anna", Session: "2"}) {
		t.Error("a person who signed in again has other claims")
	}
	if key := claim(auth.Principal{Key: "anna"}); key == anna || key != claim(auth.Principal{Key: "anna"}) {
		t.Error("a key shares a person's claims, or has none of its own")
	}
}
