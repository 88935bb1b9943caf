package render

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/script"
)

const (
	captionLines     = 2
	captionLingerMS  = 300  // how long the last caption of a scene stays after the voice
	readingMinimumMS = 1400 // the least anybody needs for a line
	readingCharsPerS = 14
)

// lineColumns is how many columns one line of a caption holds. A wide (CJK)
// character takes two.
func lineColumns(a Aspect) int {
	switch a {
	case Portrait:
		return 24
	case Square:
		return 30
	}
	return 42
}

// Cues turns a scene's sentences into captions, timed from the start of the
// scene's shot (the voice begins NarrationLeadMS after it). A sentence that
// does not fit on two lines becomes several captions that share its time in
// proportion to their characters. A caption stays until the next one comes.
func Cues(spoken []Spoken, aspect Aspect) []Cue {
	var cues []Cue
	for _, s := range spoken {
		texts := partition(atoms(s.Text, lineColumns(aspect)), lineColumns(aspect))
		total, done := 0, 0
		for _, lines := range texts {
			total += lettersIn(lines)
		}
		for _, lines := range texts {
			from := s.StartMS + (s.EndMS-s.StartMS)*int64(done)/int64(total)
			done += lettersIn(lines)
			for i, line := range lines {
				lines[i] = script.Directed(line, s.Text)
			}
			to := s.StartMS + (s.EndMS-s.StartMS)*int64(done)/int64(total)
			cues = append(cues, Cue{StartMS: from + NarrationLeadMS, EndMS: to + NarrationLeadMS, Lines: lines})
		}
	}
	return extendToNext(cues)
}

// extendToNext keeps each caption until the next, and the last a while longer.
func extendToNext(cues []Cue) []Cue {
	for i := range cues {
		if i+1 < len(cues) {
			cues[i].EndMS = cues[i+1].StartMS
		} else {
			cues[i].EndMS += captionLingerMS
		}
	}
	return cues
}

func lettersIn(lines []string) int {
	n := 0
	for _, line := range lines {
		n += utf8.RuneCountInString(line)
	}
	return max(n, 1)
}

// atoms are the pieces of a text between which a line may break; one that no
// line could hold is cut between characters.
func atoms(text string, columns int) []string {
	var all []string
	for _, atom := range script.Atoms(text) {
		for columnsOf(atom) > columns {
			head := prefix(atom, columns)
			all = append(all, head)
			atom = atom[len(head):]
		}
		if atom != "" {
			all = append(all, atom)
		}
	}
	return all
}

// prefix returns the most whole characters of s that fit.
func prefix(s string, columns int) string {
	state, at, width, rest := -1, 0, 0, s
	for len(rest) > 0 {
		var cluster string
		var w int
		cluster, rest, w, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if at > 0 && width+w > columns {
			break
		}
		at, width = at+len(cluster), width+w
	}
	return s[:at]
}

func columnsOf(s string) int { return uniseg.StringWidth(strings.TrimSpace(s)) }

// partition finds the fewest captions that hold all atoms, and among those the
// ones most alike in length, with a liking for ends at clause marks.
func partition(atoms []string, columns int) [][]string {
	n := len(atoms)
	widths := make([]int, n)
	total := 0
	for i, a := range atoms {
		widths[i] = uniseg.StringWidth(a)
		total += widths[i]
	}
	ideal := float64(total) / math.Ceil(float64(total)/float64(columns*captionLines))
	cost := make([]float64, n+1)
	from := make([]int, n+1)
	lines := make([][]string, n+1)
	for end := 1; end <= n; end++ {
		cost[end] = math.Inf(1)
		for start, width := end-1, 0; start >= 0; start-- {
			width += widths[start]
			wrapped := wrap(atoms[start:end], columns)
			if wrapped == nil && start < end-1 {
				break
			}
			deviation := (float64(width) - ideal) / float64(columns)
			c := cost[start] + 1e6 + deviation*deviation
			if !reading.IsClauseMark(lastVisible(atoms[end-1])) && end < n {
				c += 0.6
			}
			if c < cost[end] {
				cost[end], from[end], lines[end] = c, start, wrapped
			}
		}
	}
	var all [][]string
	for end := n; end > 0; end = from[end] {
		if len(lines[end]) > 0 {
			all = append([][]string{lines[end]}, all...)
		}
	}
	return all
}

// wrap puts atoms on one line or on the two most alike; nil when they do not fit.
func wrap(atoms []string, columns int) []string {
	whole := strings.TrimSpace(strings.Join(atoms, ""))
	width := columnsOf(whole)
	if width <= columns {
		return []string{whole}
	}
	if width > columns*captionLines+1 {
		return nil
	}
	best := []string(nil)
	bestCost := math.Inf(1)
	for i := 1; i < len(atoms); i++ {
		top := strings.TrimSpace(strings.Join(atoms[:i], ""))
		bottom := strings.TrimSpace(strings.Join(atoms[i:], ""))
		a, b := columnsOf(top), columnsOf(bottom)
		if a > columns || b > columns {
			continue
		}
		cost := math.Abs(float64(a - b))
		if last := lastVisible(top); reading.IsClauseMark(last) || strings.ContainsAny(last, ".!?。！？") {
			cost -= float64(columns) / 6
		}
		if cost < bestCost {
			best, bestCost = []string{top, bottom}, cost
		}
	}
	return best
}

func lastVisible(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return ""
	}
	_, size := utf8.DecodeLastRuneInString(s)
	return s[len(s)-size:]
}

// ReadingMS is how long a caption of this text must stand to be read in silence.
func ReadingMS(text string) int64 {
	letters := 0
	for _, r := range text {
		letters++
		if uniseg.StringWidth(string(r)) > 1 {
			letters++ // a CJK character holds more than a letter
		}
	}
	return readingMinimumMS + int64(letters)*1000/readingCharsPerS*9/10
}

// ShotCues is the captions of one shot and where the shot begins in the video.
type ShotCues struct {
	StartFrame int // from the start of the video, at FrameRate
	Cues       []Cue
}

// WebVTT writes the captions of a whole video as a WebVTT file.
func WebVTT(shots []ShotCues) string {
	var b strings.Builder
	b.WriteString("WEBVTT\n")
	number := 0
	escape := strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", "\n", " ", "\r", " ", "\x00", "\uFFFD")
	for _, shot := range shots {
		offset := FramesMS(shot.StartFrame)
		for _, cue := range shot.Cues {
			if cue.EndMS <= cue.StartMS {
				continue
			}
			number++
			fmt.Fprintf(&b, "\n%d\n%s --> %s\n", number, vttTime(offset+cue.StartMS), vttTime(offset+cue.EndMS))
			for _, line := range cue.Lines {
				b.WriteString(escape.Replace(line))
				b.WriteByte('\n')
			}
		}
	}
	return b.String()
}

func vttTime(ms int64) string {
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3600000, ms/60000%60, ms/1000%60, ms%1000)
}
