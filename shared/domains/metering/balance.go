package metering

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Balances are what is stored of each subject after a month, by the rows of that
// month and all before it. A subject of which nothing is stored has none.
type Balances map[string]Balance

// Balance is what is stored of a subject.
type Balance struct {
	Bytes int64
	Month Period // of the last row
}

type balancesHeader struct {
	Tenant   tenant.ID `json:"tenant"`
	Month    Period    `json:"month"`
	Subjects int       `json:"subjects"`
}

type balanceLine struct {
	Subject string `json:"subject"`
	Bytes   int64  `json:"bytes"`
	Month   Period `json:"month"`
}

// add brings balances to after rows of a later month.
func (b Balances) add(rows []Filed) {
	for _, r := range rows {
		b[r.Subject] = Balance{Bytes: b[r.Subject].Bytes + r.Taken[storage], Month: r.Period}
	}
	maps.DeleteFunc(b, func(_ string, one Balance) bool { return one.Bytes == 0 })
}

func (b Balances) total() (bytes int64) {
	for _, one := range b {
		bytes += one.Bytes
	}
	return bytes
}

// encode is the object of the balances after a month, byte for byte: a header
// line, then a line of JSON for each subject in order.
func (b Balances) encode(id tenant.ID, p Period) ([]byte, error) {
	var out bytes.Buffer
	lines := json.NewEncoder(&out)
	err := lines.Encode(balancesHeader{id, p, len(b)})
	for _, subject := range slices.Sorted(maps.Keys(b)) {
		if err == nil {
			err = lines.Encode(balanceLine{subject, b[subject].Bytes, b[subject].Month})
		}
	}
	if err != nil {
		return nil, fmt.Errorf("encode balances: %w", err)
	}
	return out.Bytes(), nil
}

// decodeBalances reads an object that encode wrote. Errors: errBalances when it
// is another tenant's or month's, or is cut.
func decodeBalances(data []byte, id tenant.ID, p Period) (Balances, error) {
	var h balancesHeader
	lines := json.NewDecoder(bytes.NewReader(data))
	if err := lines.Decode(&h); err != nil || h.Tenant != id || h.Month != p {
		return nil, errBalances
	}
	b := Balances{}
	for lines.More() {
		var l balanceLine
		if lines.Decode(&l) != nil {
			return nil, errBalances
		}
		b[l.Subject] = Balance{l.Bytes, l.Month}
	}
	if len(b) != h.Subjects {
		return nil, errBalances
	}
	return b, nil
}
