package httpapi

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
)

func TestDecodeRubbish(t *testing.T) {
	type scene struct {
		Text string `json:"text"`
	}
	type body struct {
		Title  string  `json:"title"`
		Scenes []scene `json:"scenes"`
		Count  int     `json:"count"`
	}
	cases := []struct {
		name, contentType, body string
		code                    problem.Code
		field                   string
	}{
		{"good", "application/json; charset=utf-8", `{"title":"a","scenes":[{"text":"b"}]}`, "", ""},
		{"a merge patch", "application/merge-patch+json", `{"title":"a"}`, "", ""},
		{"empty", "application/json", ``, problem.MalformedBody, ""},
		{"null", "application/json", `null`, problem.MalformedBody, ""},
		{"a list", "application/json", `[]`, problem.MalformedBody, ""},
		{"cut off", "application/json", `{"title":"a`, problem.MalformedBody, ""},
		{"two values", "application/json", `{"title":"a"}{}`, problem.MalformedBody, ""},
		{"not UTF-8", "application/json", "{\"title\":\"\xff\"}", problem.MalformedBody, ""},
		{"a form", "application/x-www-form-urlencoded", `title=a`, problem.UnsupportedMedia, ""},
		{"no type", "", `{}`, problem.UnsupportedMedia, ""},
		{"wrong type", "application/json", `{"title":7}`, problem.InvalidInput, "title"},
		{"wrong type inside", "application/json", `{"scenes":[{"text":[]}]}`, problem.InvalidInput, "scenes.text"},
		{"unknown field", "application/json", `{"tenant_id":"x"}`, problem.InvalidInput, "tenant_id"},
		{"a whole number, written otherwise", "application/json", `{"count":1.2e1}`, "", ""},
		{"a part of one", "application/json", `{"count":1.5}`, problem.InvalidInput, "count"},
		{"a large one", "application/json", `{"count":1e400}`, problem.InvalidInput, "count"},
		{"another case", "application/json", `{"Title":"a"}`, problem.InvalidInput, "Title"},
		{"another case inside", "application/json", `{"scenes":[{},{"TEXT":"a"}]}`, problem.InvalidInput, "scenes[1].TEXT"},
		{"null in a list", "application/json", `{"scenes":[{"text":"a"},null]}`, problem.InvalidInput, "scenes[1]"},
		{"null for a member", "application/json", `{"title":null,"scenes":null}`, "", ""},
		{"too deep", "application/json", `{"title":` + strings.Repeat("[", 20000), problem.MalformedBody, ""},
		{"too large", "application/json", `{"title":"` + strings.Repeat("a", MaxBody) + `"}`, problem.BodyTooLarge, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			r := httptest.NewRequest("POST", "/", strings.NewReader(c.body))
			r.Header.Set("Content-Type", c.contentType)
			r.Body = http.MaxBytesReader(httptest.NewRecorder(), r.Body, MaxBody)
			_, err := decode[body](r)
			if c.code == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if !problem.Is(err, c.code) {
				t.Fatalf("got %v, want %s", err, c.code)
			}
			if fields := problem.From(err).Fields; c.field != "" && (len(fields) != 1 || fields[0].Field != c.field) {
				t.Fatalf("fields %v", fields)
			}
		})
	}
}
