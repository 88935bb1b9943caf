package uploads

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

// versions counts those of an object, and its marks of deletion.
func (w *world) versions(name string) (kept, marks int) {
	w.t.Helper()
	client := s3.NewFromConfig(w.tables.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	out, err := client.ListObjectVersions(w.t.Context(), &s3.ListObjectVersionsInput{
		Bucket: aws.String(w.tables.Bucket), Prefix: aws.String("tenants/" + string(w.id) + "/" + name),
	})
	harness.Must(w.t, err)
	return len(out.Versions), len(out.DeleteMarkers)
}

// TestVersionsAreNotCounted: the bucket keeps what was written over and what was
// deleted for a week, and none of that is stored for the person.
func TestVersionsAreNotCounted(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	name := render.UploadObject(u.ID)
	w.put(p, name, 5000)
	harness.Must(t, w.hear(p, name))
	w.want(1, 5000)
	if sizes, err := p.files.Sizes(w.ctx(), w.id); err != nil || sizes[u.ID] != 5000 {
		t.Errorf("reconciling finds %v (%v), want the current 5000", sizes, err)
	}
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID))
	harness.Must(t, w.hear(p, name))
	if kept, marks := w.versions(name); kept != 2 || marks != 1 {
		t.Errorf("%d versions and %d marks, want both versions under one mark", kept, marks)
	}
	if c := w.settled(); c.Taken[metering.StorageMB] != 0 {
		t.Errorf("what was deleted is counted: %+v", c)
	}
	if sizes, err := p.files.Sizes(w.ctx(), w.id); err != nil || len(sizes) != 0 {
		t.Errorf("reconciling finds %v (%v), want nothing", sizes, err)
	}
}

// TestAnEventOfADeletionMakesNone: a mark of deletion raises an event. Were it
// answered with another deletion, the two would go on for ever.
func TestAnEventOfADeletionMakesNone(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	for _, name := range []string{upload.IncomingObject(u.ID), render.UploadObject("01ARZ3NDEKTSV4RRFFQ69G5FAV")} {
		w.put(p, name, 10)
		harness.Must(t, w.hear(p, name)) // nobody needs it
		_, before := w.versions(name)
		for range 3 {
			harness.Must(t, w.hear(p, name))
		}
		if _, marks := w.versions(name); before == 0 || marks != before {
			t.Errorf("%s: %d marks of deletion, then %d", name, before, marks)
		}
	}
}
