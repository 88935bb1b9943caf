package ffmpeg

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/shared/domains/render"
)

// segmentGraph writes what the filters need into dir and returns the filter
// graph, which ends in [v].
func segmentGraph(dir string, spec render.SegmentSpec, pictures []picture) (string, error) {
	var chains []string
	for i, shot := range spec.Shots {
		from := spec.From
		if i == 1 {
			from = 0
		}
		chain := filled(spec.Frame, i, pictures[i].alpha) + still(spec.Frame, shot.Title != "") + "," + move(shot, from)
		script := script(spec.Frame, shot, from, spec.Frames())
		if script.text != "" {
			name := fmt.Sprintf("text%d.ass", i)
			if err := script.write(dir, name); err != nil {
				return "", err
			}
			chain += ",ass=" + name + ":fontsdir=fonts"
		}
		if spec.Closing {
			chain += fmt.Sprintf(",fade=out:s=%d:n=%d", spec.Frames()-render.FadeFrames, render.FadeFrames)
		}
		chains = append(chains, chain)
	}
	if len(spec.Shots) == 1 {
		return chains[0] + "[v]", nil
	}
	seconds := float64(spec.Frames()) / render.FrameRate
	return fmt.Sprintf("%s[a];%s[b];[a][b]xfade=transition=fade:duration=%.6f:offset=0[v]", chains[0], chains[1], seconds), nil
}

// ground is what shows through a transparent picture: a calm blue grey on which
// dark drawings are seen as well as white ones.
const ground = "0x8796A5"

// filled takes the middle of input i that has the frame's shape, in the frame's
// size. It is cut before it is scaled, so that a long strip is not blown up. Only
// the first frame of a moving picture counts. Under transparent places lie
// colours that nobody was to see: they are taken out before pixels are mixed.
func filled(frame render.Frame, i int, alpha bool) string {
	w, h := frame.Width, frame.Height
	cut := fmt.Sprintf("[%d:v]trim=end_frame=1,crop=w='max(1,min(iw,ih*%d/%d))':h='max(1,min(ih,iw*%d/%d))':exact=1", i, w, h, h, w)
	const flags = "flags=lanczos+accurate_rnd+full_chroma_int"
	if !alpha {
		return fmt.Sprintf("%s,scale=%d:%d:%s", cut, w, h, flags)
	}
	return fmt.Sprintf("%s,format=gbrap,premultiply=inplace=1,scale=%d:%d:%s[picture%d];"+
		"color=c=%s:s=%dx%d,trim=end_frame=1,format=gbrp[ground%d];"+
		"[ground%d][picture%d]overlay=format=gbrp:alpha=premultiplied,scale=%s", cut, w, h, flags, i, ground, w, h, i, i, i, flags)
}

// still continues the last scale filter: it gives the picture the video's colours
// and repeats it for ever. What is done here is paid for once per segment. The
// title card's picture is blurred and darkened, so that the title stands out.
func still(frame render.Frame, title bool) string {
	w, h := frame.Width, frame.Height
	chain := ":out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p"
	if title {
		sigma := float64(min(w, h)) / 72
		chain += fmt.Sprintf(",gblur=sigma=%.1f:steps=2,lutyuv=y='16+(val-16)*0.5':u='128+(val-128)*0.85':v='128+(val-128)*0.85'", sigma)
	}
	return chain + fmt.Sprintf(",setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709,"+
		"loop=-1:1:0,setpts=N/%d/TB,fps=%d", render.FrameRate, render.FrameRate)
}

// move is the camera: each frame shows a window of the still that slides and
// grows by fractions of a pixel. The perspective filter interpolates at such
// positions; crop and zoompan round to whole pixels, which is seen as trembling.
func move(shot render.Shot, from int) string {
	camera := render.CameraOf(shot.Index, shot.Frames)
	t := fmt.Sprintf("(in+%d)/%d", from, max(shot.Frames-1, 1))
	line := func(side string, a, b float64) string { return fmt.Sprintf("%s*(%.6f+%.6f*%s)", side, a, b-a, t) }
	left := line("W", camera.From.X, camera.To.X)
	right := line("W", camera.From.X+camera.From.Size, camera.To.X+camera.To.Size)
	top := line("H", camera.From.Y, camera.To.Y)
	bottom := line("H", camera.From.Y+camera.From.Size, camera.To.Y+camera.To.Size)
	return fmt.Sprintf("perspective=x0='%s':y0='%s':x1='%s':y1='%s':x2='%s':y2='%s':x3='%s':y3='%s':eval=frame:interpolation=cubic",
		left, top, right, top, left, bottom, right, bottom)
}

// write stores the script and its fonts below dir, where the ass filter finds
// them by relative name.
func (s assScript) write(dir, name string) error {
	fonts := filepath.Join(dir, "fonts")
	if err := os.MkdirAll(fonts, 0o700); err != nil {
		return fmt.Errorf("make font folder: %w", err)
	}
	for _, f := range s.fonts {
		if err := os.WriteFile(filepath.Join(fonts, f.file), f.data, 0o600); err != nil {
			return fmt.Errorf("write font: %w", err)
		}
	}
	if err := os.WriteFile(filepath.Join(dir, "fonts.conf"), []byte(fontConfig(s.foreign)), 0o600); err != nil {
		return fmt.Errorf("write font settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(s.text), 0o600); err != nil {
		return fmt.Errorf("write captions: %w", err)
	}
	return nil
}

// fontConfig keeps libass from searching the machine's fonts, unless a text
// holds letters that ours lack.
func fontConfig(searchMachine bool) string {
	var dirs strings.Builder
	if searchMachine {
		for _, dir := range []string{"/usr/share/fonts", "/usr/local/share/fonts", "/opt/share/fonts", "/Library/Fonts", "/System/Library/Fonts"} {
			fmt.Fprintf(&dirs, "<dir>%s</dir>", dir)
		}
	}
	return `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>` + dirs.String() + `</fontconfig>`
}
