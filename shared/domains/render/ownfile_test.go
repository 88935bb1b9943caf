package render

import (
	"fmt"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// One photograph may stand in many scenes, and not all of them come to fail before
// the attempt ends: the next one leaves it out of each, and says so of each.
func TestWhatFailedIsLeftOutOfEverySceneThatShowsIt(t *testing.T) {
	shows := func(ids ...string) Source {
		s := Source{MusicUploadID: "hymn"}
		for _, id := range ids {
			s.Scenes = append(s.Scenes, SourceScene{UploadID: id})
		}
		return s
	}
	of := func(s Source) string {
		shown := []string{s.MusicUploadID}
		for _, scene := range s.Scenes {
			shown = append(shown, scene.shows())
		}
		return fmt.Sprintf("%q", shown)
	}
	s := shows("hill", "sea", "hill", "", "hill", "lake")
	j := Job{Warnings: []Warning{leftOut(3, "Your picture “hill.jpg” can no longer be read"), {Code: WarnUnspoken, Scene: 2}}}
	left, warnings := s.onward(j, nil, []string{"lake", "hymn"})
	want := shows("", "sea", "", "", "", "")
	want.MusicUploadID = ""
	if of(left) != of(want) {
		t.Errorf("%s, want %s", of(left), of(want))
	}
	said := map[string]string{}
	for _, w := range warnings {
		said[fmt.Sprintf("%s %d", w.Code, w.Scene)] += w.Message
	}
	hill := j.Warnings[0].Message
	if len(warnings) != 6 || said["picture_left_out 1"] != hill || said["picture_left_out 3"] != hill || said["picture_left_out 5"] != hill ||
		said["picture_left_out 6"] == "" || said["music_skipped 0"] == "" {
		t.Errorf("%+v", warnings)
	}
	if of(s) != of(shows("hill", "sea", "hill", "", "hill", "lake")) || len(j.Warnings) != 2 {
		t.Error("what was read has changed")
	}
	again, more := left.onward(Job{Warnings: warnings}, nil, nil)
	if of(again) != of(left) || len(more) != len(warnings) {
		t.Errorf("a third attempt has %s and %+v", of(again), more)
	}
}

// A scene whose picture was left out has none, though the part of the one that failed is
// still recorded: what the project says of it now is taken up, be it a description or
// another picture, which is then recorded instead. A painted picture stays.
func TestAPictureThatIsGoneIsNoneToGoOnWith(t *testing.T) {
	upload := func(id string) SourceScene { return SourceScene{Text: "Peace.", UploadID: id} }
	preview := func(id string) SourceScene { return SourceScene{Text: "Peace.", ImageID: id} }
	described := func(prompt string) SourceScene { return SourceScene{Text: "Peace.", Prompt: prompt} }
	hill, painted := UploadObject("hill"), partObject("job", 1, "image")
	for name, c := range map[string]struct {
		object    string // recorded of the scene
		copy, now SourceScene
		want      SourceScene
		pictured  bool // after all
	}{
		"described anew":       {hill, described("a battle"), described("a lamb"), described("a lamb"), false},
		"another picture":      {hill, described("a battle"), upload("sea"), upload("sea"), false},
		"a preview":            {hill, described("a battle"), preview("sea"), preview("sea"), false},
		"another preview":      {ImageObject("hill", ".png"), described("a battle"), preview("sea"), preview("sea"), false},
		"it is there":          {hill, upload("hill"), upload("sea"), upload("hill"), true},
		"the preview is there": {ImageObject("hill", ".png"), preview("hill"), preview("sea"), preview("hill"), true},
		"painted":              {painted, described("a battle"), upload("sea"), described("a battle"), true},
		"nothing was recorded": {"", described("a battle"), upload("sea"), upload("sea"), false},
	} {
		j := Job{Failure: &Failure{Code: problem.PromptRefused}}
		if c.object != "" {
			j.Parts = map[int]map[PartKind]Part{1: {ImagePart: {Kind: ImagePart, Scene: 1, Object: c.object}}}
		}
		next := Source{Scenes: []SourceScene{c.copy}}.reworded(j, &Source{Scenes: []SourceScene{c.now}})
		if next.Scenes[0] != c.want || j.pictured(1, next.Scenes[0]) != c.pictured {
			t.Errorf("%s: renders %+v, has its picture: %v", name, next.Scenes[0], j.pictured(1, next.Scenes[0]))
		}
	}
}

// What was chosen after a refusal is shown, also where an earlier attempt had to leave
// out a picture: nothing says then that one was painted. A project that goes on naming
// what failed does not bring it back.
func TestWhatIsChosenAfterARefusalIsShown(t *testing.T) {
	scene := func(prompt, upload string) SourceScene {
		return SourceScene{Text: "Peace.", Prompt: prompt, UploadID: upload}
	}
	failed := leftOut(1, "Your picture can no longer be read")
	for name, c := range map[string]struct {
		gone     []string
		now      SourceScene
		want     string // the picture that is shown, and its description
		warnings int
	}{
		"another picture":                {nil, scene("a hill", "sea"), "sea a hill", 0},
		"the same, described anew":       {nil, scene("a lamb", "hill"), " a lamb", 1},
		"the same, which is gone":        {[]string{"hill"}, scene("a lamb", "hill"), " a lamb", 1},
		"another, and the first is gone": {[]string{"hill"}, scene("a hill", "sea"), "sea a hill", 0},
		"none":                           {nil, scene("a lamb", ""), " a lamb", 1},
	} {
		j := Job{Warnings: []Warning{failed, {Code: WarnUnspoken, Scene: 1}}}
		if c.gone != nil {
			j.Warnings = j.Warnings[1:] // it was deleted, and no attempt has come to it
		}
		now := Source{Scenes: []SourceScene{c.now}}
		refused := &Failure{Code: problem.PromptRefused}
		for attempt, first := range []Source{
			{Scenes: []SourceScene{scene("a hill", "hill")}},                             // the attempt that it failed was refused at once,
			{Scenes: []SourceScene{{Text: "Peace.", Prompt: "a hill", LeftOut: "hill"}}}, // or the one after
		} {
			if attempt == 1 && c.gone != nil {
				continue
			}
			j.Failure = refused
			next, warnings := first.onward(j, &now, c.gone)
			for range 2 { // and each that follows
				if got := next.Scenes[0].shows() + " " + next.Scenes[0].Prompt; got != c.want || len(warnings) != 1+c.warnings {
					t.Errorf("%s, attempt %d: shows %q, warns of %+v", name, attempt+1, got, warnings)
				}
				next, warnings = next.onward(Job{Failure: refused, Warnings: warnings}, &now, nil)
			}
		}
	}
}
