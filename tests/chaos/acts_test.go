package chaos_test

import (
	"bytes"
	"crypto/rand"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"time"
)

// act is what a person does while something fails. Each step of it is sent again
// until it succeeds, under the same Idempotency-Key where the route takes one.
type act struct {
	name    string
	prepare func(*world, *person) // before anything fails
	do      func(*world, *person)
	used    map[string]float64 // of the month's quota in the end, where it is exact
}

// The acts. What they use says what must not be lost and not be counted twice.
var (
	reads   = act{name: "reads the projects", prepare: signedIn, do: func(_ *world, p *person) { p.persist("GET", "/api/v1/projects", nil) }}
	edits   = act{name: "edits a project", prepare: withProject, do: edit}
	signsIn = act{name: "signs in", prepare: func(*world, *person) {}, do: signIn}
	invites = act{name: "invites a member", prepare: onPro, do: invite}
	preview = act{name: "previews a picture", prepare: signedIn, do: func(_ *world, p *person) {
		p.persist("POST", "/api/v1/images", map[string]string{"prompt": "a quiet lake", "aspect": "1:1"}, "Idempotency-Key", rand.Text())
	}, used: map[string]float64{"images_count": 1}}
	uploads         = act{name: "uploads a picture", prepare: signedIn, do: upload, used: map[string]float64{"uploads_count": 1}}
	renders         = act{name: "renders a video", prepare: withProject, do: renderOne, used: map[string]float64{"images_count": 1}}
	rendersTwice    = act{name: "renders two videos at once", prepare: withProject, do: renderTwice, used: map[string]float64{"images_count": 2}}
	rendersBeside   = act{name: "renders a video while another person does", prepare: withNext, do: renderBeside, used: map[string]float64{"images_count": 1}}
	signsInAndReads = act{name: "signs in and reads", prepare: func(*world, *person) {}, do: func(w *world, p *person) { signIn(w, p); reads.do(w, p) }}
	buys            = act{name: "buys a plan", prepare: signedIn, do: buy}
	exports         = act{name: "exports the account", prepare: withProject, do: export}
	connects        = act{name: "connects a channel", prepare: onPro, do: connect}
	publishes       = act{name: "publishes a video", prepare: withVideo, do: publish}
)

func signedIn(w *world, p *person) { signIn(w, p) }

func withProject(w *world, p *person) {
	signIn(w, p)
	p.project = p.persist("POST", "/api/v1/projects", map[string]any{
		"title": "Still waters", "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": true,
		"scenes": []map[string]string{{"text": "Be still.", "image_prompt": "a quiet lake at dawn"}},
	}, "Idempotency-Key", rand.Text()).text("project_id")
}

func withNext(w *world, p *person) {
	withProject(w, p)
	p.next = newPerson(p.t, p.base)
	withProject(w, p.next)
}

func onPro(w *world, p *person) {
	signIn(w, p)
	buy(w, p)
}

func withVideo(w *world, p *person) {
	withProject(w, p)
	buy(w, p)
	renderOne(w, p)
	connect(w, p)
}

var linkLine = regexp.MustCompile(`(?m)^\S+/auth/verify#token=(\S+)$`)

// signIn asks for a mail until one comes whose link works: a link whose answer was
// lost has been used.
func signIn(w *world, p *person) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		before := len(w.links(p))
		r := p.ask("POST", "/api/auth/magic-link/request", map[string]string{"email": p.address})
		if r.status != http.StatusAccepted {
			p.pause(r)
			continue
		}
		for range 40 {
			if len(w.links(p)) > before {
				break
			}
			p.pause(reply{})
		}
		links := w.links(p)
		if len(links) == before {
			continue
		}
		for range 5 {
			r = p.ask("POST", "/api/auth/magic-link/verify", map[string]string{"token": links[0]})
			if p.token = r.text("access_token"); p.token != "" {
				return
			}
			if r.status == http.StatusUnauthorized {
				break
			}
			p.pause(r)
		}
	}
	p.fatalf("nobody could sign in")
}

