package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestTheDocumentHasTheCommandsTable: docs/scale.md says what make scale prints, from
// the budgets of events/ and the template's parameters as they are now.
func TestTheDocumentHasTheCommandsTable(t *testing.T) {
	table, err := report(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "scale.md"))
	if err != nil {
		t.Fatal(err)
	}
	m, err := measure(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, said := range []string{
		fmt.Sprintf("(%.0f units with an Idempotency-Key)", m.admission), fmt.Sprintf("a sign-in some %s units", round(10*math.Round((m.link+m.verify)/10))),
	} {
		if !strings.Contains(string(page), said) {
			t.Errorf("docs/scale.md does not say %q", said)
		}
	}
	if !strings.Contains(string(page), "\n"+table+"\n") {
		t.Errorf("docs/scale.md does not have what make scale prints:\n%s", table)
	}
}

// TestWhatGivesFirst: at ten thousand tenants nothing is over its limit with the
// template's parameters; at a million nothing that is ours is.
func TestWhatGivesFirst(t *testing.T) {
	m, err := measure(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range limits(m) {
		if l.reached() < 1e4 {
			t.Errorf("%s is reached at %.0f tenants", l.what, l.reached())
		}
		if l.owner == "ours" && l.reached() < 1e6 {
			t.Errorf("%s is ours, and reached at %.0f tenants", l.what, l.reached())
		}
	}
	cheap := m
	cheap.maxRunning = 1
	if got := limits(cheap)[0]; got.reached() > 1e4 {
		t.Errorf("one render at a time is enough for %.0f tenants", got.reached())
	}
}

// TestTheConstantsAreTheCodes: figures of the model that stand in the code too.
func TestTheConstantsAreTheCodes(t *testing.T) {
	for says, file := range map[string]string{
		"openShards = 8":                  "shared/technologies/dynamo/keys_openwork.go",
		"stride = lease / 4":              "shared/domains/render/work.go",
		"lease = 2 * time.Minute":         "shared/domains/render/admit.go",
		"reconciledAtOnce = 16":           "shared/domains/metering/reconcile.go",
		"ReconcileEvery = 24 * time.Hour": "shared/domains/metering/reconcile.go",
		"userCalls   = 400":               "infra/cost/usage.go",
	} {
		raw, err := os.ReadFile(filepath.Join(blueprint.Root(), file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(raw), says) {
			t.Errorf("%s does not say %q any more: reckon anew", file, says)
		}
	}
}
