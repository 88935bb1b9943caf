// Package corpus holds texts as people write them, in many languages, and what
// must be true of the video that each becomes. The quotations are from
// translations in the public domain, all else is our own writing.
package corpus

import (
	_ "embed"
	"encoding/json"
	"fmt"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Text is one devotional or a piece of one.
type Text struct {
	Language language.Language `json:"language"`
	Kind     string            `json:"kind"` // plain, or what is ugly about it
	Text     string            `json:"text"`

	References []Reference `json:"references"` // all of them, of a text of that kind
}

// Reference is a place of the Bible as it is written in a text, and how a reader says it.
type Reference struct {
	Shown  string `json:"shown"`
	Spoken string `json:"spoken"`
}

//go:embed testdata/texts.json
var textsJSON []byte

// Texts are all of them, those of a language not together.
func Texts() []Text {
	var all []Text
	if err := json.Unmarshal(textsJSON, &all); err != nil {
		panic(fmt.Sprintf("texts.json: %v", err)) // built in
	}
	return all
}
