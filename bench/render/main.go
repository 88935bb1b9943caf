// Command render measures what a render costs: the same video once by our
// painter, speaker and encoder, step by step as the product does it, and once by
// a single hand-written ffmpeg command that is given the finished pictures and
// recordings. It prints the CPU seconds of both, their ratio, and wall times.
// Before that it compares our camera with the one that ffmpeg's perspective
// filter makes: how far each is off its path, how near it comes to the best
// possible picture, and what each costs.
//
//	FFMPEG_PATH=… ESPEAK_LIBRARY=… ESPEAK_DATA=… go run ./bench/render [-scenes 1,3,8] [-keep folder]
//
// Without the settings it takes the tools that `make tools` installed below the
// current folder.
package main

import (
	"context"
	"embed"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/caarlos0/env/v11"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
)

//go:embed testdata/psalm-23.json
var texts embed.FS

// script is what is filmed.
type script struct {
	Title  string `json:"title"`
	Byline string `json:"byline"`
	Scenes []struct {
		Text        string `json:"text"`
		ImagePrompt string `json:"image_prompt"`
	} `json:"scenes"`
}

type settings struct {
	FFmpeg string `env:"FFMPEG_PATH"`
	Espeak espeak.Settings
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench/render:", err)
		os.Exit(1)
	}
}

func run() error {
	scenes := flag.String("scenes", "1,3,8", "numbers of scenes, separated by commas")
	keep := flag.String("keep", "", "keep the videos in this folder")
	resolution := flag.String("resolution", string(render.HD), "720p, 1080p or 4k")
	aspect := flag.String("aspect", string(render.Landscape), "16:9, 9:16 or 1:1")
	limit := flag.Float64("limit", 1.4, "fail when the ratio of CPU seconds over all sizes is higher")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	set, err := tools()
	if err != nil {
		return err
	}
	film, err := load()
	if err != nil {
		return err
	}
	dir := *keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "bench-render-"); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	studio := studio{
		ffmpeg: set.FFmpeg, speaker: espeak.New(set.Espeak), encoder: ffmpeg.New(ffmpeg.Settings{Path: set.FFmpeg, WorkDir: dir}),
		frame: render.FrameSize(render.Resolution(*resolution), render.Aspect(*aspect)), aspect: render.Aspect(*aspect),
	}
	if err := studio.compareCameras(ctx, film, dir); err != nil {
		return err
	}
	return compare(ctx, studio, film, *scenes, dir, *limit)
}

// compare renders each size both ways and prints a table.
func compare(ctx context.Context, s studio, film script, sizes, dir string, limit float64) error {
	fmt.Printf("%d x %d, CPU seconds include all child processes\n\n", s.frame.Width, s.frame.Height)
	fmt.Println("scenes  video   ours: cpu   wall   of which pictures  speech  encoding   one command: cpu   wall   ratio")
	var ours, theirs float64
	for _, field := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(strings.TrimSpace(field))
		if err != nil || n < 1 || n > render.MaxScenes {
			return fmt.Errorf("scenes: %q is not a number from 1 to %d", field, render.MaxScenes)
		}
		folder := filepath.Join(dir, fmt.Sprintf("%d-scenes", n))
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		a, made, err := s.pipeline(ctx, film.of(n), folder)
		if err != nil {
			return fmt.Errorf("our render: %w", err)
		}
		b, err := s.oneCommand(ctx, made, folder)
		if err != nil {
			return fmt.Errorf("one command: %w", err)
		}
		if err := s.alike(ctx, made, folder); err != nil {
			return err
		}
		ours, theirs = ours+a.whole.cpu, theirs+b.cpu
		fmt.Printf("%6d %5.1f s %9.1f s %5.1f s %16.1f s %6.1f s %8.1f s %16.1f s %5.1f s %7.2f\n",
			n, float64(made.timeline.DurationMS())/1000, a.whole.cpu, a.whole.wall,
			a.pictures.cpu, a.speech.cpu, a.encoding.cpu, b.cpu, b.wall, a.whole.cpu/b.cpu)
	}
	fmt.Printf("\nratio of CPU seconds over all sizes: %.2f (limit %.2f)\n", ours/theirs, limit)
	if ours/theirs > limit {
		return fmt.Errorf("the ratio is above its limit")
	}
	return nil
}

// of takes the first n scenes, and starts again at the end.
func (s script) of(n int) script {
	all := s.Scenes
	s.Scenes = nil
	for i := range n {
		s.Scenes = append(s.Scenes, all[i%len(all)])
	}
	return s
}

func load() (script, error) {
	var film script
	data, err := texts.ReadFile("testdata/psalm-23.json")
	if err == nil {
		err = json.Unmarshal(data, &film)
	}
	if err != nil {
		return script{}, fmt.Errorf("read psalm: %w", err)
	}
	return film, nil
}

// tools reads the settings, or finds what is installed in the checkout.
func tools() (settings, error) {
	var set settings
	if err := env.Parse(&set); err != nil {
		return set, fmt.Errorf("read settings: %w", err)
	}
	for pattern, into := range map[string]*string{
		"imageio_ffmpeg/binaries/ffmpeg-*": &set.FFmpeg,
		"espeakng_loader/libespeak-ng.*":   &set.Espeak.Library,
		"espeakng_loader/espeak-ng-data":   &set.Espeak.Data,
	} {
		if *into != "" {
			continue
		}
		found, err := filepath.Glob(filepath.Join(".tools", "venv", "lib", "python3*", "site-packages", pattern))
		if err != nil || len(found) == 0 {
			return set, fmt.Errorf("%s is missing: run `make tools`, or set FFMPEG_PATH, ESPEAK_LIBRARY and ESPEAK_DATA", pattern)
		}
		if *into, err = filepath.Abs(found[0]); err != nil {
			return set, fmt.Errorf("find tools: %w", err)
		}
	}
	return set, nil
}
