package upload

// checkMP3 wants two frames, one right after the other: the mark of one alone
// occurs in any data.
func checkMP3(c *content) (facts, error) {
	at := audioStart(c)
	first, ok := readFrame(c, at)
	if !ok {
		return facts{}, errUnknown
	}
	second, ok := readFrame(c, at+first.length)
	if !ok || second.kind != first.kind {
		return facts{}, errUnknown
	}
	return facts{contentType: typeMP3}, nil
}

const (
	maxTags    = 16
	maxPadding = 64 << 10 // of nothing between the tags and the sound
)

// audioStart skips tags (ID3v2, of which there may be several) and zeros.
func audioStart(c *content) int64 {
	at := int64(0)
	for range maxTags {
		tag := c.at(at, 10)
		if len(tag) < 10 || string(tag[:3]) != "ID3" {
			break
		}
		const footer = 0x10
		if tag[5]&footer != 0 {
			at += 10
		}
		// Seven bits of each byte count.
		at += 10 + int64(tag[6]&0x7f)<<21 + int64(tag[7]&0x7f)<<14 + int64(tag[8]&0x7f)<<7 + int64(tag[9]&0x7f)
	}
	padding := c.at(at, maxPadding)
	for _, b := range padding {
		if b != 0 {
			break
		}
		at++
	}
	return at
}

// frame is what a frame's header says.
type frame struct {
	length int64
	kind   [2]byte // what all frames of a file have in common
}

// The bit rates, in kbit/s, and sample rates of layer III, by the header's
// numbers; MPEG 1, then MPEG 2 and 2.5.
var (
	bitRates = [2][15]int64{
		{0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320},
		{0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
	}
	sampleRates = [4][3]int64{{11025, 12000, 8000}, {}, {22050, 24000, 16000}, {44100, 48000, 32000}}
)

func readFrame(c *content, at int64) (frame, bool) {
	b := c.at(at, 4)
	if len(b) < 4 || b[0] != 0xff || b[1]&0xe0 != 0xe0 {
		return frame{}, false
	}
	version, layer, bits, rate := b[1]>>3&3, b[1]>>1&3, b[2]>>4, b[2]>>2&3
	if version == 1 || layer != 1 || bits == 0 || bits == 15 || rate == 3 {
		return frame{}, false
	}
	table, slots := 0, int64(144_000)
	if version != 3 {
		table, slots = 1, 72_000
	}
	length := slots*bitRates[table][bits]/sampleRates[version][rate] + int64(b[2]>>1&1)
	return frame{length: length, kind: [2]byte{b[1] &^ 1, b[2] & 0x0c}}, true
}

// maxChunks bounds how far a file is walked.
const maxChunks = 64

func checkWAV(c *content) (facts, error) {
	described := false
	at := int64(12)
	for range maxChunks {
		head := c.at(at, 8)
		if len(head) < 8 {
			return facts{}, errEndsEarly
		}
		length := c.little32(at + 4)
		switch string(head[:4]) {
		case "fmt ":
			channels, rate := c.little16(at+10), c.little32(at+12)
			if described = length >= 16 && channels > 0 && rate > 0; !described {
				return facts{}, errUnknown
			}
		case "data":
			return checkSamples(c, described, at+8, length)
		}
		at += 8 + length + length%2
	}
	return facts{}, errUnknown
}

// checkSamples looks at a WAV file's sound. A recorder that did not know its
// length in advance wrote none, or all ones.
func checkSamples(c *content, described bool, at, length int64) (facts, error) {
	const unknown = 0xffffffff
	switch {
	case !described:
		return facts{}, errUnknown
	case at >= c.size, length != unknown && at+length > c.size:
		return facts{}, errEndsEarly
	}
	return facts{contentType: typeWAV}, nil
}
