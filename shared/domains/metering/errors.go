package metering

import "errors"

// Full says that a counter had no room for a reservation, and what it held. It
// holds the metrics of the item that refused, not necessarily all.
type Full struct{ Counter Counter }

func (*Full) Error() string { return "metering: the counter has no room for the reservation" }

// What else can refuse a reservation.
var (
	// ErrTooManyJobs: as many jobs of the tenant as allowed are unfinished already.
	ErrTooManyJobs = errors.New("metering: too many unfinished jobs")
	// ErrNoSlot: as many jobs of all tenants together are unfinished as this
	// tenant may add to.
	ErrNoSlot = errors.New("metering: too many unfinished jobs of all tenants")
	// ErrTenantChanged: the tenant is no longer as it was read; read it again.
	ErrTenantChanged = errors.New("metering: the tenant changed meanwhile")
	// ErrChanged: what was to be settled is not as it was read; read it again.
	ErrChanged = errors.New("metering: changed meanwhile")
)
