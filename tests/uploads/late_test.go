package uploads

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// left counts what the tenant has below its prefix: versions and marks of deletion,
// and uploads that were not completed.
func (w *world) left() (versions, unfinished int) {
	w.t.Helper()
	client := s3.NewFromConfig(w.tables.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	prefix := aws.String("tenants/" + string(w.id) + "/")
	out, err := client.ListObjectVersions(w.t.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(w.tables.Bucket), Prefix: prefix})
	harness.Must(w.t, err)
	parts, err := client.ListMultipartUploads(w.t.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(w.tables.Bucket), Prefix: prefix})
	harness.Must(w.t, err)
	return len(out.Versions) + len(out.DeleteMarkers), len(parts.Uploads)
}

// erased removes all that the tables hold of the tenant.
func (w *world) erased() {
	w.t.Helper()
	db, pk := dynamodb.NewFromConfig(w.tables.AWS), &types.AttributeValueMemberS{Value: "T#" + string(w.id)}
	out, err := db.Query(w.t.Context(), &dynamodb.QueryInput{
		TableName: aws.String(w.tables.Platform), KeyConditionExpression: aws.String("pk = :pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":pk": pk},
	})
	harness.Must(w.t, err)
	for _, it := range out.Items {
		_, err := db.DeleteItem(w.t.Context(), &dynamodb.DeleteItemInput{
			TableName: aws.String(w.tables.Platform), Key: map[string]types.AttributeValue{"pk": pk, "sk": it["sk"]},
		})
		harness.Must(w.t, err)
	}
}

func (w *world) beginParts(name string) {
	w.t.Helper()
	client := s3.NewFromConfig(w.tables.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	key := aws.String("tenants/" + string(w.id) + "/" + name)
	made, err := client.CreateMultipartUpload(w.t.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(w.tables.Bucket), Key: key})
	harness.Must(w.t, err)
	_, err = client.UploadPart(w.t.Context(), &s3.UploadPartInput{
		Bucket: aws.String(w.tables.Bucket), Key: key, UploadId: made.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part"),
	})
	harness.Must(w.t, err)
}

// recorded writes down that the account was erased, as an erasure does before its end.
func (w *world) recorded() {
	w.t.Helper()
	harness.Must(w.t, s3files.NewErasures(w.tables.AWS, w.locked).Mark(w.t.Context(), w.id))
}

// TestFilesOfAnAccountThatATableLostStay: the account is not there, and nobody erased
// it, as in a table that was restored to before its sign-up. Whatever lies below its
// prefix stays, each version of it, and an operator hears whose it is. One whose
// erasure is on record goes, and no other's record does for it.
func TestFilesOfAnAccountThatATableLostStay(t *testing.T) {
	erased := newWorld(t)
	erased.locked = harness.LedgerBucket(t, erased.tables.Emulator)
	lost := erased.as(t)
	for _, w := range []*world{erased, lost} {
		p := w.process(nil)
		u, form := w.open(p, pngOf(32, 32))
		w.erased()
		w.post(form, pngOf(32, 32))
		name := upload.IncomingObject(u.ID)
		w.put(p, "jobs/"+u.ID+"/video.mp4", 1)
		w.beginParts("exports/" + u.ID + "/export.zip")
		before, _ := w.left()
		if w == erased {
			w.recorded()
		}
		for _, name := range []string{name, "jobs/" + u.ID + "/video.mp4", name} {
			harness.Must(t, w.hear(p, name))
		}
		versions, unfinished := w.left()
		switch {
		case w == erased && (versions != 0 || unfinished != 0 || len(w.kept) != 0):
			t.Errorf("erased: %d versions and %d uploads are left, %v was kept", versions, unfinished, w.kept)
		case w == lost && (versions != before || unfinished != 1 || len(w.kept) != 3 || w.kept[0] != w.id):
			t.Errorf("lost: %d of %d versions and %d uploads are left, %v was said", versions, before, unfinished, w.kept)
		}
	}
}

// TestWhatComesAfterAnErasureGoesForGood: a form that was posted in time may take
// longer than an erasure waits. No version of the file stays, wherever it lies, no mark
// of deletion and no part of an upload; whichever call fails, the event comes again.
func TestWhatComesAfterAnErasureGoesForGood(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	w.locked = harness.LedgerBucket(t, w.tables.Emulator)
	harness.Sweep{Flow: "late", Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.KillAfter)}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		w, sound, faults := w.as(t), w.process(nil), calls.Plant(plan...).OnKill(func() {})
		u, form := w.open(sound, pngOf(32, 32))
		w.erased()
		w.recorded()
		w.post(form, pngOf(32, 32))
		names := []string{
			upload.IncomingObject(u.ID), "uploads/" + u.ID, "images/" + u.ID, "jobs/" + u.ID + "/video.mp4",
			"jobs/" + u.ID + "/parts/1/video.mp4", "exports/" + u.ID + "/data", "exports/" + u.ID + "/export.zip", "of/no/declared/kind",
		}
		w.put(sound, names[0]+"-of-another-event", 1)
		for _, name := range names[1:] {
			w.put(sound, name, 1)
			w.put(sound, name, 2) // an older version
			harness.Must(t, sound.files.Remove(w.ctx(), w.id, name))
		}
		w.beginParts("exports/" + u.ID + "/export.zip")
		broken := w.process(faults)
		_ = w.hear(broken, names[0]) // whatever it answers
		for _, name := range names {
			harness.Must(t, w.hear(sound, name))
		}
		if versions, unfinished := w.left(); versions != 1 || unfinished != 0 {
			t.Errorf("%d versions and marks, %d unfinished uploads are left, want that of the other event alone", versions, unfinished)
		}
		harness.Must(t, w.hear(sound, names[0]+"-of-another-event"))
		harness.Must(t, w.hear(sound, names[0])) // a deletion's event
		if versions, _ := w.left(); versions != 0 {
			t.Errorf("%d versions and marks are left", versions)
		}
		return faults
	})
}