// edit saves as the editor's autosave does: when an answer was lost, it reads what
// is there before it says that somebody else changed it.
func edit(_ *world, p *person) {
	path, text := "/api/v1/projects/"+p.project, "Be still, and know."
	change := map[string]any{"scenes": []map[string]string{{"text": text, "image_prompt": "a quiet lake at dawn"}}}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		kept := p.persist("GET", path, nil)
		scenes, _ := kept.json["scenes"].([]any)
		if scene, _ := scenes[0].(map[string]any); scene["text"] == text {
			return
		}
		if r := p.ask("PATCH", path, change, "If-Match", kept.header.Get("ETag")); r.status != http.StatusOK {
			p.pause(r)
		}
	}
	p.fatalf("the edit was not saved")
}

func invite(_ *world, p *person) {
	p.persist("POST", "/api/account/members", map[string]string{"email": "guest-" + p.address}, "Idempotency-Key", rand.Text())
	p.await("the invitation", "/api/account/invitations", func(r reply) bool { return bytes.Contains(r.body, []byte("guest-"+p.address)) })
}

func upload(_ *world, p *person) {
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 320, 320))); err != nil {
		p.fatalf("%v", err)
	}
	key := rand.Text()
	announce := func() reply {
		return p.persist("POST", "/api/v1/uploads", map[string]any{"filename": "lake.png", "content_type": "image/png", "size": picture.Len()}, "Idempotency-Key", key)
	}
	made := announce()
	for end := time.Now().Add(patience); !p.post(made, picture.Bytes()); made = announce() {
		if time.Now().After(end) {
			p.fatalf("the file could not be sent")
		}
		p.pause(reply{})
	}
	path := "/api/v1/uploads/" + made.text("upload_id")
	p.persist("POST", path+"/complete", nil)
	p.await("the upload", path, func(r reply) bool { return r.text("status") == "ready" })
}

// post sends the form, and answers whether the store took the file.
func (p *person) post(made reply, file []byte) bool {
	form, _ := made.json["upload"].(map[string]any)
	fields, _ := form["fields"].(map[string]any)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for field, value := range fields {
		text, _ := value.(string)
		_ = parts.WriteField(field, text) // into memory
	}
	if _, listed := fields["Content-Type"]; !listed {
		_ = parts.WriteField("Content-Type", "image/png")
	}
	into, err := parts.CreateFormFile("file", "file")
	if err == nil {
		_, err = into.Write(file)
	}
	if err != nil || parts.Close() != nil {
		p.fatalf("the form cannot be written")
	}
	address, _ := form["url"].(string)
	req, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, address, &body)
	if err != nil {
		p.fatalf("%v", err)
	}
	req.Header.Set("Content-Type", parts.FormDataContentType())
	r := p.send(req)
	// What the store says is its own, and no problem of the API: the web app tells of a file that did not arrive.
	if r.status == 0 || r.status >= 400 {
		p.heard(reply{})
	}
	return r.status >= 200 && r.status < 300 && !bytes.Contains(r.body, []byte("<html>"))
}

// renderOne makes the video, and goes on with a job that failed for a passing reason.
func renderOne(_ *world, p *person) {
	p.job = p.persist("POST", "/api/v1/projects/"+p.project+"/render", nil, "Idempotency-Key", rand.Text()).text("job_id")
	p.finish(p.job)
}

// finish awaits a job's end, and retries it while it fails.
func (p *person) finish(job string) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		r := p.persist("GET", "/api/v1/jobs/"+job, nil)
		switch r.text("status") {
		case "succeeded":
			p.warned(r)
			p.made.video(r)
			return
		case "failed":
			p.heard(whyOf(r))
			p.persist("POST", "/api/v1/jobs/"+job+"/retry", nil, "Idempotency-Key", rand.Text())
		}
		p.pause(reply{})
	}
	p.fatalf("job %s has not ended", job)
}

