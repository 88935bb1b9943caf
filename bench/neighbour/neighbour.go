// Package neighbour is a model of what a tenant feels of another one whose keys
// lie in the same physical partition of the table. Time in it is virtual, and
// the same seed gives the same run.
//
// It assumes, mostly for the worse:
//
//   - A partition has 1,000 write units a second. It may spend the units of one
//     second at any moment of it; the five minutes' worth that AWS may save up
//     are not there, and no hot key is ever moved away to a partition of its own.
//   - A call takes its units when it comes, whether or not its condition holds; a
//     throttled one takes none. AWS documents no order among callers: whoever
//     comes while there are enough is served.
//   - Every partition that tenants have, A#… and T#… (shared/technologies/dynamo/keys.go),
//     lies in that one physical partition, of all tenants, and the index of open
//     work with them: its keys are the same for all.
//   - Requests come at random (Poisson). Each is for a preview, the request that
//     writes most for one person's click: the credential's update, a batch read,
//     the admission's transaction and, when the picture is there, the
//     settlement's. Reads have units of their own, which nobody runs out of here.
//   - Two transactions of one tenant at the same time conflict, for they write
//     the same counters. Throttled and conflicting calls are tried again as
//     shared/technologies/dynamo/table does. A neighbour who is told to come
//     back later does, a few times, and has waited for all of it; the hot tenant only sends more.
//   - Latencies of calls are guesses at a quiet DynamoDB. They matter little: what
//     is compared are two runs that share them, down to each neighbour's dice.
package neighbour

import (
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/ratelimit"
)

// Costs are the write units of one request. A test holds them to the real calls.
type Costs struct {
	Credential float64 // one try of its update
	Admission  float64
	Settlement float64
}

// Preview is what one preview costs: five and four items, each of up to a
// kilobyte, which a transaction pays twice, and each time an entry of the index
// of open work.
func Preview() Costs { return Costs{Credential: 1, Admission: 11, Settlement: 9} }

// LargestRender is what the render of a project of twenty full scenes costs: its
// copy of some 25 kB, its job, and a check of every picture. The running jobs
// that a tenant may have bound what such requests begin, not what they write: one
// that finds no slot is refused by the store.
func LargestRender() Costs { return Costs{Credential: 1, Admission: 101, Settlement: 9} }

// UserPerSecond is the product's RATE_LIMIT_USER_PER_SECOND when nobody sets it.
const UserPerSecond = 10

// Load is one run.
type Load struct {
	Neighbours int     // tenants with one user each
	Each       float64 // requests a second of each neighbour
	Hot        float64 // requests a second of the hot tenant's one user; 0 is quiet
	HotCosts   Costs
	Rate       ratelimit.Limit // of each user; the zero Limit is none
	Length     time.Duration
	Seed       uint64
}

// Outcome is what happened.
type Outcome struct {
	P50, P99  time.Duration // from a neighbour's request to its admission, with all its returns
	Asked     int           // of neighbours
	Lost      int           // of them, never admitted
	Returns   int           // answers to neighbours that sent them away for a while
	Throttled int           // calls, of all
	Refused   int           // of the hot tenant, by its rate
	Served    int           // admissions of the hot tenant
}

// HotTenant is two quiet tenants beside one that sends nine times as much as they
// do together, with the product's limits or without any.
func HotTenant(limited bool, seed uint64) Load {
	l := Load{Neighbours: 2, Each: 5, Hot: 90, HotCosts: Preview(), Length: 10 * time.Minute, Seed: seed}
	if limited {
		l.Rate = ratelimit.PerSecond(UserPerSecond)
	}
	return l
}

// Against runs a load and the same without its hot tenant, and answers how many
// times as long the neighbours' p99 is.
func Against(l Load) (quiet, loud Outcome, ratio float64) {
	loud = Run(l)
	l.Hot = 0
	quiet = Run(l)
	return quiet, loud, loud.P99.Seconds() / quiet.P99.Seconds()
}

// Run runs a load to its end.
func Run(l Load) Outcome {
	w := &world{load: l, partition: partition{room: unitsPerSecond}}
	for i := range l.Neighbours {
		w.people = append(w.people, newPerson(w, uint64(i)+1, l.Each, Preview()))
	}
	if l.Hot > 0 {
		hot := newPerson(w, 0, l.Hot, l.HotCosts)
		hot.hot = true
		w.people = append(w.people, hot)
	}
	for _, p := range w.people {
		p.next()
	}
	w.run()
	slices.Sort(w.waits)
	w.seen.Asked = len(w.waits)
	w.seen.P50, w.seen.P99 = percentile(w.waits, 50), percentile(w.waits, 99)
	return w.seen
}

func percentile(sorted []time.Duration, n int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)-1)*n/100]
}
