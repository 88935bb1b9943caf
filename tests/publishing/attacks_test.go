package publishing_test

import (
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// finish posts what Google would have sent a person back with.
func (p *product) finish(who auth.Caller, code, state string) error {
	_, err := p.connector.Finish(tenant.WithTenant(p.Context(), who.Tenant), who, code, state)
	return err
}

// attack answers who posts what.
type attack func(p *product, other auth.Caller) (who auth.Caller, code, state string)

// onStates try a state that is somebody else's, or was used.
func onStates() map[string]attack {
	return map[string]attack{
		"a state that nobody asked for": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, _ := p.fresh(p.who)
			return p.who, code, strings.Repeat("A", 43)
		},
		"another person's, of the same account": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			return person(p.who.Tenant), code, state
		},
		"another account's": func(p *product, other auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(other)
			return p.who, code, state
		},
		"into another account": func(p *product, other auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			return other, code, state
		},
		"used before": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			_ = p.finish(p.who, "4/wrong", state)
			return p.who, code, state
		},
		"declined before": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			_ = p.finish(p.who, "", state)
			return p.who, code, state
		},
		"too late": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			p.clock.Forward(channel.ConsentLife + time.Second)
			return p.who, code, state
		},
	}
}

// onCodes try a code that is not the state's.
func onCodes() map[string]attack {
	return map[string]attack{
		"an attacker's code with the victim's state": func(p *product, other auth.Caller) (auth.Caller, string, string) {
			code, _ := p.fresh(other)
			_, state := p.fresh(p.who)
			return p.who, code, state
		},
		"a code that Google never gave": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			_, state := p.fresh(p.who)
			return p.who, "4/invented", state
		},
		"a verifier that was tampered with": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			code, state := p.fresh(p.who)
			p.each(func(it item) {
				if sk := it["sk"].(*types.AttributeValueMemberS).Value; strings.HasPrefix(sk, "YTSTATE#") {
					it["verifier"] = str(strings.Repeat("B", 43))
					p.put(it)
				}
			})
			return p.who, code, state
		},
		"no consent at all": func(p *product, _ auth.Caller) (auth.Caller, string, string) {
			_, state := p.fresh(p.who)
			return p.who, "", state
		},
	}
}

// Each row tries to have somebody else's consent taken, or the same one twice.
func TestAConsentIsForOnePersonOnce(t *testing.T) {
	all := onStates()
	maps.Copy(all, onCodes())
	for name, attack := range all {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			p, other := w.product(), person(tenant.ID(tenant.NewID()))
			w.tenant(other.Tenant)
			who, code, state := attack(p, other)
			harness.WantCode(t, p.finish(who, code, state), problem.YouTubeRefused)
			for _, account := range []auth.Caller{p.who, other} {
				connection, err := p.connector.Get(tenant.WithTenant(t.Context(), account.Tenant), account.Tenant)
				if err != nil || connection.Connected() {
					t.Errorf("connected to %q, %v", connection.ChannelID, err)
				}
			}
		})
	}
}

func (p *product) fresh(who auth.Caller) (code, state string) {
	p.Helper()
	code, state, err := p.consented(who)
	harness.Must(p.T, err)
	return code, state
}

// What gives access is nowhere to be read, and is another account's for nobody.
func TestWhatGivesAccessIsSealed(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	partly(p, job)
	sealed := 0
	w.each(func(it item) {
		for name, value := range it {
			text, _ := value.(*types.AttributeValueMemberS)
			if text == nil {
				continue
			}
			if strings.Contains(text.Value, "standin") && name != "channel" || strings.Contains(text.Value, "upload_id") || strings.Contains(text.Value, w.site.Base) {
				t.Errorf("%s can be read", name)
			}
			if name == "token" || name == "upload_address" {
				sealed++
				if _, err := p.connector.Sealer.Open(t.Context(), tenant.ID(tenant.NewID()), text.Value); err == nil {
					t.Errorf("%s was opened for another account", name)
				}
			}
		}
	})
	if sealed != 2 {
		t.Errorf("%d sealed attributes, want the token and the session's address", sealed)
	}
}

// Disconnecting revokes at Google first. Where that fails nothing has changed; where
// only our own write failed, the retry ends what is left.
func TestDisconnectingRevokes(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	base := w.site.Base
	w.site.Base = "http://127.0.0.1:1" // nobody is there
	unreachable := w.product()
	harness.WantCode(t, unreachable.connector.End(p.ctx(), p.who), problem.Unavailable)
	w.site.Base = base
	if c, err := p.connector.Get(p.ctx(), p.who.Tenant); err != nil || !c.Connected() || w.site.Revoked() != 0 {
		t.Fatalf("after a failure: connected %v, %d revoked, %v", c.Connected(), w.site.Revoked(), err)
	}
	harness.Must(t, p.connector.End(p.ctx(), p.who))
	harness.Must(t, p.connector.End(p.ctx(), p.who)) // twice is fine
	if c, err := p.connector.Get(p.ctx(), p.who.Tenant); err != nil || c.Connected() || w.site.Revoked() != 1 {
		t.Fatalf("connected %v, %d revoked, %v", c.Connected(), w.site.Revoked(), err)
	}
	_, err := p.publish(idempotency.Claim{})
	harness.WantCode(t, err, problem.YouTubeNotConnected)
	if began, ended := w.recorded(audit.YouTubeConnected), w.recorded(audit.YouTubeRevoked); began != 1 || ended != 1 {
		t.Errorf("on record: connected %d times, disconnected %d times", began, ended)
	}
}

// What YouTube refuses for good is not tried again by itself.
func TestWhatYouTubeRefusesIsSaid(t *testing.T) {
	w := newWorld(t)
	p := w.product()
	harness.Must(t, p.connect())
	job, err := p.publish(idempotency.Claim{})
	harness.Must(t, err)
	w.site.Plant(youtube.Quota)
	before := w.site.Calls()
	_, err = p.upload.Run(p.ctx(), job.Run(p.who.Tenant).Input)
	if refused := harness.WantCode(t, err, problem.PublishFailed); !refused.Final || w.site.Calls() != before+1 {
		t.Errorf("final: %v, after %d calls", refused.Final, w.site.Calls()-before)
	}
}
