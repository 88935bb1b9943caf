package erasure

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Replayed is what a replay found.
type Replayed struct {
	Erasures int   `json:"erasures"` // certificates that were read
	Found    int   `json:"found"`    // of those, the ones that something had come back of
	Erased   Tally `json:"erased"`   // what was removed again
}

// Replay removes again what a restored copy holds of those who were erased, by the
// certificates in the locked bucket. Objects may be nil, where only tables were
// restored. Replaying again finds nothing.
//
// The eraser's Evidence must be nil: rows of a restored copy are in their segments
// already.
func Replay(ctx context.Context, locked Locked, eraser Eraser, objects Objects) (Replayed, error) {
	done := Replayed{Erased: Tally{}}
	err := locked.Each(ctx, func(data []byte) error {
		var c Certificate
		if err := json.Unmarshal(data, &c); err != nil {
			return fmt.Errorf("read certificate: %w", err)
		}
		if !tenant.ValidID(c.Tenant) {
			return fmt.Errorf("certificate %s names no tenant", c.Erasure)
		}
		if c.Subject == Account { // one from before there were marks has none
			if err := locked.Mark(ctx, tenant.ID(c.Tenant)); err != nil {
				return err
			}
		}
		erased, err := eraser.again(tenant.WithTenant(ctx, tenant.ID(c.Tenant)), c, objects)
		done.Erasures++
		if len(erased) > 0 {
			done.Found++
		}
		done.Erased.Add(erased)
		return err
	})
	return done, err
}

// again removes what is there of one certificate.
func (e Eraser) again(ctx context.Context, c Certificate, objects Objects) (Tally, error) {
	id, erased := tenant.ID(c.Tenant), Tally{}
	e.Items = noting{e.Items, erased}
	users := []string{""}
	if c.Subject == Member {
		if users = c.Users; len(users) == 0 || slices.Contains(users, "") {
			return erased, fmt.Errorf("certificate %s names no user", c.Erasure)
		}
	}
	if e.Receipts != nil {
		if err := e.Receipts.Certified(ctx, id, c); err != nil {
			return erased, err
		}
	}
	for _, user := range users {
		t := task{tenant: id, user: auth.UserID(user), enough: func() bool { return false }}
		if _, err := e.directory(ctx, t); err != nil {
			return erased, err
		}
		if _, err := e.partition(ctx, t, true); err != nil {
			return erased, err
		}
	}
	if objects == nil || c.Subject == Member {
		return erased, nil
	}
	for {
		removed, err := eraseObjects(ctx, objects, id)
		erased.Add(removed)
		if err != nil || len(removed) == 0 {
			return erased, err
		}
	}
}

// noting counts what is removed.
type noting struct {
	Items
	erased Tally
}

func (n noting) Remove(ctx context.Context, id tenant.ID, r Removal) error {
	err := n.Items.Remove(ctx, id, r)
	if err == nil {
		n.erased.Add(r.Tally())
	}
	return err
}
