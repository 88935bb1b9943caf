package ffmpeg

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"math"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// black is a segment without content.
func (k kit) black(t testing.TB, frames int) string {
	t.Helper()
	path := k.file(fmt.Sprintf("black %d.mp4", frames))
	k.ask(t, "-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=black:s=64x36:r=30", "-frames:v", fmt.Sprint(frames), "-c:v", "libx264", "-preset", "ultrafast", "-video_track_timescale", "15360", "file:"+path)
	return path
}

// sound has ffmpeg write a file of sound.
func (k kit) sound(t testing.TB, name, source string, args ...string) string {
	t.Helper()
	k.made(t, name, append([]string{"-f", "lavfi", "-i", source}, args...)...)
	return k.file(name)
}

// chord is loud music, left and right different, at 440 and 660 Hz.
func chord(seconds float64, rate int) string {
	return fmt.Sprintf("aevalsrc='0.5*sin(2*PI*440*t)|0.5*sin(2*PI*660*t)':s=%d:d=%g", rate, seconds)
}

func (k kit) assembled(t testing.TB, spec render.AssembleSpec) string {
	t.Helper()
	out := k.file("assembled.mp4")
	if err := k.Assemble(t.Context(), spec, out, nil); err != nil {
		t.Fatal(err)
	}
	return out
}

