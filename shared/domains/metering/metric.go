// Package metering owns what is counted, in which unit, up to which limit, and
// the ledger that proves it. It does not know how a counter is kept exact under
// concurrency: the store does that with conditional writes.
package metering

import "math"

// Metric names something a plan limits. The names are public.
type Metric string

// The metrics. All but StorageMB are flows, counted anew each calendar month;
// StorageMB is a level: what is stored now, whenever it came.
const (
	ImagesCount   Metric = "images_count"
	TTSSeconds    Metric = "tts_seconds"
	RenderMinutes Metric = "render_minutes"
	StorageMB     Metric = "storage_mb"
	UploadsCount  Metric = "uploads_count"
)

// Metrics lists every metric in the order in which answers show them and in
// which a refusal names the first that is used up.
func Metrics() []Metric {
	return []Metric{ImagesCount, TTSSeconds, RenderMinutes, StorageMB, UploadsCount}
}

// Level reports whether the metric carries over from month to month.
func (m Metric) Level() bool { return m == StorageMB }

// Unit is what a caller sees amounts in. The names are public.
type Unit string

// The units.
const (
	Pieces    Unit = "count"
	Seconds   Unit = "seconds"
	Minutes   Unit = "minutes"
	Megabytes Unit = "megabytes" // of 10⁶ bytes
)

// Units lists every unit.
func Units() []Unit { return []Unit{Pieces, Seconds, Minutes, Megabytes} }

// Unit is the metric's own.
func (m Metric) Unit() Unit {
	switch m {
	case TTSSeconds:
		return Seconds
	case RenderMinutes:
		return Minutes
	case StorageMB:
		return Megabytes
	}
	return Pieces
}

// perUnit is how many stored units make one shown unit: seconds and minutes are
// stored as whole milliseconds, megabytes as bytes, so that sums stay exact.
func (m Metric) perUnit() int64 {
	switch m {
	case TTSSeconds:
		return 1000
	case RenderMinutes:
		return 60_000
	case StorageMB:
		return 1_000_000
	}
	return 1
}

// Shown converts a stored amount to the metric's unit, rounded to three
// decimals. It is the only place where an amount is rounded.
func (m Metric) Shown(stored int64) float64 {
	return math.Round(float64(stored)*1000/float64(m.perUnit())) / 1000
}

// Stored converts a setting in the metric's unit to stored units, rounded down.
func (m Metric) Stored(shown float64) int64 {
	return int64(math.Floor(shown*float64(m.perUnit()) + 1e-6))
}

// Amounts are stored units per metric. A metric that is absent counts zero.
type Amounts map[Metric]int64

// Plus returns a + b.
func (a Amounts) Plus(b Amounts) Amounts { return a.combine(b, 1) }

// Minus returns a - b; a difference may be negative.
func (a Amounts) Minus(b Amounts) Amounts { return a.combine(b, -1) }

func (a Amounts) combine(b Amounts, sign int64) Amounts {
	out := make(Amounts, len(a))
	for _, m := range Metrics() {
		if n := a[m] + sign*b[m]; n != 0 {
			out[m] = n
		}
	}
	return out
}

// Zero reports whether nothing is counted.
func (a Amounts) Zero() bool {
	for _, n := range a {
		if n != 0 {
			return false
		}
	}
	return true
}
