package edge

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"time"

	"github.com/andybalholm/brotli"

	"github.com/devotionalai/platform/infra/website"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// Headers are what every answer of the web app carries, here and on AWS
// (infra/edge.yaml; a test compares them). The pages load and call nothing but
// their own origin and the bucket of pictures and videos, at media.
func Headers(media string) map[string]string {
	return map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; " +
			"img-src 'self' data: blob: " + media + "; media-src 'self' blob: " + media + "; connect-src 'self' " + media + "; " +
			"manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; " +
			"require-trusted-types-for 'script'; trusted-types 'none'",
		"X-Content-Type-Options":     "nosniff",
		"Referrer-Policy":            "no-referrer",
		"Permissions-Policy":         "camera=(), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), usb=()",
		"Cross-Origin-Opener-Policy": "same-origin",
	}
}

// liveHeaders let vite's own scripts in: they write styles and a first script
// into the page, and hold a socket open.
func liveHeaders(media string) map[string]string {
	headers := Headers(media)
	headers["Content-Security-Policy"] = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; font-src 'self' data:; " +
		"img-src 'self' data: blob: " + media + "; media-src 'self' blob: " + media + "; connect-src 'self' ws://localhost:* ws://127.0.0.1:* " + media + "; " +
		"worker-src 'self' blob:; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
	return headers
}

// page is a file as it is sent.
type page struct {
	website.File
	etag    string
	coded   []coded // in the order of preference; none where compression gains nothing
	headers map[string]string
}

// coded is a file's body in one content coding.
type coded struct {
	coding string // as in Accept-Encoding
	body   []byte
}

// leastCoded is the size in bytes below which CloudFront does not compress.
const leastCoded = 1000

// brotliLevel is what a server affords while somebody waits, of 0 to 11: higher
// ones would show smaller pages than CloudFront sends.
const brotliLevel = 5

// Pages serves the web app built in dist. All of it is read now: a later build
// cannot mix with what open pages still load, and no request reaches the disk.
func (api API) Pages(dist, media string) (http.Handler, error) {
	files, err := website.Read(dist)
	if err != nil {
		return nil, err
	}
	pages, headers := map[string]page{}, Headers(media)
	for _, f := range files {
		p, err := ready(f)
		if err != nil {
			return nil, err
		}
		p.headers = headers
		pages["/"+f.Path] = p
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		path := r.URL.Path
		if website.IsAppPath(path) {
			path = "/" + website.Index
		}
		p, found := pages[path]
		if !found {
			set(w.Header(), headers)
			api.refuse(w, problem.RouteNotFound, "There is no such file.")
			return
		}
		p.serve(w, r)
	}), nil
}

func ready(f website.File) (page, error) {
	sum := sha256.Sum256(f.Body)
	p := page{File: f, etag: hex.EncodeToString(sum[:12])}
	if len(f.Body) < leastCoded || !website.Compressible(f.ContentType) {
		return p, nil
	}
	var br, zipped bytes.Buffer
	for _, w := range []io.WriteCloser{brotli.NewWriterLevel(&br, brotliLevel), gzip.NewWriter(&zipped)} {
		if _, err := w.Write(f.Body); err != nil {
			return p, fmt.Errorf("compress %s: %w", f.Path, err)
		}
		if err := w.Close(); err != nil {
			return p, fmt.Errorf("compress %s: %w", f.Path, err)
		}
	}
	p.coded = []coded{{"br", br.Bytes()}, {"gzip", zipped.Bytes()}}
	return p, nil
}

func (p page) serve(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	set(h, p.headers)
	h.Set("Content-Type", p.ContentType)
	h.Set("Cache-Control", p.CacheControl)
	body, etag := p.Body, p.etag
	if p.coded != nil {
		h.Set("Vary", "Accept-Encoding")
	}
	for _, c := range p.coded {
		// A part of a file is a part of the file itself.
		if r.Header.Get("Range") == "" && takes(r.Header.Get("Accept-Encoding"), c.coding) {
			h.Set("Content-Encoding", c.coding)
			body, etag = c.body, etag+"-"+c.coding
			break
		}
	}
	h.Set("ETag", `"`+etag+`"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// takes reads an Accept-Encoding. Like CloudFront it looks at who takes a coding
// at all, not who prefers which.
func takes(accepted, coding string) bool {
	for _, listed := range strings.Split(accepted, ",") {
		name, weight, _ := strings.Cut(listed, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			return strings.Trim(strings.ReplaceAll(weight, " ", ""), "0.") != "q="
		}
	}
	return false
}

// Live forwards to vite's server at target, whose pages change as their sources
// do.
func (api API) Live(target, media string) (http.Handler, error) {
	to, err := url.Parse(target)
	if err != nil {
		return nil, fmt.Errorf("read vite's address: %w", err)
	}
	headers := liveHeaders(media)
	return &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(to)
			r.Out.Host = r.In.Host // a socket's origin must be its host
		},
		ModifyResponse: func(r *http.Response) error {
			set(r.Header, headers)
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) {
			if r.Context().Err() == nil {
				api.refuse(w, problem.Unavailable, "The web app's server cannot be reached right now.")
			}
		},
	}, nil
}

func set(h http.Header, values map[string]string) {
	for name, value := range values {
		h.Set(name, value)
	}
}
