package auth

import (
	"strings"
	"testing"
)

func TestCodesAreReadAsPeopleTypeThem(t *testing.T) {
	for _, typed := range []string{"2C4D6F", "2c4d6f", "2c4-d6f", "2C4 D6F", " 2C 4D 6F ", "2-c-4-d-6-f"} {
		if got, ok := parseCode(typed); !ok || got != "2C4D6F" {
			t.Errorf("%q is read as %q, %v", typed, got, ok)
		}
	}
	for _, typed := range []string{
		"", "2C4D6", "2C4D6FF", "2C4D60", "2C4D6O", "2C4D61", "2C4D6I", "2C4D6L", "2C4D6U", "2C4D6Z", "2C4D6S", "2C4D6B", "2C4D6é",
		"2C4D6F\n", "2C4D6_", strings.Repeat(" ", 30) + "2C4D6F",
	} {
		if got, ok := parseCode(typed); ok {
			t.Errorf("%q is read as %q", typed, got)
		}
	}
}

// Every code is one that can be typed, no two places depend on each other's
// letters, and none of the letters comes oftener than the others.
func TestCodesAreDrawnEvenly(t *testing.T) {
	const draws = 20_000
	seen, codes := map[rune]int{}, map[string]bool{}
	for range draws {
		code := newCode()
		if read, ok := parseCode(code); !ok || read != code {
			t.Fatalf("%q cannot be typed", code)
		}
		codes[code] = true
		for _, letter := range code {
			seen[letter]++
		}
	}
	even := draws * codeLength / len(CodeLetters)
	for _, letter := range CodeLetters {
		if n := seen[letter]; n < even*9/10 || n > even*11/10 { // nine standard deviations
			t.Errorf("%c came %d times, want about %d", letter, n, even)
		}
	}
	if len(codes) < draws-20 {
		t.Errorf("%d different codes of %d", len(codes), draws)
	}
	for i, letter := range CodeLetters {
		if strings.ContainsRune("01OILUZSB", letter) || strings.ContainsRune(CodeLetters[i+1:], letter) {
			t.Errorf("%c is a letter of codes", letter)
		}
	}
}

// The same code is stored as something else for each attempt, so that whoever
// reads the table has nothing to search.
func TestACodeIsSealedWithItsAttempt(t *testing.T) {
	a, b := newAttempt(), newAttempt()
	if a == b || a.seals("2C4D6F") == b.seals("2C4D6F") || a.seals("2C4D6F") == a.seals("2C4D6G") || string(a.Hash()) == string(a.seals("")) {
		t.Error("two attempts or codes are stored alike")
	}
	if got, ok := parseAttempt(string(a)); !ok || got != a {
		t.Errorf("%q is no attempt", a)
	}
	for _, s := range []string{"", "x", strings.ToUpper(string(a)), string(a) + "a", strings.Repeat("0", len(a))} {
		if _, ok := parseAttempt(s); ok {
			t.Errorf("%q is an attempt", s)
		}
	}
}
