package dynamo

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of a ledger row.
const (
	attrTaken    = "taken"
	attrReserved = "reserved"
	attrAt       = "at"
	attrSegment  = "segment" // of an archived row, and of a month's head: number of a segment of the archive
)

// ledgerPut writes a row unless it is there.
func (c *Client) ledgerPut(t tenant.ID, r metering.Row) types.TransactWriteItem {
	return table.PutNew(c.Platform, table.With(ledgerKey(t, r), table.Item{
		attrTaken: amountFields(r.Taken), attrReserved: amountFields(r.Reserved), attrAt: table.Millis(r.At),
	}))
}

func readFiled(id metering.RowID, it table.Item) metering.Filed {
	return metering.Filed{Segment: int(table.ReadNum(it, attrSegment)), Row: readRow(id, it)}
}

func readRow(id metering.RowID, it table.Item) metering.Row {
	return metering.Row{
		Period: id.Period, Subject: id.Subject, Number: id.Number, At: table.ReadMillis(it, attrAt),
		Taken: everyAmount(table.ReadFields(it, attrTaken)), Reserved: everyAmount(table.ReadFields(it, attrReserved)),
	}
}

// amountFields makes a map attribute of the amounts that are not 0.
func amountFields(a metering.Amounts) types.AttributeValue {
	it := table.Item{}
	for m, n := range a {
		if n != 0 {
			it[string(m)] = table.Num(n)
		}
	}
	return table.Fields(it)
}

// readAmounts reads the amounts of the metrics of today.
func readAmounts(it table.Item) metering.Amounts {
	a := metering.Amounts{}
	for _, m := range metering.Metrics() {
		if n := table.ReadNum(it, string(m)); n != 0 {
			a[m] = n
		}
	}
	return a
}

// everyAmount reads amounts as they stand, also of metrics that are none today:
// the archive and what is held against it must not forget any.
func everyAmount(it table.Item) metering.Amounts {
	a := metering.Amounts{}
	for name, v := range it {
		if n, ok := v.(*types.AttributeValueMemberN); ok {
			a[metering.Metric(name)], _ = strconv.ParseInt(n.Value, 10, 64) // every amount is written as a whole number
		}
	}
	return a
}
