package contract

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

var placeholder = regexp.MustCompile(`\{\{([a-z_]+)\}\}`)

// fill puts what a placeholder of an event stands for in its place, making it
// when it is first asked for.
func (s *stage) fill(t *testing.T, event string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(event, func(mark string) string {
		name := strings.Trim(mark, "{}")
		if _, ok := s.filled[name]; !ok {
			s.make(t, name)
		}
		return s.filled[name]
	})
}

func (s *stage) make(t *testing.T, name string) {
	t.Helper()
	switch name {
	case "access_token", "refresh_token", "user_id", "tenant_id":
		s.signIn(t)
	case "token_of_a_gone_tenant", "cookie_of_a_gone_tenant":
		s.goneTenant(t)
	case "other_session":
		s.filled[name] = sessionOf(s.grant(t, "person@example.com"))
	case "session_of_another_tenant":
		s.filled[name] = sessionOf(s.grant(t, "stranger@example.com"))
	case "token_of_a_bounced_address":
		s.bounced(t, name)
	case "token_after_a_drill":
		s.filled[name] = s.drilled(t)
	case "subscriber_token":
		s.filled[name] = s.subscriber(t)
	case "tenant_used_up":
		s.filled[name] = s.usedUp(t)
	case "month":
		s.filled[name] = string(metering.PeriodOf(time.Now()))
	case "signing_secret":
		s.filled[name] = s.chosen["JwtSecretArn"]
	case "state_machine":
		s.filled[name] = s.outputs["Workers.Outputs.RenderStateMachineArn"]
	case "link_token":
		s.filled[name] = s.link(t, "guest@example.com").token
	case "link_code", "link_attempt":
		mailed := s.link(t, "typist@example.com")
		s.filled["link_code"], s.filled["link_attempt"] = mailed.code, mailed.attempt
	default:
		s.workFixture(t, name)
		s.keyFixture(t, name)
		s.youTubeFixture(t, name)
		for _, fixture := range []func(*testing.T, string) string{
			s.exportFixture, s.uploadFixture, s.paymentFixture, s.erasureFixture, s.memberFixture,
		} {
			if made := fixture(t, name); made != "" {
				s.filled[name] = made
			}
		}
	}
	if _, ok := s.filled[name]; !ok {
		t.Fatalf("no fixture is called {{%s}}; add it to tests/contract/fixtures.go", name)
	}
}

// workFixture makes what a person works on.
func (s *stage) workFixture(t *testing.T, name string) {
	t.Helper()
	switch name {
	case "project":
		s.filled[name] = s.project(t, s.person(t), "Yahweh is my shepherd; I shall lack nothing.", "He makes me lie down in green pastures.")
	case "project_without_scenes":
		s.filled[name] = s.project(t, s.person(t))
	case "project_of_another_tenant":
		s.filled[name] = s.project(t, s.stranger(t), "He leads me beside still waters.")
	case "project_with_picture":
		s.filled[name] = s.drawn(t, s.person(t))
	case "picture":
		s.filled[name] = s.picture(t, s.person(t))
	case "picture_of_another_tenant":
		s.filled[name] = s.picture(t, s.stranger(t))
	case "job_of_another_tenant":
		s.filled[name] = s.job(t, s.stranger(t), render.Succeeded)
	case "job_queued":
		s.filled[name] = s.job(t, s.person(t), render.Queued)
	case "job_failed":
		s.filled[name] = s.job(t, s.person(t), render.Failed)
	case "job_succeeded":
		s.filled[name] = s.job(t, s.person(t), render.Succeeded)
	case "job_canceled":
		s.filled[name] = s.job(t, s.person(t), render.Canceled)
	case "project_with_music":
		s.filled[name] = s.musical(t)
	}
}

func (s *stage) store() *dynamo.Client {
	return dynamo.NewClient(s.aws, s.outputs["Data.Outputs.PlatformTable"], s.outputs["Data.Outputs.DirectoryTable"])
}

// outbox keeps the last mail instead of sending it.
type outbox struct{ last auth.Mail }

func (o *outbox) Send(_ context.Context, m auth.Mail) error {
	o.last = m
	return nil
}

