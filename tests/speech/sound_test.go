package speech_test

import (
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/narrator"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/ffmpeg"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	loudnessOff = 0.5  // LU that a video may be off the target
	highestPeak = -1.0 // dBTP
)

// speaker is the product's narrator.
func speaker(t *testing.T) render.Speaker {
	t.Helper()
	library, data := harness.Espeak(t)
	k := harness.Kokoro(t)
	s, err := narrator.New(&boot.Runtime{}, narrator.Settings{
		Provider: "kokoro",
		Espeak:   espeak.Settings{Library: library, Data: data},
		Kokoro:   kokoro.Settings{Library: k.Library, Model: k.Model, Vocabulary: k.Vocabulary, Voices: k.Voices},
	})
	harness.Must(t, err)
	return s
}

// said is a text as a scene's narration has it: sentence by sentence.
func said(t *testing.T, s render.Speaker, v voice.Voice, text string) (render.Speech, []render.Spoken) {
	t.Helper()
	sentences := reading.Sentences(text, v.Reads())
	parts := make([]render.Speech, len(sentences))
	for i, sentence := range sentences {
		var err error
		if parts[i], err = s.Speak(t.Context(), v.ID, sentence.Spoken); err != nil {
			t.Fatalf("%s: %q: %v", v.ID, sentence.Spoken, err)
		}
	}
	speech, spoken, err := render.Join(sentences, parts)
	if err != nil {
		t.Fatalf("%s: %v", v.ID, err)
	}
	return speech, spoken
}

// film is a video of scenes as the product mixes it, over black pictures, and
// where each scene's narration begins, in milliseconds.
func film(t *testing.T, scenes ...render.Speech) (file string, begins []int64) {
	t.Helper()
	folder := t.TempDir()
	var shots []render.Shot
	for i, scene := range scenes {
		shots = append(shots, render.SceneShot(i+1, "", scene.MS(), nil))
	}
	line := render.NewTimeline(render.TitleShot("", "", ""), shots)
	pictures := filepath.Join(folder, "black.mp4")
	ask(t, "-f", "lavfi", "-i", "color=black:s=64x36:r=30", "-frames:v", fmt.Sprint(line.TotalFrames),
		"-c:v", "libx264", "-preset", "ultrafast", "-video_track_timescale", "15360", "file:"+pictures)
	spec := render.AssembleSpec{Segments: []string{pictures}, TotalFrames: line.TotalFrames}
	for i, scene := range scenes {
		wav := filepath.Join(folder, fmt.Sprintf("%d.wav", i))
		harness.Must(t, os.WriteFile(wav, render.WAV(scene), 0o600))
		at := line.Places[i+1].NarrationFrame
		spec.Narrations = append(spec.Narrations, render.Narration{Path: wav, StartFrame: at})
		begins = append(begins, render.FramesMS(at))
	}
	file = filepath.Join(folder, "film.mp4")
	encoder := ffmpeg.New(ffmpeg.Settings{Path: harness.FFmpeg(t), WorkDir: folder})
	harness.Must(t, encoder.Assemble(t.Context(), spec, file, func(int) {}))
	return file, begins
}

// ask runs ffmpeg and gives what it says.
func ask(t *testing.T, args ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), harness.FFmpeg(t), append([]string{"-hide_banner", "-nostdin", "-y"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v\n%.2000s", err, said)
	}
	return string(said)
}

var integrated, truePeak = regexp.MustCompile(`I: +(-?[\d.]+) LUFS`), regexp.MustCompile(`True peak:\s+Peak: +(-?[\d.]+) dBFS`)

// loudness is what EBU R128 says of a file: LUFS, and the true peak.
func loudness(t *testing.T, file string) (lufs, peak float64) {
	t.Helper()
	told := ask(t, "-i", "file:"+file, "-af", "ebur128=framelog=quiet:peak=true", "-vn", "-f", "null", "-")
	for found, into := range map[*regexp.Regexp]*float64{integrated: &lufs, truePeak: &peak} {
		all := found.FindAllStringSubmatch(told, -1)
		if len(all) == 0 {
			t.Fatalf("ffmpeg tells no %s:\n%s", found, told)
		}
		value, err := strconv.ParseFloat(all[len(all)-1][1], 64)
		harness.Must(t, err)
		*into = value
	}
	return lufs, peak
}

// TestAllVoicesAreEquallyLoud: each voice's video, and no scene of it louder than
// the other.
func TestAllVoicesAreEquallyLoud(t *testing.T) {
	harness.Proof(t)
	s := speaker(t)
	voices := s.Voices()
	if !harness.InFull() {
		voices = []voice.Voice{voices[0], voices[len(voices)-1]}
	}
	for _, v := range harness.InShare(t, 3, voices) {
		one, _ := said(t, s, v, voice.Sample(v))
		file, _ := film(t, one)
		lufs, peak := loudness(t, file)
		t.Logf("loudness: %-10s %6.1f LUFS, peak %5.1f dBTP; the voice by itself %6.1f dB", v.ID, lufs, peak, decibels(one))
		if math.Abs(lufs-render.LoudnessTarget) > loudnessOff || peak > highestPeak {
			t.Errorf("%s: %.1f LUFS, want %.0f within %.1f; peak %.1f dBTP, at most %.0f", v.ID, lufs, render.LoudnessTarget, loudnessOff, peak, highestPeak)
		}
	}
}

func decibels(s render.Speech) float64 {
	sum := 0.0
	for _, v := range s.Samples {
		sum += float64(v) * float64(v)
	}
	return 10 * math.Log10(sum/float64(len(s.Samples))/(math.MaxInt16*math.MaxInt16))
}
