package auth

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// post is a store of links and a mail service that note what they are asked.
type post struct {
	asked                       []string
	saved                       MagicLink
	mail                        Mail
	full, throttled, suppressed bool
	sending                     error
}

func (p *post) CountMailCall(_ context.Context, caller string, _ ratelimit.Limit, now time.Time) (Count, error) {
	p.asked = append(p.asked, "count a call")
	return Count{Allowed: caller != Everybody || !p.full, Arrival: now}, nil
}

func (p *post) Suppressed(context.Context, Address, time.Time) (bool, error) {
	p.asked = append(p.asked, "read suppression")
	return p.suppressed, nil
}

func (p *post) Supersede(_ context.Context, _ Address, _ LinkHash, _ ratelimit.Limit, now, _ time.Time) (Count, error) {
	p.asked = append(p.asked, "count mails")
	return Count{Allowed: !p.throttled, Arrival: now}, nil
}

func (p *post) Pretend(context.Context, Address) error {
	p.asked = append(p.asked, "count mails")
	return nil
}

func (p *post) SaveLink(_ context.Context, l MagicLink) error {
	p.asked, p.saved = append(p.asked, "save"), l
	return nil
}

func (p *post) Send(_ context.Context, m Mail) error {
	p.asked, p.mail = append(p.asked, "send"), m
	return p.sending
}

func (p *post) request(t *testing.T) (Attempt, error) {
	t.Helper()
	one := ratelimit.PerHour(1)
	r := LinkRequester{
		Links: p, Mail: p, AppURL: issuer, Life: time.Minute, Now: time.Now,
		Limits: MailLimits{Address: one, Caller: one, Overall: one},
	}
	return r.Request(t.Context(), "jürgen@example.com", "", "203.0.113.1")
}

func TestARequestAsksTheSameWhateverItFinds(t *testing.T) {
	want := []string{"count a call", "count a call", "read suppression", "count mails", "save", "send"}
	undeliverable := problem.Invalid(problem.Field{Field: "email", Message: "no"})
	for name, c := range map[string]struct {
		post
		decoy bool
	}{
		"an address that gets mail":             {post{}, false},
		"one that had its share":                {post{throttled: true}, true},
		"one that takes none":                   {post{suppressed: true}, true},
		"all together had theirs":               {post{full: true}, true},
		"both":                                  {post{full: true, suppressed: true}, true},
		"one that the mail service cannot take": {post{sending: undeliverable}, false},
	} {
		attempt, err := c.request(t)
		if err != nil || attempt == "" {
			t.Errorf("%s: %q, %v", name, attempt, err)
		}
		if !slices.Equal(c.asked, want) {
			t.Errorf("%s: asked %v, want %v", name, c.asked, want)
		}
		decoy := c.mail.To == Nowhere && c.saved.Address == Nowhere
		if decoy != c.decoy || decoy == (c.mail.To == "jürgen@example.com") {
			t.Errorf("%s: mailed %s, saved for %s", name, c.mail.To, c.saved.Address)
		}
	}
}

func TestAnOutageOfTheMailServiceIsTold(t *testing.T) {
	for _, p := range []post{{sending: errors.New("down")}, {sending: errors.New("down"), throttled: true}} {
		if _, err := p.request(t); !problem.Is(err, problem.MailFailed) {
			t.Errorf("got %v", err)
		}
	}
}
