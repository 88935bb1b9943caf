package project

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// shelf is a Store in memory that knows one finished preview.
type shelf struct {
	Store
	image string
	made  []Project
}

func (s *shelf) CreateProject(_ context.Context, _ tenant.ID, p Project, _ idempotency.Claim) error {
	s.made = append(s.made, p)
	return nil
}

func (s *shelf) MissingMedia(_ context.Context, _ tenant.ID, named Media) (Media, error) {
	missing := Media{Images: maps.Clone(named.Images), Pictures: named.Pictures, Sounds: named.Sounds}
	delete(missing.Images, s.image)
	return missing, nil
}

func ptr[T any](v T) *T { return &v }

func service(s *shelf) Service {
	now := func() time.Time { return time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC) }
	return NewService(s, []voice.Voice{{ID: "anna"}}, now)
}

func TestCreateCollectsEveryProblem(t *testing.T) {
	store := &shelf{image: tenant.NewID()}
	_, err := service(store).Create(context.Background(), tenant.ID(tenant.NewID()), Draft{
		Title: ptr(strings.Repeat("x", 121)), Voice: ptr("nobody"), Resolution: ptr(render.Resolution("8k")), Aspect: ptr(render.Aspect("4:3")), TemplateID: ptr("none"),
		Scenes: &[]Scene{
			{Text: "fine", ImageID: store.image},
			{Text: strings.Repeat("y", 1001), ImagePrompt: "\ue000"},
			{Text: "a\x00b", ImageID: tenant.NewID()},
			{ImageID: "../x"},
		},
	}, idempotency.Claim{})
	var p *problem.Error
	if !errors.As(err, &p) || p.Code != problem.InvalidInput {
		t.Fatalf("want invalid_input, got %v", err)
	}
	got := map[string]bool{}
	for _, f := range p.Fields {
		got[f.Field] = true
	}
	for _, want := range []string{"title", "voice", "resolution", "aspect", "template_id", "scenes[1].text", "scenes[1].image_prompt", "scenes[2].text", "scenes[2].image_id", "scenes[3].image_id"} {
		if !got[want] {
			t.Errorf("no problem named for %s; got %v", want, p.Fields)
		}
	}
	if len(got) != 10 || len(store.made) != 0 {
		t.Errorf("%d fields named, %d projects stored", len(got), len(store.made))
	}
}

func TestCreateFromEachTemplate(t *testing.T) {
	if n := len(Templates()); n < 6 {
		t.Fatalf("%d templates", n)
	}
	store := &shelf{}
	for _, template := range Templates() {
		p, err := service(store).Create(context.Background(), "T", Draft{TemplateID: ptr(template.ID)}, idempotency.Claim{})
		if err != nil {
			t.Fatalf("%s: %v", template.ID, err)
		}
		if p.Title != template.Title || len(p.Scenes) != len(template.Scenes) || p.TemplateID != template.ID {
			t.Errorf("%s was not copied: %+v", template.ID, p)
		}
		// Its language is the text's own, not a choice: a text that takes its place says another.
		if p.Language != language.Unknown || p.Found != template.Language {
			t.Errorf("%s is in %q: a project of it chooses %q and is found to be in %q", template.ID, template.Language, p.Language, p.Found)
		}
		for _, provider := range voice.Providers() {
			if reader, ok := voice.Pick(voice.Offered(provider), p.Voice, p.Found); !ok || reader.Reads() != template.Language {
				t.Errorf("%s is read by %q of %s", template.ID, reader.ID, provider)
			}
		}
		// What we offer must pass our own rules when a caller sends it back.
		if _, err := service(store).Create(context.Background(), "T", Draft{Title: &p.Title, Scenes: &p.Scenes}, idempotency.Claim{}); err != nil {
			t.Errorf("%s breaks the rules: %v", template.ID, err)
		}
	}
	if p, _ := service(store).Create(context.Background(), "T", Draft{TemplateID: ptr("shepherd"), Scenes: &[]Scene{{Text: "own"}}}, idempotency.Claim{}); len(p.Scenes) != 1 {
		t.Errorf("own scenes must replace the template's: %+v", p.Scenes)
	}
}

func TestTemplatesOfALanguage(t *testing.T) {
	all := len(TemplatesIn(language.Unknown))
	for _, l := range []language.Language{"en", "es", "pt", "fr"} {
		of := TemplatesIn(l)
		if len(of) < 4 {
			t.Errorf("%d templates in %s", len(of), l.Name())
		}
		for _, template := range of {
			if template.Language != l {
				t.Errorf("%s is of %q", template.ID, template.Language)
			}
		}
		all -= len(of)
	}
	if none := TemplatesIn("ko"); len(none) != 0 || all != 0 {
		t.Errorf("%d templates in Korean, %d of no language", len(none), all)
	}
}

func TestATitleTellsTheLanguage(t *testing.T) {
	p, err := service(&shelf{}).Create(context.Background(), "T", Draft{Title: ptr("Oración para la mañana de los que esperan"), Scenes: &[]Scene{{Text: "Amén."}}}, idempotency.Claim{})
	if err != nil || p.Found != "es" {
		t.Errorf("found %q, %v", p.Found, err)
	}
}

func TestTooManyScenes(t *testing.T) {
	scenes := make([]Scene, 21)
	_, err := service(&shelf{}).Create(context.Background(), "T", Draft{Title: ptr("x"), Scenes: &scenes}, idempotency.Claim{})
	if !problem.Is(err, problem.InvalidInput) {
		t.Fatalf("21 scenes: %v", err)
	}
}
