// Package exporting proves that an export holds all that the declaration says and
// nothing else, once, whatever fails while it is made: on the emulator's tables and
// buckets.
package exporting_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/harness"
)

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

// part is the size of parts, in bytes: S3 takes none smaller but the last.
const part = 5 << 20

// land is the tables and buckets that the worlds of a test share.
type land struct {
	*harness.Store
	ledger string
}

func newLand(t *testing.T) land {
	t.Helper()
	l := land{Store: harness.Tables(t)}
	l.ledger = strings.Replace(l.Bucket, "media-", "ledger-", 1)
	_, err := l.s3().CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(l.ledger)})
	harness.Must(t, err)
	t.Cleanup(func() { l.emptied(t, l.ledger) })
	return l
}

func (l land) s3() *s3.Client {
	return s3.NewFromConfig(l.AWS, func(o *s3.Options) { o.UsePathStyle = true })
}

// emptied removes a bucket with all versions.
func (l land) emptied(t *testing.T, bucket string) {
	ctx := context.Background()
	pages := s3.NewListObjectVersionsPaginator(l.s3(), &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		harness.Must(t, err)
		for _, v := range page.Versions {
			_, err := l.s3().DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: v.Key, VersionId: v.VersionId})
			harness.Must(t, err)
		}
		for _, v := range page.DeleteMarkers {
			_, err := l.s3().DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: v.Key, VersionId: v.VersionId})
			harness.Must(t, err)
		}
	}
	_, err := l.s3().DeleteBucket(ctx, &s3.DeleteBucketInput{Bucket: aws.String(bucket)})
	harness.Must(t, err)
}

// world is a tenant with an owner.
type world struct {
	*testing.T
	land
	clock    *harness.Clock
	warnings *harness.Warnings
	who      auth.Caller
	post     *post
}

func newWorld(t *testing.T, l land) *world {
	t.Helper()
	w := &world{
		T: t, land: l, clock: harness.NewClock(time.Now().UTC()), warnings: &harness.Warnings{}, post: &post{},
		who: auth.Caller{Tenant: tenant.ID(tenant.NewID()), Principal: auth.Principal{User: auth.UserID(tenant.NewID()), Session: tenant.NewID()}},
	}
	w.put("T", "TENANT", item{"plan": str("pro"), "status": str("active"), "owner": str(string(w.who.Principal.User))})
	w.put("A", "USER#"+string(w.who.Principal.User), item{
		"email": str("owner@example.com"), "role": str("owner"), "status": str("active"), "member_status": str("active"), "sessions": &types.AttributeValueMemberM{Value: item{
			w.who.Principal.Session: &types.AttributeValueMemberM{Value: item{"gen": str("SECRET-generation"), "started": num("1793534400000000")}},
		}},
	})
	return w
}

func (w *world) ctx() context.Context {
	return tenant.WithTenant(tenant.Doing(w.Context(), tenant.Export), w.who.Tenant)
}

// put writes an item of one of the tenant's partitions, A or T.
func (w *world) put(partition, sort string, fields item) {
	w.Helper()
	it := item{"pk": str(partition + "#" + string(w.who.Tenant)), "sk": str(sort)}
	for name, value := range fields {
		it[name] = value
	}
	_, err := dynamodb.NewFromConfig(w.AWS).PutItem(w.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.Platform), Item: it})
	harness.Must(w.T, err)
}

func (w *world) object(name string, content []byte) {
	w.Helper()
	harness.Must(w.T, s3files.New(w.AWS, w.Bucket).PutBytes(w.ctx(), w.who.Tenant, name, content, "application/octet-stream"))
}

// bare stores an object without checksums, as it was done before.
func (w *world) bare(name, content string) {
	w.Helper()
	_, err := w.s3().PutObject(w.Context(), &s3.PutObjectInput{
		Bucket: aws.String(w.Bucket), Key: aws.String(tenant.ObjectKey(w.who.Tenant, name)), Body: strings.NewReader(content),
	})
	harness.Must(w.T, err)
}

// devotional makes a finished video with a title.
func (w *world) devotional(title string, size int) (job string) {
	w.Helper()
	job = tenant.NewID()
	w.put("T", "JOB#"+job, item{"title": str(title), "status": str("succeeded"), "attempt": num("1")})
	w.object(tenant.JobFolder+job+"/"+tenant.VideoFile, bytes.Repeat([]byte{byte(size)}, size))
	w.object(tenant.JobFolder+job+"/"+tenant.CaptionsFile, []byte("WEBVTT\n"))
	return job
}

