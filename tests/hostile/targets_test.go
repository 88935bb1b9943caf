// Package hostile_test runs fuzz targets as programs: in turn, and with bugs put
// into copies of what they look at. make hostile runs them at length.
package hostile_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/devotionalai/platform/infra/hostile/fuzzing"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// slice is what a target gets in make proofs; make hostile gives it its share of
// ten minutes of processor time. An ordinary run and CI try one target, to show that
// they run, and the seeds of all of them as any test.
const slice = "400ms"

// TestEveryTargetHolds fuzzes with every target for a moment.
func TestEveryTargetHolds(t *testing.T) {
	harness.Proof(t)
	root := blueprint.Root()
	found, err := fuzzing.Find(root)
	if err != nil {
		t.Fatal(err)
	}
	byFolder := map[string][]fuzzing.Target{}
	for _, target := range found {
		if harness.Unhurried() || target.Folder == "shared/domains/idempotency" {
			byFolder[target.Folder] = append(byFolder[target.Folder], target)
		}
	}
	var mu sync.Mutex
	inputs, targets := int64(0), 0
	t.Run("targets", func(t *testing.T) {
		for folder, all := range byFolder {
			t.Run(folder, func(t *testing.T) {
				t.Parallel()
				binary := filepath.Join(t.TempDir(), "held.test")
				if err := fuzzing.Build(t.Context(), root, folder, binary, false); err != nil {
					t.Fatal(err)
				}
				for _, target := range all {
					r, err := fuzzing.Run(t.Context(), binary, filepath.Join(root, folder), t.TempDir(), target.Name, slice)
					if err != nil || r.Failed {
						t.Errorf("%s: %v\n%s", target.Name, err, r.Said)
					}
					mu.Lock()
					inputs, targets = inputs+r.Inputs, targets+1
					mu.Unlock()
				}
			})
		}
	})
	t.Logf("fuzz targets: %d of %d held, of %d inputs", targets, len(found), inputs)
	if targets == 0 {
		t.Error("no target was run")
	}
}

// TestTargetsAreFoundByThemselves: the finder sees what go test would take for a
// target, and nothing else.
func TestTargetsAreFoundByThemselves(t *testing.T) {
	found, err := fuzzing.Find(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, target := range found {
		if names[fmt.Sprint(target)] || !strings.HasPrefix(target.Name, "Fuzz") {
			t.Errorf("%v is found twice, or is none", target)
		}
		names[fmt.Sprint(target)] = true
	}
	for _, want := range []fuzzing.Target{
		{Folder: "shared/technologies/zipfile", Name: "FuzzPart"}, {Folder: "shared/domains/reading", Name: "FuzzReading"}, {Folder: "shared/httpapi", Name: "FuzzADeviceIsOfAFixedList"},
	} {
		if !names[fmt.Sprint(want)] {
			t.Errorf("%v is not found", want)
		}
	}
}
