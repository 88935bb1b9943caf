package corpus

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/voice"
	"github.com/devotionalai/platform/shared/technologies/espeak"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
	"github.com/devotionalai/platform/tests/harness"
)

func TestTheCorpusIsLarge(t *testing.T) {
	languages := map[language.Language]int{}
	for _, x := range Texts() {
		languages[x.Language]++
	}
	if len(Texts()) < 300 || len(languages) < 18 {
		t.Errorf("%d texts in %d languages", len(Texts()), len(languages))
	}
}

// row is a line of the table.
type row struct {
	texts, priced, off     int
	markup, boxes, divided int // texts of which marks are read out, characters have no font, references are cut
	worst                  takes
	signed                 float64 // sum of how far the speech is off
}

// `make corpus` prints the table: texts of each language, how far their quotes are
// from what the local engine takes, and what is wrongly shown or read out.
func TestPricesAreNearTheCharge(t *testing.T) {
	harness.Proof(t)
	library, data := harness.Espeak(t)
	engine := espeak.New(espeak.Settings{Library: library, Data: data})
	prices := pricesOf(voice.Espeak)
	rows := map[string]*row{}
	for _, x := range Texts() {
		r := rowOf(rows, string(x.Language))
		if r.texts++; !harness.InFull() && r.texts > 2 && x.Kind == "plain" {
			continue
		}
		r.look(t, x)
		v, _ := voice.For(x.Language, voice.Espeak)
		r.price(t, x, prices.quoted(t, x, voice.Default), charged(t, engine, v, x))
	}
	report(t, rows)
}

// The natural voices' prices, each voice by a text of its language.
func TestPricesOfNaturalVoicesAreNearTheCharge(t *testing.T) {
	harness.Proof(t)
	library, data := harness.Espeak(t)
	reads, files := espeak.New(espeak.Settings{Library: library, Data: data}), harness.Kokoro(t)
	engine := kokoro.New(kokoro.Settings{Library: files.Library, Model: files.Model, Vocabulary: files.Vocabulary, Voices: files.Voices}, reads.Phonemes)
	prices := pricesOf(voice.Kokoro)
	rows := map[string]*row{}
	voices := engine.Voices()
	if !harness.InFull() {
		voices = voices[:1]
	}
	for _, v := range voices {
		r := rowOf(rows, v.ID)
		for _, x := range Texts() {
			if x.Language != v.Reads() || x.Kind != "plain" || r.priced == 1 {
				continue
			}
			r.texts++
			r.price(t, x, prices.quoted(t, x, v.ID), charged(t, engine, v, x))
		}
	}
	report(t, rows)
}

func rowOf(rows map[string]*row, name string) *row {
	if rows[name] == nil {
		rows[name] = &row{}
	}
	return rows[name]
}

// look counts what is wrong with how a text is shown and read out.
func (r *row) look(t *testing.T, x Text) {
	t.Helper()
	for _, s := range reading.Sentences(x.Text, x.Language) {
		if markedUp(s) {
			r.markup++
			t.Errorf("%s: %q is read out", x.Language, s.Spoken)
		}
		if missing := script.Undrawable(s.Shown); len(missing) > 0 {
			r.boxes++
			t.Errorf("%s: no font has %q of %q", x.Language, string(missing), s.Shown)
		}
		for _, reference := range whole(s.Shown) {
			if !onOneLine(s.Shown, reference) {
				r.divided++
				t.Errorf("%s: %q is on two lines", x.Language, reference)
			}
		}
	}
}

// whole are the parts of a sentence that are to stay on one line: their spaces do
// not break.
func whole(shown string) []string {
	var all []string
	for part := range strings.SplitSeq(shown, " ") {
		if strings.Contains(part, "\u00a0") && utf8.RuneCountInString(part) < 24 {
			all = append(all, part)
		}
	}
	return all
}

func onOneLine(shown, part string) bool {
	cues := render.Cues([]render.Spoken{{Text: shown, EndMS: 4000}}, render.Landscape)
	for _, cue := range cues {
		for _, line := range cue.Lines {
			if strings.Contains(line, part) {
				return true
			}
		}
	}
	return false
}

func markedUp(s reading.Sentence) bool {
	return strings.ContainsAny(s.Spoken, "#*_[]") || strings.Contains(s.Spoken, "](") || strings.Contains(s.Spoken, "http")
}

func report(t *testing.T, rows map[string]*row) {
	t.Helper()
	var table strings.Builder
	fmt.Fprintf(&table, "corpus: %-9s %6s %6s %6s %8s %8s %8s %7s %7s %6s %8s\n", "", "texts", "priced", "mean", "speech", "minutes", "pictures", "beyond", "marked", "boxes", "divided")
	for _, l := range slices.Sorted(maps.Keys(rows)) {
		r := rows[l]
		mean := r.signed / float64(max(r.priced, 1))
		fmt.Fprintf(&table, "corpus: %-9s %6d %6d %+5.1f%% %7.1f%% %7.1f%% %7.1f%% %7d %7d %6d %8d\n", l, r.texts, r.priced, 100*mean,
			100*r.worst.speech, 100*r.worst.minutes, 100*r.worst.pictures, r.off, r.markup, r.boxes, r.divided)
	}
	t.Log("\n" + table.String())
}
