package openapi_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/openapi"
)

type note struct {
	Text  string   `json:"text"`
	Lines []string `json:"lines,omitempty"`
	Pages int      `json:"pages,omitempty"`
	Rows  []row    `json:"rows,omitempty"`
}

type row struct {
	Name string `json:"name"`
}

// TestNothingThatIsReadEscapesARule: a new field or parameter says what it is
// held to, or that no schema can say it.
func TestNothingThatIsReadEscapesARule(t *testing.T) {
	whole := func() httpapi.Route {
		return httpapi.Route{
			Name: "note", Method: http.MethodPost, Pattern: "/notes/{id}", Status: http.StatusOK, Body: note{},
			ID: httpapi.Any("x"), Query: []httpapi.Param{{Name: "q", Rule: httpapi.Any("x")}}, Headers: []httpapi.Param{{Name: "H", Rule: httpapi.Any("x")}},
			Rules: httpapi.Rules{
				"text": {"maxLength": 9}, "lines": {"maxItems": 9}, "pages": {"minimum": 0}, "rows": {"maxItems": 9}, "rows[].name": {"minLength": 1},
			},
		}
	}
	document, err := openapi.Generate([]httpapi.Route{whole()})
	if err != nil || !strings.Contains(string(document), `"minLength": 1`) {
		t.Fatalf("%v: %s", err, document)
	}
	for part, spoil := range map[string]func(*httpapi.Route){
		"path parameter id":      func(r *httpapi.Route) { r.ID = nil },
		"query parameter q":      func(r *httpapi.Route) { r.Query[0].Rule = nil },
		"header parameter H":     func(r *httpapi.Route) { r.Headers[0].Rule = nil },
		"text has no rule":       func(r *httpapi.Route) { delete(r.Rules, "text") },
		"lines has no rule":      func(r *httpapi.Route) { delete(r.Rules, "lines") },
		"pages has no rule":      func(r *httpapi.Route) { delete(r.Rules, "pages") },
		"row: name has no rule":  func(r *httpapi.Route) { delete(r.Rules, "rows[].name") },
		"rows[].nam is of no":    func(r *httpapi.Route) { r.Rules["rows[].nam"] = httpapi.Any("x") },
		"the rule of texts is o": func(r *httpapi.Route) { r.Rules["texts"] = httpapi.Any("x") },
	} {
		r := whole()
		spoil(&r)
		if _, err := openapi.Generate([]httpapi.Route{r}); err == nil || !strings.Contains(err.Error(), strings.TrimPrefix(part, "rows[].")) {
			t.Errorf("%s: got %v", part, err)
		}
	}
}

// TestBodiesAtAndPastTheirBounds holds the schemas of bodies to what the domains
// that enforce the rules say of the same values.
func TestBodiesAtAndPastTheirBounds(t *testing.T) {
	schemas := components(t, decode(t, generate(t)))
	title := func(s string) (map[string]any, bool) {
		_, wrong := plaintext.Rule{Min: 1, Max: auth.MaxKeyName}.Check(s)
		return map[string]any{"name": s}, wrong == ""
	}
	invite := func(s string) (map[string]any, bool) {
		_, err := auth.ParseAddress(s)
		return map[string]any{"email": s}, err == nil
	}
	samples := map[string][]string{
		"KeyNameRequest": {
			"", " ", "\t", "a", " a ", "<", "<3", "a < b", "<b>", "</b", "<!--", "<?x", "<<", "a<", "line\nbreak", "bell\a", "tab\tin", "a\u0085b", "a\vb", "a\fb", "a\u2028b", "nul\x00", "esc\x1b", "Schlüssel", "鍵",
			strings.Repeat("é", auth.MaxKeyName), strings.Repeat("é", auth.MaxKeyName+1),
		},
		"InvitationRequest": {
			"", "a", "a@b", "a@b.c", "A.b+c@Example.COM", ".a@b.c", "a.@b.c", "a..b@c.d", `"a"@b.c`, "a b@c.d", "a@-b.c", "a@b-.c", "a@b.1", "a@b.1c", "a@b.c1-d",
			"a@b.-c", "a@b.c-", "a@b..c", "a@@b.c", "ü@münchen.de", "a@[1.2.3.4]", "a@" + strings.Repeat("b", 63) + ".c", "a@" + strings.Repeat("b", 64) + ".c", "a@b.c.",
			"a@" + strings.Repeat(strings.Repeat("b", 61)+".", 4) + "cdef", "a@" + strings.Repeat(strings.Repeat("b", 61)+".", 4) + "cdefg",
		},
	}
	for name, body := range map[string]func(string) (map[string]any, bool){"KeyNameRequest": title, "InvitationRequest": invite} {
		for _, sample := range samples[name] {
			value, allowed := body(sample)
			if fits(t, schemas, name, value) != allowed {
				t.Errorf("%s: the code takes %q: %v, the document says otherwise", name, sample, allowed)
			}
		}
	}
}

