package uploads

import (
	"bytes"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

func TestAFileIsPostedLookedAtAndShown(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	f := jpegOf(320, 180)
	u, form := w.open(p, f)
	if c := w.balanced(); c.Reserved[metering.StorageMB] != int64(len(f.data)) || c.Reserved[metering.UploadsCount] != 1 {
		t.Errorf("reserved: %+v", c)
	}
	_, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
	harness.WantCode(t, err, problem.UploadMissing)
	w.post(form, f)
	for range 2 {
		shown, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
		harness.Must(t, err)
		if got := shown.Upload; got.Status != upload.Ready || got.Width != 320 || got.Height != 180 || got.Size != int64(len(f.data)) || got.ContentType != "image/jpeg" {
			t.Errorf("%+v", got)
		}
		if data, contentType := w.fetch(shown.URL); !bytes.Equal(data, f.data) || contentType != "image/jpeg" {
			t.Errorf("the link answers %d bytes of %s", len(data), contentType)
		}
	}
	w.want(1, int64(len(f.data)))

	// The form can be posted again; what is kept stays as it is.
	w.post(form, pngOf(40, 40).cut(60).announcedAs("image/jpeg"))
	harness.Must(t, w.hear(p, upload.IncomingObject(u.ID)))
	again, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
	harness.Must(t, err)
	if data, _ := w.fetch(again.URL); !bytes.Equal(data, f.data) {
		t.Error("another file is shown now")
	}
	w.want(1, int64(len(f.data)))
}

func (w *world) fetch(url string) ([]byte, string) {
	w.t.Helper()
	res, err := http.Get(url)
	harness.Must(w.t, err)
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	harness.Must(w.t, err)
	return data, res.Header.Get("Content-Type")
}

func TestTheFormHoldsItsFileToWhatWasAnnounced(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	small, large := pngOf(32, 32), pngOf(320, 320)
	u, form := w.open(p, small)
	if status, said := w.send(form, large); status != http.StatusBadRequest {
		t.Errorf("a larger file: %d %s", status, said)
	}
	as := *form
	as.Fields = maps.Clone(form.Fields)
	as.Fields["Content-Type"] = "text/html"
	if status, said := w.send(&as, small); status != http.StatusForbidden {
		t.Errorf("another type: %d %s", status, said)
	}
	if status, said := w.send(form, sample{"empty.png", "image/png", nil}); status != http.StatusBadRequest {
		t.Errorf("an empty file: %d %s", status, said)
	}
	elsewhere := *form
	elsewhere.Fields = map[string]string{}
	for name, value := range form.Fields {
		elsewhere.Fields[name] = strings.ReplaceAll(value, u.ID, tenant.NewID())
	}
	if status, said := w.send(&elsewhere, small); status != http.StatusForbidden {
		t.Errorf("another key: %d %s", status, said)
	}
	if n := len(w.objects()); n != 0 {
		t.Errorf("%d objects are in the bucket", n)
	}
	w.post(form, small)
}

func TestWhatIsAnnouncedWrongIsRefused(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	for _, c := range []struct {
		field string
		draft upload.Announcement
	}{
		{"filename", upload.Announcement{Filename: "", ContentType: "image/png", Size: 1}},
		{"filename", upload.Announcement{Filename: strings.Repeat("é", 201), ContentType: "image/png", Size: 1}},
		{"filename", upload.Announcement{Filename: "a\nb.png", ContentType: "image/png", Size: 1}},
		{"content_type", upload.Announcement{Filename: "a.svg", ContentType: "image/svg+xml", Size: 1}},
		{"content_type", upload.Announcement{Filename: "a", Size: 1}},
		{"size", upload.Announcement{Filename: "a.png", ContentType: "image/png", Size: 0}},
		{"size", upload.Announcement{Filename: "a.png", ContentType: "image/png", Size: upload.MaxImage + 1}},
		{"size", upload.Announcement{Filename: "a.mp3", ContentType: "audio/mpeg", Size: upload.MaxAudio + 1}},
	} {
		_, _, _, err := p.opener.Open(w.ctx(), w.id, c.draft, idempotency.Claim{})
		if refused := harness.WantCode(t, err, problem.InvalidInput); len(refused.Fields) != 1 || refused.Fields[0].Field != c.field {
			t.Errorf("%+v: %v", c.draft, refused.Fields)
		}
	}
	w.want(0, 0)
}

func TestEveryFormatIsKnownByItsContent(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	made := encoded(t)
	var uploads, size int64
	for _, c := range []struct {
		file          sample
		contentType   string
		width, height int
	}{
		{jpegOf(320, 180), "image/jpeg", 320, 180},
		{jpegOf(320, 180).announcedAs("image/png"), "image/jpeg", 320, 180},
		{pngOf(16, 16), "image/png", 16, 16},
		{made["hill.webp"], "image/webp", 320, 180},
		{made["clear.webp"], "image/webp", 320, 180},
		{made["hymn.mp3"], "audio/mpeg", 0, 0},
		{made["plain.mp3"], "audio/mpeg", 0, 0},
		{made["plain.mp3"].announcedAs("audio/wav"), "audio/mpeg", 0, 0},
		{made["hymn.wav"], "audio/wav", 0, 0},
		{made["hymn.m4a"], "audio/mp4", 0, 0},
		{made["faststart.m4a"], "audio/mp4", 0, 0},
		{with(jpegOf(64, 64), make([]byte, 3<<20)), "image/jpeg", 64, 64},
	} {
		u := w.ready(p, c.file)
		if u.ContentType != c.contentType || u.Width != c.width || u.Height != c.height {
			t.Errorf("%s: %+v", c.file.name, u)
		}
		uploads, size = uploads+1, size+int64(len(c.file.data))
	}
	w.want(uploads, size)
}

// with is a file with something behind its end, as telephones make them.
func with(s sample, more []byte) sample {
	s.data = append(bytes.Clone(s.data), more...)
	return s
}

func TestLiarsAreRejectedAndCostNothing(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	made := encoded(t)
	picture, photo := pngOf(320, 180), jpegOf(320, 180)
	for name, f := range map[string]sample{
		"HTML":              {"page.png", "image/png", []byte("<!DOCTYPE html><script>alert(1)</script>")},
		"SVG":               {"page.png", "image/png", []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)},
		"ZIP":               {"archive.png", "image/png", append([]byte("PK\x03\x04"), make([]byte, 200)...)},
		"PNG as MP3":        picture.announcedAs("audio/mpeg"),
		"MP3 as PNG":        made["hymn.mp3"].announcedAs("image/png"),
		"a film":            made["film.mp4"],
		"a moving picture":  made["moving.webp"],
		"a bomb":            bomb(),
		"too wide":          pngOf(12_001, 16),
		"too small":         pngOf(15, 300),
		"PNG cut":           picture.cut(len(picture.data) - 20),
		"PNG head":          picture.cut(20),
		"JPEG cut":          photo.cut(len(photo.data) / 2),
		"JPEG head":         photo.cut(20),
		"WebP cut":          made["hill.webp"].cut(len(made["hill.webp"].data) / 2),
		"MP3 head":          made["plain.mp3"].cut(100),
		"MP3 without sound": made["hymn.mp3"].cut(30),
		"WAV cut":           made["hymn.wav"].cut(2000),
		"WAV head":          made["hymn.wav"].cut(30),
		"M4A cut":           made["hymn.m4a"].cut(2000),
		"M4A cut behind":    made["faststart.m4a"].cut(len(made["faststart.m4a"].data) - 10),
		"ID3 and noise":     {"noise.mp3", "audio/mpeg", append([]byte("ID3\x04\x00\x00\x00\x00\x00\x00\xff\xfb\x90\x00"), bytes.Repeat([]byte{1, 2, 3}, 900)...)},
		"one byte":          {"a.mp3", "audio/mpeg", []byte{0xff}},
	} {
		u, form := w.open(p, f)
		w.post(form, f)
		for range 2 {
			_, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
			if !problem.Is(err, problem.UploadRejected) {
				t.Errorf("%s: %v", name, err)
			}
		}
		shown, err := p.shelf.Get(w.ctx(), w.id, u.ID)
		if err != nil || shown.Upload.Status != upload.Rejected || shown.Upload.Failure == nil || shown.URL != "" {
			t.Errorf("%s: %+v %v", name, shown, err)
		}
	}
	w.want(0, 0)
}

