package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// act is something that a person was told is done, and what shows that it is.
type act struct {
	at     time.Time // when the answer had come
	what   string
	person *client
	shown  func(c *client) error
}

// evening is what a few people do at a product that is killed now and then.
type evening struct {
	t    *testing.T
	data string
	*launch.Apart

	mu     sync.Mutex
	acts   []act
	jobs   map[string]*client // that ran, by id
	people int
	more   chan struct{} // gets one for each act, as far as somebody waits
}

func (e *evening) done(c *client, what string, shown func(*client) error) {
	e.mu.Lock()
	e.acts = append(e.acts, act{time.Now(), what, c, shown})
	e.mu.Unlock()
	select {
	case e.more <- struct{}{}:
	default:
	}
}

// answers is what shows an act whose thing is to be found, or no more.
func answers(status int, path string) func(*client) error {
	return func(c *client) error {
		r, err := c.try("GET", path, nil)
		if err == nil && r.status != status {
			err = fmt.Errorf("%s answers %d %.200s", path, r.status, r.body)
		}
		return err
	}
}

// want is one request that has to be answered with a status. A product that is
// killed answers nothing: whoever asks gives up then, as people do.
func (c *client) want(status int, method, path string, body any) (map[string]any, error) {
	r, err := c.try(method, path, body)
	if err == nil && r.status != status {
		err = fmt.Errorf("%s %s: %d %.200s", method, path, r.status, r.body)
	}
	return r.json, err
}

// person signs in, and then writes, uploads, deletes and renders until the product
// is gone.
func (e *evening) person(ctx context.Context) {
	c, err := e.enter(ctx)
	for n := 0; err == nil && ctx.Err() == nil; n++ {
		err = errors.Join(e.write(c, n), e.send(c))
	}
	if ctx.Err() == nil {
		e.t.Errorf("a person met %v", err)
	}
}

func (e *evening) enter(ctx context.Context) (*client, error) {
	c := newClient(e.t, e.URL)
	e.mu.Lock()
	e.people++
	address := fmt.Sprintf("evening-%d@example.com", e.people)
	e.mu.Unlock()
	if _, err := c.want(202, "POST", "/api/auth/magic-link/request", map[string]string{"email": address}); err != nil {
		return nil, err
	}
	for ctx.Err() == nil {
		r, err := c.try("GET", "/mailbox.json?to="+url.QueryEscape(address), nil)
		if err != nil {
			return nil, err
		}
		m := linkInBox.FindSubmatch(r.body)
		if m == nil {
			<-time.After(100 * time.Millisecond) // the mail is on its way
			continue
		}
		answer, err := c.want(200, "POST", "/api/auth/magic-link/verify", map[string]string{"token": string(m[1])})
		if err != nil {
			return nil, err
		}
		c.token, _ = answer["access_token"].(string)
		e.done(c, "a sign-in", answers(200, "/api/auth/me"))
		return c, nil
	}
	return nil, ctx.Err()
}

// write makes two projects, removes one and renders the other the first time.
func (e *evening) write(c *client, n int) error {
	var ids []string
	for _, title := range []string{"Kept", "Thrown away"} {
		made, err := c.want(201, "POST", "/api/v1/projects", map[string]any{
			"title": title, "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": false,
			"scenes": []map[string]string{{"text": "Be still.", "image_prompt": "a quiet lake at dawn"}},
		})
		if err != nil {
			return err
		}
		ids = append(ids, made["project_id"].(string))
	}
	e.done(c, "a project", answers(200, "/api/v1/projects/"+ids[0]))
	if _, err := c.want(204, "DELETE", "/api/v1/projects/"+ids[1], nil); err != nil {
		return err
	}
	e.done(c, "a project's end", answers(404, "/api/v1/projects/"+ids[1]))
	if n > 0 {
		return nil
	}
	accepted, err := c.want(202, "POST", "/api/v1/projects/"+ids[0]+"/render", nil)
	if err != nil {
		return err
	}
	job := accepted["job_id"].(string)
	e.mu.Lock()
	e.jobs[job] = c
	e.mu.Unlock()
	e.done(c, "a render's begin", answers(200, "/api/v1/jobs/"+job))
	return nil
}

// send uploads two pictures and removes the second.
func (e *evening) send(c *client) error {
	var ids []string
	for range 2 {
		id, err := c.upload(picture)
		if err != nil {
			return err
		}
		ids = append(ids, id)
	}
	e.done(c, "an upload", func(c *client) error { return c.holdsUpload(ids[0]) })
	if _, err := c.want(204, "DELETE", "/api/v1/uploads/"+ids[1], nil); err != nil {
		return err
	}
	e.done(c, "an upload's end", answers(404, "/api/v1/uploads/"+ids[1]))
	return nil
}

var picture = func() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 64, 64))); err != nil {
		panic(err)
	}
	return out.Bytes()
}()

