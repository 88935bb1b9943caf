package export

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// dataFile is the file of the kind of item that is being read. Items of a kind
// follow each other.
type dataFile struct {
	place privacy.Place
	file  *stagedFile
	text  *bufio.Writer
	first bool // nothing is in it yet
}

// dataPath is where the items of a kind go.
func dataPath(p privacy.Place) []string {
	name := strings.ToLower(strings.TrimRight(p.Kind, "#"))
	if p.Export == privacy.AsLines {
		if p.Kind == "AUDIT#" {
			return []string{"audit", name + ".jsonl"}
		}
		return []string{"usage", name + ".jsonl"}
	}
	return []string{"data", name + ".json"}
}

// itemSource says where items of a kind are from.
func itemSource(p privacy.Place) string { return string(p.Store) + "/" + p.Kind }

// items writes all items of both partitions, each kind into a file of its own.
func (l *listing) items(ctx context.Context) error {
	known := newKinds(privacy.In(privacy.Platform))
	for _, credentials := range []bool{true, false} {
		err := l.Items.Items(ctx, l.in.TenantID, credentials, func(it Item) error {
			if !timeLeft(ctx, l.Now(), readTime) {
				return errNoTime
			}
			place, ok := known.of(it)
			if !ok {
				l.Warn(ctx, fmt.Errorf("export: an item is of no declared kind"))
				return nil
			}
			if place.Export == privacy.Withheld {
				return nil
			}
			return l.item(ctx, place, it)
		})
		if err != nil {
			return err
		}
	}
	if err := l.endData(); err != nil {
		return err
	}
	return l.labels.end()
}

func (l *listing) item(ctx context.Context, place kind, it Item) error {
	if l.data.file == nil || l.data.place.Kind != place.Kind {
		if err := l.endData(); err != nil {
			return err
		}
		l.data = dataFile{place: place.Place, file: l.newFile(ctx), first: true}
		l.data.text = bufio.NewWriterSize(l.data.file, 64<<10)
	}
	fields, undeclared := place.fields(it.Fields)
	if undeclared {
		l.Warn(ctx, fmt.Errorf("export: an item of %s has an attribute that is not declared", place.Kind))
	}
	line, err := json.Marshal(fields)
	if err != nil {
		return fmt.Errorf("export item: %w", err)
	}
	if _, err := l.data.text.WriteString(l.data.before()); err != nil {
		return err
	}
	if _, err := l.data.text.Write(line); err != nil {
		return err
	}
	if err := l.labels.note(place.Kind, it); err != nil {
		return err
	}
	return l.index.item(place.Kind, it, fields)
}

// before is what goes in front of the next item.
func (d *dataFile) before() string {
	first := d.first
	d.first = false
	switch {
	case d.place.Export == privacy.AsLines && first:
		return ""
	case d.place.Export == privacy.AsLines:
		return "\n"
	case first:
		return "[\n"
	}
	return ",\n"
}

// endData ends the file of the kind before.
func (l *listing) endData() error {
	d := l.data
	l.data = dataFile{}
	if d.file == nil {
		return nil
	}
	after := "\n"
	if d.place.Export != privacy.AsLines {
		after = "\n]\n"
	}
	if _, err := d.text.WriteString(after); err != nil {
		return err
	}
	if err := d.text.Flush(); err != nil {
		return err
	}
	return l.keep(d.file, l.book.Name(dataPath(d.place)...), itemSource(d.place))
}

// kind is a place of the declaration with its fields by name.
type kind struct {
	privacy.Place
	byName map[string]privacy.Field
}

// kinds are the places of items, read once: there may be many items.
type kinds []kind

func newKinds(places []privacy.Place) kinds {
	all := make(kinds, len(places))
	for i, p := range places {
		all[i] = kind{Place: p, byName: map[string]privacy.Field{}}
	}
	return all
}

func (k kinds) of(it Item) (kind, bool) {
	for _, one := range k {
		if !strings.HasPrefix(it.Sort, one.Kind) {
			continue
		}
		if _, ok := one.Key.Match(privacy.ItemKey(it.Partition, it.Sort)); ok {
			return one, true
		}
	}
	return kind{}, false
}

// field is the declaration of a field.
func (k kind) field(name string) (privacy.Field, bool) {
	f, ok := k.byName[name]
	if !ok {
		if f, ok = k.Field(name); ok {
			k.byName[name] = f
		}
	}
	return f, ok
}

// fields are those that the declaration lets out.
func (k kind) fields(stored map[string]any) (shown map[string]any, undeclared bool) {
	shown = make(map[string]any, len(stored))
	for name, value := range stored {
		f, ok := k.field(name)
		switch {
		case !ok:
			undeclared = true
		case !f.Secret:
			shown[name] = open(value, f.Hidden)
		}
	}
	return shown, undeclared
}

// open is a map of maps without those members of its entries that give access.
func open(value any, hidden []string) any {
	entries, isMap := value.(map[string]any)
	if len(hidden) == 0 || !isMap {
		return value
	}
	shown := make(map[string]any, len(entries))
	for name, entry := range entries {
		members, isMap := entry.(map[string]any)
		if !isMap {
			continue // no entry of the declared form: what it holds nobody knows
		}
		kept := make(map[string]any, len(members))
		for member, v := range members {
			if !slices.Contains(hidden, member) {
				kept[member] = v
			}
		}
		shown[name] = kept
	}
	return shown
}

// idOf is what follows an item's kind in its key.
func idOf(kind string, it Item) string { return strings.TrimPrefix(it.Sort, kind) }

func text(fields map[string]any, name string) string {
	s, _ := fields[name].(string)
	return s
}

// jobKind and uploadKind are the items that files are called after.
const (
	jobKind    = "JOB#"
	uploadKind = "UPLOAD#"
)

// folderOf is the folder of the files of a kind of item.
func folderOf(kind string) string {
	switch kind {
	case jobKind:
		return tenant.JobFolder
	case uploadKind:
		return tenant.UploadFolder
	}
	return ""
}
