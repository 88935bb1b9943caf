package hostile_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/hostile/fuzzing"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// plant is a bug that somebody could write, and the target that is to find it. Its
// seeds do not: an input has to be made that does.
type plant struct {
	folder, target string // of the target
	file           string // below the root
	rule, bug      string // the rule as it stands there, and what is put in its place
}

// plants of one package are built together, so each is of another target.
func plants() []plant {
	return []plant{
		{"shared/domains/auth", "FuzzAPIKey", "shared/domains/auth/apikey.go", "keyChecksum(sent[:summed]) != sent[summed:]", "keyChecksum(sent[:summed])[:4] != sent[summed:][:4]"},
		{"shared/domains/auth", "FuzzAddress", "shared/domains/auth/address.go", "!isLetter(r) && r != '-' {", "!isLetter(r) && r != '-' && r != '_' {"},
		{"shared/domains/auth", "FuzzCode", "shared/domains/auth/code.go", "if len(code) != codeLength {", "if len(code) < codeLength {"},
		{"shared/domains/idempotency", "FuzzKey", "shared/domains/idempotency/claim.go", "c > 0x7e", "c > 0x7f"},
		{"shared/domains/storage", "FuzzPlace", "shared/domains/tenant/objects.go", "!ValidID(owner)", "len(owner) != 26"},
		{"shared/httpapi", "FuzzCursor", "shared/httpapi/paging.go", "cursor != *cursorAfter(caller, list, id)", "len(cursor) != len(*cursorAfter(caller, list, id))"},
	}
}

// most is how long a target may look for its bug, on the clock.
const most = "10s"

// TestPlantedBugsAreFound: each rule is broken in a copy, and its target finds an
// input that shows it, though its seeds do not. The checkout stays as it is.
func TestPlantedBugsAreFound(t *testing.T) {
	harness.Proof(t)
	found, byFolder := 0, map[string][]plant{}
	for _, p := range plants() {
		byFolder[p.folder] = append(byFolder[p.folder], p)
	}
	for folder, all := range byFolder {
		if !harness.InFull() && folder != "shared/domains/idempotency" {
			continue // an ordinary run tries the smallest alone
		}
		binary := broken(t, folder, all)
		for _, p := range all {
			r, err := fuzzing.Run(t.Context(), binary, t.TempDir(), t.TempDir(), p.target, most)
			switch {
			case err != nil:
				t.Fatal(err)
			case !r.Failed || !strings.Contains(r.Said, "Failing input written to"):
				t.Errorf("%s does not find %s, which was %s:\n%s", p.target, p.bug, p.rule, r.Said)
			default:
				found++
				t.Logf("planted bug %s: caught by %s", p.bug, p.target)
			}
		}
	}
	if harness.InFull() && found < 5 {
		t.Errorf("%d planted bugs were found", found)
	}
}

// broken builds a package's tests with its bugs in it.
func broken(t *testing.T, folder string, all []plant) (binary string) {
	t.Helper()
	dir, root := t.TempDir(), blueprint.Root()
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for _, p := range all {
		file := filepath.Join(root, p.file)
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Count(string(source), p.rule) == 0 {
			t.Fatalf("%s holds no %s any more: plant another bug", p.file, p.rule)
		}
		overlay.Replace[file] = filepath.Join(dir, filepath.Base(p.file))
		if err := os.WriteFile(overlay.Replace[file], []byte(strings.ReplaceAll(string(source), p.rule, p.bug)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	text, err := json.Marshal(overlay)
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "overlay.json"), text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	binary = filepath.Join(dir, "broken.test")
	if err := fuzzing.Build(t.Context(), root, folder, binary, false, "-overlay="+filepath.Join(dir, "overlay.json")); err != nil {
		t.Fatal(err)
	}
	return binary
}