// upload sends a picture, and answers its id once it was looked at.
func (c *client) upload(content []byte) (string, error) {
	made, err := c.want(201, "POST", "/api/v1/uploads", map[string]any{"filename": "a.png", "content_type": "image/png", "size": len(content)})
	if err != nil {
		return "", err
	}
	form, _ := made["upload"].(map[string]any)
	fields, _ := form["fields"].(map[string]any)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for field, value := range fields {
		err = errors.Join(err, parts.WriteField(field, value.(string)))
	}
	if _, listed := fields["Content-Type"]; !listed {
		err = errors.Join(err, parts.WriteField("Content-Type", "image/png"))
	}
	file, failed := parts.CreateFormFile("file", "file")
	if err = errors.Join(err, failed); err != nil {
		return "", err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, parts.Close()); err != nil {
		return "", err
	}
	res, err := c.http.Post(form["url"].(string), parts.FormDataContentType(), &body)
	if err != nil {
		return "", err
	}
	res.Body.Close()
	id := made["upload_id"].(string)
	_, err = c.want(200, "POST", "/api/v1/uploads/"+id+"/complete", nil)
	return id, err
}

// holdsUpload says whether an upload is there with its file.
func (c *client) holdsUpload(id string) error {
	shown, err := c.want(200, "GET", "/api/v1/uploads/"+id, nil)
	if err != nil {
		return err
	}
	return c.reaches(shown["url"])
}

// reaches says whether a file's link leads to it.
func (c *client) reaches(link any) error {
	address, _ := link.(string)
	res, err := c.http.Get(address)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("its file answers %d", res.StatusCode)
	}
	return nil
}

// keptUntil is the moment of the last whole save; where none is to be found, long ago.
func keptUntil(data string) time.Time {
	var saved struct{ At float64 }
	for _, folder := range []string{"state/next", "state"} { // one is moved into place by the next start
		raw, err := os.ReadFile(filepath.Join(data, folder, "saved"))
		if err == nil && json.Unmarshal(raw, &saved) == nil {
			return time.UnixMicro(int64(saved.At * 1e6))
		}
	}
	return time.Time{}
}

// awaitSave returns once a save holds an object of the locked bucket, and with it what
// people did before. A kill earlier than that, on a machine that is slow at it, takes
// the whole evening back and leaves nothing to look at.
func (e *evening) awaitSave() {
	e.t.Helper()
	end := time.Now().Add(5 * time.Minute)
	var seen time.Time
	for ; ; time.Sleep(100 * time.Millisecond) {
		if seen.IsZero() && len(e.ledger()) > 0 {
			seen = time.Now()
		}
		if !seen.IsZero() && keptUntil(e.data).After(seen) {
			return
		}
		if time.Now().After(end) {
			e.t.Fatal("no save held a locked object in five minutes")
		}
	}
}

// ledger lists every version in the bucket whose objects are locked.
func (e *evening) ledger() (all []*s3.DeleteObjectInput) {
	buckets, err := e.files().ListBuckets(e.t.Context(), &s3.ListBucketsInput{})
	harness.Must(e.t, err)
	for _, b := range buckets.Buckets {
		conf, err := e.files().GetObjectLockConfiguration(e.t.Context(), &s3.GetObjectLockConfigurationInput{Bucket: b.Name})
		if err != nil || conf.ObjectLockConfiguration == nil {
			continue
		}
		listed, err := e.files().ListObjectVersions(e.t.Context(), &s3.ListObjectVersionsInput{Bucket: b.Name})
		harness.Must(e.t, err)
		for _, v := range listed.Versions {
			all = append(all, &s3.DeleteObjectInput{Bucket: b.Name, Key: v.Key, VersionId: v.VersionId})
		}
	}
	return all
}

func (e *evening) files() *s3.Client {
	return s3.NewFromConfig(emulator.Client(e.Endpoint), func(o *s3.Options) { o.UsePathStyle = true })
}

// locked holds everything in the ledger's bucket to be locked, and answers how much
// there is.
func (e *evening) locked() (objects int) {
	all := e.ledger()
	for _, version := range all {
		if _, err := e.files().DeleteObject(e.t.Context(), version); err == nil {
			e.t.Errorf("%s of the locked bucket could be removed", aws.ToString(version.Key))
		}
	}
	return len(all)
}

// agrees waits until ledger, counters and files agree, and all is archived.
func (e *evening) agrees() {
	of, last := stack.In(e.Endpoint, stack.Product), []byte(nil)
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(time.Second) {
		var report metering.ReconcileReport
		raw, err := of.Call(e.t.Context(), "ledger-reconcile", []byte(`{"all":true,"full":true,"stale_seconds":1}`))
		harness.Must(e.t, err)
		harness.Must(e.t, json.Unmarshal(raw, &report))
		differ := len(report.Slots) + len(report.Failed)
		for _, found := range report.Tenants {
			differ += found.Count
			for _, m := range found.Months {
				differ += m.Unarchived
			}
		}
		if last = raw; differ == 0 && len(report.Tenants) > 0 {
			return
		}
	}
	e.t.Errorf("ledger, counters and files do not agree: %s", strings.TrimSpace(string(last)))
}
