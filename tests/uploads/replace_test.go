package uploads

import (
	"context"
	"testing"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// interrupted is the bucket, where something happens once before a file is looked
// for, or between the look at it and its copy.
type interrupted struct {
	upload.Files
	beforeFind, beforeCopy func()
}

func once(happens *func()) {
	if f := *happens; f != nil {
		*happens = nil
		f()
	}
}

func (f *interrupted) Find(ctx context.Context, id tenant.ID, name string) (upload.Object, bool, error) {
	once(&f.beforeFind)
	return f.Files.Find(ctx, id, name)
}

func (f *interrupted) CopyNew(ctx context.Context, id tenant.ID, name string, o upload.Object, to, contentType string) error {
	once(&f.beforeCopy)
	return f.Files.CopyNew(ctx, id, name, o, to, contentType)
}

// completeWhile completes an upload while something happens to the file that is
// looked at.
func (w *world) completeWhile(id string, happens func()) (upload.Shown, error) {
	return w.completeIn(&interrupted{beforeCopy: happens}, id)
}

func (w *world) completeIn(files *interrupted, id string) (upload.Shown, error) {
	p := w.process(nil)
	files.Files = p.files
	return w.insist(w.receiver(dynamo.NewUploads(p.store), files), id)
}

func TestAFileThatIsReplacedWhileItIsLookedAtIsLookedAtAgain(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	good, larger, bad := pngOf(32, 32), jpegOf(64, 48).announcedAs("image/png"), sample{"a.png", "image/png", []byte("<!DOCTYPE html>")}

	u, form := w.open(p, large(good))
	w.post(form, good)
	shown, err := w.completeWhile(u.ID, func() { w.post(form, larger) })
	harness.Must(t, err)
	if got := shown.Upload; got.ContentType != "image/jpeg" || got.Width != 64 || got.Size != int64(len(larger.data)) {
		t.Errorf("%+v", got)
	}

	v, form := w.open(p, large(good))
	w.post(form, good)
	_, err = w.completeWhile(v.ID, func() { w.post(form, bad) })
	harness.WantCode(t, err, problem.UploadRejected)
	w.want(1, int64(len(larger.data)))
}

// large is a file announced as larger than it is, so that another fits its form.
func large(s sample) sample {
	s.data = make([]byte, 100_000)
	return s
}

// TestAFileThatIsReplacedForEver: the caller is asked to come again, and then the
// last file counts.
func TestAFileThatIsReplacedForEver(t *testing.T) {
	w := newWorld(t)
	u, form := w.open(w.process(nil), large(pngOf(32, 32)))
	posted := []sample{pngOf(32, 32), jpegOf(64, 48).announcedAs("image/png")}
	w.post(form, posted[0])
	tries, files := 0, &interrupted{}
	var again func()
	again = func() {
		tries++
		w.post(form, posted[tries%2])
		files.beforeCopy = again
	}
	files.beforeCopy = again
	_, err := w.completeIn(files, u.ID)
	harness.WantCode(t, err, problem.Unavailable)
	if tries != 8 { // four of the order, four of the same once more
		t.Errorf("%d tries", tries)
	}
	files.beforeCopy = nil
	_, err = w.completeIn(files, u.ID)
	harness.Must(t, err)
	w.want(1, int64(len(posted[tries%2].data)))
}

// silent is a store that cannot be reached when an upload is read a second time.
type silent struct {
	upload.Store
	reads int
}

func (s *silent) Upload(ctx context.Context, id tenant.ID, uploadID string) (upload.Upload, error) {
	s.reads++
	if s.reads == 2 {
		return upload.Upload{}, problem.New(problem.Unavailable, "The store cannot be reached.")
	}
	return s.Store.Upload(ctx, id, uploadID)
}

// TestAnOutageIsNoDeletion: a completion that another one overtook, and that
// cannot read what has become of the upload, leaves the file alone.
func TestAnOutageIsNoDeletion(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	u, form := w.open(p, f)
	w.post(form, f)
	store := &silent{Store: dynamo.NewUploads(p.store)}
	files := &interrupted{Files: p.files, beforeCopy: func() {
		_, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
		harness.Must(t, err)
	}}
	err := w.receiver(store, files).Queue.Send(w.ctx(), upload.Order{TenantID: w.id, UploadID: u.ID})
	harness.WantCode(t, err, problem.Unavailable)
	if store.reads != 2 {
		t.Fatalf("the upload was read %d times", store.reads)
	}
	w.want(1, int64(len(f.data)))
}

func TestAnUploadThatEndsWhileItIsLookedAtLeavesNothing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	u, form := w.open(p, f)
	w.post(form, f)
	_, err := w.completeWhile(u.ID, func() { harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID)) })
	harness.WantCode(t, err, problem.NotFound)
	w.want(0, 0)

	v, form := w.open(p, f)
	w.post(form, f)
	_, err = w.completeWhile(v.ID, func() {
		_, err := p.receiver.Complete(w.ctx(), w.id, v.ID, idempotency.Claim{})
		harness.Must(t, err)
	})
	harness.Must(t, err)
	w.want(1, int64(len(f.data)))
}

// TestAFileThatIsGoneWithItsUpload: its absence is no reason to ask for it again.
func TestAFileThatIsGoneWithItsUpload(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := pngOf(32, 32)
	u, form := w.open(p, f)
	w.post(form, f)
	_, err := w.completeIn(&interrupted{beforeFind: func() { harness.Must(t, p.shelf.Delete(w.ctx(), w.id, u.ID)) }}, u.ID)
	harness.WantCode(t, err, problem.NotFound)

	bad := pngOf(64, 64).cut(100)
	v, form := w.open(p, bad)
	w.post(form, bad)
	_, err = w.completeIn(&interrupted{beforeFind: func() {
		_, err := p.receiver.Complete(w.ctx(), w.id, v.ID, idempotency.Claim{})
		harness.WantCode(t, err, problem.UploadRejected)
	}}, v.ID)
	harness.WantCode(t, err, problem.UploadRejected)
	w.want(0, 0)
}
