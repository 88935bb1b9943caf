package neighbour

import (
	"math/rand/v2"
	"time"

	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// Of a quiet store: the least that a call takes, to which up to half comes by chance.
const (
	updateTime      = 4 * time.Millisecond
	readTime        = 4 * time.Millisecond
	transactionTime = 12 * time.Millisecond
	pictureTime     = 2 * time.Second // between admission and settlement
)

// As shared/technologies/dynamo/table (client.go, contention.go, outage.go) and the SDK's standard retryer have them.
const (
	callTries       = 3
	contentionTries = 7
	backoffBase     = 50 * time.Millisecond
	pauseBase       = 10 * time.Millisecond
	unavailableFor  = 2 * time.Second
)

// patience is how often a person comes back before going away for good.
const patience = 5

// person is the one user of a tenant.
type person struct {
	world *world
	dice  *rand.Rand
	each  float64
	costs Costs
	hot   bool
	tat   time.Duration // GCRA's theoretical arrival time
	busy  time.Duration // until when a transaction holds the tenant's counters
}

func newPerson(w *world, number uint64, each float64, costs Costs) *person {
	return &person{world: w, dice: rand.New(rand.NewPCG(w.load.Seed, number)), each: each, costs: costs}
}

// next sends the next request and those after it.
func (p *person) next() {
	wait := time.Duration(p.dice.ExpFloat64() / p.each * float64(time.Second))
	if p.world.now+wait > p.world.load.Length {
		return
	}
	p.world.after(wait, func() {
		// A request has dice of its own: what it meets changes no later one.
		r := &request{person: p, dice: rand.New(rand.NewPCG(p.dice.Uint64(), 0)), began: p.world.now}
		r.credential(1)
		p.next()
	})
}

// request is one preview.
type request struct {
	*person
	dice    *rand.Rand
	began   time.Duration
	returns int
}

// lasts is how long a call takes.
func (r *request) lasts(least time.Duration) time.Duration {
	return least + time.Duration(r.dice.Int64N(int64(least)/2))
}

// write sends a call that takes units; then hears whether it was throttled.
func (r *request) write(units float64, least time.Duration, then func(throttled bool)) {
	ok := r.world.partition.take(r.world.now, units)
	if !ok {
		r.world.seen.Throttled++
	}
	r.world.after(r.lasts(least), func() { then(!ok) })
}

// credential counts the request against its user's rate, in one or two updates
// as shared/technologies/dynamo/arrival.go makes them.
func (r *request) credential(try int) {
	r.write(r.costs.Credential, updateTime, func(throttled bool) {
		limit := r.world.load.Rate
		switch {
		case throttled:
			r.again(try, func() { r.credential(try + 1) })
		case limit == ratelimit.Limit{}:
			r.read()
		case r.tat <= r.world.now:
			r.tat = r.world.now + limit.Every
			r.read()
		case r.tat > r.world.now+limit.Tolerance():
			r.world.refused(r)
			r.comeBack(r.tat - r.world.now - limit.Tolerance())
		default:
			r.tat += limit.Every // its place is taken here, written by the second update
			r.move(1)
		}
	})
}

// move is the second update, of a user who has not been quiet.
func (r *request) move(try int) {
	r.write(r.costs.Credential, updateTime, func(throttled bool) {
		if throttled {
			r.again(try, func() { r.move(try + 1) })
			return
		}
		r.read()
	})
}

// again is the SDK's retry of a throttled call.
func (r *request) again(try int, call func()) {
	if try == callTries {
		r.comeBack(unavailableFor)
		return
	}
	r.world.after(time.Duration(r.dice.Int64N(int64(backoffBase<<(try-1)))), call)
}

func (r *request) read() {
	r.world.after(r.lasts(readTime), func() {
		r.transact(r.costs.Admission, 0, r.admitted, func() { r.comeBack(unavailableFor) })
	})
}

// transact writes a transaction, again while it is throttled or loses.
func (r *request) transact(units float64, try int, done, gaveUp func()) {
	lost := r.world.now < r.busy
	if !lost {
		r.busy = r.world.now + transactionTime
	}
	r.write(units, transactionTime, func(throttled bool) {
		switch {
		case !lost && !throttled:
			done()
		case try == contentionTries-1:
			gaveUp()
		default:
			wait := time.Duration(r.dice.Int64N(int64(pauseBase << try)))
			r.world.after(wait, func() { r.transact(units, try+1, done, gaveUp) })
		}
	})
}

// admitted ends what the person waits for beside the picture itself. A
// settlement that does not come through is the sweeper's.
func (r *request) admitted() {
	r.world.admitted(r)
	r.world.after(pictureTime, func() { r.transact(r.costs.Settlement, 0, func() {}, func() {}) })
}

// comeBack is a neighbour's answer to being sent away. Who goes away for good
// is counted with the time that was waited, so that the percentiles are too good
// rather than infinite.
func (r *request) comeBack(wait time.Duration) {
	switch {
	case r.hot:
	case r.returns == patience:
		r.world.seen.Lost++
		r.world.waits = append(r.world.waits, r.world.now-r.began)
	default:
		r.returns++
		r.world.seen.Returns++
		r.world.after(wait, func() { r.credential(1) })
	}
}

func (w *world) admitted(r *request) {
	if r.hot {
		w.seen.Served++
		return
	}
	w.waits = append(w.waits, w.now-r.began)
}

func (w *world) refused(r *request) {
	if r.hot {
		w.seen.Refused++
	}
}
