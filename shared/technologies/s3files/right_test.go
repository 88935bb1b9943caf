package s3files_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

const owner = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")

// standIn is an S3 that denies everything except listing, which it answers with
// what it is told; an empty list denies that too.
func standIn(t *testing.T, listing string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		switch {
		case r.Method == http.MethodPost && r.URL.Query().Has("delete"):
			fmt.Fprint(w, `<DeleteResult><Error><Key>k</Key><Code>InternalError</Code></Error><Error><Key>l</Key><Code>AccessDenied</Code></Error></DeleteResult>`)
		case r.URL.Query().Has("list-type") && listing != "":
			fmt.Fprintf(w, `<ListBucketResult>%s</ListBucketResult>`, listing)
		case strings.HasPrefix(listing, readable) && r.Method == http.MethodGet:
			fmt.Fprint(w, "abc")
		default:
			w.WriteHeader(http.StatusForbidden)
			fmt.Fprint(w, `<Error><Code>AccessDenied</Code><Message>arn:aws:sts::1:assumed-role/x is not authorized</Message></Error>`)
		}
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}
}

const (
	readable = `<!-- objects can be read -->`
	noObject = `<KeyCount>0</KeyCount>`
	there    = `<Contents><Key>tenants/` + string(owner) + `/a</Key><Size>3</Size><ETag>"one"</ETag></Contents>`
	another  = `<Contents><Key>tenants/` + string(owner) + `/a</Key><Size>3</Size><ETag>"two"</ETag></Contents>`
)

// A right that is missing is our fault: not an outage, not an absent file and not
// one that is being replaced. The log learns service, operation and code.
func TestAMissingRightIsTold(t *testing.T) {
	looked := upload.Object{Size: 3, ETag: `"one"`}
	file := filepath.Join(t.TempDir(), "f")
	for _, c := range []struct {
		name, listing, operation string
		call                     func(*s3files.Bucket) error
	}{
		{"store", there, "S3.PutObject", func(b *s3files.Bucket) error {
			return b.PutBytes(t.Context(), owner, "a", []byte("abc"), "text/plain")
		}},
		{"fetch", there, "S3.GetObject", func(b *s3files.Bucket) error { return b.GetFile(t.Context(), owner, "a", file) }},
		{"fetch without the right to list", "", "S3.GetObject", func(b *s3files.Bucket) error {
			_, err := b.GetBytes(t.Context(), owner, "a")
			return err
		}},
		{"look up", "", "S3.ListObjectsV2", func(b *s3files.Bucket) error { _, _, err := b.Size(t.Context(), owner, "a"); return err }},
		{"read", there, "S3.GetObject", func(b *s3files.Bucket) error {
			_, err := b.Read(t.Context(), owner, "a", looked, 0, 3)
			return err
		}},
		{"copy", readable + there, "S3.CopyObject", func(b *s3files.Bucket) error {
			return b.CopyNew(t.Context(), owner, "a", looked, "b", "text/plain")
		}},
		{"copy without the right to read or list", "", "S3.GetObject", func(b *s3files.Bucket) error {
			return b.CopyNew(t.Context(), owner, "a", looked, "b", "text/plain")
		}},
		{"delete", there, "S3.DeleteObjects", func(b *s3files.Bucket) error { return b.Remove(t.Context(), owner, "a", "b") }},
		{"list", "", "S3.ListObjectsV2", func(b *s3files.Bucket) error { return b.RemoveAll(t.Context(), owner, "jobs/") }},
		{"archive", there, "S3.PutObject", func(b *s3files.Bucket) error {
			return (&s3files.Segments{Bucket: b}).PutSegment(t.Context(), owner, "2026-03", 1, []byte("{}"))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := c.call(s3files.New(standIn(t, c.listing), "media"))
			if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), c.operation+" answered AccessDenied") {
				t.Fatalf("got %v, want internal for %s", err, c.operation)
			}
			if strings.Contains(err.Error(), "arn:") {
				t.Errorf("the log gets what the service wrote: %v", err)
			}
		})
	}
}

// S3 denies what is absent as well: what the list does not hold is gone.
func TestADeniedObjectThatIsGoneIsNoMissingRight(t *testing.T) {
	looked := upload.Object{Size: 3, ETag: `"one"`}
	for _, listing := range []string{noObject, another} {
		b := s3files.New(standIn(t, listing), "media")
		if _, err := b.Read(t.Context(), owner, "a", looked, 0, 3); err != upload.ErrReplaced {
			t.Errorf("read: %v, want replaced", err)
		}
		if err := b.CopyNew(t.Context(), owner, "a", looked, "b", "text/plain"); err != upload.ErrReplaced {
			t.Errorf("copy: %v, want replaced", err)
		}
	}
	if _, err := s3files.New(standIn(t, noObject), "media").GetBytes(t.Context(), owner, "a"); !problem.Is(err, problem.NotFound) {
		t.Errorf("fetch: %v, want not found", err)
	}
	voices := s3files.Voices{Bucket: s3files.New(standIn(t, ""), "media"), Narrator: "espeak"}
	if has, err := voices.HasSample(t.Context(), "samuel"); has || err != nil {
		t.Errorf("sample: %v %v, want absent", has, err)
	}
	if err := voices.PutSample(t.Context(), "samuel", []byte("wav")); !problem.Is(err, problem.Internal) {
		t.Errorf("store sample: %v, want internal", err)
	}
	if _, err := voices.SampleLink(t.Context(), "samuel"); err != nil {
		t.Errorf("link: %v", err)
	}
	if _, err := voices.Form(t.Context(), owner, "a", "image/png", 10, time.Minute); err != nil {
		t.Errorf("form: %v", err)
	}
}

// The same of what an export calls.
func TestAMissingRightOfAnExportIsTold(t *testing.T) {
	version := export.Object{Name: "a", Version: "v"}
	for operation, call := range map[string]func(*s3files.Bucket) error{
		"S3.HeadObject": func(b *s3files.Bucket) error { _, _, err := b.Sums(t.Context(), owner, version); return err },
		"S3.GetObject": func(b *s3files.Bucket) error {
			_, err := b.OpenVersion(t.Context(), owner, version, 0, 1)
			return err
		},
		"S3.ListObjectVersions": func(b *s3files.Bucket) error { return b.RemoveBelow(t.Context(), owner, "exports/", "") },
		"S3.CreateMultipartUpload": func(b *s3files.Bucket) error {
			_, err := b.BeginUpload(t.Context(), owner, "a", "text/plain")
			return err
		},
		"S3.UploadPart": func(b *s3files.Bucket) error { return b.PutPart(t.Context(), owner, "a", "u", 1, []byte("abc")) },
		"S3.ListParts":  func(b *s3files.Bucket) error { _, err := b.Parts(t.Context(), owner, "a", "u"); return err },
		"S3.CompleteMultipartUpload": func(b *s3files.Bucket) error {
			return b.FinishUpload(t.Context(), owner, "a", "u", map[int]export.Part{1: {Size: 3, Tag: "t"}})
		},
		"S3.ListMultipartUploads": func(b *s3files.Bucket) error { return b.EndUploads(t.Context(), owner, "exports/") },
	} {
		err := call(s3files.New(standIn(t, ""), "media"))
		if !problem.Is(err, problem.Internal) || !strings.Contains(err.Error(), operation+" answered") {
			t.Errorf("%s: %v", operation, err)
		}
	}
}