// post takes mail.
type post struct {
	mu   sync.Mutex
	sent []auth.Mail
}

func (p *post) Send(_ context.Context, m auth.Mail) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, m)
	return nil
}

// product is one process's functions.
type product struct {
	*world
	service export.Service
	read    export.ReadStep
	pack    export.PackStep
	close   export.CloseStep
	settle  export.SettleStep
	keeper  export.Keeper
	files   *s3files.Bucket
	calls   *calls.Faults
}

// machine starts nothing: run plays it.
type machine struct{}

func (machine) Start(context.Context, string, workflow.Input) error { return nil }
func (machine) Stop(context.Context, string) error                  { return nil }
func (machine) State(context.Context, string) (workflow.State, error) {
	return workflow.Died, nil
}

// product starts the functions, as a process whose AWS calls meet the plan.
func (w *world) product(plan ...calls.Fault) *product {
	w.Helper()
	cfg := w.AWS.Copy()
	faults := calls.Plant(plan...).OnKill(func() {})
	calls.Watch(&cfg, faults)
	harness.WithoutWaiting(&cfg)
	store := dynamo.NewExports(dynamo.NewClient(cfg, w.Platform, w.Directory))
	files, ledger := s3files.New(cfg, w.Bucket), s3files.New(cfg, w.ledger)
	keeper := export.Keeper{Store: store, Files: files, Now: w.clock.Now}
	return &product{
		world: w, calls: faults, files: files, keeper: keeper,
		service: export.Service{Store: store, Links: files, Machine: machine{}, Now: w.clock.Now, Warn: w.warnings.Add},
		read: export.ReadStep{
			Store: store, Items: store, Files: files, Ledger: ledger, Format: exporting.Zip{}, Part: part, Now: w.clock.Now, Warn: w.warnings.Add,
		},
		pack:   export.NewPackStep(store, files, ledger, exporting.Zip{}, w.clock.Now),
		close:  export.NewCloseStep(store, files, w.clock.Now),
		settle: export.SettleStep{Settler: export.Settler{Store: store, Now: w.clock.Now}, Keeper: keeper, Items: store, Mail: w.post, AppURL: "http://localhost", Warn: w.warnings.Add},
	}
}

func (p *product) start(key string) (export.Export, error) {
	claim := idempotency.Claim{}
	if key != "" {
		claim = idempotency.NewClaim("person", key, "POST", "/export", nil)
	}
	return p.service.Start(tenant.WithTenant(p.Context(), p.who.Tenant), p.who, claim)
}

// retried runs a task as the state machine retries it.
func retried[In, Out any](ctx context.Context, do func(context.Context, In) (Out, error), in In) (out Out, err error) {
	for range 7 {
		out, err = do(ctx, in)
		if name := problem.From(err).Name(); err == nil || name != "unavailable" && name != "internal" {
			break
		}
	}
	return out, err
}

// run plays infra/statemachines/export.asl.json.
func (p *product) run(exportID string) (export.SettleResult, error) {
	in := workflow.Input{TenantID: p.who.Tenant, JobID: exportID, Attempt: 1}
	end := export.SettleInput{Input: in}
	if err := p.made(in); err != nil {
		end.Error = &struct {
			Error string `json:"Error"`
		}{problem.From(err).Name()}
	}
	return retried(p.ctx(), p.settle.Run, end)
}

// made plays what comes before settling; a conflict leads back to the listing.
func (p *product) made(in workflow.Input) error {
	for {
		err := p.once(in)
		if problem.From(err).Name() != string(problem.Conflict) || err == nil {
			return err
		}
	}
}

func (p *product) once(in workflow.Input) error {
	listed := export.Listed{More: true}
	var err error
	for listed.More {
		if listed, err = retried(p.ctx(), p.read.Run, in); err != nil {
			return err
		}
	}
	for _, slice := range listed.Slices {
		packed := export.Packed{More: true}
		for packed.More {
			if packed, err = retried(p.ctx(), p.pack.Run, export.PackInput{Input: in, Slice: slice}); err != nil {
				return err
			}
		}
	}
	_, err = retried(p.ctx(), p.close.Run, in)
	return err
}

