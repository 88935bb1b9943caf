package kokoro

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"

	"github.com/devotionalai/platform/shared/domains/voice"
)

// throat is how the model plays a voice: its own name for it, and a speed that
// makes it read as calmly as the others.
type throat struct {
	model string
	speed float32
}

// throats are those of the catalogue's voices that the model has, by id. Voices of
// the catalogue that are not here are another engine's.
func throats() map[string]throat {
	return map[string]throat{
		"grace":   {"af_heart", 0.82},
		"samuel":  {"am_michael", 0.93},
		"ruth":    {"bf_emma", 0.80},
		"thomas":  {"bm_george", 0.95},
		"lucia":   {"ef_dora", 0.80},
		"mateo":   {"em_alex", 0.80},
		"claire":  {"ff_siwis", 0.90},
		"beatriz": {"pf_dora", 0.80},
		"chiara":  {"if_sara", 0.80},
		"rafael":  {"pm_alex", 0.80},
		"pietro":  {"im_nicola", 0.80},
		"asha":    {"hf_alpha", 0.80},
		"arjun":   {"hm_omega", 0.80},
	}
}

// find returns how a voice of the catalogue is played, and its language.
func find(id string) (throat, string, bool) {
	v, known := voice.Find(id)
	if !known {
		return throat{}, "", false
	}
	t, ok := throats()[v.ID]
	return t, v.Language, ok
}

const (
	styleRows  = 510 // one for each number of tokens
	styleWidth = 256
)

// style is a voice's file: how it sounds, by how much it has to say at once.
type style []float32

func readStyle(path string) (style, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read voice: %w", err)
	}
	if len(raw) != styleRows*styleWidth*4 {
		return nil, fmt.Errorf("read voice: %s has %d bytes", path, len(raw))
	}
	all := make(style, styleRows*styleWidth)
	for i := range all {
		all[i] = math.Float32frombits(binary.LittleEndian.Uint32(raw[i*4:]))
	}
	return all, nil
}

// row is the style for so many tokens.
func (s style) row(tokens int) ([]float32, error) {
	if tokens < 1 || tokens > styleRows {
		return nil, fmt.Errorf("a piece has %d tokens", tokens)
	}
	return s[(tokens-1)*styleWidth : tokens*styleWidth], nil
}

// Files are the names of the voices' files: of the many that the model has, those
// that are in use.
func Files() []string {
	var all []string
	for _, t := range throats() {
		all = append(all, t.file())
	}
	return all
}

func (t throat) file() string { return t.model + ".bin" }
