package exporting_test

import (
	"archive/zip"
	"bytes"
	"io"
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
	for name, content := range files {
		t.Logf("%8d %s", len(content), name)
	}
	if len(p.post.sent) != 1 {
		t.Errorf("%d mails", len(p.post.sent))
	}
	t.Log(files["index.html"])
	t.Log(p.warnings)
}
