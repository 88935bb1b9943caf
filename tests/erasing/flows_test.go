package erasing_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// flow is what other functions of the product do for an account, by their own
// services, while it is erased. What the erasure refuses ends it with an error.
type flow struct {
	name string
	run  func(*stage, context.Context) error
}

// stage is the process that a flow runs in.
type stage struct {
	*world
	account
	cfg    aws.Config
	google *google
	dir    string
	pass   func() // waits like an AWS call, before what is none
}

func flows() []flow {
	return []flow{
		{"render", (*stage).renders}, {"upload", (*stage).uploads}, {"webhook", (*stage).hears},
		{"publish", (*stage).publishes}, {"sign-in", (*stage).signsIn}, {"export", (*stage).exports},
	}
}

func (s *stage) db() *dynamo.Client {
	return dynamo.NewClient(s.cfg, s.store.Platform, s.store.Directory)
}
func (s *stage) files() *s3files.Bucket { return s3files.New(s.cfg, s.store.Bucket) }
func (s *stage) caller() auth.Caller {
	return auth.Caller{Tenant: s.id, Principal: auth.Principal{User: s.user, Session: s.ids["session"]}}
}

// does is a request or a step of the account's.
func (s *stage) does(ctx context.Context, act tenant.Act) context.Context {
	return tenant.WithTenant(tenant.Doing(ctx, act), s.id)
}

func (s *stage) intake() metering.Intake {
	base := metering.Base{ImagesCount: 100, TTSSeconds: 1800, RenderMinutes: 15, StorageMB: 500, UploadsCount: 50}
	return metering.NewIntake(s.db(), metering.NewQuotas(base), metering.Slots{PerTenant: 3, Overall: 50}, "http://app.test", s.clock.Now)
}

// renders makes a project and renders it, as the state machine would.
func (s *stage) renders(ctx context.Context) error {
	inside := s.does(ctx, tenant.Render)
	title, scenes := "Psalm 23", []project.Scene{{Text: "Yahweh is my shepherd."}, {Text: "I shall lack nothing."}}
	draft := project.Draft{Title: &title, Scenes: &scenes}
	made, err := project.NewService(dynamo.NewProjects(s.db()), []voice.Voice{{ID: "anna"}}, s.clock.Now).Create(inside, s.id, draft, idempotency.Claim{})
	if err != nil {
		return err
	}
	admitter := render.NewAdmitter(render.NewPricer(dynamo.NewAdmissions(s.db()), s.intake(), voice.Espeak), &machine{}, s.warnings.Add)
	j, _, err := admitter.Render(inside, s.id, made.ID, idempotency.Claim{})
	if err != nil {
		return err
	}
	in := workflow.Input{TenantID: s.id, JobID: j.ID, Attempt: j.Attempt}
	end := workflow.Ending{Input: in}
	step := tenant.Doing(ctx, tenant.Render)
	failed := s.execution(step, in)
	if failed != nil {
		end.Error = &workflow.Caught{Error: problem.From(failed).Name()}
	}
	settle := render.SettleStep{Settler: render.NewSettler(dynamo.NewJobs(s.db()), s.clock.Now), Files: s.files()}
	_, err = settle.Run(step, end)
	return errors.Join(failed, err)
}

func (s *stage) execution(ctx context.Context, in workflow.Input) error {
	w := render.Worker{Jobs: dynamo.NewJobs(s.db()), Files: s.files(), TempDir: s.dir, Now: s.clock.Now, Warn: s.warnings.Add, Every: time.Hour}
	plan, err := render.PlanStep{Worker: w}.Run(ctx, in)
	if err != nil {
		return err
	}
	segment := render.SegmentStep{Worker: w, Encoder: stamp{}}
	for _, scene := range plan.Scenes {
		for _, step := range []func(context.Context, render.StepInput) error{
			render.ImageStep{Worker: w, Images: dynamo.NewImages(s.db()), Painter: stamp{}, Timeout: time.Minute}.Run,
			render.VoiceStep{Worker: w, Speaker: stamp{}, BusyWait: time.Millisecond}.Run, segment.Run,
		} {
			if err := step(ctx, scene); err != nil {
				return err
			}
		}
	}
	for _, join := range plan.Joins {
		if err := segment.Run(ctx, join); err != nil {
			return err
		}
	}
	return render.AssembleStep{Worker: w, Encoder: stamp{}}.Run(ctx, in)
}

// stamp is a Painter, Speaker, Encoder and Decoder whose works are small.
type stamp struct{}

