package hookpost_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/hookpost"
)

func sign(_ context.Context, body []byte) (string, error) { return "signed " + string(body), nil }

func TestAnEventIsPostedAsItIsSigned(t *testing.T) {
	t.Parallel()
	var got string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = r.Method + " " + r.URL.Path + " " + r.Header.Get("Stripe-Signature") + " " + string(body)
	}))
	t.Cleanup(server.Close)
	if err := hookpost.New(server.URL+"/hook", "Stripe-Signature", sign).Post(t.Context(), []byte(`{"a":1}`)); err != nil {
		t.Fatal(err)
	}
	if want := `POST /hook signed {"a":1} {"a":1}`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestWhatIsNotAnswered2xxWasNotTaken, and no error names the address.
func TestWhatIsNotAnswered2xxWasNotTaken(t *testing.T) {
	t.Parallel()
	elsewhere := 0
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	t.Cleanup(target.Close)
	for _, status := range []int{300, 302, 307, 400, 404, 500, 503} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target.URL)
			w.WriteHeader(status)
		}))
		err := hookpost.New(server.URL, "Stripe-Signature", sign).Post(t.Context(), []byte("{}"))
		if err == nil || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("%d: %v", status, err)
		}
		server.Close()
		if err := hookpost.New(server.URL, "Stripe-Signature", sign).Post(t.Context(), []byte("{}")); err == nil || strings.Contains(err.Error(), "127.0.0.1") {
			t.Errorf("nobody listens: %v", err)
		}
	}
	if elsewhere != 0 {
		t.Error("a redirect was followed: another site got the event")
	}
	unsigned := func(context.Context, []byte) (string, error) { return "", errors.New("no secret") }
	if err := hookpost.New(target.URL, "Stripe-Signature", unsigned).Post(t.Context(), nil); err == nil || elsewhere != 0 {
		t.Errorf("an event was posted without a signature: %v", err)
	}
}
