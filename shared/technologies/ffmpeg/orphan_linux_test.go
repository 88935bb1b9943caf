package ffmpeg

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// TestKilledParentLeavesNoEncoder kills -9 a process that is encoding: this test
// binary, run again with the variable set.
func TestKilledParentLeavesNoEncoder(t *testing.T) {
	if dir := os.Getenv("ENCODE_FOR_EVER_IN"); dir != "" {
		e := New(Settings{Path: filepath.Join(dir, "ffmpeg"), WorkDir: dir})
		_ = e.Segment(t.Context(), body(t, 6), filepath.Join(dir, "out.mp4"), nil)
		return
	}
	dir := t.TempDir()
	script := "#!/bin/sh\necho $$ > " + dir + "/pid\nexec sleep 300\n"
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	parent := exec.Command(os.Args[0], "-test.run=^TestKilledParentLeavesNoEncoder$")
	parent.Env = append(os.Environ(), "ENCODE_FOR_EVER_IN="+dir)
	if err := parent.Start(); err != nil {
		t.Fatal(err)
	}
	var pid []byte
	for range 1000 {
		if pid, _ = os.ReadFile(filepath.Join(dir, "pid")); len(pid) > 1 {
			break
		}
		time.Sleep(25 * time.Millisecond)
	}
	if err := parent.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = parent.Wait()
	if len(pid) < 2 {
		t.Fatal("the encoder did not start")
	}
	awaitDeath(t, string(pid[:len(pid)-1]))
}
