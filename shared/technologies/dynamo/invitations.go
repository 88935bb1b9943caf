package dynamo

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of an invitation's items.
const (
	attrInvitation = "invitation" // id of the tenant's item, in the directory's
	attrMailed     = "mailed"
)

// Invitations keeps invitations. It implements auth.InvitationStore.
type Invitations struct{ *Client }

// NewInvitations needs both tables.
func NewInvitations(c *Client) *Invitations { return &Invitations{c} }

// Seat implements auth.InvitationStore.
func (s *Invitations) Seat(ctx context.Context, t tenant.ID, a auth.Address) (auth.Seat, error) {
	return s.seat(ctx, t, a)
}

// Invitation implements auth.InvitationStore.
func (s *Invitations) Invitation(ctx context.Context, t tenant.ID, id string) (auth.Invitation, error) {
	return s.invitation(ctx, t, id)
}

func (c *Client) invitation(ctx context.Context, t tenant.ID, id string) (auth.Invitation, error) {
	it, err := c.Get(ctx, "read invitation", c.Platform, invitationKey(t, id))
	if err == nil && it == nil {
		return auth.Invitation{}, auth.ErrAbsent
	}
	return readInvitation(t, id, it), err
}

func readInvitation(t tenant.ID, id string, it table.Item) auth.Invitation {
	return auth.Invitation{
		ID: id, Tenant: t, Email: auth.Address(table.ReadStr(it, attrEmail)), Role: auth.Role(table.ReadStr(it, attrRole)),
		By: auth.UserID(table.ReadStr(it, attrUserID)), Hash: auth.LinkHash(table.ReadStr(it, attrHash)),
		CreatedAt: table.ReadMicros(it, attrCreated), ExpiresAt: table.ReadMicros(it, attrValid), Mailed: table.ReadFlag(it, attrMailed),
	}
}

// Invitations implements auth.InvitationStore.
func (s *Invitations) Invitations(ctx context.Context, t tenant.ID, now time.Time, limit int, after string) ([]auth.Invitation, string, error) {
	return pageOf(ctx, s.Client, "list invitations", credentialsPartition(t), kindInvitation, limit, after, func(it table.Item) (auth.Invitation, bool) {
		i := readInvitation(t, keyTail(it, kindInvitation), it)
		return i, i.Open(now)
	})
}

// inviteActive is the action of Invite that holds the tenant to be active.
const inviteActive = 4

// Invite implements auth.InvitationStore.
func (s *Invitations) Invite(ctx context.Context, o auth.Offer) error {
	i := o.Invitation
	seat := s.takeSeat(i.Tenant, i.Email, auth.Seat{Invitation: i.ID}, o.Caller, o.Seat.Roster)
	if o.Seat.Invitation != "" {
		seat = s.passSeat(i.Tenant, i.Email, o.Seat, auth.Seat{Invitation: i.ID})
	}
	actions := []types.TransactWriteItem{
		s.stillOwner(o.Caller), seat,
		table.PutNew(s.Platform, table.With(invitationKey(i.Tenant, i.ID), table.Item{
			attrEmail: table.Str(i.Email), attrRole: table.Str(i.Role), attrHash: table.Str(i.Hash), attrUserID: table.Str(i.By),
			attrCreated: table.Micros(i.CreatedAt), attrValid: table.Micros(i.ExpiresAt), attrExpires: table.TTLSeconds(i.ExpiresAt),
			attrMailed: table.Flag(false),
		})),
		s.inviteBy(i), s.stillActive(i.Tenant),
	}
	if o.Replaces != nil {
		actions = append(actions, s.dropInvitation(*o.Replaces)...)
	}
	if o.Claim.Given() {
		actions = append(actions, s.claimPut(i.Tenant, o.Claim, i.ID, i.CreatedAt))
	}
	reasons, err := s.actOnce(ctx, i.Tenant, o.Audit, actions...)
	switch {
	case o.Claim.Given() && table.RefusedOn(reasons, len(actions)-1):
		return idempotency.ErrClaimed
	case table.RefusedOn(reasons, 0):
		return deposed(o.Caller, reasons[0])
	case table.RefusedOn(reasons, 1) && full(reasons[1].Old, i):
		return auth.ErrNoSeat
	case table.RefusedOn(reasons, inviteActive):
		return closed(reasons[inviteActive])
	case reasons != nil || table.Conflicted(err):
		return fmt.Errorf("%w: %w", auth.ErrChanged, err)
	}
	return table.Failed("invite", err)
}

// inviteBy is the action by which an invitation is found by its token.
func (s *Invitations) inviteBy(i auth.Invitation) types.TransactWriteItem {
	return table.PutNew(s.Directory, table.With(inviteKey(i.Hash), table.Item{
		attrTenantID: table.Str(i.Tenant), attrInvitation: table.Str(i.ID),
		attrValid: table.Micros(i.ExpiresAt), attrExpires: table.TTLSeconds(i.ExpiresAt),
	}))
}

// Renew implements auth.InvitationStore.
func (s *Invitations) Renew(ctx context.Context, i auth.Invitation, before auth.LinkHash, caller auth.User, entry audit.Entry) error {
	reasons, err := s.actAsOwner(ctx, caller, entry,
		s.inviteBy(i),
		types.TransactWriteItem{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: invitationKey(i.Tenant, i.ID),
			UpdateExpression: aws.String("SET #hash = :hash"), ConditionExpression: aws.String("#hash = :before"),
			ExpressionAttributeNames:  map[string]string{"#hash": attrHash},
			ExpressionAttributeValues: table.Item{":hash": table.Str(i.Hash), ":before": table.Str(before)},
		}},
		types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(s.Directory), Key: inviteKey(before)}},
	)
	if reasons != nil || table.Conflicted(err) {
		return fmt.Errorf("%w: %w", auth.ErrChanged, err)
	}
	return table.Failed("renew invitation", err)
}

