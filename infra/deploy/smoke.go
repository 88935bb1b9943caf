package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	requestTimeout = 10 * time.Second
	// A new distribution answers everywhere some minutes after CloudFormation says so.
	smokePatience = 5 * time.Minute
)

// expectation is one answer of a product that works.
type expectation struct {
	name   string
	url    string
	status int
	has    string // in the body
}

// expectations: the API and the web app answer at the product's address, and the
// API's own address is of no use to who goes past the edge.
func expectations(app, api string) []expectation {
	return []expectation{
		{"health", app + "/api/health", http.StatusOK, `"status"`},
		{"keys", app + "/.well-known/jwks.json", http.StatusOK, `"keys"`},
		{"web app", app + "/", http.StatusOK, "<"},
		{"past the edge", api + "/api/health", http.StatusForbidden, ""},
	}
}

// smoke tries each until it holds.
func smoke(ctx context.Context, a account, client *http.Client, all []expectation, say func(string)) error {
	patience := smokePatience
	if a.Endpoint != "" {
		patience = time.Minute
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for _, e := range all {
		for {
			err := e.hold(ctx, client)
			if err == nil {
				break
			}
			say(err.Error())
			if a.pause(ctx) != nil {
				return fmt.Errorf("the product is deployed, and does not work: %w", err)
			}
		}
	}
	return nil
}

func (e expectation) hold(ctx context.Context, client *http.Client) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, e.url, http.NoBody)
	if err != nil {
		return err
	}
	res, err := client.Do(r)
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	if res.StatusCode != e.status || !strings.Contains(string(body), e.has) {
		return fmt.Errorf("%s: %s answers %d, not %d with %s (%.200s)", e.name, e.url, res.StatusCode, e.status, e.has, body)
	}
	return nil
}

// visitor reaches the product as people will, also while the domain does not lead to
// it yet: the connection goes to the distribution, under the product's name.
func visitor(app, distribution string) (*http.Client, error) {
	at, err := url.Parse(app)
	if err != nil {
		return nil, fmt.Errorf("AppUrl: %w", err)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	dial := (&net.Dialer{Timeout: requestTimeout}).DialContext
	transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if host, port, err := net.SplitHostPort(address); err == nil && host == at.Hostname() {
			address = net.JoinHostPort(distribution, port)
		}
		return dial(ctx, network, address)
	}
	return &http.Client{Transport: transport}, nil
}

// leads tells what is to be done so that people find the product under its domain.
func leads(ctx context.Context, app, distribution string) string {
	at, err := url.Parse(app)
	if err != nil || at.Hostname() == distribution {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	want, err := net.DefaultResolver.LookupHost(ctx, distribution)
	if err != nil {
		return ""
	}
	have, err := net.DefaultResolver.LookupHost(ctx, at.Hostname())
	var unknown *net.DNSError
	if err != nil && !errors.As(err, &unknown) {
		return ""
	}
	for _, address := range have {
		for _, right := range want {
			if address == right {
				return ""
			}
		}
	}
	return fmt.Sprintf("point %s (CNAME, or an alias) to %s: it does not lead there yet, as seen from here", at.Hostname(), distribution)
}
