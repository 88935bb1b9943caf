package httpapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"mime"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Document is the RFC 9457 problem document of p.
func Document(appURL, requestID string, p *problem.Error) map[string]any {
	doc := map[string]any{}
	for name, value := range p.Members {
		doc[name] = value
	}
	if len(p.Fields) > 0 {
		doc["errors"] = p.Fields
	}
	doc["type"] = appURL + "/api/docs#" + string(p.Code)
	doc["title"] = problem.Title(p.Code)
	doc["status"] = problem.Status(p.Code)
	doc["code"] = p.Code
	doc["detail"] = p.Detail
	doc["instance"] = "urn:request:" + requestID
	return doc
}

// WriteJSON writes one JSON value.
func WriteJSON(w http.ResponseWriter, status int, contentType string, value any) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(true)
	if err := enc.Encode(value); err != nil {
		status = http.StatusInternalServerError
		b.Reset()
	}
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// bodyOf reads the body, and leaves it to be read again. Errors: BodyTooLarge,
// MalformedBody.
func bodyOf(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return nil, problem.New(problem.BodyTooLarge, "A request body is at most 512 KiB.")
	case err != nil:
		return nil, problem.Wrap(problem.MalformedBody, "The body could not be read.", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, nil
}

// bodyAs reads the body that a row has. Errors: those of decode.
func bodyAs[T any](row Route, r *http.Request) (T, error) {
	if row.MayBeEmpty {
		var none T
		if body, err := bodyOf(r); err != nil || len(body) == 0 {
			return none, err
		}
	}
	return decode[T](r)
}

// decode reads the one JSON object of a request into T. Errors: BodyTooLarge,
// UnsupportedMedia, MalformedBody, and InvalidInput naming the field that is
// unknown or of the wrong type.
func decode[T any](r *http.Request) (T, error) {
	var into T
	body, err := bodyOf(r)
	switch {
	case err != nil:
		return into, err
	case !isJSON(r.Header.Get("Content-Type")):
		return into, problem.New(problem.UnsupportedMedia, "Send JSON with Content-Type: application/json.")
	case !utf8.Valid(body):
		return into, problem.New(problem.MalformedBody, "The body is not UTF-8.")
	}
	if trimmed := bytes.TrimSpace(body); len(trimmed) == 0 || trimmed[0] != '{' {
		return into, problem.New(problem.MalformedBody, "The body must be one JSON object.")
	}
	read, err := valueOf(body)
	if err != nil {
		return into, err
	}
	if body, err = json.Marshal(read); err != nil {
		return into, decodeProblem(err)
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&into); err != nil {
		return into, decodeProblem(err)
	}
	if bad := misread(read, reflect.TypeFor[T](), ""); bad != nil {
		return into, problem.Invalid(*bad)
	}
	return into, nil
}

// valueOf reads the one value of a body. A whole number is one however it is
// written, 1e3 and 1000.0 too. Errors: MalformedBody.
func valueOf(body []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var read any
	if err := dec.Decode(&read); err != nil {
		return nil, decodeProblem(err)
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return nil, problem.New(problem.MalformedBody, "There is more than one JSON value in the body.")
	}
	return whole(read), nil
}

func whole(value any) any {
	switch v := value.(type) {
	case json.Number:
		if f, err := v.Float64(); err == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
			return json.Number(strconv.FormatInt(int64(f), 10))
		}
	case map[string]any:
		for name, inner := range v {
			v[name] = whole(inner)
		}
	case []any:
		for i, inner := range v {
			v[i] = whole(inner)
		}
	}
	return value
}

// misread finds what encoding/json takes for something else: a member whose name
// differs in case, and null in a list.
func misread(value any, t reflect.Type, at string) *problem.Field {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch value := value.(type) {
	case map[string]any:
		if t.Kind() != reflect.Struct {
			return nil
		}
		members := map[string]reflect.Type{}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			members[name] = f.Type
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if members[name] == nil {
				return &problem.Field{Field: at + name, Message: "is not a field of this request"}
			}
			if bad := misread(value[name], members[name], at+name+"."); bad != nil {
				return bad
			}
		}
	case []any:
		at = strings.TrimSuffix(at, ".")
		for i, one := range value {
			if one == nil {
				return &problem.Field{Field: fmt.Sprintf("%s[%d]", at, i), Message: "must not be null"}
			}
			if bad := misread(one, t.Elem(), fmt.Sprintf("%s[%d].", at, i)); bad != nil {
				return bad
			}
		}
	}
	return nil
}

func isJSON(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/json" || strings.HasSuffix(media, "+json"))
}

func decodeProblem(err error) error {
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return problem.Invalid(problem.Field{Field: wrongType.Field, Message: "must be " + jsonKind(wrongType.Type.Kind().String())})
	}
	// encoding/json has no type for an unknown field, only this text.
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return problem.Invalid(problem.Field{Field: strings.Trim(name, `"`), Message: "is not a field of this request"})
	}
	return problem.Wrap(problem.MalformedBody, "The body is not valid JSON.", err)
}

func jsonKind(goKind string) string {
	switch {
	case goKind == "string":
		return "a string"
	case goKind == "bool":
		return "true or false"
	case goKind == "slice" || goKind == "array":
		return "a list"
	case strings.HasPrefix(goKind, "int"), strings.HasPrefix(goKind, "uint"), strings.HasPrefix(goKind, "float"):
		return "a number in range"
	}
	return "an object"
}
