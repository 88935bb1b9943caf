package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/events"
)

// answer is what two answers are compared by: all of it but what differs between
// any two calls.
type answer struct {
	status  int
	body    string
	headers string
}

var (
	anID      = regexp.MustCompile(`\b[0-9A-HJKMNP-TV-Z]{26}\b`)
	aToken    = regexp.MustCompile(`eyJ[\w-]+\.[\w-]+\.[\w-]+|\bdak_\w+|\bbps_\w+|\b[a-z2-7]{52,}\b`)
	aTime     = regexp.MustCompile(`20\d\d-\d\d-\d\dT[0-9:.]+Z`)
	aLink     = regexp.MustCompile(`\?X-Amz-[^"]*|\?[^"]*X-Amz-[^"]*|\?access_type=offline[^"]*`)
	aSigned   = regexp.MustCompile(`"(?i:policy|x-amz-[a-z-]+)":"[^"]*"`)
	aRotation = regexp.MustCompile(`refresh_token=[^;]*`)
)

// plain is an answer without its request's id, and with what is new in each call
// (ids, tokens, times, signatures) and the id that was sent by their names.
func plain(res events.APIGatewayV2HTTPResponse, sent string) answer {
	body := res.Body
	var doc map[string]any
	if json.Unmarshal([]byte(body), &doc) == nil {
		delete(doc, "instance")
		if again, err := json.Marshal(doc); err == nil {
			body = string(again)
		}
	}
	headers := maps.Clone(res.Headers)
	maps.DeleteFunc(headers, func(name, _ string) bool {
		name = strings.ToLower(name)
		return strings.HasPrefix(name, "ratelimit") || name == "date"
	})
	var lines []string
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		lines = append(lines, name+": "+headers[name])
	}
	return answer{res.StatusCode, named(body, sent), named(strings.Join(append(lines, res.Cookies...), "\n"), sent)}
}

func named(text, sent string) string {
	if sent != "" {
		text = strings.ReplaceAll(text, sent, "<sent>")
	}
	text = strings.ReplaceAll(text, `\u0026`, "&")
	for _, by := range []struct {
		pattern *regexp.Regexp
		name    string
	}{
		{aLink, "?<signature>"}, {aSigned, `"<signed>"`}, {aToken, "<token>"}, {aRotation, "refresh_token=<token>"}, {anID, "<id>"}, {aTime, "<time>"},
	} {
		text = by.pattern.ReplaceAllString(text, by.name)
	}
	return text
}

// withField is a body with an id in one more field, given by its path as in
// "scenes[].image_id".
func withField(body, path, id string) string {
	doc := map[string]any{}
	_ = json.Unmarshal([]byte(body), &doc)
	put(doc, strings.Split(path, "."), id)
	out, err := json.Marshal(doc)
	if err != nil {
		return fmt.Sprint(err)
	}
	return string(out)
}

func put(doc map[string]any, path []string, id string) {
	name, list := strings.CutSuffix(path[0], "[]")
	if len(path) == 1 {
		doc[name] = id
		return
	}
	inner := map[string]any{}
	if list {
		inner["text"] = "Yahweh is my shepherd."
		doc[name] = []any{inner}
	} else {
		doc[name] = inner
	}
	put(inner, path[1:], id)
}