func (p *product) export(id string) export.Export {
	p.Helper()
	e, err := p.service.Store.Export(p.ctx(), p.who.Tenant, id)
	harness.Must(p.T, err)
	return e
}

// archive is what the link of an export leads to.
func (p *product) archive(id string) []byte {
	p.Helper()
	shown, err := p.service.Get(p.ctx(), p.who.Tenant, id)
	harness.Must(p.T, err)
	if shown.Link == "" {
		p.Fatalf("no link to an export that is %s", shown.Status)
	}
	answer, err := http.Get(shown.Link)
	harness.Must(p.T, err)
	defer func() { _ = answer.Body.Close() }()
	data, err := io.ReadAll(answer.Body)
	harness.Must(p.T, err)
	if answer.StatusCode != http.StatusOK {
		p.Fatalf("the link answers %d", answer.StatusCode)
	}
	return data
}

// fetched is what a link answers with.
func (w *world) fetched(link string) int {
	w.Helper()
	answer, err := http.Get(link)
	harness.Must(w.T, err)
	harness.Must(w.T, answer.Body.Close())
	return answer.StatusCode
}

// whole fails unless the export has ended with one archive that holds, nothing is
// left beside it, and its making is on record once. It returns the files by name.
func (p *product) whole(id string) map[string]string {
	p.Helper()
	e := p.export(id)
	if e.Status != export.Succeeded || !e.Told || !e.Cleared {
		p.Fatalf("the export is %s (%s), told %v, cleared %v", e.Status, e.Failure, e.Told, e.Cleared)
	}
	data := p.archive(id)
	report, err := zipfile.Verify(bytes.NewReader(data), int64(len(data)))
	harness.Must(p.T, err)
	if int64(len(data)) != e.Size || report.Entries == 0 {
		p.Errorf("%d bytes in %d entries, said to be %d", len(data), report.Entries, e.Size)
	}
	if left := p.left(id); !slices.Equal(left, []string{export.Archive(id)}) {
		p.Errorf("left behind: %v", left)
	}
	ends := 0
	for _, e := range p.exports(p) {
		if e.Status.Ended() { // and not one that a test has planted
			ends++
		}
	}
	if n := p.recorded(audit.ExportMade); n != ends || n == 0 {
		p.Errorf("the end of %d exports is on record %d times", ends, n)
	}
	if running, err := p.service.Store.Running(p.ctx(), p.who.Tenant); err != nil || running != "" {
		p.Errorf("the account still makes %q, %v", running, err)
	}
	return unzipped(p.T, data)
}

// left are the versions, and unfinished uploads, below an export's folder.
func (p *product) left(id string) (names []string) {
	p.Helper()
	prefix := aws.String(tenant.ObjectKey(p.who.Tenant, export.Folder(id)))
	out, err := p.s3().ListObjectVersions(p.Context(), &s3.ListObjectVersionsInput{Bucket: aws.String(p.Bucket), Prefix: prefix})
	harness.Must(p.T, err)
	for _, v := range out.Versions {
		names = append(names, strings.TrimPrefix(aws.ToString(v.Key), tenant.ObjectPrefix(p.who.Tenant)))
	}
	for _, v := range out.DeleteMarkers {
		names = append(names, "mark "+aws.ToString(v.Key))
	}
	uploads, err := p.s3().ListMultipartUploads(p.Context(), &s3.ListMultipartUploadsInput{Bucket: aws.String(p.Bucket), Prefix: prefix})
	harness.Must(p.T, err)
	for _, u := range uploads.Uploads {
		names = append(names, "upload "+aws.ToString(u.Key))
	}
	return names
}

// recorded counts the entries of an act.
func (w *world) recorded(act audit.Action) (n int) {
	w.Helper()
	out, err := dynamodb.NewFromConfig(w.AWS).Query(w.Context(), &dynamodb.QueryInput{
		TableName: aws.String(w.Platform), KeyConditionExpression: aws.String("pk = :p AND begins_with(sk, :a)"),
		ExpressionAttributeValues: item{":p": str(tenant.DataPartition(w.who.Tenant)), ":a": str("AUDIT#")},
	})
	harness.Must(w.T, err)
	for _, it := range out.Items {
		if action, _ := it["action"].(*types.AttributeValueMemberS); action != nil && action.Value == string(act) {
			n++
		}
	}
	return n
}

func isCode(err error, code problem.Code) bool {
	var p *problem.Error
	return errors.As(err, &p) && p.Code == code
}