// full reports whether a roster has no seat for an address that has none.
func full(roster table.Item, i auth.Invitation) bool {
	return seatValue(readSeat(i.Tenant, i.Email, roster)) == "" && len(table.ReadFields(roster, attrSeats)) >= auth.MaxSeats
}

// dropInvitation removes both items of an invitation, if they are as read.
func (c *Client) dropInvitation(i auth.Invitation) []types.TransactWriteItem {
	return []types.TransactWriteItem{
		{Delete: &types.Delete{
			TableName: aws.String(c.Platform), Key: invitationKey(i.Tenant, i.ID), ConditionExpression: aws.String("#hash = :hash"),
			ExpressionAttributeNames:  map[string]string{"#hash": attrHash},
			ExpressionAttributeValues: table.Item{":hash": table.Str(i.Hash)},
		}},
		{Delete: &types.Delete{TableName: aws.String(c.Directory), Key: inviteKey(i.Hash)}},
	}
}

// Mailed implements auth.InvitationStore.
func (s *Invitations) Mailed(ctx context.Context, i auth.Invitation) error {
	return table.Failed("note mail", s.Update(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(s.Platform), Key: invitationKey(i.Tenant, i.ID),
		UpdateExpression: aws.String("SET #mailed = :yes"), ConditionExpression: aws.String("#hash = :hash"),
		ExpressionAttributeNames:  map[string]string{"#mailed": attrMailed, "#hash": attrHash},
		ExpressionAttributeValues: table.Item{":yes": table.Flag(true), ":hash": table.Str(i.Hash)},
	}))
}

// Withdraw implements auth.InvitationStore.
func (s *Invitations) Withdraw(ctx context.Context, i auth.Invitation, caller auth.User, entry audit.Entry) error {
	actions := append(s.dropInvitation(i), s.leaveSeat(i.Tenant, i.Email, auth.Seat{Invitation: i.ID}))
	reasons, err := s.actAsOwner(ctx, caller, entry, actions...)
	if reasons != nil || table.Conflicted(err) {
		return fmt.Errorf("%w: %w", auth.ErrChanged, err)
	}
	return table.Failed("withdraw invitation", err)
}

// FreeSeats implements auth.InvitationStore. An invitation's item may be gone
// before its seat is free: the table removes it some time after it has expired.
func (s *Invitations) FreeSeats(ctx context.Context, t tenant.ID, now time.Time) (int, error) {
	roster, err := s.Get(ctx, "read roster", s.Platform, rosterKey(t))
	if err != nil {
		return 0, err
	}
	seats, keys := []string{}, []table.Item{}
	held := table.ReadFields(roster, attrSeats)
	for name := range held {
		if id, ok := strings.CutPrefix(table.ReadStr(held, name), seatOfInvitation); ok {
			seats, keys = append(seats, name), append(keys, invitationKey(t, id))
		}
	}
	found, err := s.Read(ctx, "read invitations", keys...)
	if err != nil {
		return 0, err
	}
	freed := 0
	for n, it := range found {
		if it != nil && now.Before(table.ReadMicros(it, attrValid)) {
			continue
		}
		if err := s.freeSeat(ctx, t, seats[n], held[seats[n]], keys[n], now); err != nil {
			return freed, err
		}
		freed++
	}
	return freed, nil
}

// freeSeat empties one seat whose invitation has expired. Somebody who was faster
// has emptied it too.
func (s *Invitations) freeSeat(ctx context.Context, t tenant.ID, name string, holder types.AttributeValue, invitation table.Item, now time.Time) error {
	_, err := s.Transact(ctx, []types.TransactWriteItem{
		{Update: &types.Update{
			TableName: aws.String(s.Platform), Key: rosterKey(t),
			UpdateExpression: aws.String("REMOVE #seats.#seat"), ConditionExpression: aws.String("#seats.#seat = :held"),
			ExpressionAttributeNames:  map[string]string{"#seats": attrSeats, "#seat": name},
			ExpressionAttributeValues: table.Item{":held": holder},
		}},
		{Delete: &types.Delete{
			TableName: aws.String(s.Platform), Key: invitation, ConditionExpression: aws.String("attribute_not_exists(pk) OR #valid <= :now"),
			ExpressionAttributeNames:  map[string]string{"#valid": attrValid},
			ExpressionAttributeValues: table.Item{":now": table.Micros(now)},
		}},
	})
	if _, refused := table.Canceled(err); refused {
		return nil
	}
	return table.Failed("free a seat", err)
}

// CountInvitation implements auth.InvitationStore.
func (s *Invitations) CountInvitation(ctx context.Context, t tenant.ID, a auth.Address, limit ratelimit.Limit, now time.Time) (auth.Count, error) {
	return s.countIn(ctx, inviteCallKey(t, a), limit, now)
}

// Unwanted implements auth.InvitationStore.
func (s *Invitations) Unwanted(ctx context.Context, a auth.Address, now time.Time) (bool, error) {
	found, err := s.suppression(ctx, a)
	return found.Holds(now), err
}
