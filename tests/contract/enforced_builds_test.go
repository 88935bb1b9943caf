package contract

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/standing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
	"github.com/devotionalai/platform/shared/technologies/sesmail/feedback"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

// What follows is built as the functions' mains build it.

// mailing are the settings of a function that sends mail.
type mailing struct {
	edge.Settings
	edge.Cookies
	From string `env:"MAIL_FROM"`
	Set  string `env:"MAIL_CONFIGURATION_SET"`
}

func (m mailing) mail(rt *boot.Runtime) *sesmail.Sender {
	return sesmail.New(rt.AWS, m.From).Through(m.Set)
}

// signs are the settings of a function that opens sessions.
type signs struct {
	edge.Settings
	Signing signing.Settings
}

// working are the settings of a function for creators.
type working struct {
	edge.Settings
	Bucket  string `env:"MEDIA_BUCKET"`
	Machine string `env:"RENDER_STATE_MACHINE_ARN"`
	Checks  string `env:"UPLOAD_QUEUE_URL"`
	Quota   metering.Base
	Slots   metering.Slots
}

// worker are the settings of a function behind none.
type worker struct {
	Platform  string `env:"PLATFORM_TABLE"`
	Directory string `env:"DIRECTORY_TABLE"`
	Ledger    string `env:"LEDGER_BUCKET"`
	SecretARN string `env:"JWT_SECRET_ARN"`
	AppURL    string `env:"APP_URL"`
	From      string `env:"MAIL_FROM"`
	Set       string `env:"MAIL_CONFIGURATION_SET"`
	Quota     metering.Base
}

func (c worker) store(rt *boot.Runtime) *dynamo.Client {
	return dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
}

// ofPeople are functions of the acts of signing in and of an account's people.
func ofPeople() []enforced {
	return []enforced{
		behindAPI(httpapi.MemberInvite.Route, func(_ context.Context, rt *boot.Runtime, c mailing) (http.Handler, error) {
			inviter := &auth.Inviter{Store: dynamo.NewInvitations(c.Store(rt)), Mail: c.mail(rt), AppURL: c.AppURL, Now: rt.Now}
			return edge.Serve(rt, c.Settings, httpapi.MemberInvite, httpapi.InviteMember(inviter))
		}),
		behindAPI(httpapi.MagicLinkRequest.Route, func(_ context.Context, rt *boot.Runtime, c mailing) (http.Handler, error) {
			per := ratelimit.PerHour(100)
			requester := &auth.LinkRequester{
				Links: dynamo.NewLinks(c.Store(rt)), Mail: c.mail(rt), AppURL: c.AppURL, Life: 15 * time.Minute, Now: rt.Now,
				Limits: auth.MailLimits{Address: per, Caller: per, Overall: per}, Refused: edge.Refusals(), Count: rt.MailRefused,
			}
			return edge.Serve(rt, c.Settings, httpapi.MagicLinkRequest, httpapi.RequestMagicLink(requester, c.SecureCookies))
		}),
		behindAPI(httpapi.MagicLinkVerify.Route, func(ctx context.Context, rt *boot.Runtime, c signs) (http.Handler, error) {
			tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
			if err != nil {
				return nil, err
			}
			verifier := &auth.Verifier{Store: dynamo.NewSignIns(c.Store(rt)), Tokens: tokens, Codes: ratelimit.PerHour(10), Now: rt.Now}
			return edge.Serve(rt, c.Settings, httpapi.MagicLinkVerify, httpapi.VerifyMagicLink(verifier, c.Signing.SecureCookies))
		}),
		behindAPI(httpapi.InvitationAccept.Route, func(ctx context.Context, rt *boot.Runtime, c signs) (http.Handler, error) {
			tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
			if err != nil {
				return nil, err
			}
			store := c.Store(rt)
			newcomers := erasure.Newcomers{Book: dynamo.NewErasures(store), Mail: sesmail.New(rt.AWS, "who@example.com"), AppURL: c.AppURL, Warn: rt.Warn}
			joiner := &auth.Joiner{Store: dynamo.NewJoins(store), Tokens: tokens, Now: rt.Now, Joined: newcomers.Joined}
			return edge.Serve(rt, c.Settings, httpapi.InvitationAccept, httpapi.AcceptInvitation(joiner, c.Signing.SecureCookies))
		}),
		behindAPI(httpapi.SessionEnd.Route, func(_ context.Context, rt *boot.Runtime, c edge.Settings) (http.Handler, error) {
			open := &auth.OpenSessions{Store: dynamo.NewCredentials(c.Store(rt)), Now: rt.Now}
			return edge.Serve(rt, c, httpapi.SessionEnd, httpapi.EndSession(open))
		}),
		behindAPI(httpapi.MailboxGet.Route, func(_ context.Context, rt *boot.Runtime, c edge.Settings) (http.Handler, error) {
			return edge.Serve(rt, c, httpapi.MailboxGet, httpapi.LookAtMailbox(&auth.Mailbox{Store: dynamo.NewSuppressions(c.Store(rt)), Now: rt.Now}))
		}),
		behindAPI(httpapi.MemberRemove.Route, func(_ context.Context, rt *boot.Runtime, c edge.Settings) (http.Handler, error) {
			return edge.Serve(rt, c, httpapi.MemberRemove, httpapi.RemoveMember(&auth.Members{Store: dynamo.NewMembers(c.Store(rt)), Now: rt.Now}))
		}),
	}
}

