package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// The callers, in the order in which they call.
const (
	asOwner  = "owner"
	asMember = "member"
	asKey    = "key"
	asNobody = "nobody"
)

// roles reads which callers are asked for.
func roles(list string) ([]string, error) {
	known := []string{asOwner, asMember, asKey, asNobody}
	if list == "" {
		return known, nil
	}
	var chosen []string
	for _, role := range strings.Split(list, ",") {
		if !slices.Contains(known, role) {
			return nil, fmt.Errorf("%q is no caller: %s", role, strings.Join(known, ", "))
		}
		chosen = append(chosen, role)
	}
	return chosen, nil
}

// freshFor is how long a session's access token is used: a few minutes less than it
// works.
const freshFor = 6 * time.Minute

// account is a tenant of the product with an owner, a member and a key.
type account struct {
	product string
	project string // one of its own

	mu      sync.Mutex
	clients map[string]client
	since   map[string]time.Time
}

const (
	ownerAddress  = "schema-check@example.com"
	memberAddress = "schema-check-member@example.com"
)

// opened signs the callers in. The plan that members need is granted, as make
// tenant does.
func opened(ctx context.Context, p *running.Product, product string, callers []string) (*account, error) {
	a := &account{product: product, clients: map[string]client{asNobody: {product: product}}, since: map[string]time.Time{}}
	owner, err := a.as(ctx, asOwner)
	if err != nil {
		return nil, err
	}
	if a.project, err = owner.project(ctx, "Held to the document"); err != nil {
		return nil, err
	}
	if slices.Contains(callers, asMember) {
		unlimited := map[metering.Metric]float64{}
		for _, m := range metering.Metrics() {
			unlimited[m] = float64(tenant.Unlimited)
		}
		grant := billing.TermsChange{Email: ownerAddress, Plan: tenant.Enterprise, Set: unlimited}
		if _, err := running.Ask[billing.Terms](ctx, p, "tenant-change", grant); err != nil {
			return nil, err
		}
		if err := a.join(ctx, owner); err != nil {
			return nil, fmt.Errorf("have a member come in: %w", err)
		}
	}
	if slices.Contains(callers, asKey) {
		key, err := owner.key(ctx, "schema check "+time.Now().UTC().Format(time.RFC3339))
		if err != nil {
			return nil, err
		}
		a.clients[asKey] = key
	}
	return a, nil
}

// join has the member come in; in a run before it may have.
func (a *account) join(ctx context.Context, owner client) error {
	member, err := owner.member(ctx, memberAddress)
	if err != nil && strings.Contains(err.Error(), "already_member") {
		_, err = a.as(ctx, asMember)
		return err
	}
	a.clients[asMember], a.since[asMember] = member, time.Now()
	return err
}

// as is a caller with a credential that works. Sessions are opened anew in time.
func (a *account) as(ctx context.Context, role string) (client, error) {
	address := map[string]string{asOwner: ownerAddress, asMember: memberAddress}[role]
	a.mu.Lock()
	defer a.mu.Unlock()
	if c, there := a.clients[role]; there && (address == "" || time.Since(a.since[role]) < freshFor) {
		return c, nil
	}
	if address == "" {
		return client{}, errors.New("there is no " + role)
	}
	c, err := signedIn(ctx, a.product, address)
	if err != nil {
		return client{}, fmt.Errorf("sign the %s in: %w", role, err)
	}
	a.clients[role], a.since[role] = c, time.Now()
	return c, nil
}
