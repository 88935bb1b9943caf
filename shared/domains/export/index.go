package export

import (
	"bufio"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// page is index.html: what a person opens first. It is written while things are
// found, so its parts come in the order of the listing; the style sheet shows the
// videos first. It needs no network and no script.
type page struct {
	out   *bufio.Writer
	open  string // part that is open
	video *shownVideo
}

const pageTop = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; media-src 'self' file:; img-src 'self' file:; style-src 'unsafe-inline'">
<title>Your DevotionalAI data</title>
<style>
body{margin:0;background:#f5f3fa;color:#221d33;font:16px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{display:flex;flex-direction:column;gap:24px;max-width:960px;margin:0 auto;padding:32px 16px}
header{order:-3}h1{margin:0;font-size:26px}h2{margin:0 0 12px;font-size:20px}h3{margin:0 0 4px;font-size:17px}
section,header{background:#fff;border-radius:12px;padding:24px}
.videos{order:-2}.texts{order:-1}
video,img{display:block;max-width:100%;max-height:420px;border-radius:8px;background:#221d33;margin:0 0 8px}
article{padding:16px 0;border-top:1px solid #e4dff0}article:first-of-type{border-top:0}
a{color:#5b3fa8}p{margin:0 0 8px;white-space:pre-wrap;overflow-wrap:anywhere}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:0}dd{margin:0}
.note{color:#5d5770;font-size:14px}
</style>
</head>
<body>
<main>
<header>
<h1>Your DevotionalAI data</h1>
`

func newPage(w io.Writer, at time.Time) *page {
	p := &page{out: bufio.NewWriterSize(w, 64<<10)}
	p.write(
		pageTop, `<p class="note">As it was on `, html.EscapeString(at.UTC().Format("2 January 2006, 15:04 UTC")), ".</p>\n",
		"<p>Everything that belongs to the account is in this folder: videos, pictures and uploads under <code>files</code>, what is stored about the account under "+
			"<code>data</code>, what was used under <code>usage</code>, and who did what under <code>audit</code>. ",
		`<a href="data/dictionary.json">data/dictionary.json</a> says what each field means, and what is left out and why; `,
		`<a href="manifest.json">manifest.json</a> has the SHA-256 of each file.</p>`+"\n</header>\n",
	)
	return p
}

// write leaves errors to the writer, which keeps the first one for Flush.
func (p *page) write(parts ...string) {
	for _, part := range parts {
		_, _ = p.out.WriteString(part)
	}
}

// part opens a part of the page, and closes the one before.
func (p *page) part(class, heading string) {
	if p.open == class {
		return
	}
	p.endPart()
	p.open = class
	p.write(`<section class="`, class, `">`+"\n<h2>", heading, "</h2>\n")
}

func (p *page) endPart() {
	if p.open != "" {
		p.write("</section>\n")
		p.open = ""
	}
}

// item shows what a person wrote, and what was used.
func (p *page) item(kind string, it Item, shown map[string]any) error {
	switch kind {
	case "PROJECT#":
		p.part("texts", "Your devotionals")
		p.project(shown)
	case "USAGE#":
		p.part("usage", "What was used")
		p.usage(idOf(kind, it), shown)
	}
	return nil
}

// scene is what is shown of a scene; its form is the product's, kept as JSON.
type scene struct {
	Text   string `json:"text"`
	Prompt string `json:"image_prompt"`
}

func (p *page) project(shown map[string]any) {
	p.write("<article>\n<h3>", html.EscapeString(text(shown, "title")), "</h3>\n")
	var scenes []scene
	if err := json.Unmarshal([]byte(text(shown, "scenes")), &scenes); err != nil {
		scenes = nil // of another form: it is in data/project.json
	}
	for _, s := range scenes {
		p.write("<p>", html.EscapeString(s.Text), "</p>\n")
		if s.Prompt != "" {
			p.write(`<p class="note">Picture: `, html.EscapeString(s.Prompt), "</p>\n")
		}
	}
	p.write("</article>\n")
}

// usage shows a month's counters in the units that people know, as the usage page does.
func (p *page) usage(period string, shown map[string]any) {
	if _, ok := metering.ParsePeriod(period); !ok {
		period = "Stored when this was made" // of no month: the level
	}
	p.write("<article>\n<h3>", html.EscapeString(period), "</h3>\n<dl>\n")
	for _, m := range metering.Metrics() {
		stored, ok := shown[string(m)+"_taken"]
		if !ok {
			continue
		}
		name, amount := amountOf(m, fmt.Sprint(stored))
		p.write("<dt>", name, "</dt><dd>", html.EscapeString(amount), "</dd>\n")
	}
	p.write("</dl>\n</article>\n")
}

// amountOf is what people call a metric, and a stored amount of it with its unit.
func amountOf(m metering.Metric, stored string) (name, amount string) {
	called := map[metering.Metric][3]string{
		metering.ImagesCount:   {"Pictures", "picture", "pictures"},
		metering.TTSSeconds:    {"Narration", "second", "seconds"},
		metering.RenderMinutes: {"Video", "minute", "minutes"},
		metering.StorageMB:     {"Storage", "megabyte", "megabytes"},
		metering.UploadsCount:  {"Uploads", "upload", "uploads"},
	}[m]
	n, err := strconv.ParseInt(stored, 10, 64)
	if err != nil {
		return called[0], stored // of another form: as it is
	}
	amount = strconv.FormatFloat(m.Shown(n), 'f', -1, 64)
	if amount == "1" {
		return called[0], "1 " + called[1]
	}
	return called[0], amount + " " + called[2]
}

// shownVideo is a job whose files come one after the other.
type shownVideo struct {
	job, title              string
	video, captions, poster string // addresses
}

// object shows a file.
func (p *page) object(o Object, path string, names *fileNames) error {
	at := address(path)
	switch {
	case strings.HasPrefix(o.Name, tenant.JobFolder):
		p.part("videos", "Your videos")
		p.jobFile(o.Name, at, names)
	case strings.HasPrefix(o.Name, tenant.ImageFolder):
		p.part("pictures", "Your pictures")
		p.write(`<article><img loading="lazy" alt="" src="`, at, `"></article>`+"\n")
	default:
		p.part("uploads", "Your uploads")
		p.write(`<article><a href="`, at, `">`, html.EscapeString(path[strings.LastIndex(path, "/")+1:]), "</a></article>\n")
	}
	return nil
}

// jobFile gathers the files of a job. Parts of the video are in the archive, and
// not on the page.
func (p *page) jobFile(name, at string, names *fileNames) {
	if p.video != nil && p.video.job != names.job {
		p.endVideo()
	}
	if p.video == nil {
		p.video = &shownVideo{job: names.job, title: names.title}
	}
	switch strings.TrimPrefix(name, tenant.JobFolder+names.job+"/") {
	case tenant.VideoFile:
		p.video.video = at
	case tenant.CaptionsFile:
		p.video.captions = at
	case tenant.ThumbnailFile:
		p.video.poster = at
	}
}

func (p *page) endVideo() {
	v := p.video
	p.video = nil
	if v == nil || v.video == "" {
		return
	}
	p.write("<article>\n<h3>", html.EscapeString(v.title), "</h3>\n", `<video controls preload="none" src="`, v.video, `"`)
	if v.poster != "" {
		p.write(` poster="`, v.poster, `"`)
	}
	p.write("></video>\n", `<a href="`, v.video, `">Video</a>`)
	if v.captions != "" {
		p.write(` · <a href="`, v.captions, `">Captions</a>`)
	}
	p.write("\n</article>\n")
}

// endFolder ends what a folder's files were gathered for.
func (p *page) endFolder() error {
	p.endVideo()
	return nil
}

func (p *page) end() error {
	p.endVideo()
	p.endPart()
	p.write("</main>\n</body>\n</html>\n")
	if err := p.out.Flush(); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	return nil
}

// address is a path as a page links to it.
func address(path string) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		parts[i] = url.PathEscape(part)
	}
	return html.EscapeString(strings.Join(parts, "/"))
}
