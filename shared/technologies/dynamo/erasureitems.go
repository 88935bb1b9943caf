package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// erasurePage is how many items an erasure reads at a time.
const erasurePage = 450

// Erasable is what both tables hold of a tenant, as an erasure sees it, whatever kind
// it is of. It implements erasure.Items.
type Erasable struct{ *Client }

// NewErasable needs both tables.
func NewErasable(c *Client) *Erasable { return &Erasable{c} }

// seenFields are the attributes that an erasure reads: what leads to something else,
// by the declaration, and whose an item is.
func seenFields() []string {
	fields := []string{attrTenantID, attrUserID}
	for _, p := range privacy.Declaration() {
		if p.Erasure == privacy.ByReference && !slices.Contains(fields, p.Found.Field) {
			fields = append(fields, p.Found.Field)
		}
	}
	return fields
}

// seen is the projection onto them.
func seen() (expression string, names map[string]string) {
	names = map[string]string{"#pk": table.PK, "#sk": table.SK, "#segment": attrSegment}
	for i, field := range seenFields() {
		names[fmt.Sprintf("#f%d", i)] = field
	}
	return strings.Join(slices.Sorted(maps.Keys(names)), ", "), names
}

func heldItem(store privacy.Store, it table.Item) erasure.Held {
	h := erasure.Held{Store: store, Key: table.ReadStr(it, table.PK), Fields: map[string]string{}, Filed: it[attrSegment] != nil}
	if store == privacy.Platform {
		h.Key = privacy.ItemKey(h.Key, table.ReadStr(it, table.SK))
	}
	for _, field := range seenFields() {
		if value := table.ReadStr(it, field); value != "" {
			h.Fields[field] = value
		}
	}
	return h
}

