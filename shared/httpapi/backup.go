package httpapi

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type backupAnswer struct {
	LastBackupAt       *time.Time `json:"last_backup_at"`        // null: unknown
	NextBackupAt       *time.Time `json:"next_backup_at"`        // null: unknown
	EarliestRestore    *time.Time `json:"earliest_restore"`      // null: unknown
	LastRestoreDrillAt *time.Time `json:"last_restore_drill_at"` // when restoring was last tried and held; null: never, or unknown
}

// BackupGet is what is known of the backups.
var BackupGet = endpoint[None, backupAnswer](Route{
	Name: "backup-get", Method: "GET", Pattern: "/api/account/backup", Credentials: Session, Role: auth.Owner, Act: tenant.Backups, Tag: "Account",
	Summary:     "When the account's data was backed up",
	Description: "As the database's service tells it, at most some minutes old. null is unknown: nothing is guessed.",
})

func backupRoutes() []Route { return []Route{BackupGet.Route} }

// GetBackup serves BackupGet.
func GetBackup(l *backup.Looker) Handler[None, backupAnswer] {
	return func(ctx context.Context, _ *Request[None]) (backupAnswer, error) {
		known := l.Look(ctx)
		return backupAnswer{
			LastBackupAt: ifKnown(known.LastBackupAt), NextBackupAt: ifKnown(known.NextBackupAt),
			EarliestRestore: ifKnown(known.EarliestRestore), LastRestoreDrillAt: ifKnown(known.LastRestoreDrillAt),
		}, nil
	}
}

// ifKnown is nil for a time that nobody knows.
func ifKnown(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC().Truncate(time.Second)
	return &at
}
