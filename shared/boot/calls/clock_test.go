package calls

import (
	"testing"
	"time"
)

// A planted clock is wrong in the function that it is planted in alone, and lets no
// call fail.
func TestAPlantedClockIsWrong(t *testing.T) {
	right := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	const plan = `[{"function":"a","kind":"clock","ahead":3600},{"function":"b","kind":"clock","ahead":-60},{"function":"b","nth":1,"kind":"lost-before"}]`
	for function, want := range map[string]time.Duration{"a": time.Hour, "b": -time.Minute, "c": 0} {
		faults, err := ParseFaults(plan, function)
		if err != nil {
			t.Fatal(err)
		}
		if got := faults.Now(func() time.Time { return right })().Sub(right); got != want {
			t.Errorf("%s is %v ahead, want %v", function, got, want)
		}
		err = faults.Call(t.Context(), "S3.GetObject", func() error { return nil })
		if (err != nil) != (function == "b") {
			t.Errorf("%s: a call ends with %v", function, err)
		}
	}
	var none *Faults
	if !none.Now(func() time.Time { return right })().Equal(right) {
		t.Error("without a plan the clock is wrong")
	}
}
