package publishing_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// Google ends the access: the next upload finds out, the connection says so, and
// nothing more is begun with it until the person connects again.
func TestAnAccessThatGoogleEndedIsRecorded(t *testing.T) {
	for name, end := range map[string]func(*product){
		"before":         func(p *product) { p.site.EndAccess() },
		"in the middle":  func(p *product) { p.site.Plant("", youtube.Revoked) },
		"all is refused": func(p *product) { p.site.Plant(youtube.Expelled, youtube.Expelled) },
	} {
		t.Run(name, func(t *testing.T) {
			p := newWorld(t).product()
			harness.Must(t, p.connect())
			job, err := p.publish(idempotency.Claim{})
			harness.Must(t, err)
			old, err := p.connector.Get(p.ctx(), p.who.Tenant)
			harness.Must(t, err)
			end(p)
			_, err = p.run(job.ID, 1)
			harness.Must(t, err)
			lapsed, err := p.connector.Get(p.ctx(), p.who.Tenant)
			if err != nil || lapsed.Connected() || lapsed.Title != "Morning Light" {
				t.Fatalf("connected %v to %q, %v", lapsed.Connected(), lapsed.Title, err)
			}
			_, err = p.publish(idempotency.Claim{})
			harness.WantCode(t, err, problem.YouTubeNotConnected)
			_, err = p.starter.Retry(p.ctx(), p.who, job.ID, idempotency.Claim{})
			harness.WantCode(t, err, problem.YouTubeNotConnected)
			harness.Must(t, p.connect())
			// A run that still has the old token says nothing of the new one.
			harness.Must(t, p.connector.Store.Lapse(p.ctx(), p.who.Tenant, old.Token, p.clock.Now()))
			p.settled(p.retried(job.ID))
		})
	}
}

// One that has lapsed can be ended.
func TestALapsedConnectionEnds(t *testing.T) {
	p := newWorld(t).product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	p.site.EndAccess()
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	harness.Must(t, p.connector.End(p.ctx(), p.who))
	if c, err := p.connector.Get(p.ctx(), p.who.Tenant); err != nil || c.Kept() {
		t.Errorf("kept %q, %v", c.Title, err)
	}
}

// A consent that fails leaves a connection that works alone: to revoke the new token
// would end the access of the same Google account. Without a connection it is revoked.
func TestAFailedReconnectLeavesTheConnection(t *testing.T) {
	p := newWorld(t).product()
	own := p.site.ChannelID
	p.site.ChannelID = "" // the account is asked for its channel, and has none
	harness.WantCode(t, p.connect(), problem.YouTubeRefused)
	if p.site.Revoked() != 1 {
		t.Errorf("%d tokens revoked without a connection", p.site.Revoked())
	}
	p.site.ChannelID = own
	harness.Must(t, p.connect())
	p.site.ChannelID = ""
	harness.WantCode(t, p.connect(), problem.YouTubeRefused)
	p.site.ChannelID = own
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	p.settled(p.job(job.ID))
}

// A key publishes and disconnects, and stands in the record of acts as who did.
func TestAKeyPublishesAndDisconnects(t *testing.T) {
	w := newWorld(t)
	harness.Must(t, w.product().connect())
	w.who.Principal = auth.Principal{Key: auth.KeyID(tenant.NewID())}
	p := w.product()
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	_, err = p.run(job.ID, 1)
	harness.Must(t, err)
	p.settled(p.job(job.ID))
	harness.Must(t, p.connector.End(p.ctx(), p.who))
	by := map[string]string{}
	w.each(func(it item) {
		if actor, _ := it["actor"].(*types.AttributeValueMemberS); actor != nil && it["action"] != nil {
			by[it["action"].(*types.AttributeValueMemberS).Value] = actor.Value
		}
	})
	for _, act := range []audit.Action{audit.VideoPublished, audit.YouTubeRevoked} {
		if by[string(act)] != w.who.Principal.Actor() {
			t.Errorf("%s is by %q, want %s", act, by[string(act)], w.who.Principal.Actor())
		}
	}
}
