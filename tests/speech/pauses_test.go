package speech_test

import (
	"encoding/binary"
	"math"
	"os/exec"
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/tests/harness"
)

// quiet is what lies between words: below it, beside speech at -16 LUFS, nothing is heard.
const quiet = 0.006

// silences are the pauses of a file in milliseconds, with where each begins.
func silences(t *testing.T, file string) [][2]int {
	t.Helper()
	const rate = 16000
	raw, err := exec.CommandContext(t.Context(), harness.FFmpeg(t), "-v", "error", "-nostdin", "-i", "file:"+file, "-vn", "-ac", "1", "-ar", "16000", "-f", "f32le", "-").Output()
	harness.Must(t, err)
	var all [][2]int
	from, at := -1, 0
	for part := range slices.Chunk(raw, rate/100*4) { // 10 ms
		sum := 0.0
		for b := 0; b+4 <= len(part); b += 4 {
			v := float64(math.Float32frombits(binary.LittleEndian.Uint32(part[b:])))
			sum += v * v
		}
		switch loud := math.Sqrt(sum/float64(len(part)/4)) > quiet; {
		case !loud && from < 0:
			from = at
		case loud && from >= 0:
			all = append(all, [2]int{from, at - from})
			from = -1
		}
		at += 10
	}
	return all
}

// The pauses of a calm reader: a breath at a comma, more at a full stop, more at a
// paragraph, and most between scenes, of the finished sound.
func TestPausesAreThoseOfACalmReader(t *testing.T) {
	harness.Proof(t)
	s := speaker(t)
	texts := map[string][2]string{
		"en": {"The Lord is my shepherd, and I shall want nothing more.", "He leads me gently to the quiet water."},
		"es": {"El Señor es mi pastor, y nada me faltará en la vida.", "Él me guía con amor al agua tranquila."},
		"fr": {"Le Seigneur est mon berger, et je ne manquerai de rien.", "Il me conduit avec amour vers les eaux calmes."},
		"pt": {"O Senhor é o meu pastor, e nada me faltará nesta vida.", "Ele me guia com amor às águas tranquilas."},
		"it": {"Il Signore è il mio pastore, e nulla mi mancherà mai.", "Egli mi guida con amore alle acque calme."},
		"hi": {"यहोवा मेरा चरवाहा है, और मुझे कुछ घटी न होगी।", "वह मुझे शांत जल के पास ले चलता है।"},
		"de": {"Der Herr ist mein Hirte, und mir wird nichts fehlen.", "Er führt mich sanft an das stille Wasser."},
	}
	var voices []voice.Voice
	for _, v := range s.Voices() {
		if _, ok := texts[string(v.Reads())]; ok && (harness.InFull() || v.ID == "grace" || v.ID == "johannes") {
			voices = append(voices, v)
		}
	}
	for _, v := range harness.InShare(t, 3, voices) {
		two := texts[string(v.Reads())]
		scene, spoken := said(t, s, v, two[0]+" "+two[1]+"\n\n"+two[0])
		file, begins := film(t, scene, scene)
		all := silences(t, file)
		// The longest pause around or near a moment of the first scene's narration.
		at := func(ms int64) int {
			longest := 0
			for _, p := range all {
				if from := int64(p[0]) - begins[0]; from-80 <= ms && ms <= from+int64(p[1])+80 {
					longest = max(longest, p[1])
				}
			}
			return longest
		}
		comma := 0 // the longest within the sentence with one
		for _, p := range all {
			if from := int64(p[0]) - begins[0]; from > spoken[0].StartMS+200 && from+int64(p[1]) < spoken[0].EndMS-200 {
				comma = max(comma, p[1])
			}
		}
		stop, paragraph, end := at(spoken[0].EndMS), at(spoken[1].EndMS), at(spoken[2].EndMS)
		t.Logf("pauses: %-10s comma %4d, full stop %4d, paragraph %4d, scene %4d ms", v.ID, comma, stop, paragraph, end)
		for _, p := range []struct {
			at                 string
			ms, least, most    int
			shorter, shorterBy int
		}{
			{"a comma", comma, 100, 500, 0, 0},
			{"a full stop", stop, 400, 750, comma, 20},
			{"a paragraph", paragraph, 750, 1150, stop, 200},
			{"a scene's end", end, 1200, 1700, paragraph, 200},
		} {
			if p.ms < p.least || p.ms > p.most || p.ms < p.shorter+p.shorterBy {
				t.Errorf("%s: at %s it rests %d ms, want %d to %d and %d longer than %d", v.ID, p.at, p.ms, p.least, p.most, p.shorterBy, p.shorter)
			}
		}
	}
}
