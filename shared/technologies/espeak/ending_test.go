package espeak

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/shared/domains/voice"
)

// alone makes a process of this test's program speak and do nothing else.
const alone = "ESPEAK_ALONE"

// TestSpanishDoesNotEndTheProcess starts many processes, built as the functions are
// and with a busy collector, since what lies behind a clause on the stack is another
// in each. Before the library was given spaces there, one in twenty was ended by a
// read past the stack's end, at the last word of a clause of lucia's or mateo's.
func TestSpanishDoesNotEndTheProcess(t *testing.T) {
	s := speaker(t)
	if os.Getenv(alone) != "" {
		for _, v := range s.Voices() {
			if _, err := s.Speak(t.Context(), v.ID, voice.Sample(v)); err != nil {
				t.Fatal(err)
			}
			if v.ID == "mateo" {
				return
			}
		}
	}
	program := filepath.Join(t.TempDir(), "speaks")
	build := exec.CommandContext(t.Context(), "go", "test", "-c", "-o", program, ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if said, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, said)
	}
	const processes = 24
	for n := range processes {
		one := exec.CommandContext(t.Context(), program, "-test.run=^"+t.Name()+"$")
		one.Env = append(os.Environ(), alone+"=1", "GOGC=5")
		if said, err := one.CombinedOutput(); err != nil {
			t.Fatalf("process %d of %d: %v\n%.2000s", n+1, processes, err, said)
		}
	}
}
