package signin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail/feedback"
	"github.com/devotionalai/platform/tests/harness"
)

// told is the mail service's event about an address, at a time.
func told(t testing.TB, kind, address string, at time.Time) feedback.Event {
	t.Helper()
	what := map[string]string{
		"bounce":    `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"listed":    `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"OnAccountSuppressionList","bouncedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"global":    `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":"Suppressed","bouncedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"transient": `{"eventType":"Bounce","bounce":{"bounceType":"Transient","bouncedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"complaint": `{"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"not-spam":  `{"eventType":"Complaint","complaint":{"complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":%q}],"timestamp":%q}}`,
		"delivery":  `{"eventType":"Delivery","mail":{"destination":[%q],"timestamp":%q}}`,
	}[kind]
	return feedback.Event{Detail: json.RawMessage(fmt.Sprintf(what, strings.ToUpper(address), at.UTC().Format("2006-01-02T15:04:05.000Z")))}
}

// tell has mail-feedback hear of events, and returns how many were news.
func (s *stage) tell(events ...feedback.Event) int {
	s.Helper()
	news := 0
	keeper := auth.MailFeedback{Store: dynamo.NewSuppressions(s.client(nil)), Count: func(n int) { news += n }}
	for _, e := range events {
		about, _ := e.Suppressions()
		if err := keeper.Take(tenant.Doing(s.Context(), tenant.Feedback), about); err != nil {
			s.Fatal(err)
		}
	}
	return news
}

func (a *app) mailbox(access string) answer {
	a.t.Helper()
	return a.call("GET", "/api/account/mailbox", "", "Authorization", "Bearer "+access)
}

func (a *app) resume(access string) answer {
	a.t.Helper()
	return a.call("POST", "/api/account/mailbox/resume", "", "Authorization", "Bearer "+access)
}

func TestWhatTheMailServiceTellsSuppressesAnAddress(t *testing.T) {
	s := newStage(t)
	for kind, reason := range map[string]any{"bounce": "bounce", "complaint": "complaint", "listed": nil, "global": nil, "transient": nil, "not-spam": nil, "delivery": nil} {
		person := address()
		in := s.signIn(person).text("access_token")
		s.tell(told(t, kind, person, s.clock.Now()))
		got := s.mailbox(in).expect(t, 200, "")
		if got.body["reason"] != reason || got.body["delivers"] != (reason == nil) || (kind == "bounce") != (got.body["suppressed_until"] != nil) {
			t.Errorf("%s: %s", kind, got.raw)
		}
		if strings.Contains(s.logs.String(), person) {
			t.Errorf("%s: an address in the log", kind)
		}
	}
}

func TestABounceEndsByItselfAndAComplaintDoesNot(t *testing.T) {
	s := newStage(t)
	lost, annoyed := address(), address()
	loser, annoyedOne := s.signIn(lost), s.signIn(annoyed) // before, because no mail comes then
	at := s.clock.Now()
	mailbox := func(in *answer) answer {
		*in = s.refresh(in.cookie()).expect(t, 200, "")
		return s.mailbox(in.text("access_token"))
	}
	s.tell(told(t, "bounce", lost, at), told(t, "complaint", annoyed, at), told(t, "bounce", annoyed, at.Add(time.Second)))
	s.clock.Forward(auth.BounceHeld - time.Second)
	s.tell(told(t, "listed", lost, s.clock.Now())) // a try, which prolongs nothing
	if got := mailbox(&loser); got.body["delivers"] != false {
		t.Errorf("within the seven days: %s", got.raw)
	}
	s.clock.Forward(time.Second)
	if got := mailbox(&loser); got.body["delivers"] != true {
		t.Errorf("after seven days: %s", got.raw)
	}
	if got := mailbox(&annoyedOne); got.body["reason"] != "complaint" {
		t.Errorf("a complaint became %s", got.raw)
	}
}

func TestMailIsResumedOnceAndOldNewsDoesNotStopIt(t *testing.T) {
	harness.OnBothStores(t, mailIsResumedOnceAndOldNewsDoesNotStopIt)
}

func mailIsResumedOnceAndOldNewsDoesNotStopIt(t *testing.T, db harness.Database) {
	s := newStageOn(t, db)
	person := address()
	in := s.signIn(person)
	access, at := in.text("access_token"), s.clock.Now()
	bounce := told(t, "bounce", person, at)
	if news := s.tell(bounce, bounce); news != 1 {
		t.Errorf("one bounce told twice was news %d times", news)
	}
	s.clock.Forward(time.Minute)
	for range 2 {
		if got := s.resume(access).expect(t, 200, ""); got.body["delivers"] != true {
			t.Errorf("resumed: %s", got.raw)
		}
	}
	entry := s.recorded(audit.MailResumed, 1)
	if entry["actor"] != "user:"+in.body["user"].(map[string]any)["user_id"].(string) || strings.Contains(fmt.Sprint(entry), person) {
		t.Errorf("recorded %v", entry)
	}
	old := []feedback.Event{bounce, told(t, "bounce", person, at.Add(30*time.Second)), told(t, "complaint", person, at.Add(30*time.Second))}
	if news := s.tell(old...); news != 0 || s.mailbox(access).body["delivers"] != true {
		t.Errorf("news from before the release: %d, %s", news, s.mailbox(access).raw)
	}
	s.clock.Forward(time.Minute)
	if news := s.tell(told(t, "complaint", person, s.clock.Now())); news != 1 || s.mailbox(access).body["reason"] != "complaint" {
		t.Errorf("a new complaint: %d, %s", news, s.mailbox(access).raw)
	}
	operator := auth.MailRelease{Store: dynamo.NewSuppressions(s.client(nil)), Now: s.clock.Now}
	for _, was := range []bool{true, false} {
		got, err := operator.Release(tenant.Doing(t.Context(), tenant.Feedback), auth.ReleaseOrder{Email: strings.ToUpper(person)})
		if err != nil || got.Released != was {
			t.Errorf("released %v, %v; want %v", got, err, was)
		}
	}
	if got := s.mailbox(access); got.body["delivers"] != true {
		t.Errorf("after an operator's release: %s", got.raw)
	}
	s.recorded(audit.MailResumed, 1)
}

// Whatever fails, mail is resumed with its entry or not at all, and asking again
// leads to both.
func TestMailIsResumedWithItsEntryOrNotAtAll(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{
		Flow: "resume mail", Skip: secretRead, Parallel: true,
		Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut),
	}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		s := newStage(t)
		person := address()
		access := s.signIn(person).text("access_token")
		s.tell(told(t, "bounce", person, s.clock.Now()))
		s.clock.Forward(time.Second)
		broken := s.under(plan)
		broken.resume(access)
		resumed := s.mailbox(access).body["delivers"] == true
		if entries := len(s.acts(audit.MailResumed)); (entries == 1) != resumed || entries > 1 {
			t.Fatalf("resumed %v with %d entries", resumed, entries)
		}
		s.resume(access).expect(t, 200, "")
		s.recorded(audit.MailResumed, 1)
		return broken.faults
	})
}

// outbox keeps to whom mail was sent.
type outbox struct{ to []auth.Address }

func (o *outbox) Send(_ context.Context, m auth.Mail) error {
	o.to = append(o.to, m.To)
	return nil
}

func TestAGuardedMailerSendsNothingToASuppressedAddress(t *testing.T) {
	s := newStage(t)
	lost, found := address(), address()
	s.tell(told(t, "bounce", lost, s.clock.Now()))
	var sent outbox
	guarded := auth.Guarded{Mailer: &sent, Suppressed: dynamo.NewSuppressions(s.client(nil)), Now: s.clock.Now}
	// In a tenant's scope, as an invitation is: the address is looked up outside it.
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Invite), tenant.ID(tenant.NewID()))
	for _, to := range []string{lost, found} {
		if err := guarded.Send(ctx, auth.Mail{To: auth.Address(to)}); err != nil {
			t.Fatal(err)
		}
	}
	if len(sent.to) != 1 || sent.to[0] != auth.Address(found) {
		t.Errorf("sent to %v", sent.to)
	}
}

// TestAComplaintHoldsSignInMailForSevenDays: what its owner asks for then goes out
// again, and what nobody there asked for does not.
func TestAComplaintHoldsSignInMailForSevenDays(t *testing.T) {
	s := newStage(t)
	annoyed := auth.Address(address())
	s.tell(told(t, "complaint", string(annoyed), s.clock.Now()))
	links, invitations := dynamo.NewLinks(s.client(nil)), dynamo.NewInvitations(s.client(nil))
	holds := func() (signIn, invitation bool) {
		t.Helper()
		signIn, err := links.Suppressed(tenant.Doing(t.Context(), tenant.AskLink), annoyed, s.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		invitation, err = invitations.Unwanted(tenant.Doing(t.Context(), tenant.Invite), annoyed, s.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return signIn, invitation
	}
	s.clock.Forward(auth.ComplaintHeld - time.Second)
	if signIn, invitation := holds(); !signIn || !invitation {
		t.Errorf("within the seven days: sign-in mail held %v, invitations %v", signIn, invitation)
	}
	s.clock.Forward(time.Second)
	if signIn, invitation := holds(); signIn || !invitation {
		t.Errorf("after them: sign-in mail held %v, invitations %v", signIn, invitation)
	}
}
