package e2e_test

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/tests/harness"
)

// TestMainJob is what the product is for: sign in, preview, price, render,
// watch. The finished file is measured with ffmpeg.
func TestMainJob(t *testing.T) {
	p := shared(t)
	c := signIn(t, p.URL)

	picture := c.must(200, "POST", "/api/v1/images", map[string]string{"prompt": "a green valley with a river", "aspect": "1:1"})
	if used, _ := c.usage("images_count"); used != 1 {
		t.Fatalf("a preview used %v images", used)
	}
	if r := get(t, picture["url"].(string)); len(r) < 10_000 {
		t.Fatalf("the preview has %d bytes", len(r))
	}
	created := c.must(201, "POST", "/api/v1/projects", map[string]any{
		"title": "Psalm 23", "voice": "default", "resolution": "720p", "aspect": "1:1", "captions": true,
		"scenes": []map[string]any{
			{"text": "Yahweh is my shepherd: I shall lack nothing.", "image_id": picture["image_id"]},
			{"text": "He makes me lie down in green pastures. He leads me beside still waters.", "image_prompt": "still water in the evening"},
		},
	})
	project := created["project_id"].(string)
	quote := c.must(200, "POST", "/api/v1/projects/"+project+"/quote", nil)
	if quote["fits"] != true {
		t.Fatalf("the quote says %v", quote)
	}
	accepted := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)
	job := c.ended(accepted["job_id"].(string), 4*time.Minute)
	if job["status"] != "succeeded" || job["error"] != nil {
		t.Fatalf("the job ended as %v", job)
	}
	video, _ := job["video"].(map[string]any)
	file := filepath.Join(t.TempDir(), "video.mp4")
	content := get(t, video["url"].(string))
	if float64(len(content)) != video["size"] {
		t.Errorf("size %v, downloaded %d", video["size"], len(content))
	}
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
	checkVideo(t, file, video)
	if vtt := string(get(t, video["captions_url"].(string))); !strings.HasPrefix(vtt, "WEBVTT") || !strings.Contains(vtt, "shepherd") {
		t.Errorf("captions: %.200s", vtt)
	}
	if jpeg := get(t, video["thumbnail_url"].(string)); http.DetectContentType(jpeg) != "image/jpeg" {
		t.Errorf("the thumbnail is %s", http.DetectContentType(jpeg))
	}
	saved, err := http.Get(video["download_url"].(string))
	if err != nil {
		t.Fatal(err)
	}
	defer saved.Body.Close()
	if as := saved.Header.Get("Content-Disposition"); saved.StatusCode != 200 || as != `attachment; filename="Psalm 23.mp4"` {
		t.Errorf("to save: %d %s", saved.StatusCode, as)
	}
	checkCharged(t, c, video)

	c.must(204, "DELETE", "/api/v1/jobs/"+job["id"].(string)+"/video", nil)
	if after := c.must(200, "GET", "/api/v1/jobs/"+job["id"].(string), nil); after["video"] != nil {
		t.Errorf("a deleted video is still offered: %v", after["video"])
	}
	if res, err := http.Get(video["url"].(string)); err != nil || res.StatusCode == 200 {
		t.Errorf("a deleted video can still be downloaded: %v", err)
	}
}

func checkVideo(t *testing.T, file string, video map[string]any) {
	t.Helper()
	encoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t)})
	info, err := encoder.Probe(context.Background(), file)
	if err != nil {
		t.Fatal(err)
	}
	if info.VideoCodec != "h264" || info.PixelFormat != "yuv420p" || info.FrameRate != render.FrameRate || info.AudioCodec != "aac" || info.SampleRate != render.SampleRate {
		t.Errorf("streams: %+v", info)
	}
	if info.Width != 720 || info.Height != 720 || video["width"] != 720.0 || video["height"] != 720.0 {
		t.Errorf("size: %+v, the job says %vx%v", info, video["width"], video["height"])
	}
	if d := info.LoudnessLUFS - render.LoudnessTarget; d < -1 || d > 1 {
		t.Errorf("loudness %.1f LUFS", info.LoudnessLUFS)
	}
	if d := float64(info.DurationMS) - video["duration_ms"].(float64); d < -50 || d > 50 {
		t.Errorf("duration %d ms, the job says %v", info.DurationMS, video["duration_ms"])
	}
}

