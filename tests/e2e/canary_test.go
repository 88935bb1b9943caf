package e2e_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// canary is a tenant all of whose words begin with one mark that nothing else
// holds, so that what is left of the tenant anywhere is found by its bytes.
type canary struct {
	*client
	mark    string // lower case, because addresses are
	owner   string // mail address
	member  *client
	project string
	job     string // a finished render
	upload  string
	picture string            // a preview
	key     string            // of a program
	links   []string          // to files, signed
	planted map[string]string // by what it is: the value
}

func newCanary(t *testing.T, base, name string) *canary {
	t.Helper()
	random := make([]byte, 6)
	_, err := rand.Read(random)
	harness.Must(t, err)
	return &canary{client: newClient(t, base), mark: "zq" + name + hex.EncodeToString(random), planted: map[string]string{}}
}

// word is a value of the canary's own.
func (c *canary) word(what string) string {
	c.planted[what] = c.mark + "-" + what
	return c.planted[what]
}

// live does everything that the product offers to an account, with words of its
// own.
func (c *canary) live(p *launch.Running) {
	c.t.Helper()
	c.owner = c.word("owner") + "@example.com"
	c.signInAs(c.owner)
	c.pay()
	c.join()
	c.key = c.must(201, "POST", "/api/account/api-keys", map[string]string{"name": c.word("keyname")})["api_key"].(string)
	c.create()
	c.publish(p)
}

func (c *canary) signInAs(address string) {
	c.t.Helper()
	answer := c.must(200, "POST", "/api/auth/magic-link/verify", map[string]string{"token": c.linkToken(address)})
	c.token, _ = answer["access_token"].(string)
}

// pay buys the plan that members and publishing need, of the payment service's
// stand-in.
func (c *canary) pay() {
	c.t.Helper()
	page := c.must(200, "POST", "/api/billing/checkout", map[string]string{"plan": "pro"})["url"].(string)
	back := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := back.PostForm(page, url.Values{"outcome": {"succeeded"}})
	c.ok(err)
	answer.Body.Close()
	if answer.StatusCode != http.StatusSeeOther {
		c.t.Fatalf("the checkout page answers %d", answer.StatusCode)
	}
	c.await("the plan", func() bool { return c.must(200, "GET", "/api/auth/me", nil)["plan"] == "pro" })
}

var invitationLine = regexp.MustCompile(`(?m)^\S+/invitation#token=(\S+)$`)

// join has one member come in, and one invitation stay open.
func (c *canary) join() {
	c.t.Helper()
	c.must(201, "POST", "/api/account/members", map[string]string{"email": c.word("invited") + "@example.com"})
	address := c.word("member") + "@example.com"
	c.must(201, "POST", "/api/account/members", map[string]string{"email": address})
	token := invitationLine.FindStringSubmatch(c.mail(address, 0))
	if token == nil {
		c.t.Fatal("the invitation holds no link")
	}
	c.member = newClient(c.t, c.base)
	answer := c.member.must(200, "POST", "/api/auth/invitations/accept", map[string]string{"token": token[1]})
	c.member.token, _ = answer["access_token"].(string)
}

// create writes a devotional of own words, with a picture of one's own and a
// preview, and makes the video.
func (c *canary) create() {
	c.t.Helper()
	c.picture = c.must(200, "POST", "/api/v1/images", map[string]string{"prompt": "a hill, " + c.word("previewprompt"), "aspect": "1:1"},
		"Idempotency-Key", c.word("oncekey"))["image_id"].(string)
	c.upload = c.send(c.word("filename")+".png", "image/png", c.marked(c.word("pixels")))
	body := map[string]any{
		"title": c.word("title"), "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": true,
		"scenes": []map[string]string{
			{"text": "Be still. " + c.word("text"), "image_prompt": "a lake, " + c.word("prompt")},
			{"text": "And know.", "upload_id": c.upload},
		},
	}
	c.project = c.must(201, "POST", "/api/v1/projects", body)["project_id"].(string)
	c.must(201, "POST", "/api/v1/projects", map[string]any{"title": c.word("draft"), "scenes": []map[string]string{{"text": c.word("drafttext"), "image_prompt": "", "image_id": c.picture}}})
	c.job = c.must(202, "POST", "/api/v1/projects/"+c.project+"/render", nil)["job_id"].(string)
	ended := c.ended(c.job, 4*time.Minute)
	if ended["status"] != "succeeded" {
		c.t.Fatalf("the render ended as %v", ended)
	}
	c.links = append(c.links, ended["video"].(map[string]any)["url"].(string))
}

// small does what leaves something of each kind, and takes no time.
func (c *canary) small() {
	c.t.Helper()
	c.signInAs(c.word("owner") + "@example.com")
	c.send(c.word("filename")+".png", "image/png", c.marked(c.word("pixels")))
	c.must(201, "POST", "/api/v1/projects", map[string]any{"title": c.word("draft"), "scenes": []map[string]string{{"text": c.word("drafttext")}}})
}

func (c *canary) id() tenant.ID {
	c.t.Helper()
	id, _ := c.must(200, "GET", "/api/auth/me", nil)["tenant_id"].(string)
	return tenant.ID(id)
}

