// Package runs composes what keeps the runs of every workflow going, for the two
// functions that do: the sweep, and the one that hears of executions' ends.
package runs

import (
	"context"
	"errors"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/boot/outcomes"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
)

// Settings name the machines.
type Settings struct {
	RenderMachine  string `env:"RENDER_STATE_MACHINE_ARN,required,notEmpty"`
	PublishMachine string `env:"PUBLISH_STATE_MACHINE_ARN,required,notEmpty"`
	ExportMachine  string `env:"EXPORT_STATE_MACHINE_ARN,required,notEmpty"`
	EraseMachine   string `env:"ERASE_STATE_MACHINE_ARN,required,notEmpty"`
}

// Render keeps renders going.
func (s Settings) Render(rt *boot.Runtime, store *dynamo.Client) workflow.Keeper {
	return render.NewRuns(render.NewSettler(dynamo.NewJobs(store), rt.Now).Telling(outcomes.Ended(rt)), stepfn.New(rt.AWS, s.RenderMachine), rt.Warn)
}

// Publish keeps publications going.
func (s Settings) Publish(rt *boot.Runtime, store *dynamo.Client) workflow.Keeper {
	return publish.NewRuns(publish.Settler{Store: dynamo.NewPublications(store), Now: rt.Now}, stepfn.New(rt.AWS, s.PublishMachine), rt.Warn)
}

// Export keeps exports going.
func (s Settings) Export(rt *boot.Runtime, store *dynamo.Client) workflow.Keeper {
	return export.NewRuns(export.Settler{Store: dynamo.NewExports(store), Now: rt.Now}, stepfn.New(rt.AWS, s.ExportMachine), rt.Warn)
}

// Erase begins erasures when their time has come, and keeps them going. One that could
// not be finished is counted: infra/operations.yaml has an alarm on it.
func (s Settings) Erase(rt *boot.Runtime, store *dynamo.Client) workflow.Keeper {
	return erasure.NewRuns(dynamo.NewErasures(store), stepfn.New(rt.AWS, s.EraseMachine), rt.Now, func(ctx context.Context, err error) {
		if errors.Is(err, erasure.ErrUndone) {
			rt.Metrics.Add(metric.ErasuresUndone, 1, boot.Count, nil)
		}
		rt.Warn(ctx, err)
	})
}

// Heard makes the handler of an execution's end: it counts what died of itself, and
// has its keeper see to it. What was aborted, somebody stopped: a keeper that begins
// it anew, an erasure, an operator.
func (s Settings) Heard(rt *boot.Runtime, store *dynamo.Client) func(context.Context, workflow.StatusEvent) error {
	keepers := s.Keepers(rt, store)
	return func(ctx context.Context, e workflow.StatusEvent) error {
		if e.Detail.Status != "ABORTED" {
			rt.Metrics.Add(metric.WorkflowsDied, 1, boot.Count, map[string]string{"machine": e.Detail.Machine, "status": e.Detail.Status})
		}
		return keepers.Handle(ctx, e)
	}
}

// Keepers are all of them, by their machines.
func (s Settings) Keepers(rt *boot.Runtime, store *dynamo.Client) workflow.Keepers {
	return workflow.Keepers{
		s.RenderMachine: s.Render(rt, store), s.PublishMachine: s.Publish(rt, store),
		s.ExportMachine: s.Export(rt, store), s.EraseMachine: s.Erase(rt, store),
	}
}