func TestTwoCompletionsAtOnceAreOne(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	f := pngOf(200, 200)
	u, form := w.open(w.process(nil), f)
	w.post(form, f)
	var all sync.WaitGroup
	for range 8 {
		p := w.process(nil)
		all.Go(func() {
			if _, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{}); err != nil {
				t.Errorf("complete: %v", err)
			}
		})
	}
	all.Wait()
	w.want(1, int64(len(f.data)))
}

func TestARepeatedRequestIsTheSameUpload(t *testing.T) {
	w := newWorld(t)
	w.base.UploadsCount = 1
	p := w.process(nil)
	f := pngOf(64, 64)
	claim := idempotency.NewClaim("user", "k", "POST", "/uploads", nil)
	u, _, _, err := p.opener.Open(w.ctx(), w.id, f.draft(), claim)
	harness.Must(t, err)
	w.clock.Forward(20 * time.Minute) // the first form is over
	_, _, _, err = p.opener.Open(w.ctx(), w.id, f.draft(), claim)
	if id, ok := idempotency.Replayed(err); !ok || id != u.ID {
		t.Fatalf("want the replay of %s, got %v", u.ID, err)
	}
	_, form, err := p.opener.Again(w.ctx(), w.id, u.ID)
	harness.Must(t, err)
	w.post(form, f)

	done := idempotency.NewClaim("user", "c", "POST", "/uploads/complete", nil)
	_, err = p.receiver.Complete(w.ctx(), w.id, u.ID, done)
	harness.Must(t, err)
	_, err = p.receiver.Complete(w.ctx(), w.id, u.ID, done)
	if id, ok := idempotency.Replayed(err); !ok || id != u.ID {
		t.Errorf("want the replay of %s, got %v", u.ID, err)
	}
	_, err = p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.NewClaim("user", "k", "POST", "/uploads/complete", nil))
	harness.WantCode(t, err, problem.IdempotencyKeyReused)
	_, err = p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.NewClaim("user", "new", "POST", "/uploads/complete", nil))
	harness.Must(t, err)
	shown, form, err := p.opener.Again(w.ctx(), w.id, u.ID)
	if err != nil || form != nil || shown.Upload.Status != upload.Ready {
		t.Errorf("%+v %v %v", shown, form, err)
	}
	w.want(1, int64(len(f.data)))
}

