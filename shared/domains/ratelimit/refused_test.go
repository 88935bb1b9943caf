package ratelimit

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// store keeps one arrival time per caller, as the real one does, and counts what
// it is asked.
type store struct {
	arrivals map[string]int64
	writes   int
}

func (s *store) count(key string, l Limit, now time.Time) (bool, time.Time) {
	s.writes++
	tat, at := s.arrivals[key], now.UnixMicro()
	if tat > at+l.Tolerance().Microseconds() {
		return false, time.UnixMicro(tat)
	}
	s.arrivals[key] = max(tat, at) + l.Every.Microseconds()
	return true, time.UnixMicro(s.arrivals[key])
}

// process asks the store for those whom its memory does not refuse.
type process struct {
	*store
	refusals *Refusals
	skew     time.Duration
}

func (p process) admit(key string, l Limit, now time.Time) (bool, Decision) {
	now = now.Add(p.skew)
	if d, again := p.refusals.Refused(key, l, now); again {
		return false, d
	}
	ok, arrival := p.count(key, l, now)
	p.refusals.Note(key, l, now, arrival)
	if !ok {
		return false, l.Refused(now, arrival)
	}
	return true, l.Admitted(now, arrival)
}

var start = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// Random arrivals of several callers at three processes whose clocks differ:
// with the memory the very same requests are admitted and refused as without. Who
// is told to wait is never told longer: shorter, where a process with its clock
// ahead admitted another request meanwhile.
func TestTheMemoryChangesNoAnswer(t *testing.T) {
	refused := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		limits := []Limit{PerSecond(1 + r.IntN(10)), PerMinute(1 + r.IntN(90)), PerHour(1 + r.IntN(10))}
		limit := limits[r.IntN(len(limits))]
		plain, remembering := &store{arrivals: map[string]int64{}}, &store{arrivals: map[string]int64{}}
		var without, with []process
		for range 3 {
			skew := time.Duration(r.IntN(40)-20) * time.Millisecond
			without = append(without, process{store: plain, skew: skew})
			with = append(with, process{store: remembering, skew: skew, refusals: NewRefusals(1 + r.IntN(8))})
		}
		now := start
		for i := range 2000 {
			now = now.Add(time.Duration(r.Int64N(int64(limit.Every))))
			if r.IntN(3) > 0 {
				now = now.Add(-time.Duration(r.Int64N(int64(limit.Every)))) // bursts, and clocks set back
			}
			key, at := fmt.Sprint("caller ", r.IntN(6)), r.IntN(3)
			want, wantAnswer := without[at].admit(key, limit, now)
			got, answer := with[at].admit(key, limit, now)
			if got != want || got && answer != wantAnswer || !got && (answer.RetryAfter <= 0 || answer.RetryAfter > wantAnswer.RetryAfter) {
				t.Fatalf("seed %d, request %d: %v %+v with the memory, %v %+v without", seed, i, got, answer, want, wantAnswer)
			}
			if !got {
				refused++
			}
		}
		if remembering.writes > plain.writes {
			t.Fatalf("seed %d: %d writes with the memory, %d without", seed, remembering.writes, plain.writes)
		}
	}
	if refused < 10000 {
		t.Fatalf("only %d refusals: the arrivals prove nothing", refused)
	}
}

// Of a thousand requests over the limit none costs a write at the process that
// admitted those before, and the first one does at any other.
func TestRefusingAgainAsksNobody(t *testing.T) {
	limit, now := PerSecond(10), start
	s := &store{arrivals: map[string]int64{}}
	first, other := process{store: s, refusals: NewRefusals(64)}, process{store: s, refusals: NewRefusals(64)}
	admitted := 0
	for range 1010 {
		if ok, _ := first.admit("a", limit, now); ok {
			admitted++
		}
	}
	if admitted != 10 || s.writes != 10 {
		t.Fatalf("%d admitted by %d writes, want 10 by 10", admitted, s.writes)
	}
	for range 1000 {
		if ok, d := other.admit("a", limit, now); ok || d.RetryAfter <= 0 {
			t.Fatalf("admitted %v, wait %v", ok, d.RetryAfter)
		}
	}
	if s.writes != 11 {
		t.Fatalf("%d writes for 1,000 refusals of another process, want 1", s.writes-10)
	}
}

// Callers who come once each, as an attacker's addresses do, take no more room
// than was given; whom they push out costs a write again, and gets no further.
func TestTheMemoryIsBounded(t *testing.T) {
	limit, now := PerMinute(1), start
	s := &store{arrivals: map[string]int64{}}
	p := process{store: s, refusals: NewRefusals(100)}
	for i := range 10_000 {
		key := fmt.Sprint(i)
		p.admit(key, limit, now)
		p.admit(key, limit, now)
		if n := len(p.refusals.recent) + len(p.refusals.before); n > 100 {
			t.Fatalf("%d callers remembered, the bound is 100", n)
		}
	}
	if s.writes != 10_000 {
		t.Fatalf("%d writes, want one for each caller", s.writes)
	}
	if ok, _ := p.admit("0", limit, now); ok || s.writes != 10_001 {
		t.Fatalf("the forgotten one: admitted %v after %d writes", ok, s.writes)
	}
}

// An arrival time that no right clock leaves behind, as a process whose clock was an
// hour ahead does, refuses nobody: neither at the store nor from memory.
func TestAWrongClockLocksNobodyOut(t *testing.T) {
	for _, limit := range []Limit{PerSecond(10), PerMinute(120), PerHour(10)} {
		right, refusals := start.Add(limit.Tolerance()+limit.Every), NewRefusals(8)
		wrong := limit.Latest(start).Add(time.Microsecond)
		if !limit.Early(start, right) || limit.Early(start, wrong) {
			t.Errorf("%v: early %v of a right clock, %v of a wrong one", limit, limit.Early(start, right), limit.Early(start, wrong))
		}
		refusals.Note("a", limit, start.Add(time.Hour), start.Add(time.Hour+limit.Tolerance()+limit.Every))
		if d, refused := refusals.Refused("a", limit, start); refused {
			t.Errorf("%v: refused for %v when the clock is right again", limit, d.RetryAfter)
		}
	}
}

func TestTheMemoryIsSharedSafely(t *testing.T) {
	refusals, limit := NewRefusals(8), PerSecond(1)
	var all sync.WaitGroup
	for w := range 8 {
		all.Go(func() {
			for i := range 1000 {
				key := fmt.Sprint((w + i) % 20)
				refusals.Note(key, limit, start, start.Add(time.Duration(i+1)*time.Second))
				refusals.Refused(key, limit, start)
			}
		})
	}
	all.Wait()
	// An older word that comes late does not push out a newer one.
	refusals.Note("x", limit, start, start.Add(3*time.Second))
	refusals.Note("x", limit, start, start.Add(2*time.Second))
	if d, ok := refusals.Refused("x", limit, start); !ok || d.RetryAfter != 3*time.Second {
		t.Fatalf("remembered %v for %v, want 3s", ok, d.RetryAfter)
	}
	var none *Refusals
	none.Note("x", limit, start, start.Add(time.Minute))
	if _, ok := none.Refused("x", limit, start); ok {
		t.Fatal("no memory remembers")
	}
}
