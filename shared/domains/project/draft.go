package project

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Draft is what a caller sends to create or change a project. Absent members
// keep their default or their present value.
type Draft struct {
	Title      *string            `json:"title,omitempty"`
	TemplateID *string            `json:"template_id,omitempty"` // on creation only
	Scenes     *[]Scene           `json:"scenes,omitempty"`
	Voice      *string            `json:"voice,omitempty"`
	Language   *language.Language `json:"language,omitempty"`   // "" is what the text says
	Resolution *render.Resolution `json:"resolution,omitempty"` // as sent, not checked yet; so is Aspect
	Aspect     *render.Aspect     `json:"aspect,omitempty"`
	Captions   *bool              `json:"captions,omitempty"`
	Music      Choice             `json:"music_upload_id,omitzero"`
}

// TitleRule is that of a title.
func TitleRule() plaintext.Rule { return plaintext.Rule{Min: 1, Max: MaxTitle} }

// TextRule is that of what is said over a scene.
func TextRule() plaintext.Rule { return plaintext.Rule{Max: render.MaxSceneChars, Lines: true} }

// PromptRule is that of what a scene's picture is painted from.
func PromptRule() plaintext.Rule { return plaintext.Rule{Max: MaxPrompt, Lines: true} }

// PreviewRule is that of the prompt of a preview, which must be there.
func PreviewRule() plaintext.Rule { return plaintext.Rule{Min: 1, Max: MaxPrompt, Lines: true} }

// checker collects every problem of a draft while it is applied.
type checker struct {
	fields []problem.Field
	voices []voice.Voice
}

func (c *checker) wrong(field, message string) {
	c.fields = append(c.fields, problem.Field{Field: field, Message: message})
}

func (c *checker) err() error {
	if len(c.fields) == 0 {
		return nil
	}
	return problem.Invalid(c.fields...)
}

// create makes a new project from a draft and, when it names one, a template.
func (c *checker) create(d Draft) Project {
	p := Project{Voice: DefaultVoice, Resolution: render.FullHD, Aspect: render.Landscape, Captions: true, Scenes: []Scene{}}
	if d.TemplateID != nil && *d.TemplateID != "" {
		if t, ok := TemplateByID(*d.TemplateID); ok {
			p.TemplateID, p.Title = t.ID, t.Title
			p.Scenes = append(p.Scenes, t.Scenes...)
		} else {
			c.wrong("template_id", "is not the id of a template; see GET /api/v1/templates")
		}
	}
	if d.Title == nil && p.Title == "" {
		c.wrong("title", "must not be empty")
	}
	return c.apply(p, d)
}

// change applies a draft to an existing project.
func (c *checker) change(p Project, d Draft) Project {
	if d.TemplateID != nil {
		c.wrong("template_id", "can be given on creation only")
	}
	return c.apply(p, d)
}

func (c *checker) apply(p Project, d Draft) Project {
	if d.Title != nil {
		p.Title = c.text("title", *d.Title, TitleRule())
	}
	if d.Scenes != nil {
		p.Scenes = c.scenes(*d.Scenes)
	}
	if d.Voice != nil && *d.Voice != p.Voice { // one that is no longer offered may stay
		p.Voice = c.voice(*d.Voice)
	}
	if d.Language != nil {
		p.Language = c.language(*d.Language)
	}
	if d.Resolution != nil {
		p.Resolution = oneOf(c, "resolution", *d.Resolution, render.Resolutions())
	}
	if d.Aspect != nil {
		p.Aspect = oneOf(c, "aspect", *d.Aspect, render.Aspects())
	}
	if d.Captions != nil {
		p.Captions = *d.Captions
	}
	if d.Music.Made {
		p.Music = c.id("music_upload_id", d.Music.ID, noSuchSound)
	}
	p.Found = p.found()
	return p
}

func (c *checker) text(field, s string, rule plaintext.Rule) string {
	clean, wrong := rule.Check(s)
	if wrong != "" {
		c.wrong(field, wrong)
	}
	return clean
}

func (c *checker) scenes(in []Scene) []Scene {
	if len(in) > render.MaxScenes {
		c.wrong("scenes", fmt.Sprintf("must have at most %d scenes, has %d", render.MaxScenes, len(in)))
		in = in[:render.MaxScenes]
	}
	out := make([]Scene, 0, len(in))
	for i, s := range in {
		at := func(name string) string { return fmt.Sprintf("scenes[%d].%s", i, name) }
		s.Text = c.text(at("text"), s.Text, TextRule())
		s.ImagePrompt = c.text(at("image_prompt"), s.ImagePrompt, PromptRule())
		if s.ImageID != "" && s.UploadID != "" {
			c.wrong(at("upload_id"), "cannot be given together with image_id")
		}
		s.ImageID = c.id(at("image_id"), s.ImageID, noSuchImage)
		s.UploadID = c.id(at("upload_id"), s.UploadID, noSuchPicture)
		out = append(out, s)
	}
	return out
}

// id reads the id of something that the project shows or plays; "" is none.
func (c *checker) id(field, id, wrong string) string {
	if id != "" && !tenant.ValidID(id) {
		c.wrong(field, wrong)
		return ""
	}
	return id
}

// What answers something absent, something of another tenant, and something
// that is not ready or of another kind, all alike.
const (
	noSuchImage   = "is not the id of one of your previews"
	noSuchPicture = "is not the id of a picture that you uploaded"
	noSuchSound   = "is not the id of a sound that you uploaded"
)

func (c *checker) voice(id string) string {
	if id == DefaultVoice {
		return id
	}
	for _, v := range c.voices {
		if v.ID == id {
			return id
		}
	}
	c.wrong("voice", "is neither default nor the id of a voice; see GET /api/v1/voices")
	return DefaultVoice
}

func (c *checker) language(l language.Language) language.Language {
	if wrong := CheckLanguage(l); wrong != "" {
		c.wrong("language", wrong)
		return language.Unknown
	}
	return l
}

// CheckLanguage says what is wrong with a chosen language, in words that follow a
// field's name; "" is fine.
func CheckLanguage(l language.Language) string {
	if l == language.Unknown || l.Valid() {
		return ""
	}
	return "must be the short name of a language, such as en or pt; leave it empty to have it found"
}

// CheckAspect reads an aspect from a request; the empty string is 16:9.
func CheckAspect(field string, sent render.Aspect) (render.Aspect, error) {
	if sent == "" {
		return render.Landscape, nil
	}
	c := &checker{}
	a := oneOf(c, field, sent, render.Aspects())
	return a, c.err()
}

// CheckPrompt normalises the prompt of a preview.
func CheckPrompt(field, s string) (string, error) {
	c := &checker{}
	clean := c.text(field, s, PreviewRule())
	return clean, c.err()
}

func oneOf[T ~string](c *checker, field string, got T, allowed []T) T {
	if slices.Contains(allowed, got) {
		return got
	}
	names := make([]string, len(allowed))
	for i, a := range allowed {
		names[i] = string(a)
	}
	c.wrong(field, "must be one of "+strings.Join(names, ", "))
	return allowed[0]
}
