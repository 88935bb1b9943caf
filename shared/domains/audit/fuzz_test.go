package audit

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/archive"
)

// FuzzSegment: a segment that is read is written the same again, and then reads as
// what it was; one that was cut is refused.
func FuzzSegment(f *testing.F) {
	w := Written{In: "2026-11", Entry: Entry{ID: "01K0000000000000000000000C", At: time.UnixMilli(1793534400000).UTC(), Action: TermsChanged, Result: Done, Actor: Operator, Detail: "pro"}}
	whole, err := Book().Encode(archive.Segment[Written]{Tenant: "01K0000000000000000000000A", Month: "2026-11", Number: 1, Rows: []Written{w, w}})
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "{}", "null", string(whole), string(whole) + "{}", string(whole[:len(whole)/2]), strings.Replace(string(whole), `"rows":2`, `"rows":-1`, 1), `{"rows":1}` + "\n[]", `{"rows":1}` + "\n" + `{"at":9223372036854775807}`, "{\"rows\":0}\x00"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		read, err := Book().Decode(data)
		if err != nil {
			return
		}
		text, err := Book().Encode(read)
		if err != nil {
			t.Fatal(err)
		}
		again, err := Book().Decode(text)
		if err != nil || len(again.Rows) != len(read.Rows) || len(read.Rows) > 0 && !reflect.DeepEqual(again, read) {
			t.Errorf("%q reads again as %+v, %v", text, again, err)
		}
		if n := strings.Count(string(text), "\n"); n != len(read.Rows)+1 {
			t.Errorf("%q has %d lines of %d rows", text, n, len(read.Rows))
		}
		if lines := strings.SplitAfter(string(text), "\n"); len(read.Rows) > 0 {
			if _, err := Book().Decode([]byte(strings.Join(lines[:len(lines)-2], ""))); err == nil {
				t.Errorf("%q is taken without its last row", text)
			}
		}
	})
}
