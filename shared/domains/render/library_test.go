package render

import "testing"

func TestFileName(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"Psalm 23":                "Psalm 23",
		"Who is God?":             "Who is God",
		"1 Corinthians 13:4, 7-8": "1 Corinthians 13-4, 7-8",
		`../..\x<y>"z"|`:          "x-y--z",
		"«Señor» 主は私の羊飼い":         "«Señor» 主は私の羊飼い",
		"...":                     "devotional",
		"a\nb":                    "a-b",
	} {
		if got := fileName(title); got != want {
			t.Errorf("%q becomes %q, want %q", title, got, want)
		}
	}
}
