package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Joins is what accepting an invitation reads and writes. It implements
// auth.JoinStore.
type Joins struct{ *SignIns }

// NewJoins needs both tables.
func NewJoins(c *Client) *Joins { return &Joins{NewSignIns(c)} }

// Invited implements auth.JoinStore.
func (s *Joins) Invited(ctx context.Context, h auth.LinkHash) (tenant.ID, string, error) {
	it, err := s.lookUp(ctx, inviteKey(h))
	return tenant.ID(table.ReadStr(it, attrTenantID)), table.ReadStr(it, attrInvitation), err
}

// Invitation implements auth.JoinStore.
func (s *Joins) Invitation(ctx context.Context, t tenant.ID, id string) (auth.Invitation, error) {
	return s.invitation(ctx, t, id)
}

// Tenant implements auth.JoinStore.
func (s *Joins) Tenant(ctx context.Context, t tenant.ID) (tenant.Tenant, error) {
	it, err := s.Get(ctx, "read tenant", s.Platform, tenantKey(t))
	if err != nil {
		return tenant.Tenant{}, err
	}
	return readTenant(t, it)
}

// Join implements auth.JoinStore. The first actions consume the invitation, and
// the last holds who sent it to be an owner still; whichever of these is refused,
// it is spent. In between is what may be otherwise when it is read again.
func (s *Joins) Join(ctx context.Context, j auth.Joining) error {
	i, u := j.Invitation, j.User
	actions := append(s.dropInvitation(i), s.passSeat(i.Tenant, i.Email, auth.Seat{Invitation: i.ID}, auth.Seat{User: u.ID}))
	spending := len(actions)
	actions = append(actions,
		s.takeAddress(u), table.PutNew(s.Platform, newUser(u, j.Session)), s.joinable(j))
	actions = append(actions, s.recorded(j.Entry)...)
	sender := len(actions)
	actions = append(actions, s.stillOwner(auth.User{ID: i.By, Tenant: i.Tenant}))
	reasons, err := s.Transact(ctx, actions)
	for n := range reasons {
		if table.RefusedOn(reasons, n) {
			return refusedEntry(n < spending || n == sender)
		}
	}
	switch {
	case err == nil:
		return nil
	case table.Conflicted(err):
		return fmt.Errorf("%w: %w", auth.ErrChanged, err)
	}
	return s.settled(ctx, j.Entry, err)
}

// joinable holds the tenant to be active, and adds the user to its owners if that
// is the role.
func (s *Joins) joinable(j auth.Joining) types.TransactWriteItem {
	if j.User.Role == auth.Owner {
		return s.addOwner(j.Tenant, j.User.ID)
	}
	return s.stillActive(j.Tenant.ID)
}
