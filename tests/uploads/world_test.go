// Package uploads proves on the emulator that a person's own files are counted
// exactly: the real store, the real forms, and faults planted between any two
// calls.
package uploads

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/storage"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// world is one tenant on tables and a bucket of its own.
type world struct {
	t      *testing.T
	tables *harness.Store
	id     tenant.ID
	base   metering.Base
	clock  *harness.Clock
	warned *harness.Warnings
	locked string      // the bucket in which nothing can be changed; "" where nobody was erased
	kept   []tenant.ID // whose files were kept though their account is not there
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, tables: harness.Tables(t),
		base: metering.Base{ImagesCount: 100, TTSSeconds: 1800, RenderMinutes: 15, StorageMB: 500, UploadsCount: 50},
		// Far away, because the store forgets expired claims by the real clock.
		clock: harness.NewClock(time.Date(2099, 11, 12, 9, 0, 0, 0, time.UTC)),
	}
	return w.as(t)
}

// as is the world of another tenant on the same tables.
func (w *world) as(t *testing.T) *world {
	t.Helper()
	other := *w
	other.t, other.id, other.warned, other.clock = t, tenant.ID(tenant.NewID()), &harness.Warnings{}, harness.NewClock(w.clock.Now())
	_, err := dynamodb.NewFromConfig(w.tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(other.id)}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
			"plan": &types.AttributeValueMemberS{Value: string(tenant.Free)}, "status": &types.AttributeValueMemberS{Value: "active"},
		},
	})
	harness.Must(t, err)
	return &other
}

// process is one process: the services over one SDK configuration.
type process struct {
	opener    upload.Opener
	receiver  upload.Receiver
	shelf     upload.Shelf
	keeper    upload.Keeper
	sweeper   openwork.Sweeper
	corrector storage.Corrector
	store     *dynamo.Client
	files     *s3files.Bucket
}

// process makes one with planted faults; nil plants none.
func (w *world) process(faults *calls.Faults) process {
	cfg := w.tables.AWS.Copy()
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	store, files := dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory), s3files.New(cfg, w.tables.Bucket)
	uploads := dynamo.NewUploads(store)
	intake := metering.NewIntake(store, metering.NewQuotas(w.base), metering.Slots{}, "http://app.test", w.clock.Now)
	receiver := w.receiver(uploads, files)
	keeper := upload.NewKeeper(receiver)
	return process{
		store: store, files: files,
		opener: upload.NewOpener(intake, uploads, files), receiver: receiver,
		shelf: upload.NewShelf(uploads, files, w.clock.Now), corrector: w.corrector(cfg, store, files),
		keeper:  keeper,
		sweeper: openwork.Sweeper{Index: dynamo.NewOpenWork(store), Tasks: keeper.Tasks(), Now: w.clock.Now, Warn: w.warned.Add},
	}
}

// corrector is one that notes what it keeps.
func (w *world) corrector(cfg aws.Config, store *dynamo.Client, files *s3files.Bucket) storage.Corrector {
	return storage.NewCorrector(dynamo.NewStorage(store), files, s3files.NewErasures(cfg, w.locked), w.clock.Now, func(_ context.Context, id tenant.ID) {
		w.kept = append(w.kept, id)
	})
}

// receiver is one whose orders are carried out at once.
func (w *world) receiver(store upload.Store, files upload.Files) upload.Receiver {
	decoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(w.t), Threads: 1})
	return upload.Receiver{
		Store: store, Files: files, Queue: atOnce{upload.NewInspector(store, files, decoder, w.clock.Now, w.warned.Add)}, Patience: time.Second,
		Wait: func(context.Context, time.Duration) error { return nil }, Now: w.clock.Now, Warn: w.warned.Add,
	}
}

// atOnce is a queue whose orders are carried out by who sends them.
type atOnce struct{ inspector upload.Inspector }

// Send implements upload.Queue.
func (q atOnce) Send(ctx context.Context, o upload.Order) error { return q.inspector.Check(ctx, o) }

// insist completes an upload, and has an order that came to nothing come again.
func (w *world) insist(r upload.Receiver, id string) (upload.Shown, error) {
	shown, err := r.Complete(w.ctx(), w.id, id, idempotency.Claim{})
	if err != nil || shown.Upload.Status != upload.Checking {
		return shown, err
	}
	if err := r.Queue.Send(w.ctx(), upload.Order{TenantID: w.id, UploadID: id}); err != nil {
		return upload.Shown{}, err
	}
	return r.Complete(w.ctx(), w.id, id, idempotency.Claim{})
}

func (w *world) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(w.t.Context(), tenant.Render), w.id)
}

// open announces a file.
func (w *world) open(p process, f sample) (upload.Upload, *upload.Form) {
	w.t.Helper()
	u, form, _, err := p.opener.Open(w.ctx(), w.id, f.draft(), idempotency.Claim{})
	harness.Must(w.t, err)
	return u, form
}

