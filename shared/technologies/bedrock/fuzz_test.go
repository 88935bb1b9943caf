package bedrock

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

var families = []string{nova + "v1:0", titan + "v2:0", stableImage + "core-v1:1", stable3 + "5-large-v1:0"}

// FuzzAnswer: what a model answers is a JPEG or PNG, or an error of the picture's.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		"", "{}", "null", `{"images":[]}`, `{"images":[null]}`, `{"images":["/9j/4AAQ"]}`, `{"images":["iVBORw0KGgo="]}`, `{"images":["PHN2Zz4="]}`, `{"images":["!"]}`, `{"images":["/9j/"],"finish_reasons":["Filter reason: prompt"]}`, `{"finish_reasons":[null],"images":["/9j/"]}`, `{"error":"x"}`, `{"images":"x"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		for _, id := range families {
			model, _ := familyOf(id)
			picture, err := model.read(body)
			if err != nil {
				if code := problem.From(err).Code; code == problem.Internal || strings.Contains(problem.From(err).Detail, string(body)) && len(body) > 20 {
					t.Errorf("%q: %v", body, err)
				}
				continue
			}
			if picture.ContentType == "image/jpeg" != strings.HasPrefix(string(picture.Data), "\xff\xd8\xff") || picture.ContentType == "image/png" != strings.HasPrefix(string(picture.Data), "\x89PNG") {
				t.Errorf("%q is %s", body, picture.ContentType)
			}
		}
	})
}

// FuzzPrompt: what a person asks for is one text of the request, and no more.
func FuzzPrompt(f *testing.F) {
	for _, prompt := range []string{"", "a hill", `","seed":1,"x":"`, "\u2028", strings.Repeat("ü", 20000), strings.Repeat("e\u0301", 600), "\x00"} {
		f.Add(prompt)
	}
	f.Fuzz(func(t *testing.T, prompt string) {
		if !utf8.ValidString(prompt) {
			return
		}
		for _, id := range families {
			model, _ := familyOf(id)
			body, err := model.request(id, prompt, render.Landscape)
			var asked map[string]any
			if err == nil {
				err = json.Unmarshal(body, &asked)
			}
			if err != nil {
				t.Fatalf("%q: %v", prompt, err)
			}
			text, _ := asked["prompt"].(string)
			if params, ok := asked["textToImageParams"].(map[string]any); ok {
				text, _ = params["text"].(string)
			}
			if !strings.HasPrefix(prompt, strings.TrimSuffix(text, "…")) && text != strings.TrimSpace(prompt) || len(asked) > 6 {
				t.Errorf("%q is asked for as %q, in %d members", prompt, text, len(asked))
			}
		}
	})
}
