package uploads

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/tests/harness"
)

// damages are what happens to files, and what must come of each format.
func damages(v variant) []variant {
	part := func(n, of int) func([]byte) []byte {
		return func(data []byte) []byte { return data[:len(data)*n/of] }
	}
	over := func(change func(i int, b byte) byte) func([]byte) []byte {
		return func(data []byte) []byte {
			for i := len(data) / 2; i < len(data)*6/10; i++ {
				data[i] = change(i, data[i])
			}
			return data
		}
	}
	cut, tail, other := refused, taken, "image/png"
	if v.format == "MP3" {
		cut, other = either, "audio/wav" // each of its frames stands alone
	} else if v.format == "WAV" || v.format == "M4A" {
		other = "audio/mpeg"
	}
	if v.format == "M4A" || v.format == "HEIC" || v.format == "AVIF" {
		tail = either // what follows looks like a box that is cut off
	}
	foreign := map[bool]string{true: "audio/mpeg", false: "image/png"}[strings.HasPrefix(v.contentType, "image")]
	as := func(contentType string, want verdict) variant {
		v := v.damaged("announced as "+contentType, want, func(data []byte) []byte { return data })
		v.contentType = contentType
		return v
	}
	return []variant{
		v.damaged("a quarter", cut, part(1, 4)), v.damaged("half", cut, part(1, 2)), v.damaged("nine tenths", cut, part(9, 10)),
		v.damaged("without the last byte", either, func(data []byte) []byte { return data[:len(data)-1] }),
		v.damaged("with more behind", tail, func(data []byte) []byte { return append(data, strings.Repeat("behind", 700)...) }),
		v.damaged("overwritten", either, over(func(i int, _ byte) byte { return byte(i*37 + 11) })), v.damaged("with a hole", either, over(func(int, byte) byte { return 0 })),
		v.damaged("one bit wrong", either, func(data []byte) []byte { data[len(data)*2/3] ^= 4; return data }),
		v.damaged("with bytes put in", either, func(data []byte) []byte { return slices.Insert(data, len(data)/2, 1, 2, 3, 4, 5) }),
		v.damaged("without its head", either, func(data []byte) []byte { return data[4:] }),
		as(other, taken), as(foreign, refused),
	}
}

// variants are all files of the table.
func variants() []variant {
	all := append(pictures(), sounds()...)
	hurt := map[string]int{}
	for _, v := range slices.Clone(all) {
		// Two of each format, of which PNG, WAV and M4A have the most kinds.
		most := map[string]int{"PNG": 3, "WAV": 3, "M4A": 2}[v.format]
		if v.want != taken || hurt[v.format] >= max(most, 2) {
			continue
		}
		hurt[v.format]++
		all = append(all, damages(v)...)
	}
	return append(all, untidy()...)
}

// TestEveryFileIsTakenAndRendersOrIsRefused: formats by size, colour, depth, turn,
// rate, channels and damage, through completion and what a video does with the
// file. Taken, it renders; refused, it has a reason and costs nothing; and nothing
// fails on our side.
func TestEveryFileIsTakenAndRendersOrIsRefused(t *testing.T) {
	harness.Proof(t)
	w := newWorld(t)
	w.base.UploadsCount = 100_000
	p, s := w.process(nil), newStudio(t)
	all := variants()
	if len(all) < 400 {
		t.Errorf("only %d files", len(all))
	}
	tried := harness.SomeOf(harness.SomeOf(all))
	lines, uploads, size := map[string]*line{}, int64(0), int64(0)
	left, over := 0, harness.Overtime(t)
	for i, v := range tried {
		if i%9 != 0 && over() {
			left++
			continue
		}
		if lines[v.format] == nil {
			lines[v.format] = &line{why: map[string]int{}}
		}
		kept := s.try(w, p, v, lines[v.format])
		if kept != nil {
			uploads, size = uploads+1, size+int64(len(kept))
		}
	}
	w.want(uploads, size)
	t.Logf("%d of %d files", len(tried)-left, len(all))
	for row := range strings.Lines(table(lines)) {
		t.Log(strings.TrimRight(row, "\n")) // each by itself: make proofs shows what begins with its place
	}
}

// line is what became of the files of a format.
type line struct {
	taken, refused int
	why            map[string]int // reasons, by their first sentence
}

// try puts one file through completion and the render; it answers what is kept.
func (s studio) try(w *world, p process, v variant, count *line) []byte {
	s.Helper()
	name := v.format + " " + v.name
	u, kept, refusal := w.completed(p, sample{"file", v.contentType, v.make(s.T)})
	switch {
	case refusal != "" && v.want == taken:
		s.Errorf("%s is refused: %s", name, refusal)
	case refusal == "" && v.want == refused:
		s.Errorf("%s is taken", name)
	}
	if refusal != "" {
		count.refused++
		why, _, _ := strings.Cut(refusal, ".")
		count.why[why]++
		return nil
	}
	count.taken++
	if err := s.render(u.Kind, kept); err != nil {
		s.Errorf("%s is taken and does not render: %v", name, err)
	}
	if u.Kind == upload.Image && v.width > 0 {
		if u.Width != v.width || u.Height != v.height {
			s.Errorf("%s has %d×%d, want %d×%d", name, u.Width, u.Height, v.width, v.height)
		}
		if strings.HasPrefix(v.name, "turned") || v.coloured {
			s.upright(name, kept, u, v.width, v.height)
		}
	}
	return kept
}

func table(lines map[string]*line) string {
	var b strings.Builder
	for _, format := range slices.Sorted(maps.Keys(lines)) {
		l := lines[format]
		fmt.Fprintf(&b, "%-5s %3d taken %3d refused\n", format, l.taken, l.refused)
		for _, why := range slices.Sorted(maps.Keys(l.why)) {
			fmt.Fprintf(&b, "      %3d × %s\n", l.why[why], why)
		}
	}
	return b.String()
}
