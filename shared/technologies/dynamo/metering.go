package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
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
	var level item
	var months []item
	err := s.each(ctx, "read months", t, kindUsage, func(it item) error {
		if keyTail(it, kindUsage) == usageLevel {
			level = it
		} else {
			months = append(months, it)
		}
		return nil
	})
	slices.Reverse(months)
	all := make([]metering.MonthCounter, len(months))
	stored := readNum(level, storageTaken)
	for i, it := range months {
		c := readCounter(it, nil)
		c.Taken[metering.StorageMB] = stored
		if i == 0 {
			c.Reserved[metering.StorageMB] = readNum(level, string(metering.StorageMB)+suffixReserved)
		}
		stored -= c.Grown
		all[i] = metering.MonthCounter{Period: metering.Period(keyTail(it, kindUsage)), Counter: c}
	}
	return all, err
}

// Ledger reads the rows of a month, for reconciliation.
func (s *Metering) Ledger(ctx context.Context, t tenant.ID, p metering.Period) ([]metering.Row, error) {
	var rows []metering.Row
	err := s.each(ctx, "read ledger", t, ledgerPrefix(p), func(it item) error {
		subject, number, _ := strings.Cut(keyTail(it, ledgerPrefix(p)), "#")
		row := metering.Row{
			Period: p, Subject: subject, At: fromMillis(readNum(it, attrAt)),
			Taken: readAmounts(readFields(it, attrTaken)), Reserved: readAmounts(readFields(it, attrReserved)),
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
	out, err := c.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(c.directory), Key: slotsKey(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return 0, failed("read slots", err)
	}
	return readNum(out.Item, attrActiveJobs), nil
}

// tenantMonth reads the tenant, a month and the levels.
func (c *Client) tenantMonth(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	found, err := c.read(ctx, "read usage", tenantKey(t), usageKey(t, p), levelKey(t))
	if err != nil {
		return tenant.Tenant{}, metering.Counter{}, err
	}
	owner, err := readTenant(t, found[0])
	return owner, readCounter(found[1], found[2]), err
}

// Counter implements metering.Counters.
func (c *Client) Counter(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	found, err := c.read(ctx, "read usage", usageKey(t, p), levelKey(t))
	if err != nil {
		return metering.Counter{}, err
	}
	return readCounter(found[0], found[1]), nil
}

func readTenant(t tenant.ID, it item) (tenant.Tenant, error) {
	if it == nil {
		return tenant.Tenant{}, problem.Wrap(problem.NotFound, "There is no such account.", tenant.ErrGone)
	}
	return tenant.Tenant{
		ID: t, Owner: readStr(it, attrOwner), Plan: tenant.Plan(readStr(it, attrPlan)), Status: tenant.Status(readStr(it, attrStatus)),
		Overrides: readOverrides(readFields(it, attrOverrides)), Revision: readNum(it, attrRevision),
		CreatedAt: fromMicros(readNum(it, attrCreated)),
	}, nil
}

func readOverrides(it item) map[string]int64 {
	all := map[string]int64{}
	for m := range it {
		all[m] = readNum(it, m)
	}
	return all
}

// readCounter joins a month's item and that of the levels; either may be nil.
func readCounter(month, level item) metering.Counter {
	c := metering.Counter{
		Taken: metering.Amounts{}, Reserved: metering.Amounts{},
		Grown: readNum(month, storageTaken), ActiveJobs: readNum(level, attrActiveJobs),
	}
	for _, m := range metering.Metrics() {
		from := month
		if m.Level() {
			from = level
		}
		c.Taken[m] = readNum(from, string(m)+suffixTaken)
		c.Reserved[m] = readNum(from, string(m)+suffixReserved)
	}
	return c
}

func readAmounts(it item) metering.Amounts {
	a := metering.Amounts{}
	for _, m := range metering.Metrics() {
		if n := readNum(it, string(m)); n != 0 {
			a[m] = n
		}
	}
	return a
}

func amountFields(a metering.Amounts) types.AttributeValue {
	it := item{}
	for m, n := range a {
		if n != 0 {
			it[string(m)] = num(n)
		}
	}
	return fields(it)
}

// Stored times other than those of credentials are epoch milliseconds; absent is zero.
func millis(t time.Time) types.AttributeValue { return num(t.UnixMilli()) }

func fromMillis(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

// ledgerPut writes a row unless it is there.
func (c *Client) ledgerPut(t tenant.ID, r metering.Row) types.TransactWriteItem {
	return c.putNew(with(ledgerKey(t, r), item{
		attrTaken: amountFields(r.Taken), attrReserved: amountFields(r.Reserved), attrAt: millis(r.At),
	}))
}

// putNew stores an item unless its key is taken.
func (c *Client) putNew(it item) types.TransactWriteItem {
	return types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(c.platform), Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)"),
	}}
}

// addition adds to numbers of one item, some of them only where there is room.
type addition struct {
	adds, conditions []string
	names            map[string]string
	values           item
}

func newAddition() *addition { return &addition{names: map[string]string{}, values: item{}} }

// add moves an attribute by n.
func (a *addition) add(attribute string, n int64) string {
	name := fmt.Sprintf("n%d", len(a.adds))
	a.names["#"+name], a.values[":"+name] = attribute, num(n)
	a.adds = append(a.adds, "#"+name+" :"+name)
	return name
}

// addMost moves an attribute by n if it then is at most the given number. A
// condition cannot add, so it compares what is there with most less n.
func (a *addition) addMost(attribute string, n, most int64) {
	name := a.add(attribute, n)
	a.values[":room_"+name] = num(most - n)
	condition := fmt.Sprintf("#%s <= :room_%s", name, name)
	if n <= most { // else not even the first fits: what is not there fails the comparison
		condition = fmt.Sprintf("(attribute_not_exists(#%s) OR %s)", name, condition)
	}
	a.conditions = append(a.conditions, condition)
}

func (a *addition) on(table string, key item) types.TransactWriteItem {
	update := &types.Update{
		TableName: aws.String(table), Key: key, UpdateExpression: aws.String("ADD " + strings.Join(a.adds, ", ")),
		ExpressionAttributeNames: a.names, ExpressionAttributeValues: a.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if len(a.conditions) > 0 {
		update.ConditionExpression = aws.String(strings.Join(a.conditions, " AND "))
	}
	return types.TransactWriteItem{Update: update}
}

// amount adds a row's change of a metric, held to its limit when it takes.
func (a *addition) amount(r metering.Row, m metering.Metric, limits metering.Limits) {
	if limit, limited := limits.Of(m); limited && r.Taken[m] > 0 {
		a.addMost(string(m)+suffixTaken, r.Taken[m], limit)
	} else {
		a.add(string(m)+suffixTaken, r.Taken[m])
	}
	a.add(string(m)+suffixReserved, r.Reserved[m])
}

// monthUpdate adds a row to its month's counter. With limits it is refused when
// a flow has no room; levels are held to theirs by levelUpdate.
func (c *Client) monthUpdate(t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	a := newAddition()
	for _, m := range metering.Metrics() {
		if m.Level() {
			a.amount(r, m, nil)
		} else {
			a.amount(r, m, limits)
		}
	}
	return a.on(c.platform, usageKey(t, r.Period))
}

// levelUpdate adds a row to the levels. With limits it is refused when one has
// no room.
func (c *Client) levelUpdate(t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	return levels(r, limits).on(c.platform, levelKey(t))
}

// levelUpdateTaking is levelUpdate for a row of a job that begins: it also takes
// one of the tenant's places, and is refused when there is none.
func (c *Client) levelUpdateTaking(slot metering.Slot, t tenant.ID, r metering.Row, limits metering.Limits) types.TransactWriteItem {
	a := levels(r, limits)
	a.addMost(attrActiveJobs, 1, int64(slot.PerTenant))
	return a.on(c.platform, levelKey(t))
}

// levelUpdateFreeing is levelUpdate for a row of a job that ends: it also frees
// the job's place among the tenant's.
func (c *Client) levelUpdateFreeing(t tenant.ID, r metering.Row) types.TransactWriteItem {
	a := levels(r, nil)
	a.add(attrActiveJobs, -1)
	return a.on(c.platform, levelKey(t))
}

func levels(r metering.Row, limits metering.Limits) *addition {
	a := newAddition()
	for _, m := range metering.Metrics() {
		if m.Level() {
			a.amount(r, m, limits)
		}
	}
	return a
}

// takeSlot takes one of the places that the jobs of all tenants share, and is
// refused when there is none.
func (c *Client) takeSlot(slot metering.Slot) types.TransactWriteItem {
	a := newAddition()
	a.addMost(attrActiveJobs, 1, int64(slot.Overall))
	return a.on(c.directory, slotsKey())
}

// freeSlot gives such a place back.
func (c *Client) freeSlot() types.TransactWriteItem {
	a := newAddition()
	a.add(attrActiveJobs, -1)
	return a.on(c.directory, slotsKey())
}

// tenantCheck holds the tenant to what was read.
func (c *Client) tenantCheck(t tenant.Tenant) types.TransactWriteItem {
	condition := "#plan = :plan AND #status = :active AND attribute_not_exists(#revision)"
	values := item{":plan": str(t.Plan), ":active": str(tenant.Active)}
	if t.Revision != 0 {
		condition = "#plan = :plan AND #status = :active AND #revision = :revision"
		values[":revision"] = num(t.Revision)
	}
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.platform), Key: tenantKey(t.ID), ConditionExpression: aws.String(condition),
		ExpressionAttributeNames:  map[string]string{"#plan": attrPlan, "#status": attrStatus, "#revision": attrRevision},
		ExpressionAttributeValues: values,
	}}
}

// transact writes a transaction, again while it only loses against concurrent
// ones. It returns the reasons of a refusal by condition.
func (c *Client) transact(ctx context.Context, actions []types.TransactWriteItem) ([]refusal, error) {
	err := contend(ctx, func() error {
		_, err := c.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		return err
	})
	reasons, _ := canceled(err)
	for i := range reasons {
		if refusedOn(reasons, i) {
			return reasons, err
		}
	}
	return nil, err
}
