package main

import (
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"
)

// between stands between schemathesis and the product: it gives each request its
// caller's credential, a fresh one when that is due, and counts what is answered.
// So a count is of requests that the product had, whatever made them.
type between struct {
	account *account
	role    string
	url     string
	server  *http.Server

	mu       sync.Mutex
	answered map[int]int // by status
	broken   []string    // requests that were answered with 5xx
}

// stand begins for one caller.
func stand(ctx context.Context, a *account, role string) (*between, error) {
	target, err := url.Parse(a.product)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	b := &between{account: a, role: role, url: "http://" + listener.Addr().String(), answered: map[int]int{}}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = target.Host },
		ModifyResponse: b.note,
	}
	b.server = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := a.as(ctx, role)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadGateway)
			return
		}
		r.Header.Del("Authorization")
		r.Header.Del("X-API-Key")
		if c.header != "" {
			r.Header.Set(c.header, c.value)
		}
		proxy.ServeHTTP(w, r)
	})}
	go func() { _ = b.server.Serve(listener) }()
	return b, nil
}

func (b *between) note(res *http.Response) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.answered[res.StatusCode]++
	if res.StatusCode >= http.StatusInternalServerError {
		b.broken = append(b.broken, fmt.Sprintf("%d %s %s", res.StatusCode, res.Request.Method, res.Request.URL.EscapedPath()))
	}
	return nil
}

// requests is how many were answered.
func (b *between) requests() (n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, count := range b.answered {
		n += count
	}
	return n
}

// said is what was answered, by status.
func (b *between) said() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []string
	for _, status := range slices.Sorted(maps.Keys(b.answered)) {
		all = append(all, fmt.Sprintf("%d × %d", b.answered[status], status))
	}
	return strings.Join(all, ", ")
}

func (b *between) close() { _ = b.server.Close() }
