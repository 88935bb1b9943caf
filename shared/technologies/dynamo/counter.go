package dynamo

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// A counter's attributes are named after their metric: images_count_taken,
// images_count_reserved.
const (
	suffixTaken    = "_taken"
	suffixReserved = "_reserved"
	storageTaken   = string(metering.StorageMB) + suffixTaken
)

// Counter implements metering.Counters.
func (c *Client) Counter(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	found, err := c.Read(ctx, "read usage", usageKey(t, p), levelKey(t))
	if err != nil {
		return metering.Counter{}, err
	}
	return readCounter(found[0], found[1]), nil
}

// tenantMonth reads the tenant, a month and the levels.
func (c *Client) tenantMonth(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	found, err := c.Read(ctx, "read usage", tenantKey(t), usageKey(t, p), levelKey(t))
	if err != nil {
		return tenant.Tenant{}, metering.Counter{}, err
	}
	owner, err := readTenant(t, found[0])
	return owner, readCounter(found[1], found[2]), err
}

// readCounter joins a month's item and that of the levels; either may be nil.
func readCounter(month, level table.Item) metering.Counter {
	c := metering.Counter{
		Taken: metering.Amounts{}, Reserved: metering.Amounts{},
		Grown: table.ReadNum(month, storageTaken), ActiveJobs: table.ReadNum(level, attrActiveJobs),
	}
	for _, m := range metering.Metrics() {
		from := month
		if m.Level() {
			from = level
		}
		c.Taken[m] = table.ReadNum(from, string(m)+suffixTaken)
		c.Reserved[m] = table.ReadNum(from, string(m)+suffixReserved)
	}
	return c
}

// everyCounter reads every metric that an item counts, known or not.
func everyCounter(it table.Item) metering.Counter {
	c := metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}}
	for name, v := range it {
		n, ok := v.(*types.AttributeValueMemberN)
		if !ok {
			continue
		}
		value, _ := strconv.ParseInt(n.Value, 10, 64) // every counter is a whole number
		if m, taken := strings.CutSuffix(name, suffixTaken); taken {
			c.Taken[metering.Metric(m)] = value
		}
		if m, reserved := strings.CutSuffix(name, suffixReserved); reserved {
			c.Reserved[metering.Metric(m)] = value
		}
	}
	return c
}

// monthUpdate adds a row to its month's counter. With limits it is refused when
// a flow has no room; levels are held to theirs by levelUpdate.
func (c *Client) monthUpdate(t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	a := table.NewAddition()
	for _, m := range metering.Metrics() {
		if m.Level() {
			addAmount(a, r, m, nil)
		} else {
			addAmount(a, r, m, limits)
		}
	}
	return a.On(c.Platform, usageKey(t, r.Period))
}

// levelUpdate adds a row to the levels. With limits it is refused when one has
// no room.
func (c *Client) levelUpdate(t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	return levels(r, limits).On(c.Platform, levelKey(t))
}

// levelUpdateTaking is levelUpdate for a row of a job that begins: it also takes
// one of the tenant's places, and is refused when there is none.
func (c *Client) levelUpdateTaking(slot metering.Slot, t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	a := levels(r, limits)
	a.AddMost(attrActiveJobs, 1, int64(slot.PerTenant))
	return a.On(c.Platform, levelKey(t))
}

// levelUpdateFreeing is levelUpdate for a row of a job that ends: it also frees
// the job's place among the tenant's.
func (c *Client) levelUpdateFreeing(t tenant.ID, r metering.Row) types.TransactWriteItem {
	a := levels(r, nil)
	a.Add(attrActiveJobs, -1)
	return a.On(c.Platform, levelKey(t))
}

func levels(r metering.Row, limits metering.Limits) *table.Addition {
	a := table.NewAddition()
	for _, m := range metering.Metrics() {
		if m.Level() {
			addAmount(a, r, m, limits)
		}
	}
	return a
}

// addAmount adds a row's change of a metric, held to its limit when it takes.
func addAmount(a *table.Addition, r metering.Row, m metering.Metric, limits metering.Limits) {
	if limit, limited := limits.Of(m); limited && r.Taken[m] > 0 {
		a.AddMost(string(m)+suffixTaken, r.Taken[m], limit)
	} else {
		a.Add(string(m)+suffixTaken, r.Taken[m])
	}
	a.Add(string(m)+suffixReserved, r.Reserved[m])
}