// send uploads a file.
func (c *canary) send(name, kind string, content []byte) string {
	c.t.Helper()
	made := c.must(201, "POST", "/api/v1/uploads", map[string]any{"filename": name, "content_type": kind, "size": len(content)})
	form, _ := made["upload"].(map[string]any)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	fields, _ := form["fields"].(map[string]any)
	for field, value := range fields {
		c.ok(parts.WriteField(field, value.(string)))
	}
	if _, listed := fields["Content-Type"]; !listed {
		c.ok(parts.WriteField("Content-Type", kind))
	}
	file, err := parts.CreateFormFile("file", "file")
	c.ok(err)
	_, err = file.Write(content)
	c.ok(err)
	c.ok(parts.Close())
	answer, err := http.Post(form["url"].(string), parts.FormDataContentType(), &body)
	c.ok(err)
	answer.Body.Close()
	if answer.StatusCode >= 300 {
		c.t.Fatalf("the post of the file answers %d", answer.StatusCode)
	}
	id := made["upload_id"].(string)
	c.must(200, "POST", "/api/v1/uploads/"+id+"/complete", nil)
	return id
}

// marked is a picture whose text chunk holds a word: its bytes do, then.
func (c *canary) marked(word string) []byte {
	c.t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 320, 320))
	for i := range 320 {
		picture.Set(i, i, color.White)
	}
	var file bytes.Buffer
	c.ok(png.Encode(&file, picture))
	content := file.Bytes()
	const header = 8 + 25 // signature and IHDR
	return slices.Concat(content[:header], textChunk("Comment\x00"+word), content[header:])
}

// textChunk is a chunk of a PNG file that says something of the picture.
func textChunk(text string) []byte {
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	chunk = append(chunk, "tEXt"+text...)
	return binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
}

// publish connects a channel, and publishes the video to it.
func (c *canary) publish(p *launch.Running) {
	c.t.Helper()
	p.Google.Title = c.word("channel")
	page, err := url.Parse(c.must(200, "POST", "/api/v1/youtube/connect", nil)["url"].(string))
	c.ok(err)
	code := p.Google.Allow(page.Query())
	c.must(200, "POST", "/api/v1/youtube/connect", map[string]string{"code": code, "state": page.Query().Get("state")})
	job := c.must(202, "POST", "/api/v1/projects/"+c.project+"/publish", map[string]string{
		"job_id": c.job, "title": c.word("videotitle"), "description": c.word("videodescription"), "privacy": "private",
	})["job_id"].(string)
	if ended := c.ended(job, 2*time.Minute); ended["status"] != "succeeded" {
		c.t.Fatalf("the publication ended as %v", ended)
	}
}

func (c *canary) ok(err error) {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
}

func (c *canary) await(what string, done func() bool) {
	c.t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(250 * time.Millisecond) {
		if done() {
			return
		}
	}
	c.t.Fatalf("%s: not within two minutes", what)
}

// remains lists the files below a folder that hold a mark: as it is, or in the
// forms that the emulator's saved state has, base64 and hexadecimal. Mail that was
// delivered is the recipient's, and nobody can call it back.
func remains(t *testing.T, folder, mark string) map[string]int {
	t.Helper()
	forms := [][]byte{[]byte(mark), []byte(hex.EncodeToString([]byte(mark)))}
	for shift := range 3 { // base64 of it, wherever it stands in what is encoded
		encoded := base64.StdEncoding.EncodeToString(append(bytes.Repeat([]byte{0}, shift), mark...))
		forms = append(forms, []byte(encoded[(shift*8+5)/6:len(encoded)-4]))
	}
	found := map[string]int{}
	harness.Must(t, filepath.WalkDir(folder, func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(folder, path)
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			if name == "mail" {
				return filepath.SkipDir
			}
			return nil
		case strings.Contains(name, mark):
			found[name]++
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, form := range forms {
			found[name] += bytes.Count(content, form)
		}
		if found[name] == 0 {
			delete(found, name)
		}
		return nil
	}))
	return found
}

// TestTheScanFindsWhatIsLeft: the search itself is held to find a mark in each
// form.
func TestTheScanFindsWhatIsLeft(t *testing.T) {
	folder, mark := t.TempDir(), "zqscan0123456789"
	want := map[string]string{
		"plain": "a " + mark + " b", "hex": hex.EncodeToString([]byte("xy" + mark)),
		"zero":  base64.StdEncoding.EncodeToString([]byte(mark + "tail")),
		"one":   base64.StdEncoding.EncodeToString([]byte("a" + mark + "tail")),
		"two":   base64.StdEncoding.EncodeToString([]byte("ab" + mark + "tail")),
		"three": base64.StdEncoding.EncodeToString([]byte("abc" + mark + "tail")),
	}
	for name, content := range want {
		harness.Must(t, os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600))
	}
	harness.Must(t, os.WriteFile(filepath.Join(folder, "named-"+mark), nil, 0o600))
	harness.Must(t, os.WriteFile(filepath.Join(folder, "other"), []byte("nothing of it"), 0o600))
	found := remains(t, folder, mark)
	if len(found) != len(want)+1 {
		t.Errorf("found %v, want %d and the name", found, len(want))
	}
}
