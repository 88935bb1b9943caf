package privacy_test

import (
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

func TestEveryPlaceIsDeclaredOnceAndInFull(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range privacy.Declaration() {
		name := string(p.Store) + " " + p.Kind
		if seen[name] {
			t.Errorf("%s is declared twice", name)
		}
		seen[name] = true
		if p.Kind == "" || p.Key == "" || p.Owner == "" || p.What == "" || p.Why == "" || p.Export == "" || p.Erasure == "" {
			t.Errorf("%s: a member is empty", name)
		}
		checkFields(t, name, p)
		checkExport(t, name, p)
		checkErasure(t, name, p)
	}
}

func checkFields(t *testing.T, name string, p privacy.Place) {
	t.Helper()
	known := map[string]bool{}
	for _, f := range p.Fields {
		if f.Name == "" || f.Means == "" || known[f.Name] {
			t.Errorf("%s: field %q is named twice or means nothing", name, f.Name)
		}
		known[f.Name] = true
	}
	if p.Personal() && p.Owner == privacy.Nobody && p.Erasure != privacy.ByExpiry {
		t.Errorf("%s: what says something of a person and belongs to nobody ends by itself", name)
	}
}

func checkExport(t *testing.T, name string, p privacy.Place) {
	t.Helper()
	if (p.Export == privacy.Withheld) != (p.Withheld != "") {
		t.Errorf("%s: what is withheld says why, and nothing else does", name)
	}
	if p.Export != privacy.Withheld && p.Owner == privacy.Nobody {
		t.Errorf("%s: in whose export?", name)
	}
	if p.Export != privacy.Withheld && len(p.Fields) == 0 {
		t.Errorf("%s: the data dictionary would be empty", name)
	}
}

func checkErasure(t *testing.T, name string, p privacy.Place) {
	t.Helper()
	if (p.Erasure == privacy.Kept) != (p.Kept != nil) || (p.Erasure == privacy.ByReference) != (p.Found != nil) {
		t.Errorf("%s: %s does not fit what else it says", name, p.Erasure)
	}
	if p.Kept != nil && (p.Kept.Ground == "" || p.Kept.Reason == "" || p.Kept.Until == "") {
		t.Errorf("%s: what is kept has a ground, a reason and an end", name)
	}
	if p.Kept != nil && p.Personal() {
		t.Errorf("%s: keeps %v; pass ids on, not what they stand for", name, p.PersonalFields())
	}
	if p.Erasure == privacy.ByExpiry && p.Expires <= 0 {
		t.Errorf("%s: expires when?", name)
	}
	switch {
	case p.Erasure == privacy.ByPartition && (p.Store != privacy.Platform || !strings.Contains(string(p.Key), "#<tenant> / ")),
		p.Erasure == privacy.ByPrefix && (p.Store != privacy.Media || !strings.HasPrefix(string(p.Key), "tenants/<tenant>/")):
		t.Errorf("%s: its key %s does not lie where %s reaches", name, p.Key, p.Erasure)
	}
	if p.Found == nil {
		return
	}
	from, ok := privacy.Declared(p.Found.Store, p.Found.Kind)
	if _, has := from.Field(p.Found.Field); !ok || !has {
		t.Errorf("%s: is found by %s of %s, which is not declared", name, p.Found.Field, p.Found.Kind)
	}
	if names := p.Key.Variables(); len(names) != 1 || names[0] != p.Found.Variable {
		t.Errorf("%s: %s fills %v", name, p.Found.Variable, names)
	}
}

// A list of grounds that names a place which is not there, or holds nothing of a
// person, would be read and mean nothing.
func TestEveryPlaceOfPersonalDataHasAGround(t *testing.T) {
	interests := 0
	for _, p := range privacy.Declaration() {
		ground, interest := p.Basis()
		if (ground != "") != p.Personal() || (interest != "") != (ground == privacy.Interest) {
			t.Errorf("%s %s: its ground is %q, %q", p.Store, p.Kind, ground, interest)
		}
		if ground == privacy.Interest {
			interests++
		}
	}
	if want := privacy.Interests(); interests != want {
		t.Errorf("%d places are processed for an interest; %d are listed", interests, want)
	}
}

// What lies outside a tenant's partitions and prefix is reached from inside them
// in finitely many steps, or ends by itself: nothing else can be erased.
func TestWhatIsFoundByReferenceIsReachableFromTheTenant(t *testing.T) {
	for _, p := range privacy.Declaration() {
		at := p
		for steps := 0; at.Erasure == privacy.ByReference; steps++ {
			if steps > len(privacy.Declaration()) {
				t.Fatalf("%s: its references go round", p.Kind)
			}
			at, _ = privacy.Declared(at.Found.Store, at.Found.Kind)
		}
		if p.Erasure == privacy.ByReference && at.Erasure != privacy.ByPartition {
			t.Errorf("%s: its references end at %s, which is not in the tenant's partitions", p.Kind, at.Kind)
		}
	}
}

// A key belongs to one place, or an eraser and a scan would disagree.
func TestAKeyBelongsToOnePlace(t *testing.T) {
	values := map[string]string{
		"tenant": "01J", "user": "02U", "project": "03P", "job": "04J", "image": "05I", "upload": "06U", "hash": "ab", "month": "2026-11",
		"metric": "images_count", "percent": "80", "subject": "04J", "number": "1", "segment": "00000001.jsonl", "address": "a#b/c@example.com",
		"kind": "render", "file": "parts/0/body.mp4", "voice": "anna.wav", "attempt": "1", "mail": "m", "request": "r", "line": "l", "key": "07K", "session": "08S", "invitation": "09V", "id": "10W", "name": "keys",
		"customer": "cus_1", "invoice": "in_1", "event": "evt_1", "video": "11V", "export": "12X", "erasure": "13E",
	}
	for _, p := range privacy.Declaration() {
		key, err := p.Key.Fill(values)
		if err != nil {
			t.Fatal(err)
		}
		found, read, ok := privacy.Of(p.Store, key)
		if p.Store == privacy.Processor {
			continue // they have no keys of ours
		}
		if !ok || found.Kind != p.Kind {
			t.Errorf("%s reads as %q, not as %s", key, found.Kind, p.Kind)
			continue
		}
		for _, name := range p.Key.Variables() {
			if read[name] != values[name] {
				t.Errorf("%s: %s reads as %q", key, name, read[name])
			}
		}
	}
	for _, unknown := range []string{"T#01J / NEWKIND#1", "T# / TENANT", "T#01J / LEDGER#2026-11", "B#01J / TENANT", "T#01J / PROJECT#", "T#01J/x / TENANT"} {
		if p, _, ok := privacy.Of(privacy.Platform, unknown); ok {
			t.Errorf("%s reads as %s", unknown, p.Kind)
		}
	}
}

func TestAPatternIsNotFilledWithGaps(t *testing.T) {
	pattern := privacy.Pattern("tenants/<tenant>/jobs/<job>/<file>")
	for _, values := range []map[string]string{nil, {"tenant": "a"}, {"tenant": "", "job": "b", "file": "c"}} {
		if key, err := pattern.Fill(values); err == nil {
			t.Errorf("%v fills to %s", values, key)
		}
	}
	if got := pattern.Prefix(map[string]string{"tenant": "a"}); got != "tenants/a/jobs/" {
		t.Errorf("the prefix is %s", got)
	}
	if got := pattern.Prefix(map[string]string{"job": "b"}); got != "tenants/" {
		t.Errorf("the prefix is %s", got)
	}
}

func TestTheDataMapNamesEveryPlace(t *testing.T) {
	doc := privacy.DataMap()
	for _, p := range privacy.Declaration() {
		if !strings.Contains(doc, "`"+string(p.Key)+"`") {
			t.Errorf("%s is not in the data map", p.Key)
		}
	}
}