// ready uploads a file to the end.
func (w *world) ready(p process, f sample) upload.Upload {
	w.t.Helper()
	u, form := w.open(p, f)
	w.post(form, f)
	shown, err := p.receiver.Complete(w.ctx(), w.id, u.ID, idempotency.Claim{})
	harness.Must(w.t, err)
	return shown.Upload
}

// post sends a file as a browser does, and must be accepted.
func (w *world) post(form *upload.Form, f sample) {
	w.t.Helper()
	if status, said := w.send(form, f); status/100 != 2 {
		w.t.Fatalf("the form was refused: %d %s", status, said)
	}
}

func (w *world) send(form *upload.Form, f sample) (status int, said string) {
	w.t.Helper()
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, value := range form.Fields {
		harness.Must(w.t, parts.WriteField(name, value))
	}
	file, err := parts.CreateFormFile("file", f.name)
	harness.Must(w.t, err)
	_, err = file.Write(f.data)
	harness.Must(w.t, err)
	harness.Must(w.t, parts.Close())
	res, err := http.Post(form.URL, parts.FormDataContentType(), &body)
	harness.Must(w.t, err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	harness.Must(w.t, err)
	return res.StatusCode, string(answer)
}

func (w *world) sweep(p process) openwork.Report {
	w.t.Helper()
	report, err := p.sweeper.Sweep(tenant.Doing(w.t.Context(), tenant.Render), 10_000)
	harness.Must(w.t, err)
	return report
}

// objects lists what the tenant has in the bucket: names and sizes.
func (w *world) objects() map[string]int64 {
	w.t.Helper()
	prefix := "tenants/" + string(w.id) + "/"
	all := map[string]int64{}
	client := s3.NewFromConfig(w.tables.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	out, err := client.ListObjectsV2(w.t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(w.tables.Bucket), Prefix: aws.String(prefix)})
	harness.Must(w.t, err)
	for _, o := range out.Contents {
		all[strings.TrimPrefix(aws.ToString(o.Key), prefix)] = aws.ToInt64(o.Size)
	}
	return all
}

// hear tells the corrector of an object, as the bucket's event would.
func (w *world) hear(p process, name string) error {
	var e storage.Event
	e.Detail.Object.Key = "tenants/" + string(w.id) + "/" + name
	return p.corrector.Handle(tenant.Doing(w.t.Context(), tenant.Correct), e)
}

// balanced holds ledger, month and level against each other and returns them.
func (w *world) balanced() metering.Counter {
	w.t.Helper()
	meters := dynamo.NewMetering(w.process(nil).store)
	months, err := meters.Months(w.ctx(), w.id)
	harness.Must(w.t, err)
	var all []metering.Row
	for _, month := range months {
		rows, err := meters.Ledger(w.ctx(), w.id, month.Period)
		harness.Must(w.t, err)
		sum := metering.Sum(rows)
		if n, m := metering.UploadsCount, month.Counter; sum.Taken[n] != m.Taken[n] || sum.Reserved[n] != m.Reserved[n] || sum.Taken[metering.StorageMB] != m.Grown {
			w.t.Errorf("%s: the ledger adds up to %+v, the counter says %+v", month.Period, sum, m)
		}
		all = append(all, rows...)
	}
	counter, err := meters.Counter(w.ctx(), w.id, metering.PeriodOf(w.clock.Now()))
	harness.Must(w.t, err)
	sum := metering.Sum(all)
	if n := metering.StorageMB; sum.Taken[n] != counter.Taken[n] || sum.Reserved[n] != counter.Reserved[n] {
		w.t.Errorf("the ledger adds up to %+v, the level says %+v", sum, counter)
	}
	return counter
}

// settled is balanced with nothing reserved and the level at what is in the
// bucket, where nothing lies but what is kept.
func (w *world) settled() metering.Counter {
	w.t.Helper()
	counter := w.balanced()
	var there int64
	for name, size := range w.objects() {
		there += size
		if !strings.HasPrefix(name, "uploads/") {
			w.t.Errorf("%s is left", name)
		}
	}
	if !counter.Reserved.Zero() || counter.Taken[metering.StorageMB] != there {
		w.t.Errorf("%d bytes are in the bucket; counted: %+v", there, counter)
	}
	return counter
}

// want is settled with these uploads and bytes used.
func (w *world) want(uploads, bytes int64) {
	w.t.Helper()
	c := w.settled()
	if c.Taken[metering.UploadsCount] != uploads || c.Taken[metering.StorageMB] != bytes {
		w.t.Errorf("%d uploads and %d bytes are counted, want %d and %d", c.Taken[metering.UploadsCount], c.Taken[metering.StorageMB], uploads, bytes)
	}
}
