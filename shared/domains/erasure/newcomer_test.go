package erasure_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// pending is a book whose account is to be erased.
type pending struct{ erasure.Book }

func (pending) Pending(context.Context, tenant.ID) (erasure.Erasure, error) {
	return erasure.Erasure{}, nil
}

// stuck takes mail for as long as it may, and at most for a minute.
type stuck struct{}

func (stuck) Send(ctx context.Context, _ auth.Mail) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Minute):
		return nil
	}
}

// A mail service that does not answer holds up who joins for three seconds of the ten
// that their function has.
func TestTheMailToANewcomerTakesNoLongerThanTheyMayWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var warned error
		n := erasure.Newcomers{Book: pending{}, Mail: stuck{}, Warn: func(_ context.Context, err error) { warned = err }}
		began := time.Now()
		n.Joined(t.Context(), auth.User{ID: "u", Tenant: "t", Email: "a@example.com"})
		if took := time.Since(began); took != 3*time.Second || !errors.Is(warned, context.DeadlineExceeded) {
			t.Errorf("it took %v, and warned of %v", took, warned)
		}
	})
}
