package dynamo

import (
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// FuzzEntry: what a change of the table is taken for is an item of just that name,
// in the partition of a tenant.
func FuzzEntry(f *testing.F) {
	const owner, id = "01ARZ3NDEKTSV4RRFFQ69G5FAV", "01ARZ3NDEKTSV4RRFFQ69G5FAW"
	for _, seed := range []string{
		"", "LEDGER#", "LEDGER#2026-11#" + id + "#1", "LEDGER#2026-11#" + id + "#01", "LEDGER#2026-11#" + id + "#+1", "LEDGER#2026-11#" + id + "#-1", "LEDGER#2026-13#" + id + "#1", "LEDGER#2026-11##1", "LEDGER#2026-11#a#b#1",
		"LEDGER#2026-11#" + id + "#99999999999999999999", "AUDIT#2026-11#" + id, "AUDIT#2026-11#", "AUDIT#2026-11#a#b", "AUDIT#26-11#x", "AUDITHEAD#2026-11", "TENANT",
	} {
		f.Add("T#"+owner, seed)
	}
	f.Add("A#"+owner, "LEDGER#2026-11#"+id+"#1")
	f.Add("T#"+owner+"#x", "AUDIT#2026-11#"+id)
	f.Fuzz(func(t *testing.T, partition, sort string) {
		if row, ok := LedgerEntry(partition, sort, "r"); ok {
			key := rowKey(row.Tenant, row.Row)
			if !tenant.ValidID(string(row.Tenant)) || keyTail(key, "") != sort || string(dataPartition(row.Tenant)) != partition {
				t.Errorf("%q, %q is taken for %+v", partition, sort, row)
			}
		}
		if entry, ok := AuditEntry(partition, sort, "r"); ok {
			key := auditKey(entry.Tenant, entry.Row)
			if !tenant.ValidID(string(entry.Tenant)) || keyTail(key, "") != sort || string(dataPartition(entry.Tenant)) != partition {
				t.Errorf("%q, %q is taken for %+v", partition, sort, entry)
			}
		}
	})
}
