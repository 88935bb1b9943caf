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
