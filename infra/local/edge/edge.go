// Package edge stands in for CloudFront: one origin for everything that a
// browser asks for, the API behind it, and nothing reachable from outside the
// machine.
package edge

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// bodyLimit is API Gateway's for an HTTP API.
const bodyLimit = 10 << 20

// API is where the edge forwards to.
type API struct {
	Endpoint string // of the emulator
	ID       string // of the HTTP API
	Secret   string // proves to a function that the edge forwarded the call
	AppURL   string // as in the API's own problem documents
	// Raw are the Function URLs' hosts by the path that they are served at here; a
	// path that ends in a slash stands for all that begin with it. On AWS each has an
	// address of its own and no edge before it.
	Raw map[string]string
	// Google plays Google below googlePath; nil where the real one is used.
	Google http.Handler
}

// googlePath is where the stand-in of Google is.
const googlePath = "/mock/google"

// Handler serves the API's paths through the emulator, and the mailbox and the
// web app's pages beside them. Without pages their paths are the API's too, which
// knows none of them.
func Handler(api API, mailbox, pages http.Handler) (http.Handler, error) {
	target, err := url.Parse(api.Endpoint)
	if err != nil {
		return nil, err
	}
	// A call waits for its turn when its body is there. Function URLs do not wait: functions call them, and those have a turn.
	toAPI, toRaw := api.limited(newTurns(places()).inTurn(api.proxy(target))), api.limited(api.rawProxy(target))
	mux := http.NewServeMux()
	mux.Handle("/mailbox", mailbox)
	mux.Handle("/mailbox.json", mailbox)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		switch {
		case !api.ownName(r.Host):
			api.refuse(w, problem.Forbidden, "This is a local product. Open it as "+api.AppURL+".")
		case api.Google != nil && strings.HasPrefix(path, googlePath+"/"):
			http.StripPrefix(googlePath, api.Google).ServeHTTP(w, r)
		case api.rawHost(path) != "":
			toRaw.ServeHTTP(w, r)
		case forAPI(path):
			// Not through the mux: it would redirect paths with // or .. in
			// them, which the API is to answer itself.
			toAPI.ServeHTTP(w, r)
		case strings.HasPrefix(path, "/mailbox"):
			mux.ServeHTTP(w, r)
		case pages == nil:
			toAPI.ServeHTTP(w, r)
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			w.Header().Set("Allow", "GET, HEAD")
			api.refuse(w, problem.MethodNotAllowed, "Pages can only be read.")
		default:
			pages.ServeHTTP(w, r)
		}
	}), nil
}

// ownName refuses the names that a page elsewhere can make lead to this machine
// (DNS rebinding): it would read the sign-in mails.
func (api API) ownName(host string) bool {
	named, err := url.Parse("http://" + host)
	if err != nil {
		return false
	}
	own, err := url.Parse(api.AppURL)
	name := named.Hostname()
	return name == "localhost" || name == "127.0.0.1" || name == "::1" || err == nil && name == own.Hostname()
}

func forAPI(path string) bool {
	for _, prefix := range []string{"/api/", "/.well-known/", "/webhooks/"} {
		if strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return path == "/api"
}

func (api API) proxy(target *url.URL) http.Handler {
	prefix := "/_aws/execute-api/" + api.ID + "/$default"
	return api.forward(func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.Path = prefix + r.In.URL.Path
		r.Out.URL.RawPath = prefix + r.In.URL.EscapedPath()
		r.Out.URL.RawQuery = r.In.URL.RawQuery // SetURL drops what it cannot parse
		r.Out.Host = target.Host
		r.Out.Header.Set("X-Viewer-Address", viewer(r.In.RemoteAddr))
		r.Out.Header.Set("X-Origin-Secret", api.Secret)
	})
}

// rawProxy reaches a Function URL: its host's name leads nowhere on this
// machine, but the emulator goes by it.
func (api API) rawProxy(target *url.URL) http.Handler {
	return api.forward(func(r *httputil.ProxyRequest) {
		r.SetURL(target)
		r.Out.URL.RawQuery = r.In.URL.RawQuery
		r.Out.Host = api.rawHost(r.In.URL.Path)
	})
}

// rawHost is the host of the Function URL that is served at a path, "" for none:
// the path's own, or that of the longest beginning.
func (api API) rawHost(path string) string {
	if host := api.Raw[path]; host != "" {
		return host
	}
	longest := ""
	for at := range api.Raw {
		if strings.HasSuffix(at, "/") && strings.HasPrefix(path, at) && len(at) > len(longest) {
			longest = at
		}
	}
	return api.Raw[longest]
}

func (api API) forward(rewrite func(*httputil.ProxyRequest)) http.Handler {
	return &httputil.ReverseProxy{
		Rewrite: rewrite,
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() != nil {
				return // the caller has gone
			}
			api.refuse(w, problem.Unavailable, "The service cannot be reached right now. Try again in a moment.")
		},
		Transport: &http.Transport{
			MaxIdleConnsPerHost: 64, IdleConnTimeout: 30 * time.Second, ResponseHeaderTimeout: 35 * time.Second,
			DisableCompression: true, // pass encodings through as they are
		},
	}
}

func viewer(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	return host
}

// limited reads the body before the call goes on: API Gateway hands a function
// whole bodies, and refuses too large ones itself.
func (api API) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
		var tooLarge *http.MaxBytesError
		switch {
		case errors.As(err, &tooLarge):
			api.refuse(w, problem.BodyTooLarge, "A request body can hold at most 10 MB.")
			return
		case err != nil:
			api.refuse(w, problem.MalformedBody, "The request body ended early.")
			return
		}
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		r.TransferEncoding = nil
		next.ServeHTTP(w, r)
	})
}

// refuse answers a problem in the API's own form.
func (api API) refuse(w http.ResponseWriter, code problem.Code, detail string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(problem.Status(code))
	_ = json.NewEncoder(w).Encode(map[string]any{ // nobody is left to tell when this fails
		"type": api.AppURL + "/api/docs#" + string(code), "title": problem.Title(code),
		"status": problem.Status(code), "code": code, "detail": detail, "instance": "urn:request:" + rand.Text(),
	})
}
