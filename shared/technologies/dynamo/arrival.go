package dynamo

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	attrTAT  = "tat"  // theoretical arrival time (GCRA), microseconds
	attrLast = "last" // random number of the event that was counted last
)

// arrival is one event counted against the rate that an item holds.
type arrival struct {
	table  string
	key    table.Item
	set    string // further assignments, made only when the event is admitted
	alive  string // what else must hold; "" is nothing
	names  map[string]string
	values table.Item
	limit  ratelimit.Limit
	now    time.Time
	event  int64
	writes *int // counts those made; nil where nobody asks
}

// countIn counts one event in an item of the directory that holds nothing else.
func (c *Client) countIn(ctx context.Context, key table.Item, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	_, count, err := c.arrive(ctx, c.alone(key, limit, now))
	return count, err
}

// alone is an event counted in an item of the directory that holds nothing else.
func (c *Client) alone(key table.Item, limit ratelimit.Limit, now time.Time) arrival {
	return arrival{
		table: c.Directory, key: key,
		set:    "#expires = :expires",
		names:  map[string]string{"#expires": attrExpires},
		values: table.Item{":expires": table.TTLSeconds(rateOver(limit, now))},
		limit:  limit, now: now,
	}
}

// arrivalWrites is how many writes an event takes at most, and one that is counted
// evenly always: who watches the time does not learn what was counted before.
const arrivalWrites = 2

// countEvenly is countIn with the same number of writes whatever it finds.
func (c *Client) countEvenly(ctx context.Context, key table.Item, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	_, count, err := c.arriveEvenly(ctx, c.alone(key, limit, now))
	return count, err
}

// arriveEvenly is arrive with the same number of writes whatever it finds.
func (c *Client) arriveEvenly(ctx context.Context, a arrival) (table.Item, auth.Count, error) {
	writes := 0
	a.writes = &writes
	after, count, err := c.arrive(ctx, a)
	if err != nil {
		return nil, auth.Count{}, err
	}
	_, err = c.idle(ctx, a.key, arrivalWrites-writes)
	return after, count, err
}

// idle makes n conditional writes to an item of the directory whose condition none
// meets, and returns the item as found; nil is none.
func (c *Client) idle(ctx context.Context, key table.Item, n int) (found table.Item, err error) {
	for range n {
		_, err := c.Updated(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(c.Directory), Key: key,
			UpdateExpression:          aws.String("REMOVE #last"),
			ConditionExpression:       aws.String("#tat < :never"),
			ExpressionAttributeNames:  map[string]string{"#last": attrLast, "#tat": attrTAT},
			ExpressionAttributeValues: table.Item{":never": table.Num(0)},

			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		old, refused := table.ConditionFailed(err)
		if !refused {
			return nil, table.Failed("count nothing", err)
		}
		found = old
	}
	return found, nil
}

// arrive counts one event in at most two conditional writes. A condition cannot
// add, so the two cases of GCRA are two writes: a caller who has been quiet
// starts from now, as does one whom a wrong clock has counted, and one who has not
// been moves the arrival time that is stored. It
// returns the item as after the write, or as found when Count is a refusal.
//
// Each event has a number of its own, so that the SDK's retry of a write whose
// answer was lost does not count it twice. It gives way to a transaction on the
// item, such as one that ends a session, and tries again.
func (c *Client) arrive(ctx context.Context, a arrival) (table.Item, auth.Count, error) {
	now, step := a.now.UnixMicro(), a.limit.Every.Microseconds()
	a.event = rand.Int64()
	after, found, err := c.try(ctx, a, "#tat = :first", "(attribute_not_exists(#tat) OR #tat < :now OR #tat > :wrong)", table.Item{
		":first": table.Num(now + step), ":now": table.Num(now), ":wrong": table.Num(a.limit.Latest(a.now).UnixMicro()),
	})
	if err != nil || after != nil {
		return after, countOf(after, true), err
	}
	latest := now + a.limit.Tolerance().Microseconds()
	if tat := table.ReadNum(found, attrTAT); tat < now || tat > latest {
		return found, countOf(found, false), nil // not alive, or too early by far
	}
	after, found, err = c.try(ctx, a, "#tat = #tat + :step", "#tat <= :latest", table.Item{":step": table.Num(step), ":latest": table.Num(latest)})
	if err != nil || after != nil {
		return after, countOf(after, true), err
	}
	return found, countOf(found, false), nil
}

func countOf(it table.Item, allowed bool) auth.Count {
	return auth.Count{Allowed: allowed && it != nil, Arrival: table.ReadMicros(it, attrTAT)}
}

// try makes one of the two writes. after is nil when its condition failed.
func (c *Client) try(ctx context.Context, a arrival, set, condition string, values table.Item) (after, found table.Item, err error) {
	if a.writes != nil {
		*a.writes++
	}
	set += ", #last = :event"
	if a.set != "" {
		set += ", " + a.set
	}
	condition += " AND (attribute_not_exists(#last) OR #last <> :event)"
	if a.alive != "" {
		condition += " AND " + a.alive
	}
	names := map[string]string{"#tat": attrTAT, "#last": attrLast}
	values = table.With(values, table.Item{":event": table.Num(a.event)})
	for k, v := range a.names {
		names[k] = v
	}
	after, err = c.Updated(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(a.table), Key: a.key,
		UpdateExpression:          aws.String("SET " + set),
		ConditionExpression:       aws.String(condition),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: table.With(a.values, values),
		ReturnValues:              types.ReturnValueAllNew,

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if err != nil {
		old, refused := table.ConditionFailed(err)
		switch {
		case !refused:
			return nil, nil, table.Failed("count arrival", err)
		case old != nil && table.ReadNum(old, attrLast) == a.event:
			return old, nil, nil // an attempt before this one was counted
		}
		return nil, old, nil
	}
	return after, nil, nil
}
