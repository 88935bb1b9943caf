package ffmpeg

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

const (
	longestSound  = 4 * 60 * 60 // seconds
	loudestSound  = 20.0        // dBFS; what is far above full scale would drown the voice
	quietestSound = -80.0       // dBFS of its loudest sample; below it nothing is heard
	maxBadPackets = 0.02        // of all seconds: a click here and there is no damage
)

// Sound implements upload.Decoder: it decodes sound as a render does, all of it.
func (e *Encoder) Sound(ctx context.Context, path string) error {
	path = absolute(path)
	demuxer, err := musicKind(path)
	if errors.Is(err, render.ErrMusic) {
		return problem.Wrap(problem.UploadRejected, detailNoSound, err)
	}
	if err != nil {
		return err
	}
	const measures = "Peak_level+Number_of_NaNs+Number_of_Infs+Number_of_samples"
	heard := newHearing("heard" + strings.ToLower(rand.Text()))
	err = e.decode(ctx, longestListen, job{dir: filepath.Dir(path), stderr: heard.read, args: append(musicInput(demuxer, path),
		"-map", "0:a:0", "-t", strconv.Itoa(longestSound),
		// In numbers with room above full scale: the null output asks for 16 bits.
		"-af", asMusic+",aformat=sample_fmts=flt,astats@"+heard.filter+"=measure_perchannel=none:measure_overall="+measures, "-f", "null", "-")})
	switch {
	case refused(ctx, err):
		return problem.Wrap(problem.UploadRejected, detailNoSound, err)
	case errors.Is(err, errHeavy):
		return problem.Wrap(problem.UploadRejected, detailSlow, err)
	case err != nil:
		return err
	}
	return heard.verdict()
}

// hearing is what the decoding of a sound showed. ffmpeg prints titles, comments
// and lyrics beside what it measures, so that a file could say anything of itself:
// the measuring filter has a name that is drawn anew for each file.
type hearing struct {
	filter     string
	peak       float64 // dBFS
	nans, infs float64
	samples    float64 // at the video's rate
	bad        int     // packets that could not be decoded
}

func newHearing(filter string) hearing { return hearing{filter: filter, peak: math.Inf(-1)} }

var (
	astatsLine = regexp.MustCompile(`^\[astats@(\w+) @ \w+\] (Peak level dB|Number of NaNs|Number of Infs|Number of samples): (\S+)$`)
	// The decoder's own lines begin with its name, what the file says of itself with blanks.
	badLine = regexp.MustCompile(`^(?:\[[^\]]+\] )+(?:Error submitting packet|Decoding error|Error while decoding)`)
)

func (h *hearing) read(line string) {
	if badLine.MatchString(line) {
		h.bad++
	}
	m := astatsLine.FindStringSubmatch(line)
	if m == nil || m[1] != h.filter {
		return
	}
	value, err := strconv.ParseFloat(m[3], 64)
	known := err == nil && !math.IsNaN(value)
	switch {
	case m[2] == "Peak level dB" && known:
		h.peak = value
	case m[2] == "Peak level dB":
		h.peak = math.Inf(-1)
	case !known:
	case m[2] == "Number of NaNs":
		h.nans = value
	case m[2] == "Number of Infs":
		h.infs = value
	default:
		h.samples = value
	}
}

func (h *hearing) verdict() error {
	why, seconds := "", h.samples/render.SampleRate
	switch {
	case h.samples == 0:
		why = detailNoSound
	case h.nans+h.infs > 0:
		why = detailNumbers
	case float64(h.bad) > 2+maxBadPackets*seconds:
		why = detailBroken
	case h.peak > loudestSound:
		why = detailLoud
	case h.peak < quietestSound:
		why = detailSilent
	case seconds >= longestSound:
		why = detailLong
	default:
		return nil
	}
	return problem.Wrap(problem.UploadRejected, why, fmt.Errorf("peak %.1f dB, %.0f samples, %.0f no numbers, %d bad packets in %.1f s", h.peak, h.samples, h.nans+h.infs, h.bad, seconds))
}
