package main

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

// video is a finished job's.
type video struct {
	URL          string `json:"url"`
	CaptionsURL  string `json:"captions_url"`
	ThumbnailURL string `json:"thumbnail_url"`
	DurationMS   int64  `json:"duration_ms"`
	Width        int    `json:"width"`
	Height       int    `json:"height"`
	Size         int64  `json:"size"`
}

// render starts the job and draws its progress until it ends.
func render(ctx context.Context, c *client, project string) (video, error) {
	heading("Render")
	var job struct {
		ID       string `json:"job_id"`
		Status   string `json:"status"`
		Step     string `json:"step"`
		Progress int    `json:"progress"`
		Warnings []struct{ Message string }
		Error    *struct{ Code, Detail string }
		Video    *video
	}
	if err := c.call(ctx, "POST", "/api/v1/projects/"+project+"/render", nil, &job); err != nil {
		return video{}, err
	}
	path, pressed := "/api/v1/jobs/"+job.ID, time.Now()
	bar := newBar(os.Stdout)
	for {
		if err := c.call(ctx, "GET", path, nil, &job); err != nil {
			bar.end()
			return video{}, err
		}
		bar.show(job.Progress, job.Status, job.Step)
		switch job.Status {
		case "succeeded":
			bar.end()
			for _, w := range job.Warnings {
				fmt.Println("  warning:", w.Message)
			}
			if job.Video == nil {
				return video{}, errors.New("the job succeeded without a video")
			}
			fmt.Printf("  %.1f s from press to video, of %.1f s\n", time.Since(pressed).Seconds(), float64(job.Video.DurationMS)/1000)
			return *job.Video, nil
		case "failed", "canceled":
			bar.end()
			if job.Error != nil {
				return video{}, fmt.Errorf("the job %s: %s: %s", job.Status, job.Error.Code, job.Error.Detail)
			}
			return video{}, fmt.Errorf("the job %s without a reason", job.Status)
		}
		if err := sleep(ctx, 500*time.Millisecond); err != nil {
			bar.end()
			return video{}, err
		}
	}
}

// bar is a progress bar: one moving line on a terminal, a line for each new
// step elsewhere.
type bar struct {
	out    *os.File
	moving bool
	began  time.Time
	last   string
}

func newBar(out *os.File) *bar {
	info, err := out.Stat()
	return &bar{out: out, moving: err == nil && info.Mode()&os.ModeCharDevice != 0, began: time.Now()}
}

func (b *bar) show(percent int, status, step string) {
	if step == "" {
		step = status
	}
	const width = 40
	done := min(max(percent, 0), 100) * width / 100
	line := fmt.Sprintf("  [%s%s] %3d %%  %-10s %4.0f s", strings.Repeat("█", done), strings.Repeat("·", width-done), percent, step, time.Since(b.began).Seconds())
	if b.moving {
		fmt.Fprint(b.out, "\r", line)
		return
	}
	if mark := fmt.Sprint(percent/10, step); mark != b.last {
		b.last = mark
		fmt.Fprintln(b.out, line)
	}
}

func (b *bar) end() {
	if b.moving {
		fmt.Fprintln(b.out)
	}
}

// download keeps the three files and holds the video to what was promised.
func download(ctx context.Context, c *client, v video) error {
	heading("Files")
	base := filepath.Join(outDir, outName)
	for _, f := range []struct{ url, path string }{
		{v.URL, base + ".mp4"}, {v.CaptionsURL, base + ".vtt"}, {v.ThumbnailURL, base + ".jpg"},
	} {
		size, _, err := c.save(ctx, f.url, f.path)
		if err != nil {
			return err
		}
		fmt.Printf("  %-24s %9d bytes\n", f.path, size)
	}
	return examine(ctx, base+".mp4", v)
}

func examine(ctx context.Context, path string, v video) error {
	tools, _, err := toolbox.Install(ctx, ".", func(string) {})
	if err != nil {
		return err
	}
	info, err := ffmpeg.New(ffmpeg.Settings{Path: tools.Ffmpeg, StallTimeout: time.Minute}).Probe(ctx, path)
	if err != nil {
		return fmt.Errorf("examine video: %w", err)
	}
	fmt.Printf("  duration  %.2f s\n  picture   %s %s, %d×%d, %g frames a second\n  sound     %s %d Hz, %.1f LUFS\n",
		float64(info.DurationMS)/1000, info.VideoCodec, info.PixelFormat, info.Width, info.Height, info.FrameRate,
		info.AudioCodec, info.SampleRate, info.LoudnessLUFS)
	var wrong []error
	check := func(ok bool, what string) {
		if !ok {
			wrong = append(wrong, errors.New("the video "+what))
		}
	}
	check(info.VideoCodec == "h264" && info.PixelFormat == "yuv420p", "is not H.264 yuv420p")
	check(info.AudioCodec == "aac" && info.SampleRate == 48000, "has no AAC sound at 48 kHz")
	check(info.FrameRate == 30, "does not have 30 frames a second")
	check(info.Width == v.Width && info.Height == v.Height, "is not as large as the job says")
	check(math.Abs(float64(info.DurationMS-v.DurationMS)) < 200, "is not as long as the job says")
	check(math.Abs(info.LoudnessLUFS+16) <= 1, "is not within 1 LU of -16 LUFS")
	return errors.Join(wrong...)
}
