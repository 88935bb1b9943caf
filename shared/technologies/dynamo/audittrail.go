package dynamo

import (
	"context"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// NewAuditArchive is that of the record of acts. It needs the platform table only.
func NewAuditArchive(c *Client) *Archive[audit.Written, audit.Name] {
	return &Archive[audit.Written, audit.Name]{Client: c, head: auditHeadKey, key: auditKey, read: readWritten}
}

func readWritten(n audit.Name, it table.Item) audit.Written {
	return audit.Written{Entry: readAudit(n.ID, it), In: n.In}
}

// Verification reads what verifying the record compares. It implements
// audit.VerifyStore.
type Verification struct{ *Client }

// NewVerification needs the platform table only.
func NewVerification(c *Client) *Verification { return &Verification{c} }

// Tenants implements audit.VerifyStore: every tenant is in the index of open work,
// due to be reconciled at some time.
func (s *Verification) Tenants(ctx context.Context, cursor string) ([]tenant.ID, string, error) {
	return s.dueTenants(ctx, always(), cursor, asManyAs)
}

// Heads implements audit.VerifyStore.
func (s *Verification) Heads(ctx context.Context, t tenant.ID) (map[archive.Month]archive.Head, error) {
	heads := map[archive.Month]archive.Head{}
	err := s.Each(ctx, "read archive", dataPartition(t), kindAuditHead, func(it table.Item) error {
		heads[archive.Month(keyTail(it, kindAuditHead))] = readHead(it)
		return nil
	})
	return heads, err
}

// Written implements audit.VerifyStore.
func (s *Verification) Written(ctx context.Context, t tenant.ID, first, last archive.Month) ([]audit.Filed, error) {
	var entries []audit.Filed
	from, to := monthRange(kindAudit, first, last)
	err := s.Between(ctx, "read audit", dataPartition(t), from, to, func(it table.Item) error {
		name, ok := readAuditName(table.ReadStr(it, table.SK))
		if !ok {
			return fmt.Errorf("an entry has no name")
		}
		entries = append(entries, audit.Filed{Row: readWritten(name, it), Segment: int(table.ReadNum(it, attrSegment))})
		return nil
	})
	return entries, err
}
