package metering

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// Segments are kept for years: what was archived must stay readable, and what is
// written today must be what tomorrow's reader expects.
func TestASegmentsFormStays(t *testing.T) {
	const kept = `{"tenant":"01K0000000000000000000000A","month":"2026-10","segment":2,"previous_sha256":"ab","rows":2}
{"subject":"01K0000000000000000000000B","number":1,"at":1793534400000,"taken":{"images_count":1,"storage_mb":2000000},"reserved":{"images_count":1}}
{"subject":"01K0000000000000000000000B","number":-1,"at":1793534400001,"taken":{},"reserved":{}}
`
	at := time.UnixMilli(1793534400000).UTC()
	want := archive.Segment[Row]{
		Tenant: "01K0000000000000000000000A", Month: "2026-10", Number: 2, Previous: "ab", Rows: []Row{
			{Period: "2026-10", Subject: "01K0000000000000000000000B", Number: 1, At: at, Taken: Amounts{ImagesCount: 1, StorageMB: 2000000}, Reserved: Amounts{ImagesCount: 1}},
			{Period: "2026-10", Subject: "01K0000000000000000000000B", Number: -1, At: at.Add(time.Millisecond)},
		},
	}
	if data, err := Book().Encode(want); err != nil || string(data) != kept {
		t.Errorf("%v, written:\n%s", err, data)
	}
	got, err := Book().Decode([]byte(kept))
	if err != nil || got.Tenant != want.Tenant || got.Number != 2 || got.Previous != "ab" || len(got.Rows) != 2 {
		t.Fatalf("%v, read: %+v", err, got)
	}
	for i, r := range got.Rows {
		if !r.same(want.Rows[i]) {
			t.Errorf("row %d: %+v", i, r)
		}
	}
	if _, err := Book().Decode([]byte(kept[:len(kept)-100])); err == nil {
		t.Error("a segment that was cut was read")
	}
}
