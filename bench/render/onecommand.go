package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/shared/domains/render"
)

// x264 encodes as the product does.
var x264 = []string{
	"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-profile:v", "high", "-pix_fmt", "yuv420p", "-bf", "2", "-g", "90", "-x264-params", "aq-mode=3",
	"-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709",
}

// oneCommand makes the same video as a person would who has the pictures and
// recordings at hand: one filter graph with the same camera, title, captions,
// cross-fades and x264 settings, and one-pass loudness normalization. It draws,
// speaks and measures nothing, and is run once.
func (s studio) oneCommand(ctx context.Context, m made, dir string) (cost, error) {
	if err := os.WriteFile(filepath.Join(dir, "all.ass"), []byte(s.subtitles(m)), 0o600); err != nil {
		return cost{}, fmt.Errorf("write subtitles: %w", err)
	}
	var args []string
	for _, shot := range m.timeline.Shots {
		args = append(args, "-i", shot.Image)
	}
	for _, n := range m.narrations {
		args = append(args, "-i", n.Path)
	}
	args = append([]string{"-hide_banner", "-loglevel", "error", "-nostdin", "-y"}, args...)
	args = append(args, "-filter_complex", s.pictures(m)+";"+sound(m), "-map", "[v]", "-map", "[a]")
	args = append(append(args, x264...),
		"-c:a", "aac", "-b:a", "160k", "-ar", "48000", "-movflags", "+faststart", "theirs.mp4")
	cmd := exec.CommandContext(ctx, s.ffmpeg, args...)
	cmd.Dir, cmd.Stderr = dir, os.Stderr
	return measure(cmd.Run)
}

// pictures is a chain of cross-fades over all shots, then the subtitles.
func (s studio) pictures(m made) string {
	var g strings.Builder
	for i, shot := range m.timeline.Shots {
		blur := ""
		if i == 0 {
			blur = fmt.Sprintf(",gblur=sigma=%.1f:steps=2,lutyuv=y='16+(val-16)*0.5'", float64(min(s.frame.Width, s.frame.Height))/72)
		}
		fmt.Fprintf(&g, "[%d:v]scale=%d:%d:flags=lanczos:out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p%s,"+
			"loop=-1:1:0,setpts=N/30/TB,fps=30,%s,trim=end_frame=%d,settb=1/30[s%d];",
			i, s.frame.Width, s.frame.Height, blur, zoom(shot), shot.Frames, i)
	}
	last := "s0"
	for i := 1; i < len(m.timeline.Shots); i++ {
		fmt.Fprintf(&g, "[%s][s%d]xfade=transition=fade:duration=%.4f:offset=%.6f[x%d];", last, i,
			float64(render.FadeFrames)/render.FrameRate, float64(m.timeline.Places[i].StartFrame)/render.FrameRate, i)
		last = fmt.Sprintf("x%d", i)
	}
	fmt.Fprintf(&g, "[%s]trim=end_frame=%d,fade=out:s=%d:n=%d,ass=all.ass[v]",
		last, m.timeline.TotalFrames, m.timeline.TotalFrames-render.FadeFrames, render.FadeFrames)
	return g.String()
}

func zoom(shot render.Shot) string {
	c := render.CameraOf(shot.Index, shot.Frames)
	at := func(side string, a, b float64) string {
		return fmt.Sprintf("'%s*(%.6f+%.6f*in/%d)'", side, a, b-a, shot.Frames-1)
	}
	l, r := at("W", c.From.X, c.To.X), at("W", c.From.X+c.From.Size, c.To.X+c.To.Size)
	t, b := at("H", c.From.Y, c.To.Y), at("H", c.From.Y+c.From.Size, c.To.Y+c.To.Size)
	return fmt.Sprintf("perspective=x0=%s:y0=%s:x1=%s:y1=%s:x2=%s:y2=%s:x3=%s:y3=%s:eval=frame:interpolation=cubic", l, t, r, t, l, b, r, b)
}

func sound(m made) string {
	var g, all strings.Builder
	for i, n := range m.narrations {
		fmt.Fprintf(&g, "[%d:a]aresample=48000,adelay=%dS[n%d];", len(m.timeline.Shots)+i, n.StartFrame*render.SamplesPerFrame, i)
		fmt.Fprintf(&all, "[n%d]", i)
	}
	samples := m.timeline.TotalFrames * render.SamplesPerFrame
	return g.String() + all.String() + fmt.Sprintf("amix=inputs=%d:normalize=0,apad=whole_len=%d,atrim=end_sample=%d,"+
		"loudnorm=I=-16:TP=-1.5:LRA=11,aresample=48000,pan=stereo|c0=c0|c1=c0[a]", len(m.narrations), samples, samples)
}

// subtitles is a plain subtitle file with a box behind each caption.
func (s studio) subtitles(m made) string {
	var b strings.Builder
	size := float64(min(s.frame.Width, s.frame.Height)) * 0.058
	fmt.Fprintf(&b, "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\n\n[V4+ Styles]\n"+
		"Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BackColour, Bold, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV\n"+
		"Style: T,DejaVu Serif,%.1f,&H00FFFFFF,&H60000000,&H80000000,0,1,1,1,5,60,60,40\n"+
		"Style: C,DejaVu Sans,%.1f,&H00FFFFFF,&H60000000,&H80000000,-1,4,8,0,2,60,60,40\n\n[Events]\n"+
		"Format: Layer, Start, End, Style, MarginL, MarginR, MarginV, Text\n", s.frame.Width, s.frame.Height, size*2, size)
	fmt.Fprintf(&b, "Dialogue: 0,%s,%s,T,0,0,0,{\\fad(700,600)}%s\n", at(0), at(3500), m.timeline.Shots[0].Title)
	for i, shot := range m.timeline.Shots {
		offset := render.FramesMS(m.timeline.Places[i].StartFrame)
		for _, cue := range shot.Cues {
			fmt.Fprintf(&b, "Dialogue: 0,%s,%s,C,0,0,0,%s\n", at(offset+cue.StartMS), at(offset+cue.EndMS), strings.Join(cue.Lines, `\N`))
		}
	}
	return b.String()
}

func at(ms int64) string {
	return fmt.Sprintf("%d:%02d:%02d.%02d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000/10)
}

// alike makes sure that both videos are what they are compared as.
func (s studio) alike(ctx context.Context, m made, dir string) error {
	a, err := s.encoder.Probe(ctx, m.video)
	if err != nil {
		return fmt.Errorf("probe ours: %w", err)
	}
	b, err := s.encoder.Probe(ctx, filepath.Join(dir, "theirs.mp4"))
	if err != nil {
		return fmt.Errorf("probe theirs: %w", err)
	}
	want := m.timeline.DurationMS()
	for name, got := range map[string]int64{"ours": a.DurationMS, "the one command's": b.DurationMS} {
		if math.Abs(float64(got-want)) > 100 {
			return fmt.Errorf("%s lasts %d ms, not %d", name, got, want)
		}
	}
	if math.Abs(a.LoudnessLUFS-render.LoudnessTarget) > 1 {
		return fmt.Errorf("ours has %.1f LUFS", a.LoudnessLUFS)
	}
	return nil
}
