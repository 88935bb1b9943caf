package e2e_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// exported holds the canary's archive to what the data dictionary says: each word
// is where it belongs, once, and nothing that gives access is anywhere.
func (c *canary) exported() {
	c.t.Helper()
	id := c.must(202, "POST", "/api/account/export", nil)["export_id"].(string)
	var made map[string]any
	c.await("the export", func() bool {
		made = c.must(200, "GET", "/api/account/exports/"+id, nil)
		if made["status"] == "failed" {
			c.t.Fatalf("the export ended as %v", made)
		}
		return made["status"] == "succeeded"
	})
	archive := get(c.t, made["download_url"].(string))
	c.links = append(c.links, made["download_url"].(string))
	if _, err := zipfile.Verify(bytes.NewReader(archive), int64(len(archive))); err != nil {
		c.t.Errorf("the archive: %v", err)
	}
	where := c.find(archive)
	for what, want := range map[string][]string{
		"owner": {"data/user.json"}, "member": {"data/user.json"}, "invited": {"data/invitation.json"}, "keyname": {"data/key.json"},
		"title": {"data/job.json", "data/project.json", "data/source.json"}, "draft": {"data/project.json"}, "drafttext": {"data/project.json"},
		"text": {"captions", "data/project.json", "data/source.json"}, "prompt": {"data/project.json", "data/source.json"},
		"filename": {"data/upload.json"}, "pixels": {"files/uploads"}, "channel": {"data/youtube.json"},
		"videotitle": {"data/job.json"}, "videodescription": {"data/job.json"},
		// The prompt of a preview is not kept, and of an Idempotency-Key a hash is.
		"previewprompt": nil, "oncekey": nil,
	} {
		got := where[c.planted[what]]
		for _, file := range want {
			if got[file] != 1 {
				c.t.Errorf("export: the %s is %d times in %s", what, got[file], file)
			}
			delete(got, file)
		}
		if len(got) > 0 {
			c.t.Errorf("export: the %s is also in %v", what, got)
		}
	}
	if len(c.planted) != 16 {
		c.t.Errorf("export: %d words were planted", len(c.planted))
	}
}

// find says how often each word is in which files of an archive: files of data by
// name, others by what they are. The page that shows it all, and the names of files
// in the manifest, repeat what others say.
func (c *canary) find(archive []byte) map[string]map[string]int {
	c.t.Helper()
	files, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	c.ok(err)
	found := map[string]map[string]int{}
	for _, file := range files.File {
		name := file.Name
		switch {
		case name == "index.html", name == "manifest.json", strings.HasSuffix(name, ".mp4"):
			continue // a video's own title is its devotional's
		case strings.HasSuffix(name, ".vtt"):
			name = "captions"
		case strings.HasPrefix(name, "files/uploads/"):
			name = "files/uploads"
		}
		content, err := file.Open()
		c.ok(err)
		data, err := io.ReadAll(content)
		c.ok(err)
		for _, word := range c.planted {
			// A word may begin another: title, and the title's video.
			if n := bytes.Count(data, []byte(word)) - longer(data, word, c.planted); n > 0 {
				if found[word] == nil {
					found[word] = map[string]int{}
				}
				found[word][name] += n
			}
		}
	}
	return found
}

func longer(data []byte, word string, all map[string]string) int {
	n := 0
	for _, other := range all {
		if other != word && strings.HasPrefix(other, word) {
			n += bytes.Count(data, []byte(other))
		}
	}
	return n
}

// leave has the account erased, and waits for the certificate.
func (c *canary) leave(p *launch.Running) {
	c.t.Helper()
	asked := c.must(202, "DELETE", "/api/account", map[string]string{"confirm": c.owner})
	path := strings.TrimPrefix(asked["receipt_url"].(string), c.base)
	var receipt map[string]any
	c.await("the erasure", func() bool {
		_, err := p.Stack.Call(c.t.Context(), "work-sweep", []byte("{}")) // it comes each minute
		c.ok(err)
		receipt = newClient(c.t, c.base).must(200, "GET", path, nil)
		return receipt["status"] == "erased"
	})
	certificate, _ := receipt["certificate"].(map[string]any)
	if certificate == nil || certificate["leftovers"] != 0.0 || certificate["erasure_id"] != asked["erasure_id"] || len(certificate["kept"].([]any)) == 0 {
		c.t.Errorf("the certificate: %v", certificate)
	}
	if strings.Contains(fmt.Sprint(receipt), c.mark) {
		c.t.Errorf("the receipt names somebody: %v", receipt)
	}
}

