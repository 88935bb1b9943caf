package metering

import (
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// slotRetryAfter is when a caller who found no slot may ask again: about the
// time that a short render takes.
const slotRetryAfter = 30 * time.Second

// Slots bound how many jobs are unfinished at once.
type Slots struct {
	PerTenant int `env:"MAX_RUNNING_JOBS_PER_TENANT" envDefault:"3"` // unfinished jobs of one tenant
	Overall   int `env:"MAX_RUNNING_JOBS" envDefault:"50"`           // of all tenants together
}

// Slot is what must hold for one more job of a tenant.
type Slot struct {
	PerTenant int // unfinished jobs of the tenant stay at or below this, the new one included
	Overall   int // and those of all tenants at or below this
}

// For returns the slot for the next job of a tenant of whom active are
// unfinished. The more a tenant has, the more room it must leave to those who
// have fewer: of the last half of all slots, it may fill the less the closer it
// is to its own bound. One who has none may take the very last.
func (s Slots) For(active int64) Slot {
	yielded := int64(s.Overall) * min(active, int64(s.PerTenant)) / int64(2*max(s.PerTenant, 1))
	return Slot{PerTenant: s.PerTenant, Overall: s.Overall - int(yielded)}
}

func (s Slots) tooMany() error {
	refused := problem.New(problem.TooManyJobs, s.inProgress()+" Wait for one to finish, or cancel one.")
	refused.RetryAfter = slotRetryAfter
	return refused
}

func (s Slots) inProgress() string {
	if s.PerTenant == 1 {
		return "A render is in progress already."
	}
	return fmt.Sprintf("%d renders are in progress already.", s.PerTenant)
}

func tooBusy() error {
	refused := problem.New(problem.TooBusy, "Many videos are being made right now. Yours can start when some of them are finished.")
	refused.RetryAfter = slotRetryAfter
	return refused
}
