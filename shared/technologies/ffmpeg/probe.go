package ffmpeg

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// Probe implements render.Encoder. It decodes the sound, not the pictures.
func (e *Encoder) Probe(ctx context.Context, video string) (render.MediaInfo, error) {
	var reader describer
	err := e.run(ctx, job{args: []string{
		"-i", "file:" + absolute(video), "-map", "0:a?", "-map", "0:v?", "-c:v", "copy",
		"-af", "ebur128=framelog=quiet", "-f", "null", "-",
	}, stderr: reader.read})
	if ctx.Err() != nil {
		return render.MediaInfo{}, ctx.Err()
	}
	if err != nil {
		return render.MediaInfo{}, failure("probe", err)
	}
	info := reader.info
	info.LoudnessLUFS = reader.meter.integrated()
	if info.VideoCodec == "" || info.DurationMS == 0 {
		return info, problem.Wrap(problem.EncodeFailed, detailEncode, fmt.Errorf("probe: no video found"))
	}
	return info, nil
}

// describer reads what ffmpeg prints about its first input: there is no ffprobe
// beside the static program.
type describer struct {
	info    render.MediaInfo
	outputs bool // past the description of the input
	meter   meter
}

var (
	durationLine = regexp.MustCompile(`^\s*Duration: (\d+):(\d\d):(\d\d)\.(\d+)`)
	videoLine    = regexp.MustCompile(`Stream #0:\d+.*: Video: (\w+)`)
	audioLine    = regexp.MustCompile(`Stream #0:\d+.*: Audio: (\w+).*, (\d+) Hz`)
	pixelFormat  = regexp.MustCompile(`, (yuvj?\d+p\w*|rgb\w*|gray\w*)[(,]`)
	pictureSize  = regexp.MustCompile(`, (\d{2,5})x(\d{2,5})[ ,]`)
	frameRate    = regexp.MustCompile(`, ([\d.]+) fps`)
)

func (d *describer) read(line string) {
	d.meter.read(line)
	if strings.HasPrefix(line, "Output #") || strings.HasPrefix(line, "Stream mapping") {
		d.outputs = true
	}
	if d.outputs {
		return
	}
	if m := durationLine.FindStringSubmatch(line); m != nil {
		fraction, _ := strconv.ParseFloat("0."+m[4], 64)
		d.info.DurationMS = ((number(m[1])*60+number(m[2]))*60+number(m[3]))*1000 + int64(math.Round(fraction*1000))
	}
	if m := audioLine.FindStringSubmatch(line); m != nil && d.info.AudioCodec == "" {
		d.info.AudioCodec, d.info.SampleRate = m[1], int(number(m[2]))
	}
	if m := videoLine.FindStringSubmatch(line); m != nil && d.info.VideoCodec == "" {
		d.video(m[1], line)
	}
}

func (d *describer) video(codec, line string) {
	d.info.VideoCodec = codec
	if m := pixelFormat.FindStringSubmatch(line); m != nil {
		d.info.PixelFormat = m[1]
	}
	if m := pictureSize.FindStringSubmatch(line); m != nil {
		d.info.Width, d.info.Height = int(number(m[1])), int(number(m[2]))
	}
	if m := frameRate.FindStringSubmatch(line); m != nil {
		d.info.FrameRate, _ = strconv.ParseFloat(m[1], 64)
	}
}

// number reads digits that a pattern has already checked.
func number(digits string) int64 {
	n, _ := strconv.ParseInt(digits, 10, 64)
	return n
}

// meter reads the summary of the ebur128 filter.
type meter struct {
	found bool
	value float64
}

var integratedLine = regexp.MustCompile(`^\s*I:\s+(-?[\d.]+|-?inf) LUFS`)

func (m *meter) read(line string) {
	if found := integratedLine.FindStringSubmatch(line); found != nil {
		m.value, _ = strconv.ParseFloat(found[1], 64)
		m.found = true
	}
}

// integrated is the loudness in LUFS. The filter's floor of -70 is silence.
func (m *meter) integrated() float64 {
	if !m.found || m.value <= -69.9 {
		return math.Inf(-1)
	}
	return m.value
}