func getProject(_ context.Context, rt *boot.Runtime, c working) (http.Handler, error) {
	return edge.Serve(rt, c.Settings, httpapi.ProjectGet, httpapi.GetProject(project.NewService(dynamo.NewProjects(c.Store(rt)), nil, rt.Now)))
}

// ofWork are functions for creators: items alone, files, and the render.
func ofWork() []enforced {
	return []enforced{
		behindAPI(httpapi.UploadComplete.Route, func(_ context.Context, rt *boot.Runtime, c working) (http.Handler, error) {
			receiver := upload.Receiver{
				Store: dynamo.NewUploads(c.Store(rt)), Files: s3files.New(rt.AWS, c.Bucket), Queue: sqsqueue.New[upload.Order](rt.AWS, c.Checks), Wait: boot.Wait, Now: rt.Now, Warn: rt.Warn,
			}
			return edge.Serve(rt, c.Settings, httpapi.UploadComplete, httpapi.Uploads{AppURL: c.AppURL}.Complete(receiver))
		}),
		behindAPI(httpapi.ProjectGet.Route, getProject),
		behindAPI(httpapi.JobGet.Route, func(_ context.Context, rt *boot.Runtime, c working) (http.Handler, error) {
			library := render.NewLibrary(dynamo.NewJobs(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now)
			return edge.Serve(rt, c.Settings, httpapi.JobGet, httpapi.Jobs{AppURL: c.AppURL}.Get(publish.Library{Renders: library, Store: dynamo.NewPublications(c.Store(rt))}))
		}),
		behindAPI(httpapi.ProjectRender.Route, func(_ context.Context, rt *boot.Runtime, c working) (http.Handler, error) {
			store := dynamo.NewAdmissions(c.Store(rt))
			intake := metering.NewIntake(store, metering.NewQuotas(c.Quota), c.Slots, c.AppURL, rt.Now)
			admitter := render.NewAdmitter(render.NewPricer(store, intake, voice.Espeak), stepfn.New(rt.AWS, c.Machine), rt.Warn)
			return edge.Serve(rt, c.Settings, httpapi.ProjectRender, httpapi.Jobs{AppURL: c.AppURL}.Render(admitter))
		}),
		behindAPI(httpapi.ImageDelete.Route, func(_ context.Context, rt *boot.Runtime, c working) (http.Handler, error) {
			album := render.NewAlbum(dynamo.NewImages(c.Store(rt)), s3files.New(rt.AWS, c.Bucket), rt.Now)
			return edge.Serve(rt, c.Settings, httpapi.ImageDelete, httpapi.DeleteImage(album))
		}),
	}
}

// ofNobody are functions that no caller asks for: events, schedules, operators.
func ofNobody() []enforced {
	return []enforced{
		behindNone("usage-notice", tenant.Notify, func(_ context.Context, rt *boot.Runtime, c worker) (boot.StreamHandler, error) {
			mail := auth.Guarded{Mailer: sesmail.New(rt.AWS, c.From).Through(c.Set), Suppressed: dynamo.NewSuppressions(c.store(rt)), Now: rt.Now}
			notifier := notice.Notifier{Store: dynamo.NewNotices(c.store(rt)), Mail: mail, Quotas: metering.NewQuotas(c.Quota), AppURL: c.AppURL, Now: rt.Now, Warn: rt.Warn}
			return boot.StreamAndSchedule(func(ctx context.Context, changes []boot.Change) []string {
				var touched []notice.Touched
				for _, c := range changes {
					if t, ok := dynamo.TouchedUsage(c.PK, c.SK, c.Record); ok {
						touched = append(touched, t)
					}
				}
				return notifier.NotifyEach(ctx, touched)
			}, notifier.Sweep), nil
		}),
		behindNone("mail-feedback", tenant.Feedback, func(_ context.Context, rt *boot.Runtime, c worker) (func(context.Context, feedback.Event) (struct{}, error), error) {
			keeper := auth.MailFeedback{Store: dynamo.NewSuppressions(c.store(rt)), Count: func(int) {}}
			return func(ctx context.Context, e feedback.Event) (struct{}, error) {
				told, _ := e.Suppressions()
				return struct{}{}, keeper.Take(ctx, told)
			}, nil
		}),
		behindNone("signing-rotate", tenant.Rotate, func(_ context.Context, rt *boot.Runtime, c worker) (func(context.Context, auth.RotationStep) (struct{}, error), error) {
			rotator := auth.Rotator{
				SecretID: c.SecretARN, Versions: secretstore.New(rt.AWS, c.SecretARN), Keys: dynamo.NewSigningKeys(c.store(rt)), Now: rt.Now, Wait: boot.Wait,
			}
			return func(ctx context.Context, step auth.RotationStep) (struct{}, error) {
				return struct{}{}, rotator.Run(ctx, step)
			}, nil
		}),
		behindNone("ledger-archive", tenant.Archive, func(_ context.Context, rt *boot.Runtime, c worker) (boot.StreamHandler, error) {
			ledger := archive.New(metering.Book(), dynamo.NewArchive(c.store(rt)), s3files.NewSegments(rt.AWS, c.Ledger), rt.Warn)
			acts := archive.New(audit.Book(), dynamo.NewAuditArchive(c.store(rt)), s3files.NewAuditSegments(rt.AWS, c.Ledger), rt.Warn)
			return boot.Stream(func(ctx context.Context, changes []boot.Change) []string {
				return append(ledger.Archive(ctx, told(changes, dynamo.LedgerEntry)), acts.Archive(ctx, told(changes, dynamo.AuditEntry))...)
			}), nil
		}),
		behindNone("tenant-change", tenant.Terms, func(_ context.Context, rt *boot.Runtime, c worker) (func(context.Context, billing.TermsChange) (billing.Terms, error), error) {
			return func(ctx context.Context, change billing.TermsChange) (billing.Terms, error) {
				return billing.ChangeTerms(ctx, dynamo.NewTerms(c.store(rt)), change, rt.Now())
			}, nil
		}),
		behindNone("tenant-survey", tenant.Survey, func(_ context.Context, rt *boot.Runtime, c worker) (func(context.Context, standing.Request) (standing.Survey, error), error) {
			return standing.Surveyor{Store: dynamo.NewSurvey(c.store(rt)), Now: rt.Now, Warn: rt.Warn}.Run, nil
		}),
	}
}

// told are the rows of a book among the changes.
func told[ID archive.Name](changes []boot.Change, read func(partition, sort, ref string) (archive.Told[ID], bool)) []archive.Told[ID] {
	var batch []archive.Told[ID]
	for _, c := range changes {
		if row, ok := read(c.PK, c.SK, c.Record); ok {
			batch = append(batch, row)
		}
	}
	return batch
}
