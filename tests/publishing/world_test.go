// Package publishing proves that a video gets to YouTube once: on the emulator's
// tables and bucket, against the stand-in that plays Google, whatever fails.
package publishing_test

import (
	"bytes"
	"context"
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/sealing"
	client "github.com/devotionalai/platform/shared/technologies/youtube"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	piece = 256 << 10     // bytes
	size  = 2*piece + 500 // of the video: three pieces
	page  = "http://localhost:8000/youtube"
)

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

// world is a tenant with a finished video, and Google.
type world struct {
	*testing.T
	store          *harness.Store
	clock          *harness.Clock
	warnings       *harness.Warnings
	site           *youtube.Site
	who            auth.Caller
	project, video string
	content        []byte
}

func newWorld(t *testing.T) *world { t.Helper(); return newWorldOn(t, harness.OnEmulator) }

func newWorldOn(t *testing.T, db harness.Database) *world {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.Start()
	t.Cleanup(server.Close)
	w := &world{
		T: t, store: db.Tables(t), clock: harness.NewClock(time.Now().UTC()), warnings: &harness.Warnings{}, site: youtube.New("client", "secret", server.URL),
		who:     person(tenant.ID(tenant.NewID())),
		project: tenant.NewID(), video: tenant.NewID(), content: bytes.Repeat([]byte("Yahweh is my shepherd. "), size/23+1)[:size],
	}
	server.Config.Handler = w.site.Handler()
	w.tenant(w.who.Tenant)
	w.put(item{"pk": str(tenant.DataPartition(w.who.Tenant)), "sk": str("PROJECT#" + w.project), "title": str("Psalm 23")})
	w.render(w.video)
	return w
}

// render makes a finished video of the project.
func (w *world) render(id string) {
	w.Helper()
	w.put(item{
		"pk": str(tenant.DataPartition(w.who.Tenant)), "sk": str("JOB#" + id), "project": str(w.project), "status": str("succeeded"), "attempt": num("1"),
		"title": str("Psalm 23"), "resolution": str("720p"), "aspect": str("16:9"),
		"video": &types.AttributeValueMemberM{Value: item{"size": num("524788"), "width": num("1280"), "height": num("720"), "duration_ms": num("9000")}},
	})
	harness.Must(w.T, s3files.New(w.store.AWS, w.store.Bucket).PutBytes(w.ctx(), w.who.Tenant, render.VideoObject(id), w.content, "video/mp4"))
}

func person(id tenant.ID) auth.Caller {
	return auth.Caller{Tenant: id, Principal: auth.Principal{User: auth.UserID(tenant.NewID()), Session: tenant.NewID()}}
}

func (w *world) ctx() context.Context { return tenant.WithTenant(w.Context(), w.who.Tenant) }

func (w *world) put(it item) {
	w.Helper()
	_, err := dynamodb.NewFromConfig(w.store.AWS).PutItem(w.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.store.Platform), Item: it})
	harness.Must(w.T, err)
}

func (w *world) tenant(id tenant.ID) {
	w.Helper()
	w.put(item{"pk": str(tenant.DataPartition(id)), "sk": str("TENANT"), "plan": str("pro"), "status": str("active"), "owner": str(tenant.NewID())})
}

// product is one process's functions.
type product struct {
	*world
	connector channel.Connector
	starter   publish.Starter
	upload    publish.UploadStep
	settle    publish.SettleStep
	calls     *calls.Faults
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
	cfg := w.store.AWS.Copy()
	faults := calls.Plant(plan...).OnKill(func() {})
	calls.Watch(&cfg, faults)
	harness.WithoutWaiting(&cfg)
	db := dynamo.NewClient(cfg, w.store.Platform, w.store.Directory)
	google := client.New(client.Config{ClientID: "client", Base: w.site.Base, RedirectURI: page, Secret: func(context.Context) (string, error) { return "secret", nil }})
	sealer := sealing.WithKey{Secret: func(context.Context) (string, error) { return "a sealing key of at least thirty-two bytes", nil }}
	publications, channels := dynamo.NewPublications(db), dynamo.NewChannels(db)
	return &product{
		world: w, calls: faults,
		connector: channel.Connector{Store: channels, Google: google, Sealer: sealer, Now: w.clock.Now, Warn: w.warnings.Add},
		starter:   publish.Starter{Store: publications, Machine: machine{}, Now: w.clock.Now, Warn: w.warnings.Add},
		upload: publish.UploadStep{
			Store: publications, Connections: channels, Google: google, Sealer: sealer, Site: google, Files: s3files.New(cfg, w.store.Bucket),
			Piece: piece, Now: w.clock.Now, Warn: w.warnings.Add,
		},
		settle: publish.SettleStep{Settler: publish.Settler{Store: publications, Now: w.clock.Now}},
	}
}