// locked: whatever gave access to the account before does so no more.
func (c *canary) locked() {
	c.t.Helper()
	for who, one := range map[string]*client{"the owner": c.client, "the member": c.member} {
		if r := one.do("GET", "/api/usage", nil); r.status != http.StatusUnauthorized {
			c.t.Errorf("%s is answered %d: %s", who, r.status, r.body)
		}
		if r := one.do("POST", "/api/auth/refresh", nil, "X-Requested-With", "e2e"); r.status != http.StatusUnauthorized {
			c.t.Errorf("%s refreshes: %d: %s", who, r.status, r.body)
		}
	}
	if r := newClient(c.t, c.base).do("GET", "/api/usage", nil, "X-API-Key", c.key); r.status != http.StatusUnauthorized {
		c.t.Errorf("the key is answered %d: %s", r.status, r.body)
	}
	for _, link := range c.links {
		answer, err := http.Get(link)
		c.ok(err)
		answer.Body.Close()
		if answer.StatusCode < 400 {
			c.t.Errorf("a signed link still works: %d", answer.StatusCode)
		}
	}
}

// belongings are all items and objects of a tenant, as they are stored.
func belongings(ctx context.Context, t *testing.T, p *launch.Running, id tenant.ID) map[string]string {
	t.Helper()
	all := map[string]string{}
	tables := dynamodb.NewFromConfig(p.AWS())
	names, err := tables.ListTables(ctx, nil)
	harness.Must(t, err)
	for _, table := range names.TableNames {
		pages := dynamodb.NewScanPaginator(tables, &dynamodb.ScanInput{TableName: &table})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			harness.Must(t, err)
			for _, item := range page.Items {
				written, err := json.Marshal(item) // its members sorted by name
				harness.Must(t, err)
				if bytes.Contains(written, []byte(id)) {
					all[table+" "+harness.Member(item, "pk")+" "+harness.Member(item, "sk")] = string(written)
				}
			}
		}
	}
	files := s3.NewFromConfig(p.AWS(), func(o *s3.Options) { o.UsePathStyle = true })
	buckets, err := files.ListBuckets(ctx, nil)
	harness.Must(t, err)
	for _, bucket := range buckets.Buckets {
		listed, err := files.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket.Name, Prefix: aws.String(tenant.ObjectPrefix(id))})
		harness.Must(t, err)
		for _, o := range listed.Versions {
			all[*bucket.Name+" "+*o.Key+" "+aws.ToString(o.VersionId)] = fmt.Sprint(aws.ToString(o.ETag), aws.ToInt64(o.Size))
		}
	}
	return all
}

// TestAnErasedAccountLeavesNothing: an account that used all of the product takes
// everything with it in its export, and leaves nothing when it is erased, under
// enforced policies; another account stays as it was, to the byte.
func TestAnErasedAccountLeavesNothing(t *testing.T) {
	p := launch.ForTest(t, launch.Options{
		Settings: raised(map[string]string{"ERASURE_COOL_OFF": "2s", "ERASURE_QUIET": "2s"}), Data: t.TempDir(), Auth: true,
	})
	gone, stays := newCanary(t, p.URL, "gone"), newCanary(t, p.URL, "stays")
	stays.small()
	gone.live(p)
	gone.exported()
	archived(t, p)
	other := stays.id() // the last call of its own
	before := belongings(t.Context(), t, p, other)
	gone.leave(p)
	gone.locked()
	if after := belongings(t.Context(), t, p, other); !maps.Equal(before, after) {
		for key, was := range before {
			if after[key] != was {
				t.Errorf("of the other account, %s was\n%s, and is\n%s", key, was, after[key])
			}
		}
	}
	harness.Must(t, p.Close()) // saves all that the emulator holds
	if found := remains(t, p.Data, stays.mark); len(found) == 0 {
		t.Error("the scan does not even find the account that stays")
	}
	for file, n := range remains(t, p.Data, gone.mark) {
		content, err := os.ReadFile(filepath.Join(p.Data, file))
		harness.Must(t, err)
		at := max(0, bytes.Index(content, []byte(gone.mark)))
		t.Errorf("%s still holds %d words of the erased account, the first in …%s…", file, n, content[max(0, at-300):min(len(content), at+100)])
	}
}
