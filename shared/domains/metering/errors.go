package metering

import "errors"

// Full says that a counter had no room for a reservation, and what it held.
type Full struct{ Counter Counter }

func (*Full) Error() string { return "metering: the counter has no room for the reservation" }

// What else can refuse a reservation.
var (
	// ErrTooManyJobs: as many jobs as allowed are unfinished already.
	ErrTooManyJobs = errors.New("metering: too many unfinished jobs")
	// ErrPlanChanged: the tenant is no longer as it was read; read it again.
	ErrPlanChanged = errors.New("metering: the tenant changed meanwhile")
	// ErrChanged: what was to be settled is not as it was read; read it again.
	ErrChanged = errors.New("metering: changed meanwhile")
)
