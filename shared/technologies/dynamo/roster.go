package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// The roster gives each address one seat, whether it was invited or has joined:
// the bound on both together, and that an address is invited once, are conditions
// on one item. It exists from the first invitation on.
const attrSeats = "seats" // map of a hash of the address to what sits there

// What sits on a seat, before the id.
const (
	seatOfMember     = "user:"
	seatOfInvitation = "invitation:"
)

// seatName is the name of an address's seat: short, and no address. The tenant is
// in it, so that the same address has another name elsewhere.
func seatName(t tenant.ID, a auth.Address) string {
	sum := sha256.Sum256([]byte(string(t) + "\x00" + string(a)))
	return hex.EncodeToString(sum[:16])
}

func readSeat(t tenant.ID, a auth.Address, it table.Item) auth.Seat {
	seat := auth.Seat{Roster: it != nil}
	held := table.ReadStr(table.ReadFields(it, attrSeats), seatName(t, a))
	if id, ok := strings.CutPrefix(held, seatOfMember); ok {
		seat.User = auth.UserID(id)
	}
	if id, ok := strings.CutPrefix(held, seatOfInvitation); ok {
		seat.Invitation = id
	}
	return seat
}

// seatValue is what a seat holds in the item; "" for an empty one.
func seatValue(s auth.Seat) string {
	switch {
	case s.User != "":
		return seatOfMember + string(s.User)
	case s.Invitation != "":
		return seatOfInvitation + s.Invitation
	}
	return ""
}

// seat reads the seat of an address.
func (c *Client) seat(ctx context.Context, t tenant.ID, a auth.Address) (auth.Seat, error) {
	it, err := c.Get(ctx, "read roster", c.Platform, rosterKey(t))
	return readSeat(t, a, it), err
}

// takeSeat is the action that gives an empty seat to a new holder, if fewer than
// most are taken. The first one makes the roster, with the seat of the account's
// only member, who is the one who invites.
func (c *Client) takeSeat(t tenant.ID, a auth.Address, to auth.Seat, founder auth.User, roster bool) types.TransactWriteItem {
	if !roster {
		return table.PutNew(c.Platform, table.With(rosterKey(t), table.Item{attrSeats: table.Fields(table.Item{
			seatName(t, founder.Email): table.Str(seatValue(auth.Seat{User: founder.ID})),
			seatName(t, a):             table.Str(seatValue(to)),
		})}))
	}
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: rosterKey(t),
		UpdateExpression:          aws.String("SET #seats.#seat = :to"),
		ConditionExpression:       aws.String("attribute_not_exists(#seats.#seat) AND size(#seats) < :most"),
		ExpressionAttributeNames:  map[string]string{"#seats": attrSeats, "#seat": seatName(t, a)},
		ExpressionAttributeValues: table.Item{":to": table.Str(seatValue(to)), ":most": table.Num(auth.MaxSeats)},

		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	}}
}

// passSeat is the action that moves a seat from one holder to another.
func (c *Client) passSeat(t tenant.ID, a auth.Address, from, to auth.Seat) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: rosterKey(t),
		UpdateExpression:          aws.String("SET #seats.#seat = :to"),
		ConditionExpression:       aws.String("#seats.#seat = :from"),
		ExpressionAttributeNames:  map[string]string{"#seats": attrSeats, "#seat": seatName(t, a)},
		ExpressionAttributeValues: table.Item{":from": table.Str(seatValue(from)), ":to": table.Str(seatValue(to))},
	}}
}

// leaveSeat is the action that empties a seat.
func (c *Client) leaveSeat(t tenant.ID, a auth.Address, from auth.Seat) types.TransactWriteItem {
	return types.TransactWriteItem{Update: &types.Update{
		TableName: aws.String(c.Platform), Key: rosterKey(t),
		UpdateExpression:          aws.String("REMOVE #seats.#seat"),
		ConditionExpression:       aws.String("#seats.#seat = :from"),
		ExpressionAttributeNames:  map[string]string{"#seats": attrSeats, "#seat": seatName(t, a)},
		ExpressionAttributeValues: table.Item{":from": table.Str(seatValue(from))},
	}}
}
