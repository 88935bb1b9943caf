package auth

import (
	"context"
	"fmt"
)

// Profiles tells users about themselves.
type Profiles struct{ Plans PlanReader }

// Me returns the profile of a person whom the gate has let in.
func (p *Profiles) Me(ctx context.Context, c Caller) (Profile, error) {
	plan, err := p.Plans.Plan(ctx, c.Tenant)
	if err != nil {
		return Profile{}, fmt.Errorf("read plan: %w", err)
	}
	who := c.Principal
	return Profile{User: who.User, Email: Address(who.Email), Tenant: c.Tenant, Role: c.Role, Plan: plan}, nil
}
