package ffmpeg

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/devotionalai/platform/shared/domains/render"
)

// segmentGraph writes what the filters need into dir and returns the filter
// graph, which ends in [v]. Its one input are the frames of a film.
func segmentGraph(dir string, fonts *shelf, spec render.SegmentSpec) (string, error) {
	var chains []string
	for i, shot := range spec.Shots {
		chain := fmt.Sprintf("[shot%d]setsar=1,setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709", i)
		script, err := fonts.script(spec.Frame, shot, shotFrom(spec, i), spec.Frames())
		if err != nil {
			return "", err
		}
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
		return "[0:v]null[shot0];" + chains[0] + "[v]", nil
	}
	w, h := spec.Frame.Width, spec.Frame.Height
	seconds := float64(spec.Frames()) / render.FrameRate
	return fmt.Sprintf("[0:v]split[upper][lower];[upper]crop=%d:%d:0:0[shot0];[lower]crop=%d:%d:0:%d[shot1];", w, h, w, h, h) +
		fmt.Sprintf("%s[a];%s[b];[a][b]xfade=transition=fade:duration=%.6f:offset=0[v]", chains[0], chains[1], seconds), nil
}

// ground is what shows through a transparent picture: a calm blue grey on which
// dark drawings are seen as well as white ones.
const ground = "0x8796A5"

// stillGraph makes of a picture the still that the camera films: its middle that
// has the frame's shape, in the video's colours, Oversize times as large as the
// frame. It is cut before it is scaled, so that a long strip is not blown up. Only
// the first frame of a moving picture counts. Under transparent places lie colours
// that nobody was to see: they are taken out before pixels are mixed.
//
// The still is scaled by way of the frame's size: what is finer than the frame can
// show would flicker as the camera passes, and make the file a fifth larger.
func stillGraph(frame render.Frame, oversize int, alpha, title bool) string {
	w, h := frame.Width, frame.Height
	cut := fmt.Sprintf("[0:v]trim=end_frame=1,crop=w='max(1,min(iw,ih*%d/%d))':h='max(1,min(ih,iw*%d/%d))':exact=1", w, h, h, w)
	const flags = "flags=lanczos+accurate_rnd+full_chroma_int"
	const colours = ":out_color_matrix=bt709:out_range=tv,setsar=1,format=yuv420p"
	chain := fmt.Sprintf("%s,scale=%d:%d:%s%s", cut, w, h, flags, colours)
	if alpha {
		chain = fmt.Sprintf("%s,format=gbrap,premultiply=inplace=1,scale=%d:%d:%s[picture];"+
			"color=c=%s:s=%dx%d,trim=end_frame=1,format=gbrp[ground];"+
			"[ground][picture]overlay=format=gbrp:alpha=premultiplied,scale=%s%s", cut, w, h, flags, ground, w, h, flags, colours)
	}
	if title {
		chain += soft(frame)
	}
	if oversize > 1 {
		chain += fmt.Sprintf(",scale=%d:%d:%s", w*oversize, h*oversize, flags)
	}
	return chain + "[v]"
}

// soft blurs and darkens the title card's picture, so that the title stands out.
func soft(frame render.Frame) string {
	sigma := float64(min(frame.Width, frame.Height)) / 72
	return fmt.Sprintf(",gblur=sigma=%.1f:steps=2,lutyuv=y='16+(val-16)*0.5':u='128+(val-128)*0.85':v='128+(val-128)*0.85'", sigma)
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
	if err := os.WriteFile(filepath.Join(dir, "fonts.conf"), []byte(fontConfig), 0o600); err != nil {
		return fmt.Errorf("write font settings: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, name), []byte(s.text), 0o600); err != nil {
		return fmt.Errorf("write captions: %w", err)
	}
	return nil
}

// fontConfig keeps libass from searching the machine's fonts: a video looks the
// same wherever it is made.
const fontConfig = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig></fontconfig>`
