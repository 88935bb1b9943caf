package dynamo

import (
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/notice"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

const (
	kindArchive = "ARCHIVE#" // the end of a month's chain of segments
	kindNotice  = "NOTICE#"  // that an owner was told
)

func archiveKey(t tenant.ID, p metering.Period) table.Item { return dataKey(t, kindArchive+string(p)) }

// noticeKey: its absence is what makes an owner be told once.
func noticeKey(t tenant.ID, n notice.Name) table.Item {
	return dataKey(t, kindNotice+string(n.Period)+"#"+string(n.Metric)+"#"+strconv.Itoa(int(n.Mark)))
}

func rowKey(t tenant.ID, r metering.RowID) table.Item {
	return ledgerKey(t, metering.Row{Period: r.Period, Subject: r.Subject, Number: r.Number})
}

// ledgerRange bounds the sort keys of the rows from a month to another; "" is no
// bound. "$" is the character after "#".
func ledgerRange(first, last metering.Period) (from, to string) {
	to = strings.TrimSuffix(kindLedger, "#") + "$"
	if last != "" {
		to = kindLedger + string(last) + "$"
	}
	return kindLedger + string(first), to
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
	return metering.RowID{Period: period, Subject: parts[1], Number: number}, ok && err == nil
}

// LedgerEntry reads the key of an item as a change of the table names it. ok is
// false for what is no row of the ledger.
func LedgerEntry(partition, sort, ref string) (entry metering.Entry, ok bool) {
	owner, owned := readOwner(platformKey(partition, sort))
	row, isRow := readRowID(sort)
	return metering.Entry{Tenant: owner, Row: row, Ref: ref}, owned && isRow
}
