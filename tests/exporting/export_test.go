package exporting_test

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/url"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

func unzipped(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	harness.Must(t, err)
	files := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		harness.Must(t, err)
		content, err := io.ReadAll(r)
		harness.Must(t, err)
		files[f.Name] = string(content)
	}
	return files
}

func TestAnExportIsMade(t *testing.T) {
	w := newWorld(t, newLand(t))
	w.devotional("Psalm 23: a <b>reading</b>", 6<<20)
	w.devotional("Psalm 23: a <b>reading</b>", 100)
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	_, err = p.run(e.ID)
	harness.Must(t, err)
	files := p.whole(e.ID)
	const video = "files/videos/Psalm%2023_%20a%20_b_reading__b_/video.mp4"
	sum := sha256.Sum256([]byte(files["manifest.json"]))
	if len(p.post.sent) != 1 || !strings.Contains(p.post.sent[0].Text, hex.EncodeToString(sum[:])) || !strings.Contains(p.post.sent[0].HTML, hex.EncodeToString(sum[:])) {
		t.Errorf("the mails are %+v, without the manifest's %x", p.post.sent, sum)
	}
	page := files["index.html"]
	for _, want := range []string{"<h3>Psalm 23: a &lt;b&gt;reading&lt;/b&gt;</h3>", ` src="` + video + `"`, `<a href="` + video + `">`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	if strings.Contains(page, "<b>") {
		t.Error("a title is not escaped")
	}
	if name, err := url.PathUnescape(video); err != nil || len(files[name]) != 6<<20 {
		t.Errorf("the page leads to %d bytes, %v", len(files[name]), err)
	}
}
