// Package findings holds what a scanner finds in the templates to the exceptions
// that have a reason.
package findings

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path"
	"strings"

	"go.yaml.in/yaml/v3"
)

//go:embed exceptions.yaml
var exceptions []byte

// Finding is one thing that a scanner would have otherwise.
type Finding struct {
	Check    string `json:"check_id"`
	Name     string `json:"check_name"`
	File     string `json:"file_path"`
	Resource string `json:"resource"` // type and logical id, with a dot between them
}

// Exception lets findings stand. Resource is a pattern of path.Match.
type Exception struct {
	Check    string `yaml:"check"`
	Resource string `yaml:"resource"`
	Reason   string `yaml:"reason"`
}

func (e Exception) covers(f Finding) bool {
	match, _ := path.Match(e.Resource, f.Resource)
	return match && e.Check == f.Check
}

// Ours are the exceptions of this checkout.
func Ours() ([]Exception, error) { return Read(exceptions) }

// Read takes a list of exceptions of which each says why.
func Read(raw []byte) ([]Exception, error) {
	var list []Exception
	decoder := yaml.NewDecoder(bytes.NewReader(raw))
	decoder.KnownFields(true)
	if err := decoder.Decode(&list); err != nil {
		return nil, fmt.Errorf("read exceptions: %w", err)
	}
	var bad []error
	for _, e := range list {
		if len(strings.Fields(e.Reason)) < 4 {
			bad = append(bad, fmt.Errorf("%s of %s is excepted without a reason", e.Check, e.Resource))
		}
		if _, err := path.Match(e.Resource, ""); err != nil || e.Check == "" || e.Resource == "" {
			bad = append(bad, fmt.Errorf("%q of %q: an exception names a check, and resources as path.Match reads them", e.Check, e.Resource))
		}
	}
	return list, errors.Join(bad...)
}

// Judge says what no exception covers, and which exceptions nothing needs.
func Judge(found []Finding, list []Exception) []string {
	needed := make([]bool, len(list))
	var complaints []string
	for _, f := range found {
		covered := false
		for i, e := range list {
			if e.covers(f) {
				covered, needed[i] = true, true
			}
		}
		if !covered {
			complaints = append(complaints, fmt.Sprintf("%s: %s: %s (%s)", strings.TrimPrefix(f.File, "/"), f.Resource, f.Name, f.Check))
		}
	}
	for i, e := range list {
		if !needed[i] {
			complaints = append(complaints, fmt.Sprintf("%s of %s is excepted, and nothing needs it", e.Check, e.Resource))
		}
	}
	return complaints
}

// Checkov scans a folder of templates after their transforms. It asks nobody and
// sends nothing.
func Checkov(ctx context.Context, program, folder string) ([]Finding, error) {
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, program, "-d", folder, "--framework", "cloudformation", "--compact", "--quiet", "-o", "json", "--skip-download", "--soft-fail")
	cmd.Stdout, cmd.Stderr = &out, &said
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("run checkov: %w: %s", err, strings.TrimSpace(said.String()))
	}
	var report struct {
		Summary struct {
			Passed  int `json:"passed"`
			Unread  int `json:"parsing_errors"`
			Skipped int `json:"skipped"`
		} `json:"summary"`
		Results struct {
			Failed []Finding `json:"failed_checks"`
		} `json:"results"`
	}
	if err := json.Unmarshal(out.Bytes(), &report); err != nil {
		return nil, fmt.Errorf("read what checkov found: %w", err)
	}
	if s := report.Summary; s.Passed < 500 || s.Unread > 0 || s.Skipped > 0 {
		return nil, fmt.Errorf("checkov looked at too little: %d checks passed, %d were skipped, %d templates could not be read", s.Passed, s.Skipped, s.Unread)
	}
	return report.Results.Failed, nil
}
