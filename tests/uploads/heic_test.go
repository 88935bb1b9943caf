package uploads

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"github.com/devotionalai/platform/tests/damage"
)

// The side of a tile, and the measures of a picture in tiles, whose last ones
// reach beyond it.
const (
	tileSide                = 64
	tileColumns, tileRows   = 3, 2
	tiledWidth, tiledHeight = tileColumns*tileSide - 10, tileRows*tileSide - 6
)

// heicOf writes a HEIC as telephones do: tiles, each a picture of its own, and an
// item that puts them together, which has the given properties. ffmpeg makes the
// tiles; it writes no such files itself.
func heicOf(t *testing.T, format string, properties ...[]byte) []byte {
	t.Helper()
	codec, all := tilesOf(t, format)
	return heif(codec, all, properties, false)
}

// clearHEIC is one in tiles with a picture beside it that is its transparency, in
// the same tiles the other way round.
func clearHEIC(t *testing.T) []byte {
	t.Helper()
	codec, all := tilesOf(t, "yuv420p")
	return heif(codec, all, nil, true)
}

// tilesOf are the tiles of a picture, and what a decoder of them must know.
func tilesOf(t *testing.T, format string) (codec []byte, all [][]byte) {
	t.Helper()
	tile := func(i int) string {
		return fmt.Sprintf("[i%d]crop=%d:%d:%d:%d[t%d];", i, tileSide, tileSide, i%tileColumns*tileSide, i/tileColumns*tileSide, i)
	}
	graph, heads, tails := "", "", ""
	for i := range tileColumns * tileRows {
		heads, tails, graph = heads+fmt.Sprintf("[i%d]", i), tails+fmt.Sprintf("[t%d]", i), graph+tile(i)
	}
	n := tileColumns * tileRows
	film := ffmpegMade(t, "tiles.mp4", "-i", quartersFile(t, tileColumns*tileSide, tileRows*tileSide), "-filter_complex",
		fmt.Sprintf("split=%d%s;%s%sconcat=n=%d,format=%s", n, heads, graph, tails, n, format), "-c:v", "libx265", "-x265-params", "keyint=1:log-level=none:info=0", "-tag:v", "hvc1", "-fps_mode", "passthrough")
	if tiles := len(samplesOf(film)); tiles != n {
		t.Fatalf("%d tiles were made, not %d", tiles, n)
	}
	return boxNamed(film, "hvcC"), samplesOf(film)
}

// boxNamed is a box of a file, whole, wherever it lies.
func boxNamed(file []byte, name string) []byte {
	at := bytes.Index(file, []byte(name)) - 4
	return file[at : at+int(binary.BigEndian.Uint32(file[at:]))]
}

// samplesOf are the frames of a film, which lie one after the other.
func samplesOf(film []byte) [][]byte {
	table, data := boxNamed(film, "stsz")[12:], boxNamed(film, "mdat")[8:]
	size := func(i int) uint32 { // one for all, or one each
		if same := binary.BigEndian.Uint32(table); same > 0 {
			return same
		}
		return binary.BigEndian.Uint32(table[8+4*i:])
	}
	var all [][]byte
	for i := range binary.BigEndian.Uint32(table[4:]) {
		n := size(int(i))
		all, data = append(all, data[:n]), data[n:]
	}
	return all
}

// fullBox is one with a version.
func fullBox(name string, version byte, parts ...[]byte) []byte {
	return damage.Box(name, append([][]byte{{version, 0, 0, 0}}, parts...)...)
}

func shorts(all ...int) (b []byte) {
	for _, v := range all {
		b = binary.BigEndian.AppendUint16(b, uint16(v))
	}
	return b
}

func longs(all ...int) (b []byte) {
	for _, v := range all {
		b = binary.BigEndian.AppendUint32(b, uint32(v))
	}
	return b
}

// heif puts tiles and their index together; clear adds the item that is the
// picture's transparency.
func heif(codec []byte, tiles, properties [][]byte, clear bool) []byte {
	whole := len(tiles) + 1 // the id of the item that is the picture
	grid := slices.Concat([]byte{0, 0, tileRows - 1, tileColumns - 1}, shorts(tiledWidth, tiledHeight))
	head := damage.Box("ftyp", []byte("heic\x00\x00\x00\x00mif1heic"))
	var items, of, linked []byte
	for i := range tiles {
		items = append(items, fullBox("infe", 2, shorts(i+1, 0), []byte("hvc1\x00"))...)
		of = append(of, shorts(i+1)...)
		linked = append(linked, slices.Concat(shorts(i+1), []byte{2, 0x81, 2})...)
	}
	items = append(items, fullBox("infe", 2, shorts(whole, 0), []byte("grid\x00"))...)
	linked = append(linked, slices.Concat(shorts(whole), []byte{byte(1 + len(properties)), 3})...)
	for i := range properties {
		linked = append(linked, 0x80|byte(4+i))
	}
	ids, beside := whole, []byte(nil)
	if clear {
		ids++
		items = append(items, fullBox("infe", 2, shorts(ids, 0), []byte("grid\x00"))...)
		properties = append(properties, fullBox("auxC", 0, []byte("urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\x00")))
		linked = append(linked, slices.Concat(shorts(ids), []byte{2, 3, byte(3 + len(properties))})...)
		turned := []byte(nil)
		for i := range tiles {
			turned = append(turned, shorts(len(tiles)-i)...)
		}
		beside = slices.Concat(damage.Box("dimg", shorts(ids, len(tiles)), turned), damage.Box("auxl", shorts(ids, 1, whole)))
	}
	store := slices.Concat(codec, fullBox("ispe", 0, longs(tileSide, tileSide)), fullBox("ispe", 0, longs(tiledWidth, tiledHeight)), bytes.Join(properties, nil))
	index := func(first int) []byte {
		places := slices.Concat([]byte{0x44, 0}, shorts(ids))
		for i, tile := range tiles {
			places = append(places, slices.Concat(shorts(i+1, 0, 0, 1), longs(first, len(tile)))...)
			first += len(tile)
		}
		for id := whole; id <= ids; id++ {
			places = append(places, slices.Concat(shorts(id, 1, 0, 1), longs(0, len(grid)))...)
		}
		return fullBox("meta", 0, fullBox("hdlr", 0, []byte("\x00\x00\x00\x00pict"), make([]byte, 13)), fullBox("pitm", 0, shorts(whole)), fullBox("iloc", 1, places),
			fullBox("iinf", 0, shorts(ids), items), fullBox("iref", 0, damage.Box("dimg", shorts(whole, len(tiles)), of), beside),
			damage.Box("iprp", damage.Box("ipco", store), fullBox("ipma", 0, longs(ids), linked)), damage.Box("idat", grid))
	}
	first := len(head) + len(index(0)) + 8
	return slices.Concat(head, index(first), damage.Box("mdat", tiles...))
}
