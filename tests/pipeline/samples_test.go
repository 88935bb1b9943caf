package pipeline

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// understudied is a choir some of whose voices only an understudy can be heard for.
type understudied struct{ choir }

func (understudied) Prepare(context.Context, string) error { return nil }
func (understudied) Understudy() render.Speaker            { return choir{} }

func TestSamplesAreMadeOnceAndAnybodyMayHearThem(t *testing.T) {
	w := newWorld(t)
	files := s3files.Voices{Bucket: w.process(nil).files, Narrator: "espeak"}
	for run, c := range []struct {
		down []string
		want render.SampleReport
	}{
		{[]string{"anna"}, render.SampleReport{Made: 2, Failed: 1}}, // the others are made
		{[]string{"anna"}, render.SampleReport{Kept: 2, Failed: 1}}, // nobody stands in for it
		{nil, render.SampleReport{Made: 1, Kept: 2}},                // and it is made when it can be
		{nil, render.SampleReport{Kept: 3}},
	} {
		sampler := render.Sampler{Speaker: understudied{choir{down: c.down}}, Files: files}
		report, err := sampler.Run(t.Context())
		if report != c.want || (err != nil) != (c.want.Failed > 0) {
			t.Fatalf("run %d: %+v, %v", run, report, err)
		}
		if there, err := files.HasSample(t.Context(), "anna"); err != nil || there != !slices.Contains(c.down, "anna") {
			t.Errorf("run %d: there is a sample of anna: %v, %v", run, there, err)
		}
	}
	url, err := files.SampleLink(t.Context(), "ben") // nobody is signed in
	harness.Must(t, err)
	path := filepath.Join(t.TempDir(), "ben.wav")
	if download(t, url, path) == 0 {
		t.Error("the sample is empty")
	}
	if head, err := os.ReadFile(path); err != nil || string(head[:4]) != "RIFF" {
		t.Errorf("the sample begins with %q, %v", head[:min(4, len(head))], err)
	}
}
