package project

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"sync"
)

// Template is a devotional to begin from. Its reflections are our own; its
// quotations are from the World English Bible, which is in the public domain.
type Template struct {
	ID        string  `json:"id"`
	Title     string  `json:"title"`
	Summary   string  `json:"summary"`
	Theme     string  `json:"theme"`
	Reference string  `json:"reference"` // where the quoted verses stand
	Scenes    []Scene `json:"scenes"`
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

// TemplateByID finds one template.
func TemplateByID(id string) (Template, bool) {
	for _, t := range Templates() {
		if t.ID == id {
			return t, true
		}
	}
	return Template{}, false
}
