package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Reconciliation reads whatever the ledger is held against. It implements
// metering.ReconcileStore.
type Reconciliation struct{ *Client }

// NewReconciliation needs both tables: the slots are in the directory.
func NewReconciliation(c *Client) *Reconciliation { return &Reconciliation{c} }

// Due implements metering.ReconcileStore.
func (s *Reconciliation) Due(ctx context.Context, now time.Time, cursor string) ([]tenant.ID, string, error) {
	return s.dueTenants(ctx, now, cursor, asManyAs)
}

// always is later than any tenant is to be reconciled.
func always() time.Time { return time.Date(9000, 1, 1, 0, 0, 0, 0, time.UTC) }

// dueTenants reads a page of the tenants that are to be reconciled before an instant, at
// most most.
func (c *Client) dueTenants(ctx context.Context, before time.Time, cursor string, most int) ([]tenant.ID, string, error) {
	keys, next, err := c.overdue(ctx, openwork.Reconcile, before, cursor, most)
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
	_, err := s.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: tenantKey(t),
		UpdateExpression:          aws.String("SET #open = :open, #due = :due"),
		ConditionExpression:       aws.String("attribute_exists(#open)"),
		ExpressionAttributeNames:  map[string]string{"#open": attrOpen, "#due": attrDue},
		ExpressionAttributeValues: table.Item{":open": openShard(openwork.Reconcile, tenantKey(t)), ":due": table.Millis(due)},
	})
	if _, gone := table.ConditionFailed(err); gone {
		return nil
	}
	return table.Failed("postpone reconciliation", err)
}

// reconcileDue puts a new tenant into the index of open work.
func reconcileDue(t tenant.ID, created time.Time) table.Item {
	return table.Item{attrOpen: openShard(openwork.Reconcile, tenantKey(t)), attrDue: table.Millis(created.Add(metering.ReconcileEvery))}
}

// Unfinished implements metering.ReconcileStore.
func (s *Reconciliation) Unfinished(ctx context.Context) (int64, error) {
	return s.countOpen(ctx, openwork.Render)
}

// Heads implements metering.ReconcileStore.
func (s *Reconciliation) Heads(ctx context.Context, t tenant.ID) (map[metering.Period]metering.Archived, error) {
	heads := map[metering.Period]metering.Archived{}
	err := s.Each(ctx, "read archive", dataPartition(t), kindArchive, func(it table.Item) error {
		heads[metering.Period(keyTail(it, kindArchive))] = metering.Archived{Head: readHead(it), Seal: readSeal(table.ReadFields(it, attrSeal))}
		return nil
	})
	return heads, err
}

// LedgerRows implements metering.ReconcileStore.
func (s *Reconciliation) LedgerRows(ctx context.Context, t tenant.ID, first, last metering.Period) ([]metering.Filed, error) {
	var rows []metering.Filed
	from, to := monthRange(kindLedger, first, last)
	err := s.Between(ctx, "read ledger", dataPartition(t), from, to, func(it table.Item) error {
		id, ok := readRowID(table.ReadStr(it, table.SK))
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
	err := s.Each(ctx, "read counters", dataPartition(t), kindUsage, func(it table.Item) error {
		name := keyTail(it, kindUsage)
		if name == usageLevel {
			f.Level, f.ActiveJobs = everyCounter(it), table.ReadNum(it, attrActiveJobs)
		} else if p, ok := metering.ParsePeriod(name); ok {
			f.Months[p] = everyCounter(it)
		}
		return nil
	})
	return f, err
}

// JobStates implements metering.ReconcileStore.
func (s *Reconciliation) JobStates(ctx context.Context, t tenant.ID) (map[string]metering.JobState, error) {
	jobs := map[string]metering.JobState{}
	err := s.Each(ctx, "read jobs", dataPartition(t), kindJob, func(it table.Item) error {
		if isPublication(it) {
			return nil // takes nothing of the quota
		}
		jobs[keyTail(it, kindJob)] = metering.JobState{
			Attempt: int(table.ReadNum(it, attrAttempt)), Ended: render.Status(table.ReadStr(it, attrStatus)).Ended(),
		}
		return nil
	})
	return jobs, err
}

// SealMonth implements metering.ReconcileStore.
func (s *Reconciliation) SealMonth(ctx context.Context, t tenant.ID, p metering.Period, seal metering.Seal) error {
	_, err := s.DB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: archiveKey(t, p),
		UpdateExpression:         aws.String("SET #seal = :seal"),
		ConditionExpression:      aws.String("#segment = :n AND #sha = :sha AND #rows = :rows"),
		ExpressionAttributeNames: map[string]string{"#seal": attrSeal, "#segment": attrSegment, "#sha": attrSHA256, "#rows": attrRows},
		ExpressionAttributeValues: table.Item{
			":seal": table.Fields(sealFields(seal)), ":n": table.Num(int64(seal.Head.Segment)),
			":sha": table.Str(seal.Head.SHA256), ":rows": table.Num(int64(seal.Head.Rows)),
		},
	})
	if _, changed := table.ConditionFailed(err); changed {
		return metering.ErrChanged
	}
	return table.Failed("seal month", err)
}

// Attributes of a month's seal, beside those of its head, which it repeats.
const (
	attrSeal    = "seal"    // of a month's head: map
	attrObjects = "objects" // digest of the segments as listed
	attrCarried = "carried" // digest of the balances after the month
	attrRead    = "read_at"
)

func sealFields(s metering.Seal) table.Item {
	taken := table.Item{}
	for m, n := range s.Taken {
		taken[string(m)] = table.Num(n)
	}
	return table.Item{
		attrSegment: table.Num(int64(s.Head.Segment)), attrSHA256: table.Str(s.Head.SHA256), attrRows: table.Num(int64(s.Head.Rows)),
		attrObjects: table.Str(s.Objects), attrTaken: table.Fields(taken), attrCarried: table.Str(s.Carried), attrRead: table.Millis(s.Read),
	}
}

// readSeal is the zero seal for a month that has none.
func readSeal(it table.Item) metering.Seal {
	if it == nil {
		return metering.Seal{}
	}
	return metering.Seal{
		Head: readHead(it), Objects: table.ReadStr(it, attrObjects), Taken: everyAmount(table.ReadFields(it, attrTaken)),
		Carried: table.ReadStr(it, attrCarried), Read: table.ReadMillis(it, attrRead),
	}
}
