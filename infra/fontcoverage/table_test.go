package main

import (
	"os"
	"testing"

	"github.com/devotionalai/platform/tests/harness"
)

// What the product believes of its fonts is what is in them.
func TestTheTableIsThatOfTheFonts(t *testing.T) {
	want, err := Table(harness.Fonts(t))
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../shared/domains/script/coverage.txt")
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("shared/domains/script/coverage.txt is not that of the fonts: go run ./infra/fontcoverage")
	}
}
