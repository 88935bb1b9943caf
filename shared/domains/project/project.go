// Package project owns devotionals as their authors write them: what a project
// may hold, its defaults, its versions, and the templates to begin from. It does
// not know how one becomes a video.
package project

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/language"
	"github.com/devotionalai/platform/shared/domains/render"
)

// Limits of a project, in Unicode code points where they are lengths.
const (
	MaxTitle  = 120
	MaxPrompt = 500
)

// DefaultVoice lets the renderer choose.
const DefaultVoice = "default"

// Scene is one picture and what is said over it. A scene with an ImageID uses
// that finished preview, one with an UploadID the person's own picture; any other
// gets a picture from its prompt, or from its text when it has none.
type Scene struct {
	Text        string `json:"text"`
	ImagePrompt string `json:"image_prompt,omitempty"`
	ImageID     string `json:"image_id,omitempty"`
	UploadID    string `json:"upload_id,omitempty"`
}

// Prompt is what the scene's picture is painted from.
func (s Scene) Prompt() string {
	if s.ImagePrompt != "" {
		return s.ImagePrompt
	}
	return s.Text
}

// Project is one devotional.
type Project struct {
	ID         string            `json:"id"`
	Title      string            `json:"title"`
	TemplateID string            `json:"template_id,omitempty"`
	Scenes     []Scene           `json:"scenes"`
	Voice      string            `json:"voice"`
	Language   language.Language `json:"language"`       // as chosen; "" is what the text says
	Found      language.Language `json:"language_found"` // what the text said at the last change; "" when that was not sure
	Resolution render.Resolution `json:"resolution"`
	Aspect     render.Aspect     `json:"aspect"`
	Captions   bool              `json:"captions"`
	Music      string            `json:"music_upload_id,omitempty"` // an upload; "" is none
	Version    int64             `json:"version"`                   // 1, then one more with each change; the ETag
	CreatedAt  time.Time         `json:"created_at"`
	UpdatedAt  time.Time         `json:"updated_at"`
}

// found is the language that the project is surely written in.
func (p Project) found() language.Language {
	texts := make([]string, len(p.Scenes))
	for i, scene := range p.Scenes {
		texts[i] = scene.Text
	}
	return language.Written(p.Title, texts)
}
