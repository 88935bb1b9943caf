package feedback_test

import (
	"encoding/json"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/technologies/sesmail/feedback"
)

// FuzzEvent: whatever is told of mail, an address is suppressed for a permanent
// bounce or a complaint alone, in the one form that mail goes to.
func FuzzEvent(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", "[]", `{"eventType":"Bounce"}`, `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":" User@Example.com "}],"timestamp":"2026-11-01T00:00:00Z"}}`,
		`{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@b.c,d@e.f"},{"emailAddress":"A <a@b.c>"}],"timestamp":"2026-11-01T00:00:00Z"}}`,
		`{"eventType":"Complaint","complaint":{"complaintFeedbackType":"abuse","complainedRecipients":[{"emailAddress":"a@b.c"},{"emailAddress":"a@b.c"}],"timestamp":"2026-11-01T00:00:00+23:59"}}`,
		`{"eventType":"Complaint","complaint":{"complaintFeedbackType":"not-spam","complainedRecipients":[{"emailAddress":"a@b.c"}],"timestamp":"2026-11-01T00:00:00Z"}}`,
		`{"eventType":"Bounce","bounce":{"bounceType":"Transient","bouncedRecipients":[{"emailAddress":"a@b.c"}],"timestamp":"0001-01-01T00:00:00Z"}}`, `{"eventType":"Reject","bounce":{"timestamp":"x"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, detail []byte) {
		all, kind := feedback.Event{Detail: json.RawMessage(detail)}.Suppressions()
		if (len(all) > 0) != (kind == feedback.Bounce || kind == feedback.Complaint) || len(all) > 0 && !json.Valid(detail) {
			t.Errorf("%q is %s of %d addresses", detail, kind, len(all))
		}
		for _, s := range all {
			if again, err := auth.ParseAddress(string(s.Address)); err != nil || again != s.Address {
				t.Errorf("%q suppresses %q", detail, s.Address)
			}
		}
	})
}