func (stamp) Paint(context.Context, string, render.Aspect) (render.Picture, error) {
	return render.Picture{Data: []byte("picture"), ContentType: "image/png"}, nil
}
func (stamp) Voices() []voice.Voice { return []voice.Voice{{ID: "anna", Language: "en-US"}} }
func (stamp) Speak(_ context.Context, _, sentence string) (render.Speech, error) {
	return render.Speech{Samples: make([]int16, 100*len(sentence)), Rate: 16000}, nil
}
func (stamp) Segment(_ context.Context, _ render.SegmentSpec, out string, _ func(int)) error {
	return os.WriteFile(out, []byte("video"), 0o600)
}
func (stamp) Assemble(_ context.Context, _ render.AssembleSpec, out string, _ func(int)) error {
	return os.WriteFile(out, []byte("video"), 0o600)
}
func (stamp) Thumbnail(_ context.Context, _ string, _ int64, out string) error {
	return os.WriteFile(out, []byte("video"), 0o600)
}
func (stamp) Probe(context.Context, string) (render.MediaInfo, error) {
	return render.MediaInfo{}, errors.New("stamps cannot be probed")
}

func (stamp) Still(context.Context, string) error                        { return nil }
func (stamp) Upright(context.Context, string, upload.Turn, string) error { return nil }
func (stamp) Sound(context.Context, string) error                        { return nil }

// atOnce is a queue whose orders are carried out by who sends them.
type atOnce struct{ upload.Inspector }

func (q atOnce) Send(ctx context.Context, o upload.Order) error { return q.Check(ctx, o) }

// uploads announces a picture, posts it as a browser does, and completes it.
func (s *stage) uploads(ctx context.Context) error {
	inside := s.does(ctx, tenant.None)
	var data bytes.Buffer
	if err := png.Encode(&data, image.NewRGBA(image.Rect(0, 0, 16, 16))); err != nil {
		return err
	}
	store := dynamo.NewUploads(s.db())
	draft := upload.Announcement{Filename: "hill.png", ContentType: "image/png", Size: int64(data.Len())}
	u, form, _, err := upload.NewOpener(s.intake(), store, s.files()).Open(inside, s.id, draft, idempotency.Claim{})
	if err == nil {
		s.pass()
		err = posted(form, data.Bytes())
	}
	if err == nil {
		_, err = upload.Receiver{
			Store: store, Files: s.files(), Queue: atOnce{upload.NewInspector(store, s.files(), stamp{}, s.clock.Now, s.warnings.Add)},
			Patience: time.Second, Wait: func(context.Context, time.Duration) error { return nil }, Now: s.clock.Now, Warn: s.warnings.Add,
		}.Complete(inside, s.id, u.ID, idempotency.Claim{})
	}
	return err
}

func posted(form *upload.Form, data []byte) error {
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, value := range form.Fields {
		if err := parts.WriteField(name, value); err != nil {
			return err
		}
	}
	file, err := parts.CreateFormFile("file", "hill.png")
	if err == nil {
		_, err = file.Write(data)
	}
	if err = errors.Join(err, parts.Close()); err != nil {
		return err
	}
	answer, err := http.Post(form.URL, parts.FormDataContentType(), &body)
	if err != nil {
		return err
	}
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode/100 != 2 {
		err = errors.New(string(said))
	}
	return errors.Join(err, answer.Body.Close())
}

// seller is a payment service at which the account's customer has bought something.
type seller struct {
	billing.Provider
	customer string
	now      time.Time
}

func (p seller) Subscriptions(context.Context, string) ([]billing.Reported, error) {
	return []billing.Reported{{
		ID: "sub_1", Customer: p.customer, Status: billing.Active, Plan: tenant.Pro, Invoice: "in_1", PeriodEnd: p.now.Add(30 * 24 * time.Hour),
	}}, nil
}
func (p seller) Invoice(context.Context, string) (billing.Invoice, error) {
	return billing.Invoice{
		ID: "in_1", Customer: p.customer, Subscription: "sub_1", Plan: tenant.Pro, Paid: true, PaidAt: p.now,
		PeriodEnd: p.now.Add(30 * 24 * time.Hour), Amount: 900, Currency: "usd",
	}, nil
}
func (seller) EndNow(context.Context, string) error { return nil }
func (seller) Refund(context.Context, string) error { return nil }

// Send implements billing.Queue.
func (*stage) Send(context.Context, billing.Order) error { return nil }

// hears finds whose an event of the payment service is, keeps it and applies it.
func (s *stage) hears(ctx context.Context) error {
	id, err := dynamo.NewCustomers(s.db()).TenantOf(tenant.Doing(ctx, tenant.Hook), s.ids["customer"])
	if err != nil {
		return err
	}
	inside := tenant.WithTenant(tenant.Doing(ctx, tenant.Hook), id)
	e := billing.Event{ID: "evt_1", Type: "invoice.paid", CreatedAt: s.clock.Now(), Customer: s.ids["customer"], Object: "in_1", Invoice: "in_1"}
	if err := (billing.Inbox{Store: dynamo.NewHooks(s.db()), Queue: s, Now: s.clock.Now}).Receive(inside, id, e); err != nil {
		return err
	}
	worker := billing.Worker{Store: dynamo.NewSubscriptions(s.db()), Provider: seller{customer: s.ids["customer"], now: s.clock.Now()}, Now: s.clock.Now}
	return worker.Apply(tenant.Doing(ctx, tenant.None), billing.Order{TenantID: id, EventID: e.ID})
}

