package erasure

import (
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

// Tally counts what was erased, by place of the declaration. What no place is
// declared for is counted as Unknown of its store.
type Tally map[string]int64

// Counters beside those of places.
const (
	BytesErased   = "bytes"
	UploadsErased = "unfinished"
	unknown       = "?"
)

// Of is the counter of a key in a store.
func Of(store privacy.Store, key string) string {
	if place, _, known := privacy.Of(store, key); known {
		return string(store) + ":" + place.Kind
	}
	return string(store) + ":" + unknown
}

// Add adds what another counted.
func (t Tally) Add(more Tally) {
	for name, n := range more {
		t[name] += n
	}
}

// Counts are the sums.
func (t Tally) Counts() Counts {
	c := Counts{Bytes: t[BytesErased], Unfinished: t[UploadsErased]}
	for _, p := range counted() {
		n := t[p.counter]
		if p.Store == privacy.Media {
			c.Objects += n
		} else {
			c.Items += n
		}
	}
	return c
}

// Erasings are the places of which something was erased, in the declaration's order.
func (t Tally) Erasings() []Erasing {
	all := []Erasing{}
	for _, p := range counted() {
		if n := t[p.counter]; n > 0 {
			all = append(all, Erasing{What: p.What, Store: string(p.Store), Count: n})
		}
	}
	return all
}

type countedPlace struct {
	privacy.Place
	counter string
}

// counted are the places that are counted, what is unknown of each store last.
func counted() []countedPlace {
	var all []countedPlace
	stores := []privacy.Store{privacy.Platform, privacy.Directory, privacy.Media}
	for _, p := range privacy.Declaration() {
		if slices.Contains(stores, p.Store) {
			all = append(all, countedPlace{p, string(p.Store) + ":" + p.Kind})
		}
	}
	for _, s := range stores {
		all = append(all, countedPlace{privacy.Place{Store: s, What: "of no declared kind"}, string(s) + ":" + unknown})
	}
	return all
}

// Names are the counters that are not zero, sorted.
func (t Tally) Names() []string {
	var all []string
	for _, name := range slices.Sorted(maps.Keys(t)) {
		if t[name] != 0 {
			all = append(all, name)
		}
	}
	return all
}