// heard decodes both channels.
func (k kit) heard(t testing.TB, video string) (left, right []float64) {
	t.Helper()
	out, err := exec.Command(k.path, "-loglevel", "error", "-i", "file:"+video, "-map", "0:a", "-f", "f32le", "-ac", "2", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+8 <= len(out); i += 8 {
		left = append(left, float64(math.Float32frombits(binary.LittleEndian.Uint32(out[i:]))))
		right = append(right, float64(math.Float32frombits(binary.LittleEndian.Uint32(out[i+4:]))))
	}
	return left, right
}

// strength is how loud one frequency is in a stretch of a channel, in dB of its
// amplitude.
func strength(samples []float64, from, to, hz float64) float64 {
	part := samples[int(from*render.SampleRate):min(int(to*render.SampleRate), len(samples))]
	var re, im float64
	for i, v := range part {
		// A window keeps loud neighbours out.
		v *= 1 - math.Cos(2*math.Pi*float64(i)/float64(len(part)))
		at := 2 * math.Pi * hz * float64(i) / render.SampleRate
		re, im = re+v*math.Cos(at), im+v*math.Sin(at)
	}
	return 20 * math.Log10(2*math.Hypot(re, im)/float64(len(part))+1e-9)
}

func (k kit) holdsRules(t *testing.T, video string, frames int) {
	t.Helper()
	info, err := k.Probe(t.Context(), video)
	if err != nil {
		t.Fatal(err)
	}
	if math.Abs(info.LoudnessLUFS-render.LoudnessTarget) > 1 {
		t.Errorf("%.1f LUFS", info.LoudnessLUFS)
	}
	if d := info.DurationMS - render.FramesMS(frames); d < -34 || d > 34 || info.AudioCodec != "aac" || info.SampleRate != render.SampleRate {
		t.Errorf("%+v", info)
	}
	left, right := k.heard(t, video)
	// An AAC packet holds 1024 samples; what the last one has too many is cut by
	// players that read the edit list.
	if over := len(left) - frames*render.SamplesPerFrame; over < 0 || over >= 1024 {
		t.Errorf("%d samples too many", over)
	}
	peak := 0.0
	for i := range left {
		peak = max(peak, math.Abs(left[i]), math.Abs(right[i]))
	}
	if peak > math.Pow(10, -1.0/20) {
		t.Errorf("peak of %.2f dBFS", 20*math.Log10(peak))
	}
}

// The voice speaks from second 3 to 8 of 14, at 180 and 1900 Hz.
func (k kit) spoken(t testing.TB, music string) render.AssembleSpec {
	t.Helper()
	voice := k.tone(t, "voice.wav", 5000, 22050, 0.3)
	voice.StartFrame = 90
	return render.AssembleSpec{Segments: []string{k.black(t, 420)}, Narrations: []render.Narration{voice}, TotalFrames: 420, Music: music}
}

func TestMusicLiesUnderTheVoice(t *testing.T) {
	k := newKit(t)
	spec := k.spoken(t, k.sound(t, "music.wav", chord(60, 44100)))
	out := k.assembled(t, spec)
	k.holdsRules(t, out, 420)
	left, right := k.heard(t, out)
	pause, under := strength(left, 9.5, 10.9, 440), strength(left, 5, 7.5, 440)
	t.Logf("music: %.1f dB in pauses, %.1f dB under speech, %.1f dB at the start, %.1f dB at the end",
		pause, under, strength(left, 0, 0.2, 440), strength(left, 13.8, 14, 440))
	// A sine of -31 LUFS in each channel's ear has an amplitude near -31 dB.
	if pause < -34 || pause > -26 {
		t.Errorf("music in a pause: %.1f dB", pause)
	}
	if dip := pause - under; dip < 3 || dip > 10 {
		t.Errorf("music dips by %.1f dB under speech", dip)
	}
	if at := strength(left, 0, 0.2, 440); at > pause-6 {
		t.Errorf("music begins at %.1f dB", at)
	}
	if at := strength(left, 13.8, 14, 440); at > pause-6 {
		t.Errorf("music ends at %.1f dB", at)
	}
	if l, r := strength(left, 9.5, 10.9, 660), strength(right, 9.5, 10.9, 660); r-l < 30 {
		t.Errorf("stereo is lost: 660 Hz has %.1f dB left, %.1f dB right", l, r)
	}
	spec.Music = ""
	alone, _ := k.heard(t, k.assembled(t, spec))
	if a, b := strength(left, 3, 8, 180), strength(alone, 3, 8, 180); math.Abs(a-b) > 0.3 {
		t.Errorf("the voice has %.1f dB with music, %.1f dB without", a, b)
	}
	k.checkNothingElse(t)
}

func TestLoudnessWithMusicWhateverTheRecording(t *testing.T) {
	k := newKit(t)
	cover := k.file("cover.jpg")
	if err := os.WriteFile(cover, asJPEG(t, filledWith(image.NewRGBA(image.Rect(0, 0, 300, 300)), quarters(300, 300))), 0o600); err != nil {
		t.Fatal(err)
	}
	withCover := []string{"-i", "file:" + cover, "-map", "0:a", "-map", "1:v", "-c:v", "copy", "-disposition:v", "attached_pic"}
	noise := "anoisesrc=d=20:c=pink:a=0.4:r=48000:seed=1"
	for name, music := range map[string]string{
		"mono at 8 kHz":       k.sound(t, "a.wav", noise, "-ar", "8000", "-ac", "1"),
		"24 bit at 96 kHz":    k.sound(t, "b.wav", noise, "-ar", "96000", "-ac", "2", "-c:a", "pcm_s24le"),
		"float, over its top": k.sound(t, "c.wav", "anoisesrc=d=20:c=pink:a=0.4:seed=1,volume=20dB", "-c:a", "pcm_f32le"),
		"5.1 AAC":             k.sound(t, "d.m4a", noise, "-ac", "6", "-c:a", "aac"),
		"ALAC":                k.sound(t, "e.m4a", noise, "-ac", "2", "-c:a", "alac"),
		"MP3 with a cover":    k.sound(t, "f.mp3", noise, append(withCover, "-ac", "2", "-id3v2_version", "3")...),
		"M4A with a cover":    k.sound(t, "g.m4a", noise, append(withCover, "-c:a", "aac", "-f", "ipod")...),
		"MP3 without a tag":   k.sound(t, "h.mp3", noise, "-id3v2_version", "0", "-write_xing", "0"),
		"0.3 s":               k.sound(t, "i.wav", chord(0.3, 44100)),
		"0.3 s of MP3":        k.sound(t, "j.mp3", chord(0.3, 44100)),
		"faint":               k.sound(t, "k.wav", noise+",volume=-30dB", "-c:a", "pcm_s24le"),
		"all zeros":           k.sound(t, "l.wav", "anullsrc=d=3"),
		"spikes":              k.sound(t, "n.wav", "aevalsrc='(0.08+0.82*lt(mod(t,1),0.01))*sin(2*PI*500*t)':d=20"),
		"quiet, then loud":    k.sound(t, "m.wav", "aevalsrc='0.9*gte(t,9)*sin(2*PI*300*t)+0.001*sin(2*PI*300*t)':d=20"),
	} {
		t.Run(name, func(t *testing.T) {
			spec := k.spoken(t, music)
			k.holdsRules(t, k.assembled(t, spec), 420)
			spec.Narrations = nil
			out := k.assembled(t, spec)
			if name != "all zeros" {
				k.holdsRules(t, out, 420)
				return
			}
			if info, err := k.Probe(t.Context(), out); err != nil || !math.IsInf(info.LoudnessLUFS, -1) {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
	k.checkNothingElse(t)
}

// Little is said in a long video: music must not become what is measured, nor
// the voice louder than without it.
func TestFewWordsInALongVideo(t *testing.T) {
	k := newKit(t)
	for _, ms := range []int{600, 3000} {
		voice := k.tone(t, "few.wav", ms, 22050, 0.3)
		voice.StartFrame = 300
		spec := render.AssembleSpec{Segments: []string{k.black(t, 1200)}, Narrations: []render.Narration{voice}, TotalFrames: 1200, Music: k.sound(t, "music.wav", chord(60, 48000))}
		out := k.assembled(t, spec)
		k.holdsRules(t, out, 1200)
		left, _ := k.heard(t, out)
		pause := strength(left, 20, 30, 440)
		t.Logf("%d ms of speech: music at %.1f dB", ms, pause)
		if pause < -55 || pause > -26 {
			t.Errorf("music in a pause: %.1f dB", pause)
		}
		spec.Music = ""
		alone, _ := k.heard(t, k.assembled(t, spec))
		if a, b := strength(left, 10, 10.6, 180), strength(alone, 10, 10.6, 180); math.Abs(a-b) > 0.3 {
			t.Errorf("the voice has %.1f dB with music, %.1f dB without", a, b)
		}
	}
}

// Music shorter than the video is heard from end to end, without a gap or a
// click where it repeats.
func TestMusicRepeatsWithoutASeam(t *testing.T) {
	k := newKit(t)
	for _, file := range []string{
		k.sound(t, "loop.wav", "sine=f=440:d=2.301:r=48000"), k.sound(t, "loop.mp3", "sine=f=440:d=2.301:r=44100"), k.sound(t, "loop.m4a", "sine=f=440:d=2.301:r=44100", "-c:a", "aac"),
	} {
		spec := render.AssembleSpec{Segments: []string{k.black(t, 420)}, TotalFrames: 420, Music: file}
		left, _ := k.heard(t, k.assembled(t, spec))
		gap, longest, click := 0, 0, 0.0
		for i := 2 * render.SampleRate; i < 10*render.SampleRate; i++ {
			gap++
			if math.Abs(left[i]) > 0.02 {
				gap = 0
			}
			longest, click = max(longest, gap), max(click, math.Abs(left[i]-left[i-1]))
		}
		// One sample to the next, a sine of this height climbs by its slope.
		peak := math.Pow(10, strength(left, 3, 4, 440)/20)
		if slope := peak * 2 * math.Pi * 440 / render.SampleRate; click > slope*1.7 || longest > render.SampleRate*60/1000 {
			t.Errorf("%s: a jump of %.3f (usual: %.3f), a gap of %d samples", file[strings.LastIndex(file, "loop"):], click, slope, longest)
		}
	}
}

// Two hours of music are not decoded for a video of seconds.
func TestLongMusicIsReadNoFurtherThanNeeded(t *testing.T) {
	k := newKit(t)
	file := k.sound(t, "long.wav", "sine=f=300:d=7200:r=8000", "-c:a", "pcm_u8")
	b, err := k.bed(t.Context(), k.dir, render.AssembleSpec{Music: file, TotalFrames: 300})
	if err != nil {
		t.Fatal(err)
	}
	if stat, err := os.Stat(b.path); err != nil || stat.Size() != 300*render.SamplesPerFrame*frameBytes {
		t.Errorf("%d bytes were decoded, %v", stat.Size(), err)
	}
}

// A sound of a moment is repeated before ffmpeg gets it, which begins anew at each
// repeat: a long video of it is no slower than one of a long file.
func TestASoundOfAMomentIsRepeatedBeforeItIsLooped(t *testing.T) {
	k := newKit(t)
	file := k.sound(t, "blip.wav", "sine=f=300:d=0.15:r=48000")
	b, err := k.bed(t.Context(), k.dir, render.AssembleSpec{Music: file, TotalFrames: 120 * 30})
	if err != nil {
		t.Fatal(err)
	}
	if stat, err := os.Stat(b.path); err != nil || stat.Size() < repeatSamples*frameBytes {
		t.Errorf("%d bytes are looped, %v", stat.Size(), err)
	}
}

func TestWhatIsNoMusic(t *testing.T) {
	k := newKit(t)
	secret := k.sound(t, "secret.wav", "sine=d=1")
	mp3 := k.made(t, "whole.mp3", "-f", "lavfi", "-i", "sine=d=1")
	m4a := k.made(t, "whole.m4a", "-f", "lavfi", "-i", "sine=d=1")
	spec := render.AssembleSpec{Segments: []string{k.black(t, 90)}, TotalFrames: 90, Music: k.file("music")}
	for name, data := range map[string][]byte{
		"nothing":         {},
		"text":            []byte("this is not music at all"),
		"a playlist":      []byte("#EXTM3U\n#EXTINF:1,\nfile:" + secret + "\n"),
		"half an M4A":     m4a[:len(m4a)/2],
		"a tag alone":     append([]byte("ID3\x03\x00\x00\x00\x00\x00\x0a"), make([]byte, 400)...),
		"WAVE's start":    []byte("RIFF\x00\x00\x00\x00WAVEfmt "),
		"video, no sound": k.made(t, "mute.mp4", "-f", "lavfi", "-i", "color=d=0.2", "-c:v", "libx264"),
	} {
		if err := os.WriteFile(spec.Music, data, 0o600); err != nil {
			t.Fatal(err)
		}
		if err := k.Assemble(t.Context(), spec, k.file("out.mp4"), nil); !errors.Is(err, render.ErrMusic) {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What the machine does wrong is not the music's fault.
	if err := os.WriteFile(spec.Music, mp3, 0o600); err != nil {
		t.Fatal(err)
	}
	spec.Segments = []string{k.file("none.mp4")}
	if err := k.Assemble(t.Context(), spec, k.file("out.mp4"), nil); errors.Is(err, render.ErrMusic) || !problem.Is(err, problem.EncodeFailed) {
		t.Errorf("without a segment: %v", err)
	}
	k.checkNothingElse(t)
}
