package dynamo

import (
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	kindArchive   = "ARCHIVE#"   // the end of a month's chain of segments of the ledger
	kindAudit     = "AUDIT#"     // an act: AUDIT#<month>#<id>
	kindAuditHead = "AUDITHEAD#" // the same of the record of acts
	kindNotice    = "NOTICE#"    // that an owner was told
)

func archiveKey(t tenant.ID, p metering.Period) table.Item { return dataKey(t, kindArchive+string(p)) }

func auditKey(t tenant.ID, n audit.Name) table.Item {
	return dataKey(t, kindAudit+string(n.In)+"#"+n.ID)
}

func auditHeadKey(t tenant.ID, m archive.Month) table.Item {
	return dataKey(t, kindAuditHead+string(m))
}

// noticeKey: its absence is what makes an owner be told once.
func noticeKey(t tenant.ID, n notice.Name) table.Item {
	return dataKey(t, kindNotice+string(n.Period)+"#"+string(n.Metric)+"#"+strconv.Itoa(int(n.Mark)))
}

func rowKey(t tenant.ID, r metering.RowID) table.Item {
	return ledgerKey(t, metering.Row{Period: r.Period, Subject: r.Subject, Number: r.Number})
}

// monthRange bounds the sort keys of a kind from a month to another; "" is no
// bound. "$" is the character after "#".
func monthRange(kind string, first, last archive.Month) (from, to string) {
	to = strings.TrimSuffix(kind, "#") + "$"
	if last != "" {
		to = kind + string(last) + "$"
	}
	return kind + string(first), to
}

// readRowID reads the name of a row from its sort key.
func readRowID(sort string) (metering.RowID, bool) {
	tail, isRow := strings.CutPrefix(sort, kindLedger)
	parts := strings.Split(tail, "#")
	if !isRow || len(parts) != 3 {
		return metering.RowID{}, false
	}
	period, ok := metering.ParsePeriod(parts[0])
	number, err := strconv.Atoi(parts[2])
	// One spelling of a number names a row: 01 and +1 are none of ours.
	return metering.RowID{Period: period, Subject: parts[1], Number: number}, ok && err == nil && strconv.Itoa(number) == parts[2]
}

// LedgerEntry reads the key of an item as a change of the table names it. ok is
// false for what is no row of the ledger.
func LedgerEntry(partition, sort, ref string) (row archive.Told[metering.RowID], ok bool) {
	owner, owned := readOwner(platformKey(partition, sort))
	name, isRow := readRowID(sort)
	return archive.Told[metering.RowID]{Tenant: owner, Row: name, Ref: ref}, owned && isRow
}

// readAuditName reads the name of an entry from its sort key.
func readAuditName(sort string) (audit.Name, bool) {
	tail, isEntry := strings.CutPrefix(sort, kindAudit)
	month, id, named := strings.Cut(tail, "#")
	in, ok := archive.ParseMonth(month)
	return audit.Name{In: in, ID: id}, isEntry && named && ok && id != ""
}

// AuditEntry reads the key of an item as a change of the table names it. ok is
// false for what is no entry.
func AuditEntry(partition, sort, ref string) (entry archive.Told[audit.Name], ok bool) {
	owner, owned := readOwner(platformKey(partition, sort))
	name, isEntry := readAuditName(sort)
	return archive.Told[audit.Name]{Tenant: owner, Row: name, Ref: ref}, owned && isEntry
}
