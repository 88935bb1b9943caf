// backup-get answers GET /api/account/backup.
package main

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

type config struct {
	edge.Settings
	Platform  string `env:"PLATFORM_TABLE_ARN,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE_ARN,required,notEmpty"`
	Plan      string `env:"BACKUP_PLAN_ID"` // of AWS Backup; empty where there is none
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	looker := &backup.Looker{
		Source: tablebackups.New(rt.AWS, c.Plan), Drills: dynamo.NewDrills(c.Store(rt)),
		Tables: []string{c.Platform, c.Directory}, Now: rt.Now, Warn: rt.Warn,
	}
	return edge.Serve(rt, c.Settings, httpapi.BackupGet, httpapi.GetBackup(looker))
}
