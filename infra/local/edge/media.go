package edge

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Media passes on what a browser asks of the bucket of pictures and videos: reads
// by links and posted forms. Whoever reaches the emulator itself may do anything
// with every tenant's data, so nothing else goes through: neither a header nor a
// query by which the emulator would take the request for another service's, nor what
// stands behind a read. It keeps nobody out who knows the local product: what links
// and forms are signed with is no secret there.
func Media(endpoint, bucket string) (http.Handler, error) {
	target, err := url.Parse(endpoint)
	if err != nil {
		return nil, err
	}
	through := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.URL.RawQuery = r.In.URL.RawQuery
			r.Out.Host = r.In.Host // it is part of what was signed
			for name := range r.Out.Header {
				if !slices.Contains(passed, name) {
					r.Out.Header.Del(name)
				}
			}
			if r.In.Method != http.MethodPost {
				r.Out.Body, r.Out.ContentLength = http.NoBody, 0
			}
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) },
		Transport:    &http.Transport{IdleConnTimeout: 30 * time.Second, ResponseHeaderTimeout: 35 * time.Second, DisableCompression: true},
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !forMedia(r, bucket) {
			http.NotFound(w, r)
			return
		}
		through.ServeHTTP(w, r)
	}), nil
}

// passed are the headers that a read or a form has a use for.
var passed = []string{
	"Accept", "Access-Control-Request-Headers", "Access-Control-Request-Method", "Content-Length", "Content-Type",
	"If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Origin", "Range",
}

// ofALink tells that a signed link has such a parameter.
func ofALink(name string) bool {
	return strings.HasPrefix(name, "X-Amz-") || strings.HasPrefix(name, "response-") || name == "versionId" || name == "x-id"
}

// forMedia goes by the path as the emulator will read it.
func forMedia(r *http.Request, bucket string) bool {
	key, inside := strings.CutPrefix(r.URL.EscapedPath(), "/"+bucket)
	query := r.URL.Query()
	switch {
	case !inside || r.Header.Get("Authorization") != "" || strings.Contains(r.URL.Path, ".."):
		return false
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		signed := query.Get("X-Amz-Signature") != "" && query.Get("X-Amz-Algorithm") == "AWS4-HMAC-SHA256"
		for name := range query {
			signed = signed && ofALink(name)
		}
		return signed && len(key) > 1 && key[0] == '/'
	case r.Method == http.MethodPost:
		return (key == "" || key == "/") && r.URL.RawQuery == "" && signedForm(r)
	case r.Method == http.MethodOptions:
		return r.Header.Get("Origin") != ""
	}
	return false
}

// signedForm reads a posted form as far as its file. The emulator holds a form to its
// policy that has a signature, and stores what comes without one.
func signedForm(r *http.Request) bool {
	kind, parameters, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		return false
	}
	var read bytes.Buffer
	rest := r.Body
	fields := multipart.NewReader(io.TeeReader(io.LimitReader(rest, bodyLimit), &read), parameters["boundary"])
	signed := false
	for {
		part, err := fields.NextPart()
		if err != nil || part.FormName() == "file" {
			break
		}
		signed = signed || strings.EqualFold(part.FormName(), "X-Amz-Signature")
	}
	r.Body = struct {
		io.Reader
		io.Closer
	}{io.MultiReader(&read, rest), rest}
	return signed
}
