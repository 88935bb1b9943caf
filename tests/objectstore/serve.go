package objectstore

import (
	"bufio"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"
)

// failure is what S3 says when it refuses.
type failure struct {
	XMLName xml.Name `xml:"Error"`
	Code    string
	status  int
}

func (f *failure) Error() string { return f.Code }

func refused(status int, code string) error { return &failure{Code: code, status: status} }

// call is one request.
type call struct {
	*http.Request
	w     http.ResponseWriter
	key   string
	query url.Values
}

// ServeHTTP answers what the SDK asks, at /bucket/key.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	c := call{Request: r, w: w, key: key, query: r.URL.Query()}
	name, do := s.operation(c)
	s.mu.Lock()
	s.counts.Calls[name]++
	refuse := s.refuse(name)
	s.mu.Unlock()
	err := refused(http.StatusServiceUnavailable, "SlowDown")
	if !refuse {
		err = do(c)
	}
	var told *failure
	switch {
	case errors.As(err, &told):
		answer(w, told.status, told)
	case err != nil:
		answer(w, http.StatusInternalServerError, &failure{Code: "InternalError"})
	}
}

func (s *Store) operation(c call) (string, func(call) error) {
	has := c.query.Has
	switch c.Method {
	case http.MethodGet:
		switch {
		case c.key == "" && has("versions"):
			return "ListObjectVersions", s.listVersions
		case c.key == "" && has("uploads"):
			return "ListMultipartUploads", s.listUploads
		case c.key == "":
			return "ListObjectsV2", s.list
		case has("uploadId"):
			return "ListParts", s.listParts
		}
		return "GetObject", s.get
	case http.MethodHead:
		return "HeadObject", s.get
	case http.MethodPut:
		switch {
		case has("partNumber"):
			return "UploadPart", s.uploadPart
		case c.Header.Get("X-Amz-Copy-Source") != "":
			return "CopyObject", s.copyObject
		}
		return "PutObject", s.putObject
	case http.MethodPost:
		if has("uploads") {
			return "CreateMultipartUpload", s.create
		}
		if has("uploadId") {
			return "CompleteMultipartUpload", s.complete
		}
	case http.MethodDelete:
		if has("uploadId") {
			return "AbortMultipartUpload", s.abort
		}
		return "DeleteObject", s.delete
	}
	return "unknown", func(call) error { return refused(http.StatusNotImplemented, "NotImplemented") }
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	_ = xml.NewEncoder(w).Encode(v) // whoever does not listen any more does not miss it
}

func (s *Store) get(c call) error {
	o, ok := s.find(c.key, c.query.Get("versionId"))
	if !ok {
		return refused(http.StatusNotFound, "NoSuchKey")
	}
	if match := c.Header.Get("If-Match"); match != "" && match != etag(o) {
		return refused(http.StatusPreconditionFailed, "PreconditionFailed")
	}
	from, to, status := int64(0), o.Size, http.StatusOK
	if r := c.Header.Get("Range"); r != "" {
		var err error
		if from, to, err = within(r, o.Size); err != nil {
			return err
		}
		status = http.StatusPartialContent
		c.w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, to-1, o.Size))
	}
	for name, value := range o.Metadata {
		c.w.Header().Set("X-Amz-Meta-"+name, value)
	}
	c.w.Header().Set("Content-Length", strconv.FormatInt(to-from, 10))
	c.w.Header().Set("ETag", etag(o))
	c.w.Header().Set("X-Amz-Version-Id", o.Version)
	c.w.Header().Set("Last-Modified", o.Modified.Format(http.TimeFormat))
	c.w.WriteHeader(status)
	if c.Method == http.MethodHead {
		return nil
	}
	r, err := o.at(from, to-from)
	if err != nil {
		return err
	}
	n, _ := io.CopyBuffer(struct{ io.Writer }{c.w}, struct{ io.Reader }{r}, make([]byte, 256<<10)) // the reader may have gone
	s.count(n, 0)
	return r.Close()
}

func (s *Store) count(read, sent int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.counts.Read, s.counts.Sent = s.counts.Read+read, s.counts.Sent+sent
}

