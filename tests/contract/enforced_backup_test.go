package contract

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/tablebackups"
)

// backedUp are the settings of a function that tells of backups.
type backedUp struct {
	edge.Settings
	Platform  string `env:"PLATFORM_TABLE_ARN"`
	Directory string `env:"DIRECTORY_TABLE_ARN"`
	Plan      string `env:"BACKUP_PLAN_ID"`
}

// ofBackups are functions that tell of backups.
func ofBackups() []enforced {
	return []enforced{
		behindAPI(httpapi.BackupGet.Route, func(_ context.Context, rt *boot.Runtime, c backedUp) (http.Handler, error) {
			looker := &backup.Looker{
				Source: tablebackups.New(rt.AWS, c.Plan), Drills: dynamo.NewDrills(c.Store(rt)), Tables: []string{c.Platform, c.Directory}, Now: rt.Now, Warn: rt.Warn,
			}
			return edge.Serve(rt, c.Settings, httpapi.BackupGet, httpapi.GetBackup(looker))
		}),
	}
}
