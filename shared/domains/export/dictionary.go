package export

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

// entryOf is what the dictionary says of one place.
type entryOf struct {
	Kind    string    `json:"kind"`
	Store   string    `json:"store"`
	Key     string    `json:"key"` // pattern
	What    string    `json:"what"`
	Why     string    `json:"why"`
	Whose   string    `json:"whose"`
	File    string    `json:"file,omitempty"`     // where it is in this archive; there is none when there is nothing of it
	Without string    `json:"withheld,omitempty"` // why it is not in this archive
	Fields  []meaning `json:"fields,omitempty"`
}

type meaning struct {
	Name     string   `json:"name"`
	Means    string   `json:"means"`
	Personal bool     `json:"personal"`
	Without  string   `json:"withheld,omitempty"`
	Hidden   []string `json:"withheld_members,omitempty"`
}

const secret = "would give access, or help to get it"

// dictionary writes what each field means, and what is not in the archive and why.
func (l *listing) dictionary(ctx context.Context) error {
	f := l.newFile(ctx)
	if _, err := f.Write([]byte("{\"places\":[\n")); err != nil {
		return err
	}
	for i, p := range privacy.Declaration() {
		line, err := json.Marshal(describe(p))
		if err != nil {
			return fmt.Errorf("describe a place: %w", err)
		}
		if i > 0 {
			line = append([]byte(",\n"), line...)
		}
		if _, err := f.Write(line); err != nil {
			return err
		}
	}
	if _, err := f.Write([]byte("\n]}\n")); err != nil {
		return err
	}
	return l.keep(f, l.book.Name("data", "dictionary.json"), madeHere)
}

func describe(p privacy.Place) entryOf {
	d := entryOf{Kind: p.Kind, Store: string(p.Store), Key: string(p.Key), What: p.What, Why: p.Why, Whose: string(p.Owner), Without: p.Withheld}
	if p.Export == privacy.Withheld {
		return d
	}
	d.File = filesOf(p)
	for _, f := range p.AllFields() {
		m := meaning{Name: f.Name, Means: f.Means, Personal: f.Personal, Hidden: f.Hidden}
		if f.Secret {
			m.Without = secret
		}
		d.Fields = append(d.Fields, m)
	}
	return d
}

// filesOf is where the archive has what a place holds.
func filesOf(p privacy.Place) string {
	switch {
	case p.Store == privacy.Platform:
		return strings.Join(dataPath(p), "/")
	case p.Store == privacy.Ledger:
		return segmentFolder(p) + "/archive/"
	}
	return "files/" + fileFolder(p.Kind) + "/"
}