// within reads bytes=a-b and bytes=a-.
func within(header string, size int64) (from, to int64, err error) {
	invalid := refused(http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
	first, last, ok := strings.Cut(strings.TrimPrefix(header, "bytes="), "-")
	if from, err = strconv.ParseInt(first, 10, 64); err != nil || !ok || from >= size {
		return 0, 0, invalid
	}
	if last == "" {
		return from, size, nil
	}
	if to, err = strconv.ParseInt(last, 10, 64); err != nil || to < from {
		return 0, 0, invalid
	}
	return from, min(to+1, size), nil
}

func (s *Store) putObject(c call) error {
	if _, there := s.find(c.key, ""); there && c.Header.Get("If-None-Match") == "*" {
		return refused(http.StatusPreconditionFailed, "PreconditionFailed")
	}
	p, err := s.take(c)
	if err != nil {
		return err
	}
	s.keep(c, pieces{p}, p.size, metadata(c.Header))
	return nil
}

// keep makes pieces an object, and tells its version.
func (s *Store) keep(c call, all pieces, size int64, about map[string]string) *Object {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &Object{Key: c.key, Size: size, Metadata: about, at: all.open}
	s.put(o)
	c.w.Header().Set("ETag", etag(o))
	c.w.Header().Set("X-Amz-Version-Id", o.Version)
	return o
}

func metadata(h http.Header) map[string]string {
	about := map[string]string{}
	for name, values := range h {
		if rest, ok := strings.CutPrefix(name, "X-Amz-Meta-"); ok {
			about[rest] = values[0]
		}
	}
	return about
}

// take spools a request's body.
func (s *Store) take(c call) (piece, error) {
	s.mu.Lock()
	s.number++
	path := filepath.Join(s.spool, strconv.Itoa(s.number))
	s.mu.Unlock()
	var body io.Reader = c.Body
	if strings.HasPrefix(c.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		body = &chunked{r: bufio.NewReaderSize(c.Body, 64<<10)}
	}
	size, err := spooled(path, body)
	s.count(0, size)
	return piece{path, size}, err
}

// chunked reads the SDK's framing: a length in hex, bytes, and so on to a chunk
// of none and lines of checksums.
type chunked struct {
	r    *bufio.Reader
	left int64
	done bool
}

func (c *chunked) Read(p []byte) (int, error) {
	for c.left == 0 {
		if c.done {
			return 0, io.EOF
		}
		line, err := c.r.ReadString('\n')
		if err != nil {
			return 0, io.ErrUnexpectedEOF
		}
		length, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		if length == "" {
			continue // between chunks
		}
		if c.left, err = strconv.ParseInt(length, 16, 64); err != nil {
			return 0, err
		}
		if c.left == 0 {
			c.done = true
			_, _ = io.Copy(io.Discard, c.r) // so that the connection can be used again
		}
	}
	n, err := c.r.Read(p[:min(int64(len(p)), c.left)])
	c.left -= int64(n)
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

func (s *Store) copyObject(c call) error {
	source, err := url.PathUnescape(strings.TrimPrefix(c.Header.Get("X-Amz-Copy-Source"), "/"))
	if err != nil {
		return refused(http.StatusBadRequest, "InvalidArgument")
	}
	source, version, _ := strings.Cut(source, "?versionId=")
	_, key, _ := strings.Cut(source, "/")
	from, ok := s.find(key, version)
	if !ok {
		return refused(http.StatusNotFound, "NoSuchKey")
	}
	r, err := from.at(0, from.Size)
	if err != nil {
		return err
	}
	s.mu.Lock()
	s.number++
	path := filepath.Join(s.spool, strconv.Itoa(s.number))
	s.mu.Unlock()
	size, err := spooled(path, r)
	if err := errors.Join(err, r.Close()); err != nil {
		return err
	}
	about := from.Metadata
	if c.Header.Get("X-Amz-Metadata-Directive") == "REPLACE" {
		about = metadata(c.Header)
	}
	o := s.keep(c, pieces{{path, size}}, size, about)
	answer(c.w, http.StatusOK, struct {
		XMLName xml.Name `xml:"CopyObjectResult"`
		ETag    string
	}{ETag: etag(o)})
	return nil
}

func (s *Store) delete(c call) error {
	s.remove(c.key, c.query.Get("versionId"))
	c.w.WriteHeader(http.StatusNoContent)
	return nil
}
