package neighbour

import (
	"container/heap"
	"time"
)

// unitsPerSecond is what AWS documents of a partition.
const unitsPerSecond = 1000

// partition is a bucket that fills at unitsPerSecond and holds one second of it.
type partition struct {
	room   float64
	filled time.Duration
}

// take spends units if there are enough.
func (p *partition) take(now time.Duration, units float64) bool {
	p.room = min(p.room+(now-p.filled).Seconds()*unitsPerSecond, unitsPerSecond)
	p.filled = now
	if p.room < units {
		return false
	}
	p.room -= units
	return true
}

// world is virtual time and what everybody shares.
type world struct {
	load      Load
	partition partition
	people    []*person
	now       time.Duration
	events    events
	count     int
	waits     []time.Duration
	seen      Outcome
}

// after has f happen later. What is at the same time happens in the order in
// which it was asked for.
func (w *world) after(wait time.Duration, f func()) {
	w.count++
	heap.Push(&w.events, event{at: w.now + wait, number: w.count, f: f})
}

// run lets everything happen: people stop asking after the load's length, and
// what they began then comes to its end.
func (w *world) run() {
	for len(w.events) > 0 {
		e := heap.Pop(&w.events).(event)
		w.now = e.at
		e.f()
	}
}

type event struct {
	at     time.Duration
	number int
	f      func()
}

// events is a heap.
type events []event

func (e events) Len() int { return len(e) }
func (e events) Less(i, j int) bool {
	return e[i].at < e[j].at || e[i].at == e[j].at && e[i].number < e[j].number
}
func (e events) Swap(i, j int) { e[i], e[j] = e[j], e[i] }

// Push is heap's.
func (e *events) Push(x any) { *e = append(*e, x.(event)) }

// Pop is heap's.
func (e *events) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}
