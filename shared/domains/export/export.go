// Package export owns what a tenant takes away with it: one archive of all that
// shared/domains/privacy says belongs into an export, with evidence that it is
// whole. It must not know where items and objects are kept.
package export

import "time"

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

// Life is how long an archive is kept after it was made.
const Life = 7 * 24 * time.Hour

// LinkLife is how long a link to an archive works. It is made on demand.
const LinkLife = 15 * time.Minute

// Step is what a running export does now, for whoever waits.
type Step string

// The steps, in their order.
const (
	Listing  Step = "listing" // reads all items, and what objects there are
	Packing  Step = "packing" // writes the parts of the archive
	Closing  Step = "closing" // puts the parts together
	Finished Step = "finished"
)

// Export is one archive, or the making of it.
type Export struct {
	ID             string
	Attempt        int // 1, and one more each time that it had to begin again
	Restarts       int // of the present attempt's execution
	Status         Status
	Step           Step
	Done, Total    int64  // bytes of the archive that are written, and will be; Total is 0 until it is known
	Size           int64  // bytes of the finished archive
	ManifestSHA256 string // hex, of manifest.json in the archive
	Failure        string // problem code; "" unless failed
	AskedBy        string // id of the user
	CreatedAt      time.Time
	FinishedAt     time.Time
	ExpiresAt      time.Time // when the archive goes; zero until it is made
}

// Progress is how much is done, from 0 to 1.
func (e Export) Progress() float64 {
	switch {
	case e.Status == Succeeded:
		return 1
	case e.Total == 0:
		return 0
	}
	return float64(e.Done) / float64(e.Total)
}

// Kept reports whether the archive can be had now.
func (e Export) Kept(now time.Time) bool { return e.Status == Succeeded && now.Before(e.ExpiresAt) }