// mailed is what a sign-in mail and its request give.
type mailed struct{ token, code, attempt string }

// link asks for a sign-in mail.
func (s *stage) link(t *testing.T, address string) mailed {
	t.Helper()
	var mail outbox
	requester := &auth.LinkRequester{
		Links: dynamo.NewLinks(s.store()), Mail: &mail, AppURL: appURL,
		Limits: auth.MailLimits{Address: ratelimit.PerHour(100), Caller: ratelimit.PerHour(1000), Overall: ratelimit.PerHour(1000)},
		Life:   15 * time.Minute, Now: time.Now,
	}
	attempt, err := requester.Request(t.Context(), address, "", "203.0.113.8")
	if err != nil {
		t.Fatalf("ask for a link: %v", err)
	}
	after := func(mark string) string {
		_, rest, _ := strings.Cut(mail.last.Text, mark)
		line, _, _ := strings.Cut(rest, "\n")
		return strings.TrimSpace(line)
	}
	return mailed{token: after("#token="), code: after("Code: "), attempt: string(attempt)}
}

// signIn opens a session for the person whom every event is from.
func (s *stage) signIn(t *testing.T) {
	t.Helper()
	grant := s.grant(t, s.address)
	s.filled["access_token"], s.filled["refresh_token"] = grant.Access, grant.Refresh
	s.filled["user_id"], s.filled["tenant_id"] = string(grant.Profile.User), string(grant.Profile.Tenant)
}

// sessionOf is the id of a session, as its refresh token names it.
func sessionOf(grant auth.Grant) string { return strings.Split(grant.Refresh, ".")[2] }

// bounced opens a session for an address that mail came back from.
func (s *stage) bounced(t *testing.T, name string) {
	t.Helper()
	s.filled[name] = s.grant(t, "bounced@example.com").Access
	told := auth.NewSuppression("bounced@example.com", auth.Bounced, time.Now())
	if _, err := dynamo.NewSuppressions(s.store()).Suppress(tenant.Doing(t.Context(), tenant.Feedback), told); err != nil {
		t.Fatalf("suppress the address: %v", err)
	}
}

// goneTenant opens a session in a tenant, and deletes what the tenant is.
func (s *stage) goneTenant(t *testing.T) {
	t.Helper()
	grant := s.grant(t, "gone@example.com")
	s.filled["token_of_a_gone_tenant"], s.filled["cookie_of_a_gone_tenant"] = grant.Access, grant.Refresh
	_, err := dynamodb.NewFromConfig(s.aws).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(grant.Profile.Tenant)},
			"sk": &types.AttributeValueMemberS{Value: "TENANT"},
		},
	})
	if err != nil {
		t.Fatalf("delete the tenant: %v", err)
	}
}

// usedUp is a tenant that has no pictures left this month, of which its owner has
// not been told.
func (s *stage) usedUp(t *testing.T) string {
	t.Helper()
	id := string(s.grant(t, "busy@example.com").Profile.Tenant)
	_, err := dynamodb.NewFromConfig(s.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + id}, "sk": &types.AttributeValueMemberS{Value: "USAGE#" + string(metering.PeriodOf(time.Now()))},
		},
		UpdateExpression:          aws.String("SET images_count_taken = :n"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":n": &types.AttributeValueMemberN{Value: "100000"}},
	})
	if err != nil {
		t.Fatalf("use up the pictures: %v", err)
	}
	return id
}

// stranger is the tenant of somebody else.
func (s *stage) stranger(t *testing.T) tenant.ID {
	t.Helper()
	return s.grant(t, "stranger@example.com").Profile.Tenant
}

func (s *stage) grant(t *testing.T, address string) auth.Grant {
	t.Helper()
	tokens, err := auth.NewTokens([]byte(secret), appURL, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	verifier := &auth.Verifier{Store: dynamo.NewSignIns(s.store()), Tokens: tokens, Now: time.Now}
	grant, err := verifier.Verify(t.Context(), s.link(t, address).token, auth.Visit{})
	if err != nil {
		t.Fatalf("sign in: %v", err)
	}
	return grant
}
