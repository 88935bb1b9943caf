package paste

import (
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
)

// mostUnits is how many units are arranged as well as can be: as many as words of
// the longest text have, but not each character of one without spaces.
const mostUnits = 5_000

// scenes puts units into scenes. What all scenes have no room for as whole
// sentences is cut at clause marks, else between words; each text that may be
// pasted has room when scenes are filled to the brim.
func (r reader) scenes(units []unit) (texts []string, ok bool) {
	for _, finer := range []func([]unit) []unit{asTheyAre, r.clauses, r.words} {
		if cut := finer(units); len(cut) <= mostUnits {
			if counts, ok := arrange(cut); ok {
				for _, n := range counts {
					texts, cut = append(texts, textOf(cut[:n])), cut[n:]
				}
				return texts, true
			}
		}
	}
	texts = brimful(r.words(units))
	return texts, len(texts) <= render.MaxScenes
}

func asTheyAre(units []unit) []unit { return units }

// clauses cuts each unit after its clause marks.
func (r reader) clauses(units []unit) []unit {
	return r.finer(units, func(last string) bool { return reading.IsClauseMark(last) })
}

// words cuts each unit between words, and joins paragraphs by as little as can be.
func (r reader) words(units []unit) []unit {
	all := r.finer(units, func(string) bool { return true })
	for i := range all {
		if all[i].before == "\n\n" {
			all[i].before = "\n"
		}
	}
	return all
}

// finer cuts units between words where the last character before allows it, and
// never within a reference.
func (r reader) finer(units []unit, after func(last string) bool) []unit {
	var all []unit
	for _, u := range units {
		references := reading.References(u.text, r.language)
		for i, part := range cutWhere(u.text, references, after) {
			piece := u
			piece.text, piece.chars = strings.TrimSpace(part), utf8.RuneCountInString(strings.TrimSpace(part))
			piece.ms = u.ms * int64(piece.chars) / int64(max(u.chars, 1))
			if i > 0 {
				piece.begins, piece.inside, piece.before = false, true, ""
				if strings.HasPrefix(part, " ") {
					piece.before = " "
				}
			}
			all = append(all, piece)
		}
	}
	return all
}

// cutWhere cuts a text before spaces and between characters of scripts without
// spaces; each part but the first begins with its space.
func cutWhere(text string, references [][2]int, after func(last string) bool) []string {
	var all []string
	from, at, state, rest, last := 0, 0, -1, text, ""
	for rest != "" {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if at > from && (cluster == " " || wide(cluster) && !reading.IsClauseMark(cluster)) && last != " " && !within(references, at) && after(last) {
			all, from = append(all, text[from:at]), at
		}
		last = cluster
		at += len(cluster)
	}
	return append(all, text[from:])
}

// brimful fills scenes one after the other. It leaves room at a scene's end while
// there is room to spare, and then cuts within a word.
func brimful(units []unit) []string {
	var all []string
	spare := render.MaxScenes * render.MaxSceneChars
	for _, u := range units {
		spare -= len(u.before) + u.chars
	}
	var scene strings.Builder
	room := render.MaxSceneChars
	flush := func() {
		if scene.Len() > 0 {
			all = append(all, scene.String())
		}
		scene.Reset()
		room = render.MaxSceneChars
	}
	for _, u := range units {
		before := u.before
		for text := []rune(u.text); len(text) > 0; before = "" {
			if short := room < len(before)+len(text); room <= len(before) || short && room <= spare {
				if short {
					spare -= room
				}
				flush()
			}
			if scene.Len() == 0 {
				before = ""
			}
			n := min(len(text), room-len(before))
			scene.WriteString(before + string(text[:n]))
			room -= len(before) + n
			text = text[n:]
		}
	}
	flush()
	return all
}
