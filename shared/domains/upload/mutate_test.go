package upload

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/damage"
)

// everyKind are small files of each format that is recognised, and where there
// is one with what is read of it: turns, tables, items.
func everyKind() map[string][]byte {
	all := maps.Clone(small())
	var still bytes.Buffer
	if err := gif.Encode(&still, image.NewPaletted(image.Rect(0, 0, 40, 30), color.Palette{color.Black, color.White}), nil); err != nil {
		panic(err)
	}
	exif := slices.Concat([]byte(damage.ExifPrefix), damage.Turned(8))
	lossy := append([]byte("\x30\x01\x00\x9d\x01\x2a\x28\x00\x1e\x00"), make([]byte, 40)...)
	measures := func(w, h uint32) []byte {
		return damage.Box("ispe", make([]byte, 4), binary.BigEndian.AppendUint32(nil, w), binary.BigEndian.AppendUint32(nil, h))
	}
	index := damage.Box("meta", make([]byte, 4), damage.Box("iinf", []byte{0, 0, 0, 0, 0, 2}), damage.Box("iprp", damage.Box("ipco", measures(512, 512), measures(4032, 3024))))
	maps.Copy(all, map[string][]byte{
		typeGIF: still.Bytes(), typeWebP: damage.RIFF("WEBP", damage.Chunk("VP8X", append(make([]byte, 4), 39, 0, 0, 29, 0, 0)), damage.Chunk("VP8 ", lossy), damage.Chunk("EXIF", exif)),
		typeHEIC:           bytes.Join([][]byte{damage.Box("ftyp", []byte("heic\x00\x00\x00\x00mif1")), index, damage.Box("mdat", make([]byte, 50))}, nil),
		typeAVIF:           bytes.Join([][]byte{damage.Box("ftyp", []byte("avif\x00\x00\x00\x00mif1")), index, damage.Box("mdat", make([]byte, 50))}, nil),
		typeJPEG + " exif": damage.WithEXIF(all[typeJPEG], exif),
	})
	return all
}

// TestDamageIsRefusedOrHarmless: whatever is done to a file, looking at it and
// taking it to pieces ends, reads no more than the file a few times over, takes
// little memory, and answers measures within bounds.
func TestDamageIsRefusedOrHarmless(t *testing.T) {
	const seed, rounds, bareEach = 16, 2500, 25
	random := rand.New(rand.NewPCG(seed, seed))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	all, dir := everyKind(), t.TempDir()
	tried, refused := 0, 0
	for _, name := range slices.Sorted(maps.Keys(all)) {
		for n := range rounds {
			data := damage.Mutate(random, all[name])
			tried++
			bare := ""
			if n%bareEach == 0 {
				bare = filepath.Join(dir, "file")
			}
			if wrong, verdict := looked(t, bare, data); wrong != "" {
				t.Fatalf("seed %d, %s, round %d: %s", seed, name, n, wrong)
			} else if verdict != nil {
				refused++
			}
		}
	}
	runtime.ReadMemStats(&after)
	each := (after.TotalAlloc - before.TotalAlloc) / uint64(tried)
	if t.Logf("seed %d: %d files, %d refused, %d bytes allocated for each", seed, tried, refused, each); each > 256<<10 {
		t.Errorf("%d bytes are allocated for a file of hundreds", each)
	}
}

// looked looks at a file as both kinds, and writes its bare form, where it is to.
func looked(t *testing.T, bare string, data []byte) (wrong string, verdict error) {
	t.Helper()
	for _, kind := range Kinds() {
		reads := 0
		got, err := inspect(file(data, &reads), kind)
		switch {
		case reads > maxBoxes:
			return "too many reads", nil
		case err != nil && (!problem.Is(err, problem.UploadRejected) || problem.From(err).Detail == ""):
			return "no verdict: " + err.Error(), nil
		case err == nil && (got.kind() != kind || got.width > maxSide || got.height > maxSide || got.width*got.height > maxPixels):
			return "accepted beyond its bounds", nil
		case err == nil && kind == Image && bare != "":
			return bared(t, bare, data, got), nil
		case err == nil:
			return "", nil
		}
		verdict = errors.Join(verdict, err)
	}
	return "", verdict
}

// bared writes the bare form of a picture that looks well: no more than the picture.
func bared(t *testing.T, path string, data []byte, found facts) string {
	t.Helper()
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	made, err := writeBare(path, path+".bare", found.contentType)
	if err != nil && !problem.Is(err, problem.UploadRejected) {
		return "no verdict: " + err.Error()
	}
	if !made || err != nil {
		return ""
	}
	if stat, err := os.Stat(path + ".bare"); err != nil || stat.Size() > int64(len(data))+8 {
		return "the bare form is larger than the file"
	}
	return ""
}

// TestWhatDecodersAreKeptFrom: what would take a decoder minutes or gigabytes is
// refused before it is asked.
func TestWhatDecodersAreKeptFrom(t *testing.T) {
	jpeg, pass := small()[typeJPEG], []byte("\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00")
	frame := bytes.Index(jpeg, []byte{0xff, 0xc0})
	larger := bytes.Clone(jpeg[frame : frame+2+int(binary.BigEndian.Uint16(jpeg[frame+2:]))])
	copy(larger[5:], "\xff\xff\xff\xff")
	end := len(jpeg) - 2
	still := func(item, property []byte) []byte {
		return append(damage.Box("ftyp", []byte("heic\x00\x00\x00\x00mif1")), damage.Box("meta", make([]byte, 4), damage.Box("iinf", item), damage.Box("iprp", damage.Box("ipco", property)))...)
	}
	tile := damage.Box("ispe", []byte("\x00\x00\x00\x00\x00\x00\x02\x00\x00\x00\x02\x00"))
	for name, c := range map[string]struct {
		data []byte
		fine bool
	}{
		"a usual number of passes":   {slices.Concat(jpeg[:end], bytes.Repeat(pass, 20), jpeg[end:]), true},
		"thousands of passes":        {slices.Concat(jpeg[:end], bytes.Repeat(pass, 5000), jpeg[end:]), false},
		"a second, huge frame":       {slices.Concat(jpeg[:end], larger, jpeg[end:]), false},
		"tiles":                      {still([]byte{0, 0, 0, 0, 0, 48}, tile), true},
		"tiles without end":          {still([]byte{0, 0, 0, 0, 0xff, 0xff}, tile), false},
		"tiles without end, anew":    {still([]byte{1, 0, 0, 0, 0, 1, 0, 0}, tile), false},
		"tiles of a huge picture":    {still([]byte{0, 0, 0, 0, 0, 48}, damage.Box("ispe", []byte("\x00\x00\x00\x00\x00\x00\x2e\x00\x00\x00\x2e\x00"))), false},
		"tiles of an endless banner": {still([]byte{0, 0, 0, 0, 0, 48}, damage.Box("ispe", []byte("\x00\x00\x00\x00\xff\xff\xff\xff\x00\x00\x00\x10"))), false},
	} {
		reads := 0
		_, err := inspect(file(c.data, &reads), Image)
		if c.fine && err != nil || !c.fine && !problem.Is(err, problem.UploadRejected) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
