// Package export owns what a tenant takes away with it: one archive of all that
// shared/domains/privacy says belongs into an export, with evidence that it is
// whole. It must not know where items and objects are kept, nor what an archive
// looks like inside.
package export

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Status is the life of an export.
type Status string

// The statuses. A succeeded one whose archive has gone is still succeeded:
// ExpiresAt tells.
const (
	Queued    Status = "queued"
	Running   Status = "running"
	Succeeded Status = "succeeded"
	Failed    Status = "failed"
)

// Statuses lists them.
func Statuses() []Status { return []Status{Queued, Running, Succeeded, Failed} }

// Ended reports whether nothing more is made.
func (s Status) Ended() bool { return s == Succeeded || s == Failed }

// Life is how long an archive is kept after it was made.
const Life = 7 * 24 * time.Hour

// shownFor is how long an export is listed after its archive has gone.
const shownFor = 90 * 24 * time.Hour

// Step is what a running export does now, for whoever waits.
type Step string

// The steps, in their order.
const (
	Listing  Step = "listing" // reads all items, and what objects there are
	Packing  Step = "packing" // writes the parts of the archive
	Closing  Step = "closing" // puts the parts together
	Finished Step = "finished"
)

// Steps lists them.
func Steps() []Step { return []Step{Listing, Packing, Closing, Finished} }

// Times after which the sweeper looks at an export.
const (
	// startGrace: an export whose execution has not begun by then is started by the
	// sweeper.
	startGrace = 30 * time.Second
	// lease: a running export that has not shown a sign of life for so long is dead.
	lease = 5 * time.Minute
	// afterwards: when a failed export is cleared a second time, of what a step that
	// was still under way may have written since.
	afterwards = time.Hour
)

// maxAgain bounds how often the listing begins again because something that it
// names has gone.
const maxAgain = 3

// Export is one archive, or the making of it.
type Export struct {
	ID          string
	Attempt     int // 1
	Restarts    int // executions that died and were replaced
	Again       int // listings that were thrown away
	Status      Status
	Step        Step
	Plan        Plan   // zero until all is listed
	Done, Total int64  // bytes of the archive that are written, and will be; Total is 0 until it is known
	Size        int64  // bytes of the finished archive
	Manifest    string // SHA-256 of manifest.json in the archive, hex; "" until it is made
	Failure     string // problem code; "" unless failed
	AskedBy     string // id of the user
	Told        bool   // the mail is sent
	Cleared     bool   // what it was made from is removed
	Over        bool   // the archive is removed, or there was none
	CreatedAt   time.Time
	FinishedAt  time.Time
	ExpiresAt   time.Time // when the archive goes; zero until it is made
	DueAt       time.Time // when the sweeper must look; zero when nothing is left to do
}

// Progress is how much is done, from 0 to 1. It reaches 1 only on success.
func (e Export) Progress() float64 {
	switch {
	case e.Status == Succeeded:
		return 1
	case e.Total == 0:
		return 0
	}
	return min(float64(e.Done)/float64(e.Total), 0.99) // a part that was written twice counts twice
}

// Kept reports whether the archive can be had now.
func (e Export) Kept(now time.Time) bool {
	return e.Status == Succeeded && !e.Over && now.Before(e.ExpiresAt)
}

// Run is the export as the workflow sees it.
func (e Export) Run(id tenant.ID) workflow.Run {
	return workflow.Run{
		Input:    workflow.Input{TenantID: id, JobID: e.ID, Attempt: e.Attempt},
		Restarts: e.Restarts, Waiting: e.Status == Queued, Ended: e.Status.Ended(), DueAt: e.DueAt,
	}
}

// Filename is what a browser saves the archive as.
func (e Export) Filename() string {
	return "devotionalai-export-" + e.CreatedAt.UTC().Format("2006-01-02") + ".zip"
}
