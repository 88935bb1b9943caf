package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"go.yaml.in/yaml/v3"
)

// What a tenant does in a month, one person each: the calls are those that make cost
// goes by. The busiest second has peak times the month's mean.
const (
	monthSeconds = 30 * 24 * 3600
	tenantCalls  = 400
	tenantMails  = 2
	tenantVideos = 3
	videoScenes  = 6
	peak         = 10
)

// What a part of the work takes, on Lambda. Only their order of magnitude matters here.
const (
	callSeconds      = 0.06 // of a function, for a call
	videoSeconds     = 120  // from admission to settlement
	sceneTransitions = 14   // of Step Functions
	scenePicture     = 1    // of Bedrock
	partWrites       = 30   // units, of a scene on its way
	leaseSeconds     = 30   // a quarter of a job's lease: a working job moves in the index of open work once in so long
	tenantReconciled = 0.15 // seconds of ledger-reconcile, of one tenant
	reconciledAtOnce = 16   // tenants
	reconcileSeconds = 400  // of its run each hour: two thirds of its timeout
	openShards       = 8    // of each kind in the index of open work
)

// AWS's own limits. Those that it raises on request are its defaults.
const (
	partitionWrites = 1000 // units a second
	newTableWrites  = 4000 // units a second of a table that was just made
	tableWrites     = 40000
)

// measured are units of DynamoDB from the budgets of events/, where a test holds the
// functions to them, and limits from the template.
type measured struct {
	admission, link, verify      float64
	maxRunning, width, mailsHour float64
}

func measure(root string) (m measured, err error) {
	for at, into := range map[string]*float64{
		"project-render/with-a-key": &m.admission, "magic-link-request": &m.link, "magic-link-verify": &m.verify,
	} {
		if *into, err = budgetOf(root, at); err != nil {
			return m, err
		}
	}
	raw, err := os.ReadFile(filepath.Join(root, "template.yaml"))
	if err != nil {
		return m, fmt.Errorf("read template: %w", err)
	}
	var template struct {
		Parameters map[string]struct {
			Default string `yaml:"Default"`
		} `yaml:"Parameters"`
	}
	if err := yaml.Unmarshal(raw, &template); err != nil {
		return m, fmt.Errorf("read template: %w", err)
	}
	for name, into := range map[string]*float64{"MaxRunningJobs": &m.maxRunning, "RenderWidth": &m.width, "MagicLinkOverallPerHour": &m.mailsHour} {
		if *into, err = strconv.ParseFloat(template.Parameters[name].Default, 64); err != nil {
			return m, fmt.Errorf("the template's parameter %s is no number: %w", name, err)
		}
	}
	return m, nil
}

// budgetOf is the largest budget of a function's samples, or of one of them.
func budgetOf(root, at string) (float64, error) {
	pattern := filepath.Join(root, "events", at+".want.json")
	if filepath.Dir(at) == "." {
		pattern = filepath.Join(root, "events", at, "*.want.json")
	}
	files, err := filepath.Glob(pattern)
	if err != nil {
		return 0, err
	}
	most := 0.0
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			return 0, fmt.Errorf("read sample: %w", err)
		}
		var want struct {
			Budget *struct {
				Units float64 `json:"units"`
			} `json:"budget"`
		}
		if err := json.Unmarshal(raw, &want); err != nil {
			return 0, fmt.Errorf("read sample %s: %w", file, err)
		}
		if want.Budget != nil {
			most = max(most, want.Budget.Units)
		}
	}
	if most == 0 {
		return 0, fmt.Errorf("no sample of %s has a budget", at)
	}
	return most, nil
}
