package restore

import (
	"fmt"
	"slices"
	"time"
)

// Comparison is what came of holding restored tables against those in use.
type Comparison struct {
	Same    int              // items that are as they were
	Changed int              // that changed in the tables in use while it was compared
	Expired int              // that ended by themselves in one of both
	Faults  []string         // what is wrong, without what anybody's key says
	Totals  map[string]Total // of what was restored, by tenant; "directory" is of all
}

// Compare holds what was restored against what was in the tables in use before
// their backup was made, and after all was done. An item is right as it was at
// either time; one that was written in between may be anything, and is told apart.
func Compare(before, restored, after Contents, now time.Time) Comparison {
	var c Comparison
	tenants, busy := busyTenants(before, after)
	for at, is := range restored {
		was, had := before[at]
		stays, has := after[at]
		switch {
		case had && was.sum == is.sum, has && stays.sum == is.sum:
			c.Same++
		case !tenants[at.tenant()]:
			c.fault(at, "is of a tenant that is not there")
		case is.gone(now):
			c.Expired++
		case had != has || was.sum != stays.sum:
			c.Changed++
		case !had && (busy[at.tenant()] || at.tenant() == "" && is.expires != 0):
			c.Changed++ // it came and went between the two looks, as the directory's do within minutes
		case !had:
			c.fault(at, "is nowhere else")
		default:
			c.fault(at, "is not what it was")
		}
	}
	c.missing(before, restored, after, now)
	slices.Sort(c.Faults)
	return c
}

// busyTenants are all that are there at either time, and those of which something
// changed in between.
func busyTenants(before, after Contents) (all, busy map[string]bool) {
	all, busy = map[string]bool{"": true}, map[string]bool{}
	for at, was := range before {
		all[at.tenant()] = true
		if stays, has := after[at]; !has || stays.sum != was.sum {
			busy[at.tenant()] = at.tenant() != ""
		}
	}
	for at := range after {
		all[at.tenant()] = true
		if _, had := before[at]; !had {
			busy[at.tenant()] = at.tenant() != ""
		}
	}
	return all, busy
}

// missing looks for what was there before, is there still, and was not restored.
func (c *Comparison) missing(before, restored, after Contents, now time.Time) {
	for at, was := range before {
		if _, there := restored[at]; there {
			continue
		}
		switch stays, has := after[at]; {
		case was.gone(now) || stays.gone(now):
			c.Expired++
		case !has || stays.sum != was.sum:
			c.Changed++
		default:
			c.fault(at, "is missing")
		}
	}
}

func (c content) gone(now time.Time) bool { return c.expires != 0 && c.expires <= now.Unix() }

// shown bounds how many faults are named: the first of a whole table say enough.
const shown = 50

func (c *Comparison) fault(at place, how string) {
	if len(c.Faults) < shown {
		c.Faults = append(c.Faults, fmt.Sprintf("%s %s", at.what(), how))
	}
}
