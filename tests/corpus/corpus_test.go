package corpus

import (
	"maps"
	"slices"
	"testing"

	"github.com/devotionalai/platform/shared/domains/language"
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
	markup, boxes, divided int // texts of which marks are read out, characters have no font, references are cut or said otherwise
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
	for _, v := range harness.InShare(t, 2, voices) {
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

// report logs each line by itself: make proofs shows what begins with its place.
func report(t *testing.T, rows map[string]*row) {
	t.Helper()
	t.Logf("corpus: %-9s %6s %6s %6s %8s %8s %8s %7s %7s %6s %8s", "", "texts", "priced", "mean", "speech", "minutes", "pictures", "beyond", "marked", "boxes", "divided")
	for _, l := range slices.Sorted(maps.Keys(rows)) {
		r := rows[l]
		mean := r.signed / float64(max(r.priced, 1))
		t.Logf("corpus: %-9s %6d %6d %+5.1f%% %7.1f%% %7.1f%% %7.1f%% %7d %7d %6d %8d", l, r.texts, r.priced, 100*mean,
			100*r.worst.speech, 100*r.worst.minutes, 100*r.worst.pictures, r.off, r.markup, r.boxes, r.divided)
	}
}
