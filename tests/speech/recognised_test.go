package speech_test

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

var every = flag.Bool("every", false, "have every English voice read every sentence")

const (
	mostWrong = 0.03 // share of words that may be heard as others
	enough    = 300  // words by which one voice is judged; of fewer, one mishearing is too many
)

// mayMiss is how many of a voice's words may be heard as others: of a sample, whose
// voices are judged together, twice their share.
func mayMiss(words int) float64 {
	if words < enough {
		return 2 * mostWrong * float64(words)
	}
	return mostWrong * float64(words)
}

// TestEnglishIsUnderstood has a recogniser write down what the voices read: in full every
// sentence by every voice, and for a share of the time each sentence by one, in turn.
func TestEnglishIsUnderstood(t *testing.T) {
	harness.Proof(t)
	if !harness.InFull() && !*every {
		t.Log("not in an ordinary run: it takes two minutes of two processors")
		return
	}
	recogniser, err := toolbox.InstallRecogniser(t.Context(), blueprint.Root(), func(line string) { t.Log(line) })
	if err != nil {
		t.Fatal(err)
	}
	s := speaker(t)
	var voices []voice.Voice
	for _, v := range s.Voices() {
		if strings.HasPrefix(v.Language, "en-") {
			voices = append(voices, v)
		}
	}
	words, wrong := 0, 0
	for n, v := range harness.InShare(t, 2, voices) {
		var texts []string
		for i, text := range sentences {
			if *every || harness.Unhurried() || i%len(voices) == n {
				texts = append(texts, text)
			}
		}
		heard := hear(t, recogniser, record(t, s, v, texts))
		all, off := 0, 0
		for i, text := range texts {
			spoken, got := wordsOf(text), wordsOf(heard[i])
			miss := distance(spoken, got)
			if miss > 0 {
				t.Logf("%s: %q is heard as %q", v.ID, text, heard[i])
			}
			all, off = all+len(spoken), off+miss
		}
		t.Logf("%s: %d of %d words wrong, %.1f %%", v.ID, off, all, 100*float64(off)/float64(all))
		if float64(off) > mayMiss(all) {
			t.Errorf("%s: %d of %d words are heard as others", v.ID, off, all)
		}
		words, wrong = words+all, wrong+off
	}
	t.Logf("speech: %d of %d words wrong, %.1f %%", wrong, words, 100*float64(wrong)/float64(words))
	if float64(wrong) > mostWrong*float64(words) {
		t.Errorf("%d of %d words are heard as others", wrong, words)
	}
}

// record makes a file of each text, read as a scene is.
func record(t *testing.T, s render.Speaker, v voice.Voice, texts []string) []string {
	t.Helper()
	folder := t.TempDir()
	var files []string
	for i, text := range texts {
		speech, _ := said(t, s, v, text)
		file := filepath.Join(folder, fmt.Sprintf("%d.wav", i))
		if err := os.WriteFile(file, render.WAV(speech), 0o644); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	return files
}

// hear writes down what files say.
func hear(t *testing.T, r toolbox.Recogniser, files []string) []string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), r.Python, append([]string{"recognise.py", r.Model}, files...)...)
	var failure strings.Builder
	cmd.Stderr = &failure
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("recognise: %v: %.2000s", err, failure.String())
	}
	var heard []string
	for lines := bufio.NewScanner(strings.NewReader(string(out))); lines.Scan(); {
		var line string
		if err := json.Unmarshal(lines.Bytes(), &line); err != nil {
			t.Fatalf("recognise: %v", err)
		}
		heard = append(heard, line)
	}
	if len(heard) != len(files) {
		t.Fatalf("recognised %d of %d files", len(heard), len(files))
	}
	return heard
}

// wordsOf are a text's words in one spelling.
func wordsOf(text string) []string {
	text = strings.NewReplacer("’", "'", "labour", "labor", "neighbour", "neighbor", "favour", "favor", "i'm", "i am", "oh god", "o god").Replace(strings.ToLower(text))
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '\'' })
}

// distance is how many words must be changed, added or left out.
func distance(a, b []string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		before := row[0]
		row[0] = i + 1
		for j := range b {
			change := before
			if a[i] != b[j] {
				change++
			}
			before = row[j+1]
			row[j+1] = min(change, row[j]+1, before+1)
		}
	}
	return row[len(b)]
}

// TestEachVoiceIsHeldToItsShare: all sentences are enough to judge a voice by itself,
// and a part of them is not.
func TestEachVoiceIsHeldToItsShare(t *testing.T) {
	words := 0
	for _, text := range sentences {
		words += len(wordsOf(text))
	}
	if most := mayMiss(words); most > mostWrong*float64(words) {
		t.Errorf("of %d words %.1f may be heard as others", words, most)
	}
	if most := mayMiss(words / 4); most < mostWrong*float64(words/4) || most < 1 {
		t.Errorf("of %d words only %.1f may be heard as others", words/4, most)
	}
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"the lord is", "The Lord is.", 0}, {"a b c", "a c", 1}, {"a b", "a x b", 1}, {"a b c", "x y z", 3}, {"", "a", 1}} {
		if got := distance(wordsOf(c.a), wordsOf(c.b)); got != c.want {
			t.Errorf("%q and %q: %d, want %d", c.a, c.b, got, c.want)
		}
	}
}
