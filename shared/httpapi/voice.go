package httpapi

import (
	"net/http"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/render"
)

type voiceAnswer struct {
	ID        string `json:"id"`
	Name      string `json:"name"`
	Language  string `json:"language"`   // BCP 47
	Default   bool   `json:"default"`    // what voice "default" means now
	SampleURL string `json:"sample_url"` // a short recording; ends in 15 minutes
}

type voicePage struct {
	Items      []voiceAnswer `json:"items"`
	NextCursor *string       `json:"next_cursor"` // null: all of them are on one page
}

// VoiceList tells who can read a devotional.
var VoiceList = Route{
	Name: "voice-list", Method: "GET", Pattern: "/api/v1/voices", Tag: "Creator",
	Summary: "Narrators, each with a sample to play", Status: http.StatusOK, Answer: voicePage{},
}

// ListVoices serves VoiceList.
func ListVoices(voices []render.Voice, samples render.SampleFiles) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
		page := voicePage{Items: []voiceAnswer{}}
		for i, v := range voices {
			url, err := samples.SampleLink(r.Context(), v.ID)
			if err != nil {
				return err
			}
			page.Items = append(page.Items, voiceAnswer{ID: v.ID, Name: v.Name, Language: v.Language, Default: i == 0, SampleURL: url})
		}
		return answer(w, http.StatusOK, page)
	}
}
