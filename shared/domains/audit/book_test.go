package audit

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// Segments are kept for years: their form stays.
func TestASegmentsFormStays(t *testing.T) {
	const kept = `{"tenant":"01K0000000000000000000000A","month":"2026-11","segment":1,"previous_sha256":"","rows":1}
{"id":"01K0000000000000000000000C","at":1793534400000,"action":"terms.changed","result":"done","actor":"operator","session":"","target":"","detail":"pro"}
`
	w := Written{In: "2026-11", Entry: Entry{
		ID: "01K0000000000000000000000C", At: time.UnixMilli(1793534400000).UTC(), Action: TermsChanged, Result: Done, Actor: Operator, Detail: "pro",
	}}
	data, err := Book().Encode(archive.Segment[Written]{Tenant: "01K0000000000000000000000A", Month: "2026-11", Number: 1, Rows: []Written{w}})
	if err != nil || string(data) != kept {
		t.Errorf("%v, written:\n%s", err, data)
	}
	got, err := Book().Decode([]byte(kept))
	if err != nil || len(got.Rows) != 1 || !got.Rows[0].same(w) {
		t.Errorf("%v, read: %+v", err, got)
	}
}
