package kokoro

import (
	"strings"
	"unicode"
)

// clause is text without punctuation to pause at, and the mark that follows it.
type clause struct {
	text string
	mark rune // 0 when none does
}

// markOf is the mark of the model's alphabet that a mark of the text stands for.
func markOf(r rune) rune {
	switch r {
	case ',', '،', '、', '，', '·':
		return ','
	case '.', '。', '．', '।', '॥':
		return '.'
	case '!', '！':
		return '!'
	case '?', '？', '؟', '⁇':
		return '?'
	case ';', '؛', '；':
		return ';'
	case ':', '：':
		return ':'
	case '—', '–', '―':
		return '—'
	case '…':
		return '…'
	}
	return 0
}

// wide marks end a clause without a space after them.
func wide(r rune) bool { return r > 0x0500 && r != '—' && r != '…' }

// clauses cuts a sentence where a reader pauses. A mark inside a number, a time or
// a word ("3.5", "10:30", "e.g") does not count, nor does a hyphen.
func clauses(sentence string) []clause {
	var all []clause
	var text strings.Builder
	end := func(mark rune) {
		words := strings.TrimSpace(text.String())
		text.Reset()
		switch {
		case words != "" || len(all) == 0 && mark != 0:
			all = append(all, clause{words, mark})
		case mark != 0 && all[len(all)-1].mark == 0:
			all[len(all)-1].mark = mark
		}
	}
	runes := []rune(sentence)
	for i, r := range runes {
		if unicode.IsControl(r) {
			r = ' '
		}
		mark := markOf(r)
		if mark == 0 || !wide(r) && mark != '—' && mark != '…' && !endsWord(runes[i+1:]) {
			text.WriteRune(r)
			continue
		}
		if r == '–' && !(endsWord(runes[i+1:]) && i > 0 && unicode.IsSpace(runes[i-1])) {
			text.WriteRune(r) // between two numbers
			continue
		}
		end(mark)
	}
	end(0)
	return all
}

// endsWord says whether what follows a mark is no part of the same word.
func endsWord(rest []rune) bool {
	for _, r := range rest {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r):
			return true
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return false
		}
	}
	return true
}

// cut makes pieces that the model can take at once, at the mildest marks that
// do: sentences first, then clauses, then words.
func cut(tokens []int64, signs vocabulary) [][]int64 {
	var pieces [][]int64
	for len(tokens) > styleRows {
		at := 0
		for _, marks := range []string{".!?…", ";:—", ",", " "} {
			if at = lastOf(tokens[:styleRows], signs, marks); at > styleRows/4 {
				break
			}
		}
		if at == 0 {
			at = styleRows
		}
		pieces, tokens = append(pieces, tokens[:at]), tokens[at:]
	}
	if len(tokens) > 0 {
		pieces = append(pieces, tokens)
	}
	return pieces
}

// lastOf is the place after the last of some marks; 0 when there is none.
func lastOf(tokens []int64, signs vocabulary, marks string) int {
	for i := len(tokens) - 1; i >= 0; i-- {
		for _, m := range marks {
			if tokens[i] == signs[m] {
				return i + 1
			}
		}
	}
	return 0
}
