package script

// The marks that give a line the direction of the text that it is a part of.
const (
	leftToRight = "\u200e"
	rightToLeft = "\u200f"
)

// RightToLeft reports whether a text as a whole runs from right to left: most of
// its letters do, or as many, and the first.
func RightToLeft(text string) bool {
	right, left, first := 0, 0, false
	for _, r := range text {
		switch Of(r) {
		case Common:
			continue
		case Arabic, Hebrew:
			first = first || left == 0
			right++
		default:
			left++
		}
	}
	return right > left || right == left && first
}

// Directed returns a line of a text so that whatever shows it by itself gives
// it the text's direction: a mark is put before a line whose first letter says
// another, and before one without letters of a text from right to left.
func Directed(line, text string) string {
	wanted, right := RightToLeft(text), false
	for _, r := range line {
		if s := Of(r); s != Common {
			right = s == Arabic || s == Hebrew
			break
		}
	}
	switch {
	case right == wanted:
		return line
	case wanted:
		return rightToLeft + line
	}
	return leftToRight + line
}
