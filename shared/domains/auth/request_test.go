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
	lost                        bool // the race for the address's last mail
	counted                     bool // among everybody's mail
	sending                     error
	refused                     []MailRefusal
	mailed                      int
}

func (p *post) CountMailCall(_ context.Context, _ string, _ ratelimit.Limit, now time.Time) (Count, error) {
	p.asked = append(p.asked, "count a call")
	return Count{Allowed: true, Arrival: now}, nil
}

func (p *post) Mailable(context.Context, Address, ratelimit.Limit, time.Time) (bool, error) {
	p.asked = append(p.asked, "look at mails")
	return !p.throttled, nil
}

func (p *post) CountMail(_ context.Context, _ ratelimit.Limit, now time.Time) (Count, error) {
	p.asked, p.counted = append(p.asked, "count all mails"), true
	return Count{Allowed: !p.full, Arrival: now}, nil
}

func (p *post) PretendMail(context.Context) error {
	p.asked = append(p.asked, "count all mails")
	return nil
}

func (p *post) Suppressed(context.Context, Address, time.Time) (bool, error) {
	p.asked = append(p.asked, "read suppression")
	return p.suppressed, nil
}

func (p *post) Supersede(_ context.Context, _ Address, _ LinkHash, _ ratelimit.Limit, now, _ time.Time) (Count, LinkHash, error) {
	p.asked = append(p.asked, "count mails")
	return Count{Allowed: !p.throttled && !p.lost, Arrival: now}, "", nil
}

func (p *post) PretendSupersede(context.Context, Address) error {
	p.asked = append(p.asked, "count mails")
	return nil
}

func (p *post) SaveLink(_ context.Context, _ Address, l MagicLink, _ LinkHash) error {
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
		Count:  func(why MailRefusal) { p.refused = append(p.refused, why) },
		Mailed: func() { p.mailed++ },
	}
	return r.Request(t.Context(), "jürgen@example.com", "", "203.0.113.1")
}

func TestARequestAsksTheSameWhateverItFinds(t *testing.T) {
	want := []string{"count a call", "read suppression", "look at mails", "count all mails", "count mails", "save", "send"}
	undeliverable := problem.Invalid(problem.Field{Field: "email", Message: "no"})
	for name, c := range map[string]struct {
		post
		why     MailRefusal // "" is none: it is mailed
		counted bool
	}{
		"an address that gets mail":             {post{}, "", true},
		"one that had its share":                {post{throttled: true}, MailOfAddress, false},
		"one that has its share meanwhile":      {post{lost: true}, MailOfAddress, true},
		"one that takes none":                   {post{suppressed: true}, MailSuppressed, false},
		"all together had theirs":               {post{full: true}, MailOfAll, true},
		"both":                                  {post{full: true, suppressed: true}, MailSuppressed, false},
		"one that the mail service cannot take": {post{sending: undeliverable}, MailOdd, true},
	} {
		attempt, err := c.request(t)
		if err != nil || attempt == "" {
			t.Errorf("%s: %q, %v", name, attempt, err)
		}
		if !slices.Equal(c.asked, want) {
			t.Errorf("%s: asked %v, want %v", name, c.asked, want)
		}
		decoy := c.mail.To == Nowhere && c.saved.Address == Nowhere
		if decoy != (c.why != "" && c.why != MailOdd) || decoy == (c.mail.To == "jürgen@example.com") {
			t.Errorf("%s: mailed %s, saved for %s", name, c.mail.To, c.saved.Address)
		}
		if sent := c.why == ""; (c.mailed == 1) != sent || len(c.refused) != map[bool]int{true: 0, false: 1}[sent] {
			t.Errorf("%s: told of %d mails and %v", name, c.mailed, c.refused)
		}
		if c.post.counted != c.counted {
			t.Errorf("%s: counted among everybody's mail: %v", name, c.post.counted)
		}
		if told := append(c.refused, ""); told[0] != c.why || len(c.refused) > 1 {
			t.Errorf("%s: told of %v, want %q", name, c.refused, c.why)
		}
	}
}

func TestAnOutageOfTheMailServiceIsTold(t *testing.T) {
	for _, p := range []post{{sending: errors.New("down")}, {sending: errors.New("down"), throttled: true}} {
		if attempt, err := p.request(t); !problem.Is(err, problem.MailFailed) || attempt == "" {
			t.Errorf("got %q, %v", attempt, err)
		}
		if slices.Contains(p.refused, MailUnverified) {
			t.Error("an outage is counted as a sender that is not verified")
		}
	}
}

// A mail service that takes none of our mail yet is told like an outage, and counted:
// an alarm calls the operator, for whom nobody else waits.
func TestASenderThatIsNotVerifiedIsCounted(t *testing.T) {
	p := post{sending: problem.New(problem.MailFailed, "Mail cannot be sent from here yet.")}
	if attempt, err := p.request(t); !problem.Is(err, problem.MailFailed) || attempt == "" {
		t.Errorf("got %q, %v", attempt, err)
	}
	if !slices.Equal(p.refused, []MailRefusal{MailUnverified}) {
		t.Errorf("counted as %v", p.refused)
	}
}

// A mail service that takes none to this one yet is counted apart: others get in, and
// each stranger who asks would call the operator.
func TestTheSandboxIsCountedApart(t *testing.T) {
	p := post{sending: problem.New(problem.MailNotSetUp, "Mail cannot be sent to this address from here yet.")}
	if _, err := p.request(t); !problem.Is(err, problem.MailNotSetUp) {
		t.Errorf("told %v", err)
	}
	if !slices.Equal(p.refused, []MailRefusal{MailSandboxed}) {
		t.Errorf("counted as %v", p.refused)
	}
}

// What fails of a mail service, or of our right to it, is counted as well: nobody
// gets in, and the one who waits can do nothing.
func TestAMailThatFailsIsCounted(t *testing.T) {
	for _, code := range []problem.Code{problem.Unavailable, problem.Internal} {
		p := post{sending: problem.New(code, "no")}
		if _, err := p.request(t); err == nil {
			t.Errorf("%s: told as sent", code)
		}
		if !slices.Equal(p.refused, []MailRefusal{MailUnsent}) || p.mailed != 0 {
			t.Errorf("%s: counted as %v, mailed %d", code, p.refused, p.mailed)
		}
	}
}
