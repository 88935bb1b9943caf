// Package paste turns one text that a person pastes into the scenes of a
// devotional: where each begins, what it may show, who may read it. It proposes;
// it writes nothing. Equal texts give equal proposals.
package paste

import (
	"context"
	"fmt"
	"slices"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// MaxText is how long a text may be, in code points.
const MaxText = render.MaxScenes * render.MaxSceneChars

// TextRule is that of a pasted text.
func TextRule() plaintext.Rule { return plaintext.Rule{Min: 1, Max: MaxText, Lines: true} }

// Text is what a person pastes.
type Text struct {
	Text     string            `json:"text"`
	Language language.Language `json:"language,omitempty"` // "" is found
}

// Thought is a proposed scene.
type Thought struct {
	Text        string `json:"text"`
	ImagePrompt string `json:"image_prompt"`
	Reference   string `json:"reference,omitempty"` // the first of Scripture that the text names
}

// Proposal is what a text may become, and what a render of it would take.
type Proposal struct {
	Title    string            `json:"title"`    // "" when the text has none
	Language language.Language `json:"language"` // "" when it was not sure
	Voice    string            `json:"voice"`    // one of the language; default where there is none
	Scenes   []Thought         `json:"scenes"`
	Quote    render.Quote      `json:"quote"` // in 1080p, each picture painted; its project_id is ""
	Warnings []render.Warning  `json:"warnings"`
}

// Splitter proposes.
type Splitter struct {
	estimator render.Estimator
	voices    []voice.Voice
}

// NewSplitter makes a Splitter. voices are those that a project may choose from.
func NewSplitter(e render.Estimator, voices []voice.Voice) Splitter {
	return Splitter{estimator: e, voices: voices}
}

// Split proposes what a text may become. Errors: InvalidInput, also when the text
// needs more room than all scenes have.
func (s Splitter) Split(ctx context.Context, id tenant.ID, pasted Text) (Proposal, error) {
	p, err := s.propose(pasted)
	if err != nil {
		return Proposal{}, err
	}
	source := render.Source{Title: p.Title, Voice: p.Voice, Language: pasted.Language, Resolution: render.FullHD, Aspect: render.Landscape, Captions: true}
	for _, scene := range p.Scenes {
		source.Scenes = append(source.Scenes, render.SourceScene{Text: scene.Text, Prompt: scene.ImagePrompt})
	}
	p.Quote, err = s.estimator.Estimate(ctx, id, source)
	p.Warnings = p.Quote.Warnings
	return p, err
}

func (s Splitter) propose(pasted Text) (Proposal, error) {
	clean, err := check(pasted)
	if err != nil {
		return Proposal{}, err
	}
	p := Proposal{Language: pasted.Language, Voice: voice.Default}
	var blocks []block
	p.Title, blocks = titleOf(blocksOf(clean))
	if p.Language == language.Unknown { // as the project will find it
		texts := make([]string, len(blocks))
		for i, b := range blocks {
			texts[i] = b.text
		}
		p.Language = language.Written(p.Title, texts)
	}
	p.Voice = s.voiceOf(p.Language)
	by := readerOf(s.voices, p.Voice, p.Language)
	units := by.units(blocks)
	if len(units) == 0 {
		return Proposal{}, invalid("text", "must hold something to read")
	}
	texts, ok := by.scenes(units)
	if !ok {
		return Proposal{}, invalid("text", fmt.Sprintf("needs more than %d scenes of %d characters", render.MaxScenes, render.MaxSceneChars))
	}
	for i, prompt := range prompts(texts) {
		p.Scenes = append(p.Scenes, Thought{Text: texts[i], ImagePrompt: prompt, Reference: firstReference(texts[i], by.language)})
	}
	return p, nil
}

func check(pasted Text) (string, error) {
	var bad []problem.Field
	clean, wrong := TextRule().Check(pasted.Text)
	if wrong != "" {
		bad = append(bad, problem.Field{Field: "text", Message: wrong})
	}
	if message := project.CheckLanguage(pasted.Language); message != "" {
		bad = append(bad, problem.Field{Field: "language", Message: message})
	}
	if len(bad) > 0 {
		return "", problem.Invalid(bad...)
	}
	return clean, nil
}

func invalid(field, message string) error {
	return problem.Invalid(problem.Field{Field: field, Message: message})
}

// voiceOf is the first voice of a language; the default one where that is it, or
// where there is none.
func (s Splitter) voiceOf(l language.Language) string {
	of := func(v voice.Voice) bool { return language.Of(v.Language) == l }
	if i := slices.IndexFunc(s.voices, of); i > 0 {
		return s.voices[i].ID
	}
	return voice.Default
}
