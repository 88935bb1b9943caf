package export

import (
	"context"
	"errors"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// noted counts the ends that were told.
type noted struct {
	Store
	told int
}

func (n *noted) Told(context.Context, tenant.ID, string) error {
	n.told++
	return nil
}

// present has the member who asked.
type present struct{}

func (present) Items(context.Context, tenant.ID, bool, func(Item) error) error { return nil }

func (present) Address(context.Context, tenant.ID, string) (auth.Address, bool, error) {
	return "a@example.com", true, nil
}

// refusing takes no mail.
type refusing struct{ err error }

func (r refusing) Send(context.Context, auth.Mail) error { return r.err }

// An export has ended, whatever becomes of the mail about it. Only an outage, which
// another try may mend, has the step repeated: an address that takes no mail, and a
// sender that may not write to it, are passed over with a warning.
func TestMailThatNoOtherTryDeliversEndsNoExport(t *testing.T) {
	down := errors.New("down")
	for name, c := range map[string]struct {
		sending error
		passed  bool
	}{
		"an address that takes none": {problem.Invalid(problem.Field{Field: "email", Message: "no"}), true},
		"no sender":                  {problem.New(problem.MailFailed, "Mail cannot be sent from here yet."), true},
		"in the sandbox":             {problem.New(problem.MailNotSetUp, "Mail cannot be sent to this address from here yet."), true},
		"an outage":                  {down, false},
	} {
		store, warned := &noted{}, 0
		s := SettleStep{
			Settler: Settler{Store: store}, Items: present{}, Mail: refusing{c.sending}, AppURL: "http://localhost",
			Warn: func(context.Context, error) { warned++ },
		}
		err := s.tell(t.Context(), "t", Export{ID: "e", AskedBy: "u", Status: Succeeded})
		if passed := err == nil && store.told == 1 && warned == 1; passed != c.passed || !c.passed && !errors.Is(err, down) {
			t.Errorf("%s: %v, told %d times, %d warnings", name, err, store.told, warned)
		}
	}
}