func TestUploadsAreListedByKind(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	sound := sample{"a.wav", "audio/wav", []byte("x")}
	var pictures []string
	for i := range 6 {
		if i%2 == 0 {
			u, _ := w.open(p, pngOf(32, 32))
			pictures = append([]string{u.ID}, pictures...)
		} else {
			w.open(p, sound)
		}
	}
	gone, _ := w.open(p, pngOf(32, 32))
	harness.Must(t, p.shelf.Delete(w.ctx(), w.id, gone.ID))
	var got []string
	after := ""
	for pages := 0; ; pages++ {
		page, next, err := p.shelf.List(w.ctx(), w.id, upload.Image, 2, after)
		harness.Must(t, err)
		for _, u := range page {
			got = append(got, u.Upload.ID)
		}
		if after = next; next == "" || pages > 5 {
			break
		}
	}
	if strings.Join(got, " ") != strings.Join(pictures, " ") {
		t.Errorf("%v, want %v", got, pictures)
	}
	all, _, err := p.shelf.List(w.ctx(), w.id, "", 100, "")
	if err != nil || len(all) != 6 {
		t.Errorf("%d of all kinds, %v", len(all), err)
	}
}

func TestForeignUploadsReadLikeAbsentOnes(t *testing.T) {
	w := newWorld(t)
	p := w.process(nil)
	u := w.ready(p, pngOf(32, 32))
	other := w.as(t)
	q := other.process(nil)
	for _, id := range []string{u.ID, tenant.NewID(), "x", ""} {
		_, err := q.shelf.Get(other.ctx(), other.id, id)
		get := harness.WantCode(t, err, problem.NotFound)
		_, err = q.receiver.Complete(other.ctx(), other.id, id, idempotency.Claim{})
		complete := harness.WantCode(t, err, problem.NotFound)
		remove := harness.WantCode(t, q.shelf.Delete(other.ctx(), other.id, id), problem.NotFound)
		if get.Detail != complete.Detail || get.Detail != remove.Detail {
			t.Errorf("%q: %q, %q, %q", id, get.Detail, complete.Detail, remove.Detail)
		}
	}
	other.want(0, 0)
}
