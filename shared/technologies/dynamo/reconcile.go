package dynamo

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Reconciliation reads whatever the ledger is held against. It implements
// metering.ReconcileStore.
type Reconciliation struct{ *Client }

// NewReconciliation needs both tables: the slots are in the directory.
func NewReconciliation(c *Client) *Reconciliation { return &Reconciliation{c} }

// Due implements metering.ReconcileStore.
func (s *Reconciliation) Due(ctx context.Context, now time.Time, cursor string) ([]tenant.ID, string, error) {
	keys, next, err := s.overdue(ctx, openwork.Reconcile, now, cursor)
	var page []tenant.ID
	for _, key := range keys {
		if owner, ok := readOwner(key); ok {
			page = append(page, owner)
		}
	}
	return page, next, err
}

// Postpone implements metering.ReconcileStore.
func (s *Reconciliation) Postpone(ctx context.Context, t tenant.ID, due time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.platform), Key: tenantKey(t),
		UpdateExpression:          aws.String("SET #open = :open, #due = :due"),
		ConditionExpression:       aws.String("attribute_exists(#open)"),
		ExpressionAttributeNames:  map[string]string{"#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: item{":open": openShard(openwork.Reconcile, tenantKey(t)), ":due": millis(due)},
	})
	if _, gone := conditionFailed(err); gone {
		return nil
	}
	return failed("postpone reconciliation", err)
}

// reconcileDue puts a new tenant into the index of open work.
func reconcileDue(t tenant.ID, created time.Time) item {
	return item{attrOpen: openShard(openwork.Reconcile, tenantKey(t)), attrDue: millis(created.Add(metering.ReconcileEvery))}
}

// Unfinished implements metering.ReconcileStore.
func (s *Reconciliation) Unfinished(ctx context.Context) (int64, error) {
	return s.countOpen(ctx, openwork.Render)
}

// Heads implements metering.ReconcileStore.
func (s *Reconciliation) Heads(ctx context.Context, t tenant.ID) (map[metering.Period]metering.Archived, error) {
	heads := map[metering.Period]metering.Archived{}
	err := s.each(ctx, "read archive", t, kindArchive, func(it item) error {
		heads[metering.Period(keyTail(it, kindArchive))] = metering.Archived{Head: readHead(it), Seal: readSeal(readFields(it, attrSeal))}
		return nil
	})
	return heads, err
}

// LedgerRows implements metering.ReconcileStore.
func (s *Reconciliation) LedgerRows(ctx context.Context, t tenant.ID, first, last metering.Period) ([]metering.Filed, error) {
	var rows []metering.Filed
	from, to := ledgerRange(first, last)
	err := s.between(ctx, "read ledger", t, from, to, func(it item) error {
		id, ok := readRowID(readStr(it, attrSK))
		if !ok {
			return fmt.Errorf("a row of the ledger has no name")
		}
		rows = append(rows, readFiled(id, it))
		return nil
	})
	return rows, err
}

// Figures implements metering.ReconcileStore.
func (s *Reconciliation) Figures(ctx context.Context, t tenant.ID) (metering.Figures, error) {
	f := metering.Figures{Months: map[metering.Period]metering.Counter{}}
	err := s.each(ctx, "read counters", t, kindUsage, func(it item) error {
		name := keyTail(it, kindUsage)
		if name == usageLevel {
			f.Level, f.ActiveJobs = everyCounter(it), readNum(it, attrActiveJobs)
		} else if p, ok := metering.ParsePeriod(name); ok {
			f.Months[p] = everyCounter(it)
		}
		return nil
	})
	return f, err
}

// everyCounter reads every metric that an item counts, known or not.
func everyCounter(it item) metering.Counter {
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

// JobStates implements metering.ReconcileStore.
func (s *Reconciliation) JobStates(ctx context.Context, t tenant.ID) (map[string]metering.JobState, error) {
	jobs := map[string]metering.JobState{}
	err := s.each(ctx, "read jobs", t, kindJob, func(it item) error {
		jobs[keyTail(it, kindJob)] = metering.JobState{
			Attempt: int(readNum(it, attrAttempt)), Ended: render.Status(readStr(it, attrStatus)).Ended(),
		}
		return nil
	})
	return jobs, err
}

// SealMonth implements metering.ReconcileStore.
func (s *Reconciliation) SealMonth(ctx context.Context, t tenant.ID, p metering.Period, seal metering.Seal) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.platform), Key: archiveKey(t, p),
		UpdateExpression:         aws.String("SET #seal = :seal"),
		ConditionExpression:      aws.String("#segment = :n AND #sha = :sha AND #rows = :rows"),
		ExpressionAttributeNames: map[string]string{"#seal": attrSeal, "#segment": attrSegment, "#sha": attrSHA256, "#rows": attrRows},
		ExpressionAttributeValues: item{
			":seal": fields(sealFields(seal)), ":n": num(int64(seal.Head.Segment)), ":sha": str(seal.Head.SHA256), ":rows": num(int64(seal.Head.Rows)),
		},
	})
	if _, changed := conditionFailed(err); changed {
		return metering.ErrChanged
	}
	return failed("seal month", err)
}

// Attributes of a month's seal, beside those of its head, which it repeats.
const (
	attrSeal    = "seal"    // of a month's head: map
	attrObjects = "objects" // digest of the segments as listed
	attrCarried = "carried" // digest of the balances after the month
	attrRead    = "read_at"
)

func sealFields(s metering.Seal) item {
	taken := item{}
	for m, n := range s.Taken {
		taken[string(m)] = num(n)
	}
	return item{
		attrSegment: num(int64(s.Head.Segment)), attrSHA256: str(s.Head.SHA256), attrRows: num(int64(s.Head.Rows)),
		attrObjects: str(s.Objects), attrTaken: fields(taken), attrCarried: str(s.Carried), attrRead: millis(s.Read),
	}
}

// readSeal is the zero seal for a month that has none.
func readSeal(it item) metering.Seal {
	if it == nil {
		return metering.Seal{}
	}
	return metering.Seal{
		Head: readHead(it), Objects: readStr(it, attrObjects), Taken: everyAmount(readFields(it, attrTaken)),
		Carried: readStr(it, attrCarried), Read: fromMillis(readNum(it, attrRead)),
	}
}
