// Package ratelimit owns the arithmetic of request rates: the generic cell rate
// algorithm (GCRA), which needs one number of state per caller. It does not know
// where that number is kept.
package ratelimit

import "time"

// Limit is a rate: Burst requests at once, one more each Every.
type Limit struct {
	Burst int // requests
	Every time.Duration
}

// PerSecond is n requests a second, all of which may come at once.
func PerSecond(n int) Limit { return per(n, time.Second) }

// PerMinute is n requests a minute, all of which may come at once.
func PerMinute(n int) Limit { return per(n, time.Minute) }

// PerHour is n requests an hour in the long run, all of which may come at once. As
// they come back one by one from then on, the hour that begins with them sees up to
// twice n.
func PerHour(n int) Limit { return per(n, time.Hour) }

func per(n int, window time.Duration) Limit {
	if n < 1 {
		n = 1
	}
	return Limit{Burst: n, Every: window / time.Duration(n)}
}

// Tolerance is how far the theoretical arrival time may lie ahead of now for a
// further request to be admitted.
func (l Limit) Tolerance() time.Duration { return time.Duration(l.Burst-1) * l.Every }

// apart is how far the clocks of those who count one caller may be from each other.
const apart = time.Minute

// Latest is the furthest arrival time that a right clock leaves behind at now. A
// later one is of a clock that was ahead: it counts as none, or its caller would
// be refused until the others have caught up with it.
func (l Limit) Latest(now time.Time) time.Time { return now.Add(l.Tolerance() + l.Every + apart) }

// Decision is the outcome for one request.
type Decision struct {
	Allowed    bool
	Remaining  int           // further requests admitted at once
	RetryAfter time.Duration // > 0 only when refused
	Reset      time.Duration // until the full burst is available again
}

// Admitted describes the state after a request moved the theoretical arrival
// time to tat.
func (l Limit) Admitted(now, tat time.Time) Decision {
	ahead := max(tat.Sub(now), 0)
	return Decision{Allowed: true, Remaining: max(int((l.Tolerance()-ahead+l.Every)/l.Every), 0), Reset: ahead}
}

// Refused describes the refusal of a request that found the theoretical
// arrival time at tat.
func (l Limit) Refused(now, tat time.Time) Decision {
	return Decision{RetryAfter: max(tat.Sub(now)-l.Tolerance(), time.Millisecond), Reset: max(tat.Sub(now), 0)}
}
