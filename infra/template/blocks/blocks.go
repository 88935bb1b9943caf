// Package blocks makes what deploys the API's functions from what is said of
// them elsewhere: the route's row says name, route, limits, credentials and act,
// the settings struct says the environment, and both together the policies.
package blocks

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/httpapi"
)

const (
	begin = "# ---- written by `make template` from the rows of shared/httpapi and each function's settings; do not edit ----"
	end   = "# ---- end of what `make template` writes ----"
)

// workers is the template of the functions that no row has.
const workers = "infra/workers.yaml"

// contractTest is the test of every API function.
const contractTest = `package main

import (
	"testing"

	"github.com/devotionalai/platform/tests/contract"
)

func TestContract(t *testing.T) { contract.HTTP(t, build) }
`

// File is one whole file as it should be.
type File struct {
	Path    string
	Content []byte
}

// Stale lists the files below root that are not what rows and settings say. The
// error names each row whose block cannot be made, and why.
func Stale(root string, rows []httpapi.Route) ([]File, error) {
	made, err := functions(root, rows)
	if err != nil {
		return nil, err
	}
	var stale []File
	policies, err := workersBecome(root)
	if err != nil {
		return nil, err
	}
	for file, text := range map[string]string{"template.yaml": made, workers: policies} {
		path := filepath.Join(root, file)
		have, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		want, err := replace(have, text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if !bytes.Equal(have, want) {
			stale = append(stale, File{Path: path, Content: want})
		}
	}
	for _, row := range rows {
		path := filepath.Join(root, "functions", row.Name, "main_test.go")
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			stale = append(stale, File{Path: path, Content: []byte(contractTest)})
		}
	}
	slices.SortFunc(stale, func(a, b File) int { return strings.Compare(a.Path, b.Path) })
	return stale, nil
}

// replace puts text between the marker lines.
func replace(have []byte, text string) ([]byte, error) {
	before, rest, begun := bytes.Cut(have, []byte(begin+"\n"))
	last := bytes.LastIndex(rest, []byte(end))
	if !begun || last < 0 {
		return nil, fmt.Errorf("it holds no lines %q and %q", begin, end)
	}
	margin := rest[bytes.LastIndexByte(rest[:last], '\n')+1 : last]
	return slices.Concat(before, []byte(begin+"\n"+text), margin, rest[last:]), nil
}

// functions is the block of each row, after the policies that their roles take.
func functions(root string, rows []httpapi.Route) (string, error) {
	stack, err := readStack(root)
	if err != nil {
		return "", err
	}
	var all strings.Builder
	var bad []error
	for _, row := range rows {
		block, err := stack.function(row)
		if err != nil {
			bad = append(bad, err)
			continue
		}
		all.WriteString("\n" + block)
	}
	return stack.become(rows) + all.String() + "\n", errors.Join(bad...)
}