// whyOf is what a job or an export that failed says of it, as an answer.
func whyOf(failed reply) reply {
	why, _ := failed.json["error"].(map[string]any)
	status, _ := why["status"].(float64)
	return reply{status: int(status), json: why}
}

// warned keeps what a finished video says of itself.
func (p *person) warned(r reply) {
	warnings, _ := r.json["warnings"].([]any)
	for _, w := range warnings {
		warning, _ := w.(map[string]any)
		p.warns, _ = warning["code"].(string)
	}
}

// renderTwice asks for a second video while the first is in the making.
func renderTwice(_ *world, p *person) {
	path := "/api/v1/projects/" + p.project + "/render"
	first := p.persist("POST", path, nil, "Idempotency-Key", rand.Text()).text("job_id")
	second := p.persist("POST", path, nil, "Idempotency-Key", rand.Text()).text("job_id")
	p.finish(first)
	p.finish(second)
}

// renderBeside asks for a video while another person's is in the making.
func renderBeside(w *world, p *person) {
	theirs := p.next.persist("POST", "/api/v1/projects/"+p.next.project+"/render", nil, "Idempotency-Key", rand.Text()).text("job_id")
	renderOne(w, p)
	p.next.finish(theirs)
}

func buy(_ *world, p *person) {
	back := &http.Client{Timeout: time.Minute, Transport: p.network, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	for end := time.Now().Add(patience); time.Now().Before(end); {
		page := p.ask("POST", "/api/billing/checkout", map[string]string{"plan": "pro"})
		if page.text("code") == "subscription_exists" {
			break // the answer to the payment was lost
		}
		if page.status != http.StatusOK {
			p.pause(page)
			continue
		}
		answer, err := back.PostForm(page.text("url"), url.Values{"outcome": {"succeeded"}})
		if err == nil {
			_ = answer.Body.Close()
		}
		if err == nil && answer.StatusCode == http.StatusSeeOther {
			break
		}
		p.heard(reply{})
		p.pause(reply{})
	}
	p.await("the plan", "/api/auth/me", func(r reply) bool { return r.text("plan") == "pro" })
	p.made.bought = true
}

func export(_ *world, p *person) {
	id := p.persist("POST", "/api/account/export", nil, "Idempotency-Key", rand.Text()).text("export_id")
	for end := time.Now().Add(patience); time.Now().Before(end); {
		r := p.persist("GET", "/api/account/exports/"+id, nil)
		switch r.text("status") {
		case "succeeded":
			p.made.export = id
			return
		case "failed":
			p.heard(whyOf(r))
			id = p.persist("POST", "/api/account/export", nil, "Idempotency-Key", rand.Text()).text("export_id")
		}
		p.pause(reply{})
	}
	p.fatalf("the export has not ended")
}

// connect goes through the consent again when its answer was lost: a code works once.
func connect(w *world, p *person) {
	for end := time.Now().Add(patience); time.Now().Before(end); {
		page, err := url.Parse(p.persist("POST", "/api/v1/youtube/connect", nil).text("url"))
		if err != nil {
			p.fatalf("%v", err)
		}
		given := map[string]string{"code": w.product.Google.Allow(page.Query()), "state": page.Query().Get("state")}
		r := p.ask("POST", "/api/v1/youtube/connect", given)
		if r.status == http.StatusOK {
			return
		}
		p.pause(r)
	}
	p.fatalf("no channel could be connected")
}

func publish(w *world, p *person) {
	job := p.persist("POST", "/api/v1/projects/"+p.project+"/publish", map[string]string{
		"job_id": p.job, "title": p.address, "description": "", "privacy": "private",
	}, "Idempotency-Key", rand.Text()).text("job_id")
	p.finish(job)
	videos := 0
	for _, v := range w.product.Google.Videos() {
		if v.Title == p.address {
			videos++
		}
	}
	if videos != 1 {
		p.t.Errorf("%d videos were published", videos)
	}
}
