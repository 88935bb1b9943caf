package feedback

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// What the service has not sent, because of a list, is no news of an address: or
// each try would prolong the hold that it finds.
func TestOnlyMailThatWasSentTellsOfAnAddress(t *testing.T) {
	const bounce = `{"eventType":"Bounce","bounce":{"bounceType":"Permanent","bounceSubType":%q,"bouncedRecipients":[{"emailAddress":"a@example.com"}],"timestamp":"2026-11-27T16:00:04.123Z"}}`
	const complaint = `{"eventType":"Complaint","complaint":{"complaintSubType":%q,"complainedRecipients":[{"emailAddress":"a@example.com"}],"timestamp":"2026-11-27T16:00:04.123Z"}}`
	for _, c := range []struct {
		detail string
		kind   Kind
		reason auth.SuppressionReason
	}{
		{fmt.Sprintf(bounce, "General"), Bounce, auth.Bounced},
		{fmt.Sprintf(bounce, "NoEmail"), Bounce, auth.Bounced},
		{fmt.Sprintf(bounce, "Suppressed"), Listed, ""},
		{fmt.Sprintf(bounce, "OnAccountSuppressionList"), Listed, ""},
		{fmt.Sprintf(complaint, ""), Complaint, auth.Complained},
		{fmt.Sprintf(complaint, "OnAccountSuppressionList"), Listed, ""},
		{`{"eventType":"Reject","mail":{"destination":["a@example.com"]},"reject":{"reason":"Bad content"}}`, Rejected, ""},
	} {
		told, kind := Event{Detail: json.RawMessage(c.detail)}.Suppressions()
		if kind != c.kind || len(told) != 0 != (c.reason != "") || len(told) > 0 && told[0].Reason != c.reason {
			t.Errorf("%s: %v, %v", c.detail, kind, told)
		}
	}
}
