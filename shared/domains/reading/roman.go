package reading

import "strings"

// roman is the value of a Roman numeral in its regular form, of one case; 0 when
// s is none.
func roman(s string) int {
	if s == "" || len(s) > 12 || s != strings.ToUpper(s) && s != strings.ToLower(s) {
		return 0
	}
	upper, n := strings.ToUpper(s), 0
	for rest := upper; rest != ""; {
		found := false
		for _, step := range romanSteps {
			if after, ok := strings.CutPrefix(rest, step.letters); ok {
				n, rest, found = n+step.value, after, true
				break
			}
		}
		if !found {
			return 0
		}
	}
	if inRoman(n) != upper {
		return 0
	}
	return n
}

type romanStep struct {
	letters string
	value   int
}

var romanSteps = [13]romanStep{
	{"M", 1000}, {"CM", 900}, {"D", 500}, {"CD", 400}, {"C", 100}, {"XC", 90}, {"L", 50}, {"XL", 40}, {"X", 10}, {"IX", 9}, {"V", 5}, {"IV", 4}, {"I", 1},
}

func inRoman(n int) string {
	var b strings.Builder
	for _, step := range romanSteps {
		for n >= step.value {
			b.WriteString(step.letters)
			n -= step.value
		}
	}
	return b.String()
}
