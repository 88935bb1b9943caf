package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of counters and ledger rows. A counter's attributes are named
// after their metric: images_count_taken, images_count_reserved.
const (
	suffixTaken    = "_taken"
	suffixReserved = "_reserved"
	attrActiveJobs = "active_jobs"
	attrTaken      = "taken"
	attrReserved   = "reserved"
	attrAt         = "at"
	attrOverrides  = "overrides" // of the TENANT item: map of metric to limit
	attrOwner      = "owner"     // of the TENANT item: id of the user who owns it
	storageTaken   = string(metering.StorageMB) + suffixTaken
)

// Metering reads counters and the ledger. It implements metering.Reader.
type Metering struct{ *Client }

// NewMetering needs the platform table only.
func NewMetering(c *Client) *Metering { return &Metering{c} }

// Month implements metering.Reader.
func (s *Metering) Month(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	return s.tenantMonth(ctx, t, p)
}

// Months implements metering.Reader.
func (s *Metering) Months(ctx context.Context, t tenant.ID) ([]metering.MonthCounter, error) {
	var level table.Item
	var months []table.Item
	err := s.Each(ctx, "read months", dataPartition(t), kindUsage, func(it table.Item) error {
		if keyTail(it, kindUsage) == usageLevel {
			level = it
		} else {
			months = append(months, it)
		}
		return nil
	})
	slices.Reverse(months)
	all := make([]metering.MonthCounter, len(months))
	stored := table.ReadNum(level, storageTaken)
	for i, it := range months {
		c := readCounter(it, nil)
		c.Taken[metering.StorageMB] = stored
		if i == 0 {
			c.Reserved[metering.StorageMB] = table.ReadNum(level, string(metering.StorageMB)+suffixReserved)
		}
		stored -= c.Grown
		all[i] = metering.MonthCounter{Period: metering.Period(keyTail(it, kindUsage)), Counter: c}
	}
	return all, err
}

// Ledger reads the rows of a month, for reconciliation.
func (s *Metering) Ledger(ctx context.Context, t tenant.ID, p metering.Period) ([]metering.Row, error) {
	var rows []metering.Row
	err := s.Each(ctx, "read ledger", dataPartition(t), ledgerPrefix(p), func(it table.Item) error {
		subject, number, _ := strings.Cut(keyTail(it, ledgerPrefix(p)), "#")
		row := metering.Row{
			Period: p, Subject: subject, At: table.ReadMillis(it, attrAt),
			Taken: readAmounts(table.ReadFields(it, attrTaken)), Reserved: readAmounts(table.ReadFields(it, attrReserved)),
		}
		if _, err := fmt.Sscanf(number, "%d", &row.Number); err != nil {
			return fmt.Errorf("read ledger: row without a number: %w", err)
		}
		rows = append(rows, row)
		return nil
	})
	return rows, err
}

// OpenSlots reads how many jobs of all tenants are unfinished.
func (c *Client) OpenSlots(ctx context.Context) (int64, error) {
	it, err := c.Get(ctx, "read slots", c.Directory, slotsKey())
	return table.ReadNum(it, attrActiveJobs), err
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

// Counter implements metering.Counters.
func (c *Client) Counter(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	found, err := c.Read(ctx, "read usage", usageKey(t, p), levelKey(t))
	if err != nil {
		return metering.Counter{}, err
	}
	return readCounter(found[0], found[1]), nil
}

func readTenant(t tenant.ID, it table.Item) (tenant.Tenant, error) {
	if it == nil {
		return tenant.Tenant{}, problem.Wrap(problem.NotFound, "There is no such account.", tenant.ErrGone)
	}
	return tenant.Tenant{
		ID: t, Owner: table.ReadStr(it, attrOwner), Plan: tenant.Plan(table.ReadStr(it, attrPlan)), Status: tenant.Status(table.ReadStr(it, attrStatus)),
		Overrides: readOverrides(table.ReadFields(it, attrOverrides)), Revision: table.ReadNum(it, attrRevision),
		CreatedAt: table.ReadMicros(it, attrCreated),
	}, nil
}

func readOverrides(it table.Item) map[string]int64 {
	all := map[string]int64{}
	for m := range it {
		all[m] = table.ReadNum(it, m)
	}
	return all
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

func readAmounts(it table.Item) metering.Amounts {
	a := metering.Amounts{}
	for _, m := range metering.Metrics() {
		if n := table.ReadNum(it, string(m)); n != 0 {
			a[m] = n
		}
	}
	return a
}

func amountFields(a metering.Amounts) types.AttributeValue {
	it := table.Item{}
	for m, n := range a {
		if n != 0 {
			it[string(m)] = table.Num(n)
		}
	}
	return table.Fields(it)
}

// ledgerPut writes a row unless it is there.
func (c *Client) ledgerPut(t tenant.ID, r metering.Row) types.TransactWriteItem {
	return table.PutNew(c.Platform, table.With(ledgerKey(t, r), table.Item{
		attrTaken: amountFields(r.Taken), attrReserved: amountFields(r.Reserved), attrAt: table.Millis(r.At),
	}))
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

// takeSlot takes one of the places that the jobs of all tenants share, and is
// refused when there is none.
func (c *Client) takeSlot(slot metering.Slot) types.TransactWriteItem {
	a := table.NewAddition()
	a.AddMost(attrActiveJobs, 1, int64(slot.Overall))
	return a.On(c.Directory, slotsKey())
}

// freeSlot gives such a place back.
func (c *Client) freeSlot() types.TransactWriteItem {
	a := table.NewAddition()
	a.Add(attrActiveJobs, -1)
	return a.On(c.Directory, slotsKey())
}

// tenantCheck holds the tenant to what was read.
func (c *Client) tenantCheck(t tenant.Tenant) types.TransactWriteItem {
	condition := "#plan = :plan AND #status = :active AND attribute_not_exists(#revision)"
	values := table.Item{":plan": table.Str(t.Plan), ":active": table.Str(tenant.Active)}
	if t.Revision != 0 {
		condition = "#plan = :plan AND #status = :active AND #revision = :revision"
		values[":revision"] = table.Num(t.Revision)
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.Platform), Key: tenantKey(t.ID), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#plan": attrPlan, "#status": attrStatus, "#revision": attrRevision},
		ExpressionAttributeValues: values,
	}}
}