// TestBodiesOfOneFormOrAnother: what one member allows another.
func TestBodiesOfOneFormOrAnother(t *testing.T) {
	schemas := components(t, decode(t, generate(t)))
	const id = "01K0000000000000000000000C"
	token := strings.Repeat("a", 52)
	scenes := func(n int) map[string]any { return map[string]any{"scenes": make([]map[string]any, n)} }
	full, over := scenes(render.MaxScenes), scenes(render.MaxScenes+1)
	for _, draft := range []map[string]any{full, over} {
		for i := range draft["scenes"].([]map[string]any) {
			draft["scenes"].([]map[string]any)[i] = map[string]any{"text": ""}
		}
	}
	file := func(contentType string, size int64) map[string]any {
		return map[string]any{"filename": "a", "content_type": contentType, "size": size}
	}
	for _, c := range []struct {
		schema string
		body   map[string]any
		fits   bool
	}{
		{"VerifyRequest", map[string]any{"token": token}, true},
		{"VerifyRequest", map[string]any{"token": token, "code": "222222"}, false},
		{"VerifyRequest", map[string]any{"email": "a@b.c", "code": "cdf-ghj"}, true},
		{"VerifyRequest", map[string]any{"email": "a@b.c"}, false},
		{"VerifyRequest", map[string]any{"email": "a@b.c", "code": "222221"}, false},
		{"VerifyRequest", map[string]any{}, false},
		{"DraftRequest", full, true},
		{"DraftRequest", over, false},
		{"SceneRequest", map[string]any{"text": "", "image_id": id, "upload_id": ""}, true},
		{"SceneRequest", map[string]any{"text": "", "image_id": id, "upload_id": id}, false},
		{"KeyRotationRequest", map[string]any{"grace_minutes": auth.MaxGraceMinutes}, true},
		{"KeyRotationRequest", map[string]any{"grace_minutes": auth.MaxGraceMinutes + 1}, false},
		{"KeyRotationRequest", map[string]any{"grace_minutes": -1}, false},
		{"VerifyRequest", map[string]any{"token": token, "code": nil, "email": ""}, true},
		{"VerifyRequest", map[string]any{"token": "", "email": "a@b.c", "code": "cdf-ghj"}, true},
		{"VerifyRequest", map[string]any{"token": nil}, false},
		{"SceneRequest", map[string]any{}, true},
		{"SceneRequest", map[string]any{"text": nil, "image_id": id, "upload_id": nil}, true},
		{"DraftRequest", map[string]any{"scenes": nil, "aspect": nil}, true},
		{"DraftRequest", map[string]any{"aspect": ""}, false},
		{"DraftRequest", map[string]any{"scenes": []any{nil}}, false},
		{"InvitationRequest", map[string]any{"email": "a@b.c", "role": ""}, true},
		{"InvitationRequest", map[string]any{"email": "a@b.c", "role": nil}, true},
		{"InvitationRequest", map[string]any{"email": nil}, false},
		{"InvitationRequest", map[string]any{"EMAIL": "a@b.c"}, false},
		{"ImageRequest", map[string]any{"prompt": "a", "aspect": ""}, true},
		{"KeyRotationRequest", map[string]any{"grace_minutes": nil}, true},
		{"AnnouncementRequest", file("image/png", upload.MaxImage), true},
		{"AnnouncementRequest", file("image/png", upload.MaxImage+1), false},
		{"AnnouncementRequest", file("audio/x-wav", upload.MaxAudio), true},
		{"AnnouncementRequest", file("audio/x-wav", upload.MaxAudio+1), false},
		{"AnnouncementRequest", file("image/svg+xml", 1), false},
		{"AnnouncementRequest", file("image/png", 0), false},
		{"ConsentRequest", map[string]any{}, true},
		{"ConsentRequest", map[string]any{"code": "", "state": ""}, true},
		{"ConsentRequest", map[string]any{"state": "x"}, true},
		{"ConsentRequest", map[string]any{"code": "x"}, false},
		{"ConsentRequest", map[string]any{"code": "x", "state": nil}, false},
		{"PublishRequest", map[string]any{"job_id": id, "title": "a", "privacy": "public"}, true},
	} {
		if got := fits(t, schemas, c.schema, c.body); got != c.fits {
			t.Errorf("%s %v: fits %v", c.schema, c.body, got)
		}
	}
}

// fits reports whether a component allows a value.
func fits(t *testing.T, schemas []byte, name string, value any) bool {
	t.Helper()
	raw, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	one := []byte(strings.Replace(string(schemas), `{"$defs"`, `{"$ref": "#/$defs/`+name+`", "$defs"`, 1))
	return resolve(t, one).Validate(decode(t, raw)) == nil
}
