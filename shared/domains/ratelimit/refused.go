package ratelimit

import (
	"sync"
	"time"
)

// Refusals remembers callers whom the store would refuse now, so that refusing
// them again costs no call. It is right without asking: a stored arrival time
// only ever moves forward, unless no right clock has left it behind, so whoever is
// too early for the one remembered is too early for the stored one. Who is not remembered is asked about at the store.
//
// A nil Refusals remembers nothing. It is safe for concurrent use.
type Refusals struct {
	half           int
	mu             sync.Mutex
	recent, before map[string]int64 // key to theoretical arrival time, microseconds as the store keeps it
}

// NewRefusals remembers at most the given number of callers. Whoever is
// forgotten for room is refused by the store again.
func NewRefusals(most int) *Refusals {
	return &Refusals{half: max(most/2, 1), recent: map[string]int64{}}
}

// Note remembers the arrival time that the store told for key, if the next
// request would be too early for it.
func (r *Refusals) Note(key string, limit Limit, now, arrival time.Time) {
	if r == nil || !limit.early(now, arrival.UnixMicro()) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	known, _ := r.find(key)
	if _, there := r.recent[key]; !there && len(r.recent) >= r.half {
		r.before, r.recent = r.recent, map[string]int64{}
	}
	r.recent[key] = max(known, arrival.UnixMicro())
}

// Refused answers for key if it is remembered as too early at now.
func (r *Refusals) Refused(key string, limit Limit, now time.Time) (Decision, bool) {
	if r == nil {
		return Decision{}, false
	}
	r.mu.Lock()
	arrival, known := r.find(key)
	r.mu.Unlock()
	if !known || !limit.early(now, arrival) {
		return Decision{}, false
	}
	return limit.Refused(now, time.UnixMicro(arrival)), true
}

func (r *Refusals) find(key string) (int64, bool) {
	if arrival, ok := r.recent[key]; ok {
		return arrival, true
	}
	arrival, ok := r.before[key]
	return arrival, ok
}

// Early reports whether a request at now is too early for the arrival time.
func (l Limit) Early(now, arrival time.Time) bool { return l.early(now, arrival.UnixMicro()) }

// early is the store's own comparison, in its own unit.
func (l Limit) early(now time.Time, arrival int64) bool {
	return arrival > now.UnixMicro()+l.Tolerance().Microseconds() && arrival <= l.Latest(now).UnixMicro()
}