// publishes sends a finished video to the person's own channel.
func (s *stage) publishes(ctx context.Context) error {
	inside, store := s.does(ctx, tenant.None), dynamo.NewPublications(s.db())
	draft := publish.Draft{RenderID: s.ids["video"], Title: "Psalm 23", Privacy: publish.Unlisted}
	j, err := publish.Starter{Store: store, Machine: &machine{}, Now: s.clock.Now, Warn: s.warnings.Add}.Publish(inside, s.caller(), s.ids["project"], draft, idempotency.Claim{})
	if err != nil {
		return err
	}
	in := workflow.Input{TenantID: s.id, JobID: j.ID, Attempt: j.Attempt}
	end := workflow.Ending{Input: in}
	up := publish.UploadStep{
		Store: store, Connections: dynamo.NewChannels(s.db()), Google: s.google.client, Sealer: s.google.sealer, Site: s.google.client,
		Files: s.files(), Piece: 256 << 10, Now: s.clock.Now, Warn: s.warnings.Add,
	}
	for more := true; more && err == nil; {
		out, failed := up.Run(inside, in)
		more, err = out.More, failed
	}
	if err != nil {
		end.Error = &workflow.Caught{Error: problem.From(err).Name()}
	}
	_, settled := publish.SettleStep{Settler: publish.Settler{Store: store, Now: s.clock.Now}}.Run(inside, end)
	return errors.Join(err, settled)
}

// postbox takes mail.
type postbox struct{ mails []auth.Mail }

func (p *postbox) Send(_ context.Context, m auth.Mail) error {
	p.mails = append(p.mails, m)
	return nil
}

// signsIn asks for a link to the account's address and uses it. Once the address has
// been erased, it signs up to an account of its own.
func (s *stage) signsIn(ctx context.Context) error {
	post, much := &postbox{}, ratelimit.PerHour(1000)
	requester := auth.LinkRequester{
		Links: dynamo.NewLinks(s.db()), Mail: post, AppURL: "http://app.test", Life: 15 * time.Minute, Now: s.clock.Now,
		Limits: auth.MailLimits{Address: much, Caller: much, Overall: much},
	}
	if _, err := requester.Request(tenant.WithNobody(tenant.Doing(ctx, tenant.AskLink)), s.address, "", "192.0.2.1"); err != nil {
		return err
	}
	_, rest, _ := strings.Cut(post.mails[0].Text, "/auth/verify#token=")
	token, _, _ := strings.Cut(rest, "\n")
	tokens, err := auth.NewTokens([]byte("a signing secret of more than thirty-two bytes"), "http://app.test", time.Minute)
	if err != nil {
		return err
	}
	verifier := auth.Verifier{Store: dynamo.NewSignIns(s.db()), Tokens: tokens, Codes: much, Now: s.clock.Now}
	_, err = verifier.Verify(tenant.WithNobody(tenant.Doing(ctx, tenant.SignIn)), strings.TrimSpace(token), auth.Visit{Device: "Firefox", Address: "192.0.2.1"})
	return err
}

// exports makes an export, as the state machine would.
func (s *stage) exports(ctx context.Context) error {
	inside, store := s.does(ctx, tenant.Export), dynamo.NewExports(s.db())
	files, ledger := s.files(), s3files.New(s.cfg, s.locked)
	e, err := export.Service{Store: store, Links: files, Machine: &machine{}, Now: s.clock.Now, Warn: s.warnings.Add}.Start(inside, s.caller(), idempotency.Claim{})
	if err != nil {
		return err
	}
	in := workflow.Input{TenantID: s.id, JobID: e.ID, Attempt: 1}
	read := export.ReadStep{
		Store: store, Items: store, Files: files, Ledger: ledger, Format: exporting.Zip{}, Part: 5 << 20, Now: s.clock.Now, Warn: s.warnings.Add,
	}
	pack, end := export.NewPackStep(store, files, ledger, exporting.Zip{}, s.clock.Now), export.SettleInput{Input: in}
	listed, err := read.Run(inside, in)
	for i := 0; err == nil && i < len(listed.Slices); i++ {
		_, err = pack.Run(inside, export.PackInput{Input: in, Slice: listed.Slices[i]})
	}
	if err == nil {
		_, err = export.NewCloseStep(store, files, s.clock.Now).Run(inside, in)
	}
	if err != nil {
		end.Error = &struct {
			Error string `json:"Error"`
		}{problem.From(err).Name()}
	}
	settle := export.SettleStep{
		Settler: export.Settler{Store: store, Now: s.clock.Now}, Keeper: export.Keeper{Store: store, Files: files, Now: s.clock.Now},
		Items: store, Mail: &postbox{}, AppURL: "http://app.test", Warn: s.warnings.Add,
	}
	_, settled := settle.Run(inside, end)
	return errors.Join(err, settled)
}
