package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/drawing"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

// studio is what both ways of making the video share.
type studio struct {
	ffmpeg  string
	speaker render.Speaker
	encoder *ffmpeg.Encoder
	frame   render.Frame
	aspect  render.Aspect
}

// cost is CPU seconds, of this process and all its ended children, and wall seconds.
type cost struct{ cpu, wall float64 }

// measure tells what f cost.
func measure(f func() error) (cost, error) {
	start, before := time.Now(), cpu()
	err := f()
	return cost{cpu() - before, time.Since(start).Seconds()}, err
}

func cpu() float64 {
	total := 0.0
	for _, who := range []int{syscall.RUSAGE_SELF, syscall.RUSAGE_CHILDREN} {
		var usage syscall.Rusage
		if syscall.Getrusage(who, &usage) == nil {
			total += time.Duration(usage.Utime.Nano() + usage.Stime.Nano()).Seconds()
		}
	}
	return total
}

// costs of our render, by kind of work.
type costs struct{ whole, pictures, speech, encoding cost }

// made is what a render leaves behind for the one command to use.
type made struct {
	timeline   render.Timeline
	narrations []render.Narration
	video      string
}

// pipeline makes the video as the product does: pictures, speech, a body per
// shot, a fade per joint, and the assembly.
func (s studio) pipeline(ctx context.Context, film script, dir string) (costs, made, error) {
	var c costs
	var m made
	var err error
	c.whole, err = measure(func() error {
		var images []string
		var scenes []render.Shot
		if c.pictures, err = measure(func() error { images, err = s.paint(ctx, film, dir); return err }); err != nil {
			return err
		}
		if c.speech, err = measure(func() error { scenes, m.narrations, err = s.speak(ctx, film, images, dir); return err }); err != nil {
			return err
		}
		m.timeline = render.NewTimeline(render.TitleShot(images[0], film.Title, film.Byline), scenes)
		for i := range m.narrations {
			m.narrations[i].StartFrame = m.timeline.Places[i+1].NarrationFrame
		}
		m.video = filepath.Join(dir, "ours.mp4")
		c.encoding, err = measure(func() error { return s.encode(ctx, film, m, dir) })
		return err
	})
	return c, m, err
}

func (s studio) paint(ctx context.Context, film script, dir string) ([]string, error) {
	var images []string
	for i, scene := range film.Scenes {
		picture, err := drawing.New().Paint(ctx, scene.ImagePrompt, s.aspect)
		if err != nil {
			return nil, err
		}
		path := filepath.Join(dir, fmt.Sprintf("image-%d.jpg", i+1))
		if err := os.WriteFile(path, picture.Data, 0o600); err != nil {
			return nil, err
		}
		images = append(images, path)
	}
	return images, nil
}

func (s studio) speak(ctx context.Context, film script, images []string, dir string) ([]render.Shot, []render.Narration, error) {
	var shots []render.Shot
	var narrations []render.Narration
	for i, scene := range film.Scenes {
		sentences := reading.Sentences(scene.Text, language.English)
		var parts []render.Speech
		for _, sentence := range sentences {
			speech, err := s.speaker.Speak(ctx, "default", sentence.Spoken)
			if err != nil {
				return nil, nil, err
			}
			parts = append(parts, speech)
		}
		speech, spoken, err := render.Join(sentences, parts)
		if err != nil {
			return nil, nil, err
		}
		path := filepath.Join(dir, fmt.Sprintf("voice-%d.wav", i+1))
		if err := os.WriteFile(path, render.WAV(speech), 0o600); err != nil {
			return nil, nil, err
		}
		shots = append(shots, render.SceneShot(i+1, images[i], render.NarrationMS(spoken), render.Cues(spoken, s.aspect)))
		narrations = append(narrations, render.Narration{Path: path})
	}
	return shots, narrations, nil
}

func (s studio) encode(ctx context.Context, film script, m made, dir string) error {
	var segments []string
	for i, spec := range m.timeline.Segments(s.frame) {
		path := filepath.Join(dir, fmt.Sprintf("segment-%d.mp4", i))
		if err := s.encoder.Segment(ctx, spec, path, nil); err != nil {
			return err
		}
		segments = append(segments, path)
	}
	err := s.encoder.Assemble(ctx, render.AssembleSpec{
		Segments: segments, Narrations: m.narrations, TotalFrames: m.timeline.TotalFrames, Title: film.Title,
	}, m.video, nil)
	if err != nil {
		return err
	}
	captions := render.WebVTT(m.timeline.Captions())
	if err := os.WriteFile(filepath.Join(dir, "captions.vtt"), []byte(captions), 0o600); err != nil {
		return err
	}
	return s.encoder.Thumbnail(ctx, m.video, 1500, filepath.Join(dir, "thumbnail.jpg"))
}
