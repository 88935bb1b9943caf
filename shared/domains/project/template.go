package project

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"

	"github.com/devotionalai/platform/shared/domains/language"
)

// Template is a devotional to begin from. Its reflections are our own; its
// quotations are from translations in the public domain: the World English
// Bible, Reina-Valera 1909, Almeida Revista e Corrigida and Louis Segond 1910, in the
// spelling of today.
type Template struct {
	ID        string            `json:"id"`
	Language  language.Language `json:"language"` // which it is written in; a project made of it is surely in the same
	Title     string            `json:"title"`
	Summary   string            `json:"summary"`
	Theme     string            `json:"theme"`
	Reference string            `json:"reference"` // where the quoted verses stand
	Scenes    []Scene           `json:"scenes"`
}

//go:embed templates.json
var templatesJSON []byte

var loadTemplates = sync.OnceValue(func() []Template {
	var all []Template
	if err := json.Unmarshal(templatesJSON, &all); err != nil {
		panic(fmt.Sprintf("templates.json: %v", err)) // built in, and read by a test
	}
	return all
})

// Templates lists the built-in templates. The caller must not change them.
func Templates() []Template { return loadTemplates() }

// TemplatesIn lists the built-in templates of a language; of "" all.
func TemplatesIn(l language.Language) []Template {
	if l == language.Unknown {
		return Templates()
	}
	return slices.DeleteFunc(slices.Clone(Templates()), func(t Template) bool { return t.Language != l })
}

// TemplateByID finds one template.
func TemplateByID(id string) (Template, bool) {
	for _, t := range Templates() {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}
