package upload

import (
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// TestWhatAKilledCheckLeftIsRemoved: a check that is killed leaves its folder; the
// next start removes it, whose own and those of checks that go on stay.
func TestWhatAKilledCheckLeftIsRemoved(t *testing.T) {
	if os.Getenv("UPLOAD_SCRATCH_DIES") != "" {
		dir, _, err := scratch()
		if err != nil || os.WriteFile(filepath.Join(dir, "file"), []byte("a person's"), 0o600) != nil {
			os.Exit(7)
		}
		os.Exit(3) // as a kill: nothing that was deferred is done
	}
	t.Setenv("TMPDIR", t.TempDir())
	goesOn, done, err := scratch()
	if err != nil {
		t.Fatal(err)
	}
	killed := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^"+t.Name()+"$")
	killed.Env = append(os.Environ(), "UPLOAD_SCRATCH_DIES=1")
	if out, err := killed.CombinedOutput(); killed.ProcessState.ExitCode() != 3 {
		t.Fatalf("%v %s", err, out)
	}
	foreign := filepath.Join(os.TempDir(), "upload-of-somebody")
	if err := os.Mkdir(foreign, 0o700); err != nil {
		t.Fatal(err)
	}
	if left := folders(t); len(left) != 3 {
		t.Fatalf("before: %v", left)
	}
	next, doneToo, err := scratch()
	if err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{goesOn, next, foreign} {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
	if left := folders(t); len(left) != 3 {
		t.Errorf("after: %v", left)
	}
	done()
	doneToo()
	if left := folders(t); len(left) != 1 {
		t.Errorf("in the end: %v", left)
	}
}

func folders(t *testing.T) []string {
	t.Helper()
	all, err := filepath.Glob(filepath.Join(os.TempDir(), "*"))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestStartsAtOnceLeaveEachOtherAlone: none takes another's folder for a scrap.
func TestStartsAtOnceLeaveEachOtherAlone(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			dir, done, err := scratch()
			if err != nil {
				t.Error(err)
				return
			}
			defer done()
			if err := os.WriteFile(filepath.Join(dir, "file"), nil, 0o600); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if left := folders(t); len(left) != 0 {
		t.Errorf("%v is left", left)
	}
}
