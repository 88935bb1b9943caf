package httpapi

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/voice"
)

type voiceAnswer struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Language  string `json:"language"`   // BCP 47
	Default   bool   `json:"default"`    // what voice "default" means now
	SampleURL string `json:"sample_url"` // a short recording; ends in 15 minutes
}

// VoiceList tells who can read a devotional.
var VoiceList = endpoint[None, Page[voiceAnswer]](Route{
	Name: "voice-list", Method: "GET", Pattern: "/api/v1/voices", Tag: "Creator",
	Summary: "Narrators, each with a sample to play",
})

func voiceRoutes() []Route { return []Route{VoiceList.Route} }

// ListVoices serves VoiceList: all of them are on one page.
func ListVoices(voices []voice.Voice, samples render.SampleFiles) Handler[None, Page[voiceAnswer]] {
	return func(ctx context.Context, _ *Request[None]) (Page[voiceAnswer], error) {
		page := Page[voiceAnswer]{Items: []voiceAnswer{}}
		for i, v := range voices {
			url, err := samples.SampleLink(ctx, v.ID)
			if err != nil {
				return page, err
			}
			page.Items = append(page.Items, voiceAnswer{ID: v.ID, Name: v.Name, Language: v.Language, Default: i == 0, SampleURL: url})
		}
		return page, nil
	}
}
