package e2e_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// program is the block of README.md that makes a video with an API key.
func program(t *testing.T) string {
	t.Helper()
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "README.md"))
	harness.Must(t, err)
	block := regexp.MustCompile("(?s)## A program makes a video\n.*?\n```sh\n(.*?)\n```\n").FindSubmatch(page)
	if block == nil {
		t.Fatal("README.md has no program")
	}
	return string(block[1])
}

// TestReadmeProgramMakesAVideo runs what README.md tells a program to do, as it
// stands there: with sh and curl, and a key alone.
func TestReadmeProgramMakesAVideo(t *testing.T) {
	p := shared(t)
	owner := signIn(t, p.URL)
	key := owner.must(200, "POST", "/api/account/api-key/rotate", nil)["api_key"].(string)
	folder, script := t.TempDir(), program(t)
	run := func(key string) ([]byte, error) {
		ctx, done := context.WithTimeout(t.Context(), 4*time.Minute)
		defer done()
		cmd := exec.CommandContext(ctx, "sh", "-c", script)
		cmd.Dir, cmd.Env = folder, []string{"PATH=" + os.Getenv("PATH"), "URL=" + p.URL, "KEY=" + key, "RUN=readme"}
		return cmd.CombinedOutput()
	}
	if said, err := run(key); err != nil {
		t.Fatalf("the program ended with %v: %s", err, said)
	}
	file := filepath.Join(folder, "video.mp4")
	info, err := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t)}).Probe(t.Context(), file)
	if err != nil || info.VideoCodec != "h264" || info.AudioCodec != "aac" || info.Width != 720 || info.Height != 720 || info.DurationMS < 3000 {
		t.Errorf("the video is %+v, %v", info, err)
	}
	used, reserved := owner.usage("render_minutes")
	if used == 0 || reserved != 0 {
		t.Errorf("render_minutes: %v used, %v reserved", used, reserved)
	}
	if said, err := run(key); err != nil {
		t.Fatalf("the same run again ended with %v: %s", err, said)
	}
	if again, _ := owner.usage("render_minutes"); again != used {
		t.Errorf("the same run took %v minutes, then %v", used, again)
	}
	owner.must(200, "POST", "/api/account/api-key/rotate", nil)
	if said, err := run(key); err == nil {
		t.Errorf("a dead key made a video: %s", said)
	}
}