// checkCharged holds the counters to what was made: one preview, which its
// scene used without paying again, one more picture, and the video's own length.
func checkCharged(t *testing.T, c *client, video map[string]any) {
	t.Helper()
	if used, reserved := c.usage("images_count"); used != 2 || reserved != 0 {
		t.Errorf("images: used %v, reserved %v", used, reserved)
	}
	minutes := video["duration_ms"].(float64) / 60000
	if used, reserved := c.usage("render_minutes"); used < minutes-0.001 || used > minutes+0.001 || reserved != 0 {
		t.Errorf("minutes: used %v of %v, reserved %v", used, minutes, reserved)
	}
	if used, reserved := c.usage("tts_seconds"); used < 3 || used > minutes*60 || reserved != 0 {
		t.Errorf("speech: used %v s, reserved %v", used, reserved)
	}
}

func get(t testing.TB, url string) []byte {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("download: %d %v", res.StatusCode, err)
	}
	return body
}

// TestFiftyRendersAtOnce asks for 50 renders at once against a quota for 3.
func TestFiftyRendersAtOnce(t *testing.T) {
	p := shared(t)
	c := signIn(t, p.URL)
	// The quota is the deployment's, so the renders are made large: a third of
	// what is left of the narrowest metric each.
	project, fits := c.projectOfAThird()
	var mu sync.Mutex
	var jobs []string
	statuses := map[int]int{}
	var problems []map[string]any
	var wg sync.WaitGroup
	for range 50 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			r, err := c.try("POST", "/api/v1/projects/"+project+"/render", nil)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			statuses[r.status]++
			if id, ok := r.json["job_id"].(string); ok {
				jobs = append(jobs, id)
			} else {
				problems = append(problems, r.json)
			}
		}()
	}
	wg.Wait()
	if fits != 3 || statuses[202] != 3 || statuses[402] != 47 {
		t.Fatalf("quota for %d; answers %v, one of them %v", fits, statuses, problems[0])
	}
	for _, name := range []string{"metric", "used", "reserved", "requested", "limit", "period_end", "upgrade_url"} {
		if _, ok := problems[0][name]; !ok {
			t.Errorf("the 402 lacks %s: %v", name, problems[0])
		}
	}
	c.must(200, "DELETE", "/api/v1/jobs/"+jobs[0], nil)
	if canceled := c.ended(jobs[0], time.Minute); canceled["status"] != "canceled" {
		t.Errorf("a canceled job ended as %v", canceled)
	}
	// What it did not use is free again: one more fits, and no second.
	again := c.do("POST", "/api/v1/projects/"+project+"/render", nil)
	for _, job := range append(jobs[1:], again.id("job_id")) {
		if job != "" {
			c.do("DELETE", "/api/v1/jobs/"+job, nil)
			c.ended(job, time.Minute)
		}
	}
	if again.status != 202 && again.status != 402 { // 402 when the canceled job had made too much already
		t.Errorf("after the cancel: %d %s", again.status, again.body)
	}
	for _, metric := range []string{"images_count", "tts_seconds", "render_minutes"} {
		if _, reserved := c.usage(metric); reserved != 0 {
			t.Errorf("%s: %v still reserved after every job has ended", metric, reserved)
		}
	}
}

func (r reply) id(name string) string {
	id, _ := r.json[name].(string)
	return id
}

// projectOfAThird makes a project so large that exactly three renders of it fit
// into what is left, and returns how many fit by its quote.
func (c *client) projectOfAThird() (id string, fits int) {
	c.t.Helper()
	text := strings.TrimSpace(strings.Repeat("Surely goodness and loving kindness shall follow me all the days of my life. ", 12))
	for scenes := 1; scenes <= render.MaxScenes; scenes++ {
		texts := make([]string, scenes)
		for i := range texts {
			texts[i] = text
		}
		id = c.project(texts...)
		if fits = c.fits(id); fits <= 3 {
			return id, fits
		}
	}
	return id, fits
}

// fits is how many renders of a project the quote's numbers leave room for.
func (c *client) fits(project string) int {
	c.t.Helper()
	quote := c.must(200, "POST", "/api/v1/projects/"+project+"/quote", nil)
	fewest := 1 << 30
	for _, m := range quote["metrics"].([]any) {
		row := m.(map[string]any)
		needed := row["needed"].(float64)
		if left, limited := row["left"].(float64); limited && needed > 0 {
			fewest = min(fewest, int(left/needed+1e-9))
		}
	}
	return fewest
}
