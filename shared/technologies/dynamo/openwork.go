package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// overduePage is how many entries of one shard are read at a time.
const overduePage = 50

// asManyAs is no bound on a page but that of the shards.
const asManyAs = overduePage * (openShards + 1)

// OpenWork reads the index of open work. It implements openwork.Index.
type OpenWork struct{ *Client }

// NewOpenWork needs the platform table only.
func NewOpenWork(c *Client) *OpenWork { return &OpenWork{c} }

// Overdue implements openwork.Index.
func (s *OpenWork) Overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string) ([]openwork.Entry, string, error) {
	keys, next, err := s.overdue(ctx, kind, now, cursor, asManyAs)
	var page []openwork.Entry
	for _, it := range keys {
		owner, ok := readOwner(it)
		_, id, _ := strings.Cut(table.ReadStr(it, table.SK), "#")
		if ok {
			page = append(page, openwork.Entry{Tenant: owner, ID: id})
		}
	}
	return page, next, err
}

// place is a place in a shard: the keys of the last entry that was handed out.
// The zero place is the shard's beginning.
type place struct {
	PK, SK string
	Due    int64
}

// places are those of all shards that may have more; they are the index's cursor.
type places map[string]place

// overdue reads a page of the index: the keys of the items of one kind that were
// due before now, the longest overdue of all shards first. A page ends where
// some shard must be read further before it is known what comes next; it holds
// overduePage of each shard at most, and most in all.
func (c *Client) overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string, most int) ([]table.Item, string, error) {
	from := places{}
	if cursor == "" {
		for _, name := range shardsOf(kind) {
			from[name] = place{}
		}
	} else if err := json.Unmarshal([]byte(cursor), &from); err != nil {
		return nil, "", problem.Wrap(problem.InvalidCursor, "This is no cursor of the index.", err)
	}
	shards, err := c.readShards(ctx, from, now)
	if err != nil {
		return nil, "", err
	}
	page, left := merged(shards, most)
	if len(left) == 0 {
		return page, "", nil
	}
	next, err := json.Marshal(left)
	if err != nil {
		return nil, "", fmt.Errorf("encode cursor: %w", err)
	}
	return page, string(next), nil
}

// shard is what was read of one shard, from a place on.
type shard struct {
	name    string
	at      place
	entries []table.Item
	more    bool // there may be entries after these
}

// readShards reads a page of each shard, at the same time.
func (c *Client) readShards(ctx context.Context, from places, now time.Time) ([]shard, error) {
	names := slices.Sorted(maps.Keys(from))
	read, errs := make([]shard, len(names)), make([]error, len(names))
	var readers sync.WaitGroup
	for i, name := range names {
		readers.Go(func() { read[i], errs[i] = c.readShard(ctx, name, from[name], now) })
	}
	readers.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return read, nil
}

func (c *Client) readShard(ctx context.Context, name string, at place, now time.Time) (shard, error) {
	in := &dynamodb.QueryInput{
		TableName: aws.String(c.Platform), IndexName: aws.String(openIndex),
		KeyConditionExpression:    aws.String("#open = :shard AND #due < :now"),
		ExpressionAttributeNames:  map[string]string{"#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":shard": table.Str(name), ":now": table.Millis(now)},
		Limit:                     aws.Int32(overduePage),
	}
	if at != (place{}) {
		in.ExclusiveStartKey = table.With(platformKey(at.PK, at.SK), table.Item{attrOpen: table.Str(name), attrDue: table.Num(at.Due)})
	}
	out, err := c.DB.Query(ctx, in)
	if err != nil {
		return shard{}, table.Failed("read open work", err)
	}
	return shard{name: name, at: at, entries: out.Items, more: out.LastEvaluatedKey != nil && len(out.Items) > 0}, nil
}

// merged hands out the entries of all shards by their time, up to the first
// shard that is at its end here and not in the table, or as many as most, and the
// places from which to go on.
func merged(shards []shard, most int) (page []table.Item, left places) {
	for {
		if len(page) == most {
			return page, placesOf(shards)
		}
		next := -1
		for i, s := range shards {
			if len(s.entries) == 0 {
				if s.more {
					return page, placesOf(shards)
				}
				continue
			}
			if next < 0 || table.ReadNum(s.entries[0], attrDue) < table.ReadNum(shards[next].entries[0], attrDue) {
				next = i
			}
		}
		if next < 0 {
			return page, nil
		}
		s := &shards[next]
		it := s.entries[0]
		page = append(page, it)
		s.entries, s.at = s.entries[1:], place{PK: table.ReadStr(it, table.PK), SK: table.ReadStr(it, table.SK), Due: table.ReadNum(it, attrDue)}
	}
}

// placesOf are the places of the shards that are not read to their ends.
func placesOf(shards []shard) places {
	left := places{}
	for _, s := range shards {
		if s.more || len(s.entries) > 0 {
			left[s.name] = s.at
		}
	}
	return left
}

// countOpen counts the items of one kind, due or not.
func (c *Client) countOpen(ctx context.Context, kind openwork.Kind) (n int64, err error) {
	for _, name := range shardsOf(kind) {
		in := &dynamodb.QueryInput{
			TableName: aws.String(c.Platform), IndexName: aws.String(openIndex), Select: types.SelectCount,
			KeyConditionExpression:    aws.String("#open = :shard"),
			ExpressionAttributeNames:  map[string]string{"#open": attrOpen},
			ExpressionAttributeValues: table.Item{":shard": table.Str(name)},
		}
		for more := true; more; more = in.ExclusiveStartKey != nil {
			out, err := c.DB.Query(ctx, in)
			if err != nil {
				return 0, table.Failed("count open work", err)
			}
			n += int64(out.Count)
			in.ExclusiveStartKey = out.LastEvaluatedKey
		}
	}
	return n, nil
}
