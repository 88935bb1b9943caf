// erase-certify writes the certificate of an erasure, and ends it.
package main

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	Platform  string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
	Ledger    string `env:"LEDGER_BUCKET,required,notEmpty"` // what is kept
	Replica   string `env:"MEDIA_REPLICA_ARN"`               // of the files; "" is none
	Days      int    `env:"BACKUP_RETENTION_DAYS,required"`  // how long a backup may still hold it
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	store := dynamo.NewClient(rt.AWS, c.Platform, c.Directory)
	run := erasure.Run{Progress: dynamo.NewErasures(store), Now: rt.Now}
	return erasure.CertifyStep{
		Run: run, Locked: s3files.NewErasures(rt.AWS, c.Ledger), Backups: time.Duration(c.Days) * 24 * time.Hour, Replica: c.Replica != "",
	}.Do, nil
}
