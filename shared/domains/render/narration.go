package render

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/reading"
)

// Spoken is one sentence and when it is heard, in milliseconds from the start
// of its scene's narration.
type Spoken struct {
	Text    string `json:"text"`
	StartMS int64  `json:"start_ms"`
	EndMS   int64  `json:"end_ms"`
}

// paragraphPauseMS is the silence after the last sentence of a paragraph. Pauses
// at commas are the voice's own.
const paragraphPauseMS = 850

// PauseMS is the silence after a sentence that another follows.
func PauseMS(s reading.Sentence) int64 {
	if s.Paragraph {
		return paragraphPauseMS
	}
	return SentencePauseMS
}

// Join puts the speech of a scene's sentences, all as loud, one after the other with
// a reader's pauses between them, and says when each is heard. sentences and parts
// run in step; all parts have one rate. A sentence of which nothing can be
// spoken has an empty part, and stands for its reading time.
func Join(sentences []reading.Sentence, parts []Speech) (Speech, []Spoken, error) {
	if len(sentences) != len(parts) || len(parts) == 0 {
		return Speech{}, nil, fmt.Errorf("join speech: %d sentences, %d recordings", len(sentences), len(parts))
	}
	whole := Speech{}
	for _, part := range parts {
		whole.Rate = max(whole.Rate, part.Rate)
	}
	spoken := make([]Spoken, len(parts))
	silence := func(ms int64) []int16 { return make([]int16, int64(whole.Rate)*ms/1000) }
	for i, part := range parts {
		switch {
		case part.Rate == whole.Rate && part.Rate > 0:
		case part.Rate == 0 && whole.Rate > 0 && sentences[i].Spoken == "":
			part.Samples = silence(ReadingMS(sentences[i].Shown))
		default:
			return Speech{}, nil, fmt.Errorf("join speech: sentence %d has rate %d, not %d", i, part.Rate, whole.Rate)
		}
		if i > 0 {
			whole.Samples = append(whole.Samples, silence(PauseMS(sentences[i-1]))...)
		}
		start := whole.MS()
		whole.Samples = append(whole.Samples, leveled(part.Samples, whole.Rate)...)
		spoken[i] = Spoken{Text: sentences[i].Shown, StartMS: start, EndMS: whole.MS()}
	}
	return whole, spoken, nil
}

// Silent times sentences for reading instead of hearing: what a scene gets when
// no voice is to be had. The last EndMS is the scene's narration time.
func Silent(sentences []reading.Sentence) []Spoken {
	spoken := make([]Spoken, len(sentences))
	var at int64
	for i, s := range sentences {
		if i > 0 {
			at += PauseMS(sentences[i-1])
		}
		spoken[i] = Spoken{Text: s.Shown, StartMS: at, EndMS: at + ReadingMS(s.Shown)}
		at = spoken[i].EndMS
	}
	return spoken
}

// NarrationMS returns how long the narration lasts.
func NarrationMS(spoken []Spoken) int64 {
	if len(spoken) == 0 {
		return 0
	}
	return spoken[len(spoken)-1].EndMS
}

// wavHeader is the 44-byte header of a PCM WAV file.
type wavHeader struct {
	RIFF       [4]byte
	Size       uint32
	WAVE, Fmt  [4]byte
	FmtSize    uint32
	Format     uint16
	Channels   uint16
	Rate       uint32
	ByteRate   uint32
	BlockAlign uint16
	Bits       uint16
	Data       [4]byte
	DataSize   uint32
}

// WAV encodes speech as a mono 16-bit WAV file.
func WAV(s Speech) []byte {
	size := uint32(len(s.Samples) * 2)
	header := wavHeader{
		RIFF: [4]byte{'R', 'I', 'F', 'F'}, Size: 36 + size,
		WAVE: [4]byte{'W', 'A', 'V', 'E'}, Fmt: [4]byte{'f', 'm', 't', ' '},
		FmtSize: 16, Format: 1, Channels: 1,
		Rate: uint32(s.Rate), ByteRate: uint32(s.Rate) * 2, BlockAlign: 2, Bits: 16,
		Data: [4]byte{'d', 'a', 't', 'a'}, DataSize: size,
	}
	out := bytes.NewBuffer(make([]byte, 0, 44+size))
	// Writes to memory of fixed-size values cannot fail.
	_ = binary.Write(out, binary.LittleEndian, header)
	_ = binary.Write(out, binary.LittleEndian, s.Samples)
	return out.Bytes()
}
