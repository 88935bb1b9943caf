package exporting_test

import (
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// The state machine, as it is deployed, is killed at each of its calls. The sweeper
// finds the export and has another execution take it up where it was: one archive
// with everything in it, and nothing left of what it was made from. What a task
// that is given up has ended is told, and can be asked for again.
func TestAnExportIsKilledAtEachStateAndResumed(t *testing.T) {
	harness.Proof(t)
	land := newLand(t)
	machine := land.Deploy(t, "export")
	harness.Fates{
		Flow: "export", Machine: machine, Parallel: true,
		All: []harness.Fate{harness.StoppedBefore, harness.StoppedAfter, harness.Crashed, harness.CrashedForGood, harness.Overtaken},
	}.EachCall(t, func(t *testing.T, d *harness.Doom) tenant.ID {
		w := newWorld(t, land)
		w.devotional("Psalm 23", 6<<20) // two parts
		p := w.product()
		p.service.Machine = machine
		d.Serve(machine, w.who.Tenant, map[string]harness.Function{
			"ExportRead": harness.Step(tenant.Export, p.read.Run), "ExportPack": harness.Step(tenant.Export, p.pack.Run),
			"ExportClose": harness.Step(tenant.Export, p.close.Run), "ExportSettle": harness.Step(tenant.Export, p.settle.Run),
		})
		e, err := p.start("")
		harness.Must(t, err)
		e = p.played(machine, d, e.ID)
		d.LetGo()
		if e.Status == export.Failed {
			p.ended(e)
			e, err = p.start("")
			harness.Must(t, err)
			e = p.played(machine, d, e.ID)
		}
		files := p.whole(e.ID)
		if n := len(files["files/videos/Psalm 23/video.mp4"]); n != 6<<20 {
			t.Errorf("%d bytes of the video are in the archive", n)
		}
		if n := len(w.post.sent); n != len(w.exports(p)) {
			t.Errorf("%d mails tell of %d exports", n, len(w.exports(p)))
		}
		return w.who.Tenant
	})
}

// played waits for an export's executions until it has ended; the sweeper begins
// each that follows on one that died.
func (p *product) played(machine *harness.Workflow, d *harness.Doom, id string) export.Export {
	p.Helper()
	runs := export.NewRuns(p.settle.Settler, machine, p.warnings.Add)
	sweeper := openwork.Sweeper{
		Index: harness.Of(p.who.Tenant, dynamo.NewOpenWork(dynamo.NewClient(p.AWS, p.Platform, p.Directory))),
		Tasks: p.keeper.Tasks(runs), Now: p.clock.Now, Warn: p.warnings.Add,
	}
	for swept := 0; ; swept++ {
		machine.Ended(p.T, p.who.Tenant)
		d.Passed()
		if e := p.export(id); e.Status.Ended() && e.Cleared {
			return e
		}
		// More than once, when a slice beside the killed one has shown a sign of life since.
		p.clock.Forward(time.Hour)
		_, err := sweeper.Sweep(tenant.Doing(p.Context(), tenant.Export), 10)
		harness.Must(p.T, err)
		if swept > 9 {
			p.Fatalf("nothing ends the export after %v: %v", machine.Started(p.who.Tenant), p.warnings.All())
		}
	}
}