// consented begins a consent and agrees to it at Google.
func (p *product) consented(who auth.Caller) (code, state string, err error) {
	at, err := p.connector.Begin(tenant.WithTenant(p.Context(), who.Tenant), who)
	if err != nil {
		return "", "", err
	}
	_, raw, _ := strings.Cut(at, "?")
	query, err := url.ParseQuery(raw)
	return p.site.Allow(query), query.Get("state"), err
}

func (p *product) connect() error {
	code, state, err := p.consented(p.who)
	if err == nil {
		_, err = p.connector.Finish(p.ctx(), p.who, code, state)
	}
	return err
}

func (p *product) publish(claim idempotency.Claim) (publish.Job, error) {
	return p.publishOf(p.video, claim)
}

func (p *product) publishOf(video string, claim idempotency.Claim) (publish.Job, error) {
	draft := publish.Draft{RenderID: video, Title: "Psalm 23", Description: "A reading.", Privacy: publish.Unlisted}
	return p.starter.Publish(p.ctx(), p.who, p.project, draft, claim)
}

// stateMachineTries is how often infra/statemachines/publish.asl.json retries.
const stateMachineTries = 6

// run plays the state machine for an attempt of a job.
func (p *product) run(jobID string, attempt int) (render.SettleResult, error) {
	in := workflow.Ending{Input: workflow.Input{TenantID: p.who.Tenant, JobID: jobID, Attempt: attempt}}
	for tries := 0; ; tries++ {
		out, err := p.upload.Run(p.ctx(), in.Input)
		if err == nil && !out.More {
			break
		}
		if name := problem.From(err).Name(); err != nil && (tries == stateMachineTries || name != "unavailable" && name != "internal") {
			in.Error = &workflow.Caught{Error: name}
			break
		}
	}
	var result render.SettleResult
	var err error
	for range stateMachineTries {
		if result, err = p.settle.Run(p.ctx(), in); err == nil {
			break
		}
	}
	return result, err
}

// retried retries a job and runs it, and again until it has succeeded.
func (p *product) retried(jobID string) publish.Job {
	p.Helper()
	for range 3 {
		j, err := p.starter.Retry(p.ctx(), p.who, jobID, idempotency.Claim{})
		if err == nil {
			_, err = p.run(jobID, j.Attempt)
		}
		harness.Must(p.T, err)
		if j = p.job(jobID); j.Status == render.Succeeded {
			return j
		}
	}
	p.Fatalf("three retries and no success: %+v", p.job(jobID).Failure)
	return publish.Job{}
}

func (p *product) job(id string) publish.Job {
	p.Helper()
	j, err := p.starter.Store.Publication(p.ctx(), p.who.Tenant, id)
	harness.Must(p.T, err)
	return j
}

// settled fails unless there is one video with the whole content, nothing runs,
// and the act is on record once.
func (p *product) settled(j publish.Job) {
	p.Helper()
	videos := p.site.Videos()
	if len(videos) != 1 || j.VideoID != videos[0].ID || !bytes.Equal(videos[0].Content, p.content) {
		p.Fatalf("%d videos, the job's is %q", len(videos), j.VideoID)
	}
	if v := videos[0]; v.Title != "Psalm 23" || v.Description != "A reading." || v.Privacy != "unlisted" {
		p.Errorf("published as %q, %q, %s", v.Title, v.Description, v.Privacy)
	}
	if running, published := p.counts(); running != 0 || published != 1 {
		p.Errorf("%d run, %d are on record", running, published)
	}
	if j.Status != render.Succeeded || j.Upload.Sent != size || !j.DueAt.IsZero() {
		p.Errorf("the job is %s, %d bytes sent, due %s", j.Status, j.Upload.Sent, j.DueAt)
	}
}

// counts are the unfinished publications, by the counter, and the entries of
// published videos.
func (p *product) counts() (running int64, published int) {
	p.Helper()
	basis, err := p.starter.Store.Basis(p.ctx(), p.who.Tenant, p.project, p.video)
	harness.Must(p.T, err)
	return basis.Running, p.recorded(audit.VideoPublished)
}

// recorded counts the entries of an act.
func (w *world) recorded(act audit.Action) (n int) {
	w.Helper()
	w.each(func(it item) {
		if action, _ := it["action"].(*types.AttributeValueMemberS); action != nil && action.Value == string(act) {
			n++
		}
	})
	return n
}

// each visits what the tenant has stored.
func (w *world) each(visit func(item)) {
	w.Helper()
	out, err := dynamodb.NewFromConfig(w.store.AWS).Query(w.Context(), &dynamodb.QueryInput{
		TableName: aws.String(w.store.Platform), KeyConditionExpression: aws.String("pk = :p"),
		ExpressionAttributeValues: item{":p": str(tenant.DataPartition(w.who.Tenant))},
	})
	harness.Must(w.T, err)
	for _, it := range out.Items {
		visit(it)
	}
}

func isCode(err error, codes ...problem.Code) bool {
	var p *problem.Error
	if !errors.As(err, &p) {
		return false
	}
	for _, c := range codes {
		if p.Code == c {
			return true
		}
	}
	return false
}
