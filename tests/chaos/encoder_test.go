package chaos_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// encoder stands before ffmpeg: it runs the real one, unless a fault is planted.
type encoder struct{ folder string }

// The faults of an encoder. A full disk is a real one to it: a device that takes
// no byte.
const (
	stuckOnce way = "stuck once"
	stuck     way = "stuck"
	diskFull  way = "disk full"
)

const wrapper = `#!/bin/sh
planted=%[1]s/planted
case "$(/bin/cat $planted 2>/dev/null)" in
"stuck once") echo >>$planted.met; /bin/rm -f $planted; exec /bin/sleep 60 ;;
stuck) echo >>$planted.met; exec /bin/sleep 60 ;;
"disk full")
	for last; do :; done
	case "$last" in file:*) echo >>$planted.met; /bin/ln -sf /dev/full "${last#file:}" ;; esac ;;
esac
exec %[2]s "$@"
`

func newEncoder(folder, real string) (*encoder, error) {
	e := &encoder{folder}
	return e, os.WriteFile(e.path(), fmt.Appendf(nil, wrapper, folder, real), 0o700)
}

func (e *encoder) path() string { return filepath.Join(e.folder, "ffmpeg") }

// plant lets the encoder fail, and answers what ends it.
func (e *encoder) plant(how way) (lift func(), err error) {
	_ = os.Remove(e.met()) // of the row before
	planted := filepath.Join(e.folder, "planted")
	err = os.WriteFile(planted, []byte(how), 0o600)
	return func() { _ = os.Remove(planted) }, err // gone already when it struck once
}

func (e *encoder) met() string { return filepath.Join(e.folder, "planted.met") }

// struck is how many runs of the encoder met the fault that was planted last.
func (e *encoder) struck() int {
	lines, _ := os.ReadFile(e.met()) // none before the first
	return bytes.Count(lines, []byte("\n"))
}

// TestTheEncodersDiskIsFull: the real encoder says what it says of a full disk.
func TestTheEncodersDiskIsFull(t *testing.T) {
	folder := t.TempDir()
	e, err := newEncoder(folder, harness.FFmpeg(t))
	harness.Must(t, err)
	encode := func() string {
		said, _ := exec.Command(e.path(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-f", "lavfi", "-i", "testsrc=d=0.2:s=64x64", "-f", "mp4", "file:"+filepath.Join(folder, "out.mp4")).CombinedOutput()
		return string(said)
	}
	if said := encode(); said != "" {
		t.Fatalf("the encoder says %q", said)
	}
	lift, err := e.plant(diskFull)
	harness.Must(t, err)
	if said := encode(); !strings.Contains(said, "No space left on device") {
		t.Errorf("on a full disk the encoder says %q", said)
	}
	if n := e.struck(); n != 1 {
		t.Errorf("%d runs met the fault, want 1", n)
	}
	lift()
	harness.Must(t, os.Remove(filepath.Join(folder, "out.mp4")))
	if said := encode(); said != "" {
		t.Errorf("afterwards the encoder says %q", said)
	}
}
