package contract

import (
	"context"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/devotionalai/platform/infra/local/youtube"
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
)

const (
	googleClient  = "contract-client"
	googleSecret  = "contract-client-secret"
	sealingSecret = "a sealing key of at least thirty-two bytes"
)

// youTubeFixture makes what events of YouTube speak of.
func (s *stage) youTubeFixture(t *testing.T, name string) {
	t.Helper()
	switch name {
	case "paid_token":
		s.paid(t, s.person(t))
		s.filled[name] = s.fill(t, "{{access_token}}")
	case "free_token":
		s.filled[name] = s.grant(t, "free@example.com").Access
	case "connected_token":
		s.filled[name] = s.fill(t, "{{paid_token}}")
		s.connect(t, s.caller(t))
	case "consent_code", "consent_state":
		s.fill(t, "{{paid_token}}")
		s.filled["consent_code"], s.filled["consent_state"] = s.consented(t, s.caller(t))
	case "foreign_consent_code", "foreign_consent_state":
		other := auth.Caller{Tenant: s.person(t), Principal: auth.Principal{User: auth.UserID(tenant.NewID())}}
		s.filled["foreign_consent_code"], s.filled["foreign_consent_state"] = s.consented(t, other)
	case "video", "project_of_video":
		s.video(t, "video")
	case "another_video", "project_of_another_video":
		s.video(t, "another_video")
	case "publication_queued":
		s.filled[name] = s.publication(t, s.person(t), render.Queued)
	case "publication_failed":
		s.filled[name] = s.publication(t, s.person(t), render.Failed)
	case "publication_canceled":
		s.filled[name] = s.publication(t, s.person(t), render.Canceled)
	case "publication_succeeded":
		s.filled[name] = s.publication(t, s.person(t), render.Succeeded)
	case "publication_uploaded":
		s.filled[name] = s.uploaded(t, s.person(t))
	}
}

// video makes a finished video and its project, under a name.
func (s *stage) video(t *testing.T, name string) {
	t.Helper()
	s.filled[name] = s.job(t, s.person(t), render.Succeeded)
	made, err := dynamo.NewJobs(s.store()).Job(t.Context(), s.person(t), s.filled[name])
	if err != nil {
		t.Fatal(err)
	}
	s.filled["project_of_"+name] = made.ProjectID
}

// caller is the person whom every event is from.
func (s *stage) caller(t *testing.T) auth.Caller {
	t.Helper()
	return auth.Caller{Tenant: s.person(t), Principal: auth.Principal{User: auth.UserID(s.fill(t, "{{user_id}}"))}}
}

// paid gives a tenant a plan that publishes.
func (s *stage) paid(t *testing.T, id tenant.ID) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(s.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key:       item{"pk": str(tenant.DataPartition(id)), "sk": str("TENANT")}, UpdateExpression: aws.String("SET #plan = :pro"),
		ExpressionAttributeNames: map[string]string{"#plan": "plan"}, ExpressionAttributeValues: item{":pro": str(string(tenant.Pro))},
	})
	if err != nil {
		t.Fatalf("choose a plan: %v", err)
	}
}

// google starts a stand-in of Google, once, and keeps the secret that its client
// and the sealing key are in.
func (s *stage) google(t *testing.T) {
	t.Helper()
	if s.site != nil {
		return
	}
	server := httptest.NewUnstartedServer(nil)
	server.Start()
	s.whole.Cleanup(server.Close)
	s.site = youtube.New(googleClient, googleSecret, server.URL)
	server.Config.Handler = s.site.Handler()
	name := aws.String("contract-youtube-" + tenant.NewID())
	kept, err := secretsmanager.NewFromConfig(s.aws).CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: name, SecretString: aws.String(`{"client_secret":"` + googleSecret + `","sealing_key":"` + sealingSecret + `"}`),
	})
	if err != nil {
		t.Fatalf("keep the secret of YouTube: %v", err)
	}
	s.chosen["YoutubeClientId"], s.chosen["YoutubeBase"], s.chosen["YoutubeSecretArn"] = googleClient, server.URL, aws.ToString(kept.ARN)
}

