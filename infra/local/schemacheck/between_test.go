package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// TestEachCallerIsItselfAndCounted: a request arrives with its caller's credential
// and no other, and is counted by its answer; one of 5xx is named.
func TestEachCallerIsItselfAndCounted(t *testing.T) {
	var got []string
	product := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization")+"|"+r.Header.Get("X-API-Key"))
		if r.URL.Path == "/api/broken" {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(product.Close)
	a := &account{product: product.URL, clients: map[string]client{asNobody: {product: product.URL}, asKey: {product.URL, "X-API-Key", "dak_x"}}}
	for role, want := range map[string]string{asNobody: "|", asKey: "|dak_x"} {
		got = nil
		b, err := stand(t.Context(), a, role)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(b.close)
		for _, path := range []string{"/api/a", "/api/broken?x=%00"} {
			req, _ := http.NewRequest(http.MethodGet, b.url+path, nil)
			req.Header.Set("Authorization", "Bearer somebody else's")
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
		if !slices.Equal(got, []string{want, want}) || b.requests() != 2 || b.said() != "1 × 200, 1 × 503" || !slices.Equal(b.broken, []string{"503 GET /api/broken"}) {
			t.Errorf("%s: arrived as %q; %d requests, %s, broken %q", role, got, b.requests(), b.said(), b.broken)
		}
	}
}

func TestAWitnessTellsWhatChanged(t *testing.T) {
	before := map[string]string{"t T#x TENANT": "1", "t T#x PROJECT#1": "1", "t T#x AUDITHEAD#2026-11": "1"}
	after := map[string]string{"t T#x TENANT": "2", "t T#x PROJECT#2": "1", "t T#x AUDITHEAD#2026-11": "2"}
	got := differences(before, after)
	slices.Sort(got)
	if want := []string{"t T#x PROJECT#1", "t T#x PROJECT#2", "t T#x TENANT"}; !slices.Equal(got, want) {
		t.Errorf("changed are %q, want %q", got, want)
	}
	if got := differences(before, before); len(got) > 0 {
		t.Errorf("nothing changed, but %q", got)
	}
}

func TestCallersAreChosenByName(t *testing.T) {
	if all, err := roles(""); err != nil || strings.Join(all, ",") != "owner,member,key,nobody" {
		t.Errorf("all callers are %v, %v", all, err)
	}
	if some, err := roles("key,nobody"); err != nil || len(some) != 2 {
		t.Errorf("two callers are %v, %v", some, err)
	}
	if _, err := roles("admin"); err == nil {
		t.Error("admin is a caller")
	}
}