// Page implements erasure.Items.
func (s *Erasable) Page(ctx context.Context, t tenant.ID, partition, kind, after string) ([]erasure.Held, string, error) {
	pk := partition + string(t)
	expression, names := seen()
	in := &dynamodb.QueryInput{
		TableName: aws.String(s.Platform), KeyConditionExpression: aws.String("#pk = :pk"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeNames: names, ExpressionAttributeValues: table.Item{":pk": table.Str(pk)},
		ProjectionExpression: aws.String(expression), Limit: aws.Int32(erasurePage),
	}
	if kind != "" {
		in.KeyConditionExpression = aws.String("#pk = :pk AND begins_with(#sk, :kind)")
		in.ExpressionAttributeValues[":kind"] = table.Str(kind)
	}
	if after != "" {
		in.ExclusiveStartKey = platformKey(pk, after)
	}
	out, err := s.DB.Query(ctx, in)
	if err != nil {
		return nil, "", table.Failed("read what is to be erased", err)
	}
	page := make([]erasure.Held, len(out.Items))
	for i, it := range out.Items {
		page[i] = heldItem(privacy.Platform, it)
	}
	return page, table.ReadStr(out.LastEvaluatedKey, table.SK), nil
}

// Look implements erasure.Items.
func (s *Erasable) Look(ctx context.Context, key string) (erasure.Held, bool, error) {
	it, err := s.Get(ctx, "look for what is to be erased", s.Directory, table.Item{table.PK: table.Str(key)})
	if err != nil || it == nil {
		return erasure.Held{}, false, err
	}
	return heldItem(privacy.Directory, it), true, nil
}

// Freeze implements erasure.Items.
func (s *Erasable) Freeze(ctx context.Context, t tenant.ID) error {
	for _, kind := range []string{kindUser, kindKey} {
		err := s.Each(ctx, "read credentials", credentialsPartition(t), kind, func(it table.Item) error {
			err := s.Update(ctx, &dynamodb.UpdateItemInput{
				TableName: aws.String(s.Platform), Key: table.Item{table.PK: it[table.PK], table.SK: it[table.SK]},
				UpdateExpression: aws.String("SET #status = :frozen"), ConditionExpression: aws.String("attribute_exists(pk)"),
				ExpressionAttributeNames:  map[string]string{"#status": attrStatus},
				ExpressionAttributeValues: table.Item{":frozen": table.Str(tenant.Frozen)},
			})
			if _, gone := table.ConditionFailed(err); gone {
				return nil
			}
			return table.Failed("freeze credential", err)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// Open implements erasure.Items. Every sort key lies between a space and a tilde.
func (s *Erasable) Open(ctx context.Context, t tenant.ID) ([]erasure.Opened, error) {
	var all []erasure.Opened
	err := s.Between(ctx, "read open work", dataPartition(t), " ", "~", func(it table.Item) error {
		kind, _, _ := strings.Cut(table.ReadStr(it, attrOpen), "#")
		_, id, _ := strings.Cut(table.ReadStr(it, table.SK), "#")
		if kind != "" {
			all = append(all, erasure.Opened{Kind: openwork.Kind(kind), ID: id})
		}
		return nil
	})
	return all, err
}

// Remove implements erasure.Items.
func (s *Erasable) Remove(ctx context.Context, t tenant.ID, r erasure.Removal) error {
	var actions []types.TransactWriteItem
	counted := -1
	if r.Run != nil {
		update, _ := noteUpdate(erasure.Noted{Erased: r.Tally(), Users: r.Users, Told: r.Told, Leads: r.Leads})
		counted = 0
		actions = append(actions, types.TransactWriteItem{Update: update.of(s.Client, *r.Run)})
	}
	for _, h := range r.Items {
		actions = append(actions, types.TransactWriteItem{Delete: s.removed(t, r.User, h.Store, h.Key)})
	}
	for _, key := range r.Guards {
		actions = append(actions, types.TransactWriteItem{Delete: s.removed(t, r.User, privacy.Directory, key)})
	}
	refused, err := s.Transact(ctx, actions)
	switch {
	case counted >= 0 && table.RefusedOn(refused, counted):
		return erasure.ErrOver
	case refused != nil:
		return erasure.ErrElsewhere
	}
	return table.Failed("erase items", err)
}

// removed is the deletion of an item. What names whose it is must name this tenant,
// and what names a user that one.
func (s *Erasable) removed(t tenant.ID, user string, store privacy.Store, key string) *types.Delete {
	if store == privacy.Platform {
		partition, sort, _ := strings.Cut(key, privacy.ItemKey("", ""))
		return &types.Delete{TableName: aws.String(s.Platform), Key: platformKey(partition, sort)}
	}
	d := &types.Delete{TableName: aws.String(s.Directory), Key: table.Item{table.PK: table.Str(key)}}
	place, _, _ := privacy.Of(store, key)
	if _, names := place.Field(attrTenantID); !names {
		return d
	}
	d.ExpressionAttributeNames = map[string]string{"#tenant": attrTenantID}
	d.ExpressionAttributeValues = table.Item{":tenant": table.Str(t)}
	mine := "#tenant = :tenant"
	if _, names := place.Field(attrUserID); names && user != "" {
		d.ExpressionAttributeNames["#user"] = attrUserID
		d.ExpressionAttributeValues[":user"] = table.Str(user)
		mine = "(#tenant = :tenant AND #user = :user)"
	}
	d.ConditionExpression = aws.String("attribute_not_exists(pk) OR " + mine)
	return d
}

// Unseat implements erasure.Items. A user has one seat at most. In a restored copy,
// who left as an owner is one still.
func (s *Erasable) Unseat(ctx context.Context, t tenant.ID, user auth.UserID) error {
	err := s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: tenantKey(t), UpdateExpression: aws.String("DELETE #owners :gone"),
		ConditionExpression:       aws.String("contains(#owners, :user)"),
		ExpressionAttributeNames:  map[string]string{"#owners": attrOwners},
		ExpressionAttributeValues: table.Item{":gone": table.Strs(string(user)), ":user": table.Str(user)},
	})
	if _, other := table.ConditionFailed(err); err != nil && !other {
		return table.Failed("end ownership", err)
	}
	it, err := s.Get(ctx, "read roster", s.Platform, rosterKey(t))
	if err != nil {
		return err
	}
	seats := table.ReadFields(it, attrSeats)
	for name := range seats {
		if table.ReadStr(seats, name) != seatValue(auth.Seat{User: user}) {
			continue
		}
		err := s.Update(ctx, &dynamodb.UpdateItemInput{
			TableName: aws.String(s.Platform), Key: rosterKey(t), UpdateExpression: aws.String("REMOVE #seats.#seat"),
			ConditionExpression:       aws.String("#seats.#seat = :user"),
			ExpressionAttributeNames:  map[string]string{"#seats": attrSeats, "#seat": name},
			ExpressionAttributeValues: table.Item{":user": seats[name]},
		})
		if _, other := table.ConditionFailed(err); other {
			continue
		}
		if err != nil {
			return table.Failed("leave roster", err)
		}
	}
	return nil
}