// connector connects channels as the functions do.
func (s *stage) connector(t *testing.T) channel.Connector {
	t.Helper()
	s.google(t)
	google := client.New(client.Config{
		ClientID: googleClient, Base: s.site.Base, RedirectURI: appURL + "/youtube",
		Secret: func(context.Context) (string, error) { return googleSecret, nil },
	})
	return channel.Connector{
		Store: dynamo.NewChannels(s.store()), Google: google, Now: time.Now, Warn: func(_ context.Context, err error) { t.Error(err) },
		Sealer: sealing.WithKey{Secret: func(context.Context) (string, error) { return sealingSecret, nil }},
	}
}

// consented begins a consent and agrees to it at Google.
func (s *stage) consented(t *testing.T, who auth.Caller) (code, state string) {
	t.Helper()
	page, err := s.connector(t).Begin(t.Context(), who)
	if err != nil {
		t.Fatalf("ask for a consent: %v", err)
	}
	_, raw, _ := strings.Cut(page, "?")
	query, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	return s.site.Allow(query), query.Get("state")
}

// connect connects a channel for a tenant.
func (s *stage) connect(t *testing.T, who auth.Caller) {
	t.Helper()
	code, state := s.consented(t, who)
	if _, err := s.connector(t).Finish(t.Context(), who, code, state); err != nil {
		t.Fatalf("connect a channel: %v", err)
	}
}

// publication publishes a video of a tenant and brings the job to a status.
func (s *stage) publication(t *testing.T, owner tenant.ID, status render.Status) string {
	t.Helper()
	s.paid(t, owner)
	who := auth.Caller{Tenant: owner, Principal: auth.Principal{User: auth.UserID(tenant.NewID()), Session: tenant.NewID()}}
	s.connect(t, who)
	videoID := s.job(t, owner, render.Succeeded)
	made, err := dynamo.NewJobs(s.store()).Job(t.Context(), owner, videoID)
	if err != nil {
		t.Fatal(err)
	}
	files := s3files.New(s.aws, s.outputs["Data.Outputs.MediaBucket"])
	if err := files.PutBytes(t.Context(), owner, render.VideoObject(videoID), make([]byte, made.Video.Size), "video/mp4"); err != nil {
		t.Fatal(err)
	}
	store := dynamo.NewPublications(s.store())
	starter := publish.Starter{Store: store, Machine: nowhere{}, AppURL: appURL, Now: time.Now, Warn: func(_ context.Context, err error) { t.Error(err) }}
	job, err := starter.Publish(t.Context(), who, made.ProjectID, publish.Draft{RenderID: videoID, Title: "Psalm 23", Privacy: publish.Private}, idempotency.Claim{})
	if err != nil {
		t.Fatalf("publish: %v", err)
	}
	settler := publish.Settler{Store: store, Now: time.Now}
	in := workflow.Input{TenantID: owner, JobID: job.ID, Attempt: 1}
	switch status {
	case render.Failed:
		_, err = settler.Fail(t.Context(), owner, job.ID, 1, render.Failure{Code: problem.Unavailable, Detail: "YouTube did not answer."})
	case render.Succeeded:
		if _, err = store.Begin(t.Context(), in, time.Now(), time.Now().Add(time.Minute)); err == nil {
			err = store.Published(t.Context(), in, "v1234567890")
		}
		if err == nil {
			_, err = settler.Succeed(t.Context(), owner, job.ID, 1)
		}
	case render.Canceled:
		_, err = settler.Cancel(t.Context(), owner, job.ID)
	}
	if err != nil {
		t.Fatalf("end a publication: %v", err)
	}
	return job.ID
}

// uploaded is a publication whose video YouTube has, and that has not ended.
func (s *stage) uploaded(t *testing.T, owner tenant.ID) string {
	t.Helper()
	id, store := s.publication(t, owner, render.Queued), dynamo.NewPublications(s.store())
	in := workflow.Input{TenantID: owner, JobID: id, Attempt: 1}
	_, err := store.Begin(t.Context(), in, time.Now(), time.Now().Add(time.Minute))
	if err == nil {
		err = store.Published(t.Context(), in, "v1234567890")
	}
	if err != nil {
		t.Fatalf("send a video: %v", err)
	}
	return id
}
