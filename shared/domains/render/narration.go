package render

import (
	"bytes"
	"encoding/binary"
	"fmt"
)

// Spoken is one sentence and when it is heard, in milliseconds from the start
// of its scene's narration.
type Spoken struct {
	Text    string `json:"text"`
	StartMS int64  `json:"start_ms"`
	EndMS   int64  `json:"end_ms"`
}

// Join puts the speech of a scene's sentences one after the other with
// SentencePauseMS between them, and says when each is heard. texts and parts
// run in step; all parts have one rate.
func Join(texts []string, parts []Speech) (Speech, []Spoken, error) {
	if len(texts) != len(parts) || len(parts) == 0 {
		return Speech{}, nil, fmt.Errorf("join speech: %d sentences, %d recordings", len(texts), len(parts))
	}
	whole := Speech{Rate: parts[0].Rate}
	spoken := make([]Spoken, len(parts))
	pause := make([]int16, whole.Rate*SentencePauseMS/1000)
	for i, part := range parts {
		if part.Rate != whole.Rate || part.Rate <= 0 {
			return Speech{}, nil, fmt.Errorf("join speech: sentence %d has rate %d, not %d", i, part.Rate, whole.Rate)
		}
		if i > 0 {
			whole.Samples = append(whole.Samples, pause...)
		}
		start := whole.MS()
		whole.Samples = append(whole.Samples, part.Samples...)
		spoken[i] = Spoken{Text: texts[i], StartMS: start, EndMS: whole.MS()}
	}
	return whole, spoken, nil
}

// Silent times sentences for reading instead of hearing: what a scene gets when
// no voice is to be had. The last EndMS is the scene's narration time.
func Silent(sentences []string) []Spoken {
	spoken := make([]Spoken, len(sentences))
	var at int64
	for i, sentence := range sentences {
		if i > 0 {
			at += SentencePauseMS
		}
		spoken[i] = Spoken{Text: sentence, StartMS: at, EndMS: at + ReadingMS(sentence)}
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
