package ffmpeg

import (
	"errors"
	"fmt"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
)

// TestMusicFromBeforeTheCheckIsLevelled: files that are kept from before uploads
// were measured play as others do, however loud they are; the voice stays in front.
func TestMusicFromBeforeTheCheckIsLevelled(t *testing.T) {
	k := newKit(t)
	for _, gain := range []float64{1e6, 1e15} {
		loud := k.sound(t, "loud.wav", fmt.Sprintf("aevalsrc='%.0f*sin(2*PI*440*t)':d=20:s=48000", gain), "-c:a", "pcm_f32le")
		spec := k.spoken(t, loud)
		out := k.assembled(t, spec)
		k.holdsRules(t, out, 420)
		left, _ := k.heard(t, out)
		if voice, music := strength(left, 5, 7.5, 180), strength(left, 5, 7.5, 440); voice < music+10 {
			t.Errorf("%.0e times too loud: the voice has %.1f dB, the music %.1f dB", gain, voice, music)
		}
	}
	none := k.sound(t, "none.wav", "aevalsrc='if(eq(n,48000),0/0,0.5*sin(2*PI*440*t))':d=20:s=48000", "-c:a", "pcm_f32le")
	if err := k.Assemble(t.Context(), k.spoken(t, none), k.file("out.mp4"), nil); !errors.Is(err, render.ErrMusic) {
		t.Errorf("no numbers: %v", err)
	}
}
