package exporting_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/archive"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// planted is what stands in one field, so that it is known again wherever it turns
// up; none is the beginning of another one.
func planted(p privacy.Place, field string) string {
	return fmt.Sprintf("planted-%s-%s-%s-end", p.Store, strings.Trim(p.Kind, "#/"), field)
}

// values fill the variables of keys.
func values(id tenant.ID) map[string]string {
	all := map[string]string{"tenant": string(id), "month": "2026-11", "metric": "images_count", "percent": "80", "number": "1", "segment": "00000001.jsonl", "file": "video.mp4"}
	for _, name := range []string{"user", "session", "key", "invitation", "project", "job", "image", "upload", "subject", "id", "hash", "invoice", "event", "export", "erasure"} {
		all[name] = tenant.NewID()
	}
	return all
}

// plant writes an item with every field, or an object, into a place of the tenant's.
// What is kept of a status must be what the product reads.
func (w *world) plant(p privacy.Place, in map[string]string) {
	w.Helper()
	if !slices.Contains([]privacy.Store{privacy.Platform, privacy.Media, privacy.Ledger}, p.Store) || p.Owner == privacy.Nobody {
		return
	}
	key, err := p.Key.Fill(in)
	harness.Must(w.T, err)
	switch p.Store {
	case privacy.Platform:
		partition, sort, _ := strings.Cut(key, " / ")
		fields := item{}
		for _, f := range p.Fields {
			switch {
			case len(f.Hidden) > 0:
				entry := item{"seen": str(planted(p, f.Name))}
				for _, hidden := range f.Hidden {
					entry[hidden] = str(planted(p, f.Name+"-"+hidden))
				}
				fields[f.Name] = &types.AttributeValueMemberM{Value: item{"entry": &types.AttributeValueMemberM{Value: entry}}}
			default:
				fields[f.Name] = str(planted(p, f.Name))
			}
		}
		if p.Kind == "TENANT" {
			fields["status"] = str("active")
			delete(fields, "export")
		}
		w.put(partition[:1], sort, fields)
	case privacy.Media:
		w.object(strings.TrimPrefix(key, tenant.ObjectPrefix(w.who.Tenant)), []byte(planted(p, "content")))
	case privacy.Ledger:
		if name, ours := strings.CutPrefix(key, tenant.ObjectPrefix(w.who.Tenant)); ours {
			harness.Must(w.T, s3files.New(w.AWS, w.ledger).PutBytes(w.ctx(), w.who.Tenant, name, []byte(planted(p, "rows")+"\n"), "application/jsonl"))
		}
	}
}

// Each place of the declaration is planted with something in every field. What the
// declaration lets out is in the archive, where the dictionary says; what it does
// not is nowhere in it; and of another account there is nothing.
func TestAnExportIsWhatTheDeclarationSays(t *testing.T) {
	land := newLand(t)
	w, other := newWorld(t, land), newWorld(t, land)
	in, theirs := values(w.who.Tenant), values(other.who.Tenant)
	for _, p := range privacy.Declaration() {
		w.plant(p, in)
		if p.Kind != "TENANT" {
			other.plant(p, theirs)
		}
	}
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	_, err = p.run(e.ID)
	harness.Must(t, err)
	files := p.whole(e.ID)
	var dictionary struct {
		Places []struct{ Kind, Store, File, Withheld string }
	}
	harness.Must(t, json.Unmarshal([]byte(files["data/dictionary.json"]), &dictionary))
	where := map[string]string{}
	for _, d := range dictionary.Places {
		where[d.Store+d.Kind] = d.File
		if (d.File == "") != (d.Withheld != "") {
			t.Errorf("%s %s: in %q, withheld because %q", d.Store, d.Kind, d.File, d.Withheld)
		}
	}
	shown := 0
	for _, place := range privacy.Declaration() {
		if !slices.Contains([]privacy.Store{privacy.Platform, privacy.Media, privacy.Ledger}, place.Store) {
			continue
		}
		for _, f := range place.Fields {
			out := place.Export != privacy.Withheld && !f.Secret && !(place.Kind == "TENANT" && (f.Name == "status" || f.Name == "export"))
			found := held(files, planted(place, f.Name)+`"`, planted(place, f.Name)+"\n", planted(place, f.Name)+"$")
			leaked := anywhere(files, planted(place, f.Name))
			switch {
			case !out && len(leaked) > 0:
				t.Errorf("%s %s, field %s is in %v", place.Store, place.Kind, f.Name, leaked)
			case out && !slices.ContainsFunc(found, func(name string) bool { return strings.HasPrefix(name, where[string(place.Store)+place.Kind]) }):
				t.Errorf("%s %s, field %s is in %v, not in %q", place.Store, place.Kind, f.Name, found, where[string(place.Store)+place.Kind])
			case out:
				shown++
			}
			for _, hidden := range f.Hidden {
				if found := anywhere(files, planted(place, f.Name+"-"+hidden)); len(found) > 0 {
					t.Errorf("the hidden %s of %s is in %v", hidden, f.Name, found)
				}
			}
		}
	}
	for _, secret := range []string{string(other.who.Tenant), string(other.who.Principal.User), theirs["project"], "SECRET-generation"} {
		if found := anywhere(files, secret); len(found) > 0 {
			t.Errorf("%s is in %v", secret, found)
		}
	}
	if shown < 100 {
		t.Errorf("only %d fields were looked at", shown)
	}
	t.Logf("%d fields of %d places are where the dictionary says", shown, len(dictionary.Places))
}

// anywhere are the files with a text in them or in their names, whichever they are.
func anywhere(files map[string]string, text string) (names []string) {
	for name, content := range files {
		if strings.Contains(name, text) || strings.Contains(content, text) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// held are the files that hold one of some texts; a text that ends in $ is a whole
// file.
func held(files map[string]string, texts ...string) (names []string) {
	for name, content := range files {
		if name == "manifest.json" || name == "index.html" {
			continue
		}
		for _, text := range texts {
			if whole, ok := strings.CutSuffix(text, "$"); ok && content == whole || !ok && strings.Contains(content, text) {
				names = append(names, name)
				break
			}
		}
	}
	slices.Sort(names)
	return names
}

// What was written before checksums were, is read once, also when the listing is
// made again; and a segment is what was locked, byte for byte.
func TestFilesFromBeforeChecksumsAreExported(t *testing.T) {
	w := newWorld(t, newLand(t))
	w.bare(tenant.UploadFolder+tenant.NewID(), "from before")
	harness.Must(t, s3files.NewSegments(w.AWS, w.ledger).PutSegment(w.ctx(), w.who.Tenant, archive.Month("2026-10"), 1, []byte("{}\n")))
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	_, err = p.run(e.ID)
	harness.Must(t, err)
	files := p.whole(e.ID)
	if found := held(files, "from before$"); len(found) != 1 || !strings.HasPrefix(found[0], "files/uploads/") {
		t.Errorf("it is in %v", found)
	}
	if files["usage/archive/2026-10/00000001.jsonl"] != "{}\n" {
		t.Error("the segment is not in the archive")
	}
}
