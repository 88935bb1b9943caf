package erasure

import (
	"context"
	"errors"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// ErrOver says to a step that its erasure is done, was taken back, or is another
// attempt's: there is nothing to do.
var ErrOver = errors.New("erasure: over")

// Book keeps the erasures that were asked for.
type Book interface {
	// Create stores the account's erasure as one that waits, with its tokens, its
	// receipt and its entry in the record of acts. It holds the caller to be an owner
	// then. Errors: ErasurePending when one waits already or runs, those of
	// auth.User.Deposed.
	Create(ctx context.Context, owner auth.User, e Erasure, act audit.Entry) error
	// Erasure reads one. Errors: NotFound.
	Erasure(ctx context.Context, id tenant.ID, erasureID string) (Erasure, error)
	// Pending reads the account's own that waits or runs. Errors: NotFound.
	Pending(ctx context.Context, id tenant.ID) (Erasure, error)
	// Kept is whose erasure, and which, a mailed token takes back. It is asked before
	// anybody is known. Errors: NotFound.
	Kept(ctx context.Context, keep auth.LinkHash) (id tenant.ID, erasureID string, err error)
	// Cancel takes back what still waits, before its time, with its entry in the record
	// of acts. Doing so again is fine. Errors: ErasureBegun, NotFound.
	Cancel(ctx context.Context, id tenant.ID, e Erasure, now time.Time, act audit.Entry) error
	// Receipt is how an erasure stands. It is asked before anybody is known. Errors:
	// NotFound, also once it has ended by itself.
	Receipt(ctx context.Context, receipt auth.LinkHash, now time.Time) (Receipt, error)
}

// Progress keeps how far a running erasure is. Errors of every method: ErrOver.
type Progress interface {
	// Begin turns what waits into what runs, once its time has come, and freezes the
	// tenant in the same transaction; from then on no admission holds. act is written
	// with it. Beginning again what runs already is fine.
	Begin(ctx context.Context, in workflow.Input, now, due time.Time, act audit.Entry) (Erasure, error)
	// Enter says that a step begins, and that the run is alive, on the receipt too.
	Enter(ctx context.Context, in workflow.Input, step Step, due time.Time) (Erasure, error)
	// Note adds to what was erased, whose data went, and who was told.
	Note(ctx context.Context, in workflow.Input, n Noted) error
	// Finish writes the certificate onto the receipt and removes the erasure, and with
	// an account's what the tenant was. act is written with a member's.
	Finish(ctx context.Context, in workflow.Input, e Erasure, c Certificate, act audit.Entry) error
}

// Noted is what a step adds.
type Noted struct {
	Erased Tally
	Users  []string
	Told   []string
	Leads  []Lead
	Rounds int
	Frozen time.Time // when what ran was stopped; zero for nothing
	Sought time.Time // when the payment service was searched to the end; zero for nothing
	// Seeking is when a search began that goes on after SeekAfter; zero for nothing.
	Seeking   time.Time
	SeekAfter string
}

// NoErasure answers an absent erasure and another tenant's alike.
func NoErasure() error { return problem.New(problem.NotFound, "There is no such erasure.") }

// Pending answers who asks a second time.
func Pending() error {
	return problem.New(problem.ErasurePending, "The account is to be erased already. Nothing was changed.")
}

// Begun answers who takes back what cannot be taken back any more.
func Begun() error {
	return problem.New(problem.ErasureBegun, "The erasure has begun and cannot be taken back any more.")
}
