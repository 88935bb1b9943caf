// export-close puts the parts of an export's archive together.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

type config struct{ exporting.Settings }

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (workflow.Input, error), error) {
	rt.Does(tenant.Export)
	return export.NewCloseStep(c.Store(rt), c.Files(rt), rt.Now).Run, nil
}
