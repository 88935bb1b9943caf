package httpapi

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

type backupAnswer struct {
	LastBackupAt       *time.Time `json:"last_backup_at"`        // null: unknown
	NextBackupAt       *time.Time `json:"next_backup_at"`        // null: unknown
	EarliestRestore    *time.Time `json:"earliest_restore"`      // null: unknown
	LastRestoreDrillAt *time.Time `json:"last_restore_drill_at"` // null: never, or unknown
}

// BackupGet is what is known of the backups.
var BackupGet = endpoint[None, backupAnswer](Route{
	Name: "backup-get", Method: "GET", Pattern: "/api/account/backup", Credentials: Session, Role: auth.Owner, Tag: "Account",
	Summary: "When the account's data was backed up", Description: "As the database's service tells it. null is unknown.",
})
