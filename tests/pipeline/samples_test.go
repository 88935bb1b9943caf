package pipeline

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// tape is a SampleCoder that only notes how long the speech is.
type tape struct{}

func (tape) M4A(_ context.Context, s render.Speech) ([]byte, error) {
	return bytes.Repeat([]byte("m"), int(s.MS())), nil
}

func TestSamplesAreMadeOnceAndAnybodyMayHearThem(t *testing.T) {
	w := newWorld(t)
	files := s3files.Voices{Bucket: w.process(nil).files}
	sampler := render.Sampler{Speaker: choir{}, Files: files, Coder: tape{}}
	for run, want := range []render.SampleReport{{Made: 3}, {Kept: 3}} {
		if report, err := sampler.Run(t.Context()); err != nil || report != want {
			t.Fatalf("run %d: %+v, %v", run, report, err)
		}
	}
	url, err := files.SampleLink(t.Context(), "ben") // nobody is signed in
	harness.Must(t, err)
	path := filepath.Join(t.TempDir(), "ben.m4a")
	if download(t, url, path) == 0 {
		t.Error("the sample is empty")
	}
	if _, err := os.Stat(path); err != nil {
		t.Error(err)
	}
}
