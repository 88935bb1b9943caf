package dynamo

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of an erasure beyond those that it has in common with other items.
const (
	attrErasure     = "erasure" // of the tenant: the one that waits or runs; in the directory: whose item it is
	attrMemberID    = "member"  // whose data goes; absent of an account's
	attrStep        = "step"
	attrReceipt     = "receipt"
	attrKeep        = "keep"
	attrErased      = "erased" // map of place to number
	attrUsers       = "users"  // set of ids of those whose data went
	attrLeads       = "leads"  // set of erasure.Lead as JSON
	attrRounds      = "rounds"
	attrEffective   = "effective_at"
	attrBegun       = "begun_at"
	attrFrozen      = "frozen_at"
	attrSought      = "sought_at"
	attrSeeking     = "seeking_at"
	attrSeekAfter   = "seek_after"
	attrCertificate = "certificate"
)

// newErasure is the action that stores an erasure which waits: in the index of open
// work from its time on.
func (c *Client) newErasure(t tenant.ID, e erasure.Erasure) types.TransactWriteItem {
	key := erasureKey(t, e.ID)
	it := table.Item{
		attrSubject: table.Str(e.Subject), attrStatus: table.Str(e.Status), attrStep: table.Str(e.Step),
		attrAttempt: table.Num(int64(e.Attempt)), attrRestarts: table.Num(0), attrRounds: table.Num(0), attrUserID: table.Str(e.AskedBy),
		attrErased: table.Fields(table.Item{}), attrCreated: table.Micros(e.AskedAt), attrEffective: table.Micros(e.EffectiveAt),
		attrOpen: openShard(openwork.Erasure, key), attrDue: table.Millis(e.DueAt),
	}
	for name, value := range map[string]string{attrMemberID: string(e.User), attrReceipt: string(e.Receipt), attrKeep: string(e.Keep)} {
		if value != "" {
			it[name] = table.Str(value)
		}
	}
	return table.PutNew(c.Platform, table.With(key, it))
}

func readErasure(it table.Item) (erasure.Erasure, error) {
	if it == nil {
		return erasure.Erasure{}, erasure.NoErasure()
	}
	e := erasure.Erasure{
		ID: keyTail(it, kindErasure), Subject: erasure.Subject(table.ReadStr(it, attrSubject)),
		User: auth.UserID(table.ReadStr(it, attrMemberID)), AskedBy: auth.UserID(table.ReadStr(it, attrUserID)),
		Receipt: auth.LinkHash(table.ReadStr(it, attrReceipt)), Keep: auth.LinkHash(table.ReadStr(it, attrKeep)),
		Attempt: int(table.ReadNum(it, attrAttempt)), Restarts: int(table.ReadNum(it, attrRestarts)), Rounds: int(table.ReadNum(it, attrRounds)),
		Status: erasure.Status(table.ReadStr(it, attrStatus)), Step: erasure.Step(table.ReadStr(it, attrStep)),
		Users: table.ReadStrs(it, attrUsers), Told: table.ReadStrs(it, attrTold), Erased: erasure.Tally{},
		AskedAt: table.ReadMicros(it, attrCreated), EffectiveAt: table.ReadMicros(it, attrEffective), DueAt: table.ReadMillis(it, attrDue),
	}
	if it[attrBegun] != nil {
		e.BegunAt = table.ReadMicros(it, attrBegun)
	}
	if it[attrFrozen] != nil {
		e.FrozenAt = table.ReadMicros(it, attrFrozen)
	}
	if it[attrSought] != nil {
		e.SoughtAt = table.ReadMicros(it, attrSought)
	}
	if e.SeekAfter = table.ReadStr(it, attrSeekAfter); e.SeekAfter != "" {
		e.SeekingAt = table.ReadMicros(it, attrSeeking)
	}
	erased := table.ReadFields(it, attrErased)
	for name := range erased {
		e.Erased[name] = table.ReadNum(erased, name)
	}
	for _, text := range table.ReadStrs(it, attrLeads) {
		var l erasure.Lead
		if err := json.Unmarshal([]byte(text), &l); err != nil {
			return e, fmt.Errorf("read where an erased item led: %w", err)
		}
		e.Leads = append(e.Leads, l)
	}
	return e, nil
}

// leadTexts are leads as they are kept: the same one is the same text.
func leadTexts(all []erasure.Lead) []string {
	texts := make([]string, 0, len(all))
	for _, l := range all {
		if text, err := json.Marshal(l); err == nil { // of texts alone, which never fails
			texts = append(texts, string(text))
		}
	}
	slices.Sort(texts)
	return slices.Compact(texts)
}

// receiptItem is the receipt of an erasure as it stands. It ends by itself a while
// after it was last written.
func receiptItem(e erasure.Erasure, now time.Time, c *erasure.Certificate) (table.Item, error) {
	from := now
	if e.EffectiveAt.After(from) { // a cool-off may be longer than a receipt's life
		from = e.EffectiveAt
	}
	it := table.With(receiptKey(e.Receipt), table.Item{
		attrErasure: table.Str(e.ID), attrStatus: table.Str(e.Status), attrStep: table.Str(e.Step),
		attrCreated: table.Micros(e.AskedAt), attrEffective: table.Micros(e.EffectiveAt),
		attrExpires: table.TTLSeconds(from.Add(erasure.ReceiptLife)),
	})
	if c == nil {
		return it, nil
	}
	text, err := json.Marshal(c)
	if err != nil {
		return nil, fmt.Errorf("write certificate: %w", err)
	}
	it[attrCertificate] = table.Str(string(text))
	return it, nil
}

// receiptPut is the action that writes it; ok is false for an erasure without one.
func (c *Client) receiptPut(e erasure.Erasure, now time.Time, done *erasure.Certificate) (action types.TransactWriteItem, ok bool, err error) {
	if e.Receipt == "" {
		return types.TransactWriteItem{}, false, nil
	}
	it, err := receiptItem(e, now, done)
	return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(c.Directory), Item: it}}, true, err
}

func readReceipt(it table.Item) (erasure.Receipt, error) {
	r := erasure.Receipt{
		Erasure: table.ReadStr(it, attrErasure), Status: erasure.Status(table.ReadStr(it, attrStatus)), Step: erasure.Step(table.ReadStr(it, attrStep)),
		AskedAt: table.ReadMicros(it, attrCreated), EffectiveAt: table.ReadMicros(it, attrEffective),
	}
	text := table.ReadStr(it, attrCertificate)
	if text == "" {
		return r, nil
	}
	r.Certificate = &erasure.Certificate{}
	if err := json.Unmarshal([]byte(text), r.Certificate); err != nil {
		return r, fmt.Errorf("read certificate: %w", err)
	}
	return r, nil
}
