// Package backup owns what a tenant may know of the backups of its data: when the
// last was made, when the next is due, how far back a restore reaches, and when
// restoring was last tried. It must not know who makes them.
package backup

import "time"

// Status is what is known; a zero time is unknown.
type Status struct {
	LastBackupAt       time.Time
	NextBackupAt       time.Time
	EarliestRestore    time.Time
	LastRestoreDrillAt time.Time
}

// Result is what came of a drill.
type Result string

// The results.
const (
	Held   Result = "held"   // what was restored is what was backed up, less what was erased since
	Failed Result = "failed" // it is not, or could not be restored
)

// Drill is a try to restore.
type Drill struct {
	At     time.Time
	Result Result
	HeldAt time.Time // when one last held; zero for never
}
