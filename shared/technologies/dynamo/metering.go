package dynamo

import (
	"context"
	"fmt"
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
)

// Metering reads counters and the ledger. It implements metering.Reader.
type Metering struct{ *Client }

// NewMetering needs the platform table only.
func NewMetering(c *Client) *Metering { return &Metering{c} }

// Month implements metering.Reader.
func (s *Metering) Month(ctx context.Context, t tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error) {
	found, err := s.read(ctx, "read usage", tenantKey(t), usageKey(t, p))
	if err != nil {
		return tenant.Tenant{}, metering.Counter{}, err
	}
	owner, err := readTenant(t, found[0])
	return owner, readCounter(found[1]), err
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

// ActiveJobs reads how many jobs are unfinished.
func (s *Metering) ActiveJobs(ctx context.Context, t tenant.ID) (int64, error) {
	found, err := s.read(ctx, "read level", levelKey(t))
	if err != nil {
		return 0, err
	}
	return readNum(found[0], attrActiveJobs), nil
}

// counter reads a month's counter; an untouched month is empty.
func (c *Client) counter(ctx context.Context, t tenant.ID, p metering.Period) (metering.Counter, error) {
	found, err := c.read(ctx, "read usage", usageKey(t, p))
	if err != nil {
		return metering.Counter{}, err
	}
	return readCounter(found[0]), nil
}

func readTenant(t tenant.ID, it item) (tenant.Tenant, error) {
	if it == nil {
		return tenant.Tenant{}, problem.New(problem.NotFound, "There is no such account.")
	}
	return tenant.Tenant{
		ID: t, Plan: tenant.Plan(readStr(it, attrPlan)), Status: tenant.Status(readStr(it, attrStatus)),
		CreatedAt: fromMicros(readNum(it, attrCreated)),
	}, nil
}

func readCounter(it item) metering.Counter {
	c := metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}}
	for _, m := range metering.Metrics() {
		c.Taken[m] = readNum(it, string(m)+suffixTaken)
		c.Reserved[m] = readNum(it, string(m)+suffixReserved)
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

// counterUpdate adds a row to its month's counter. With limits, it is refused
// when a metric that the row takes has no room: a condition cannot add, so it
// compares what is taken with the limit less what is asked for.
func (c *Client) counterUpdate(t tenant.ID, r metering.Row, limits metering.Amounts) types.TransactWriteItem {
	var adds, conditions []string
	names, values := map[string]string{}, item{}
	for i, m := range metering.Metrics() {
		taken, reserved := fmt.Sprintf("t%d", i), fmt.Sprintf("r%d", i)
		names["#"+taken], names["#"+reserved] = string(m)+suffixTaken, string(m)+suffixReserved
		values[":"+taken], values[":"+reserved] = num(r.Taken[m]), num(r.Reserved[m])
		adds = append(adds, "#"+taken+" :"+taken, "#"+reserved+" :"+reserved)
		if limit, limited := limits[m]; limited && r.Taken[m] > 0 {
			room := fmt.Sprintf(":room%d", i)
			values[room] = num(limit - r.Taken[m])
			conditions = append(conditions, fmt.Sprintf("(attribute_not_exists(#%s) OR #%s <= %s)", taken, taken, room))
		}
	}
	update := &types.Update{
		TableName: aws.String(c.platform), Key: usageKey(t, r.Period),
		UpdateExpression:         aws.String("ADD " + strings.Join(adds, ", ")),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}
	if len(conditions) > 0 {
		update.ConditionExpression = aws.String(strings.Join(conditions, " AND "))
	}
	return types.TransactWriteItem{Update: update}
}

// activeJobs moves the number of unfinished jobs by one; below maxJobs when up.
func (c *Client) activeJobs(t tenant.ID, by int64, maxJobs int) types.TransactWriteItem {
	update := &types.Update{
		TableName: aws.String(c.platform), Key: levelKey(t),
		UpdateExpression:          aws.String("ADD #active :by"),
		ExpressionAttributeNames:  map[string]string{"#active": attrActiveJobs},
		ExpressionAttributeValues: item{":by": num(by)},
	}
	if by > 0 {
		update.ConditionExpression = aws.String("attribute_not_exists(#active) OR #active < :max")
		update.ExpressionAttributeValues[":max"] = num(int64(maxJobs))
	}
	return types.TransactWriteItem{Update: update}
}

// planCheck holds the tenant to what was read.
func (c *Client) planCheck(t tenant.ID, plan tenant.Plan) types.TransactWriteItem {
	return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: aws.String(c.platform), Key: tenantKey(t),
		ConditionExpression:       aws.String("#plan = :plan AND #status = :active"),
		ExpressionAttributeNames:  map[string]string{"#plan": attrPlan, "#status": attrStatus},
		ExpressionAttributeValues: item{":plan": str(plan), ":active": str(tenant.Active)},
	}}
}

// transact writes a transaction, again while it only loses against concurrent
// ones. It returns the reasons of a refusal by condition.
func (c *Client) transact(ctx context.Context, actions []types.TransactWriteItem) ([]refusal, error) {
	for try := 0; ; try++ {
		_, err := c.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: actions})
		if err == nil {
			return nil, nil
		}
		if conflicted(err) && try < contentionTries {
			if err := pause(ctx, try); err != nil {
				return nil, err
			}
			continue
		}
		reasons, _ := canceled(err)
		for i := range reasons {
			if refusedOn(reasons, i) {
				return reasons, err
			}
		}
		return nil, err
	}
}
