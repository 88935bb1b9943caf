package openapi

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/yuin/goldmark"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
)

//go:embed page.html
var pageTemplate string

//go:embed page.css
var pageStyle string

// Page writes the documentation page from the document and the error pages in
// errorsDir, and the Content-Security-Policy that it needs.
func Page(document []byte, routes []httpapi.Route, errorsDir string) (page []byte, policy string, err error) {
	var doc struct {
		Components struct {
			Schemas map[string]json.RawMessage `json:"schemas"`
		} `json:"components"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, "", fmt.Errorf("read document: %w", err)
	}
	tmpl, err := template.New("page").Funcs(template.FuncMap{"audience": audience}).Parse(pageTemplate)
	if err != nil {
		return nil, "", fmt.Errorf("parse page: %w", err)
	}
	codes, err := errorPages(errorsDir)
	if err != nil {
		return nil, "", err
	}
	var b bytes.Buffer
	err = tmpl.Execute(&b, map[string]any{
		"Style": template.CSS(pageStyle), "Groups": groups(routes), "Errors": codes, "Schemas": schemas(doc.Components.Schemas),
	})
	sum := sha256.Sum256([]byte(pageStyle))
	policy = fmt.Sprintf("default-src 'none'; style-src 'sha256-%s'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'", base64.StdEncoding.EncodeToString(sum[:]))
	return b.Bytes(), policy, err
}

type group struct {
	Tag    string
	Routes []httpapi.Route
}

// Anchor is the tag as a fragment of a link spells it.
func (g group) Anchor() string { return strings.ReplaceAll(g.Tag, " ", "-") }

func groups(routes []httpapi.Route) []group {
	var list []group
	for _, r := range routes {
		if r.Pattern == "/" {
			continue
		}
		i := slices.IndexFunc(list, func(g group) bool { return g.Tag == r.Tag })
		if i < 0 {
			list = append(list, group{Tag: r.Tag})
			i = len(list) - 1
		}
		list[i].Routes = append(list[i].Routes, r)
	}
	return list
}

// audience says in words which credentials a route takes.
func audience(c httpapi.Credentials) string {
	var words []string
	for _, kind := range []httpapi.Credentials{httpapi.Session, httpapi.Key, httpapi.Cookie} {
		if c.Take(kind) {
			words = append(words, map[httpapi.Credentials]string{
				httpapi.Session: "access token", httpapi.Key: "API key", httpapi.Cookie: "refresh cookie",
			}[kind])
		}
	}
	if len(words) == 0 {
		return "anyone"
	}
	return strings.Join(words, " or ")
}

type errorPage struct {
	Code   string
	Status int
	Title  string
	Body   template.HTML // rendered from our own files
}

func errorPages(dir string) ([]errorPage, error) {
	var list []errorPage
	for _, code := range problem.Codes() {
		raw, err := os.ReadFile(filepath.Join(dir, string(code)+".md"))
		if err != nil {
			return nil, fmt.Errorf("read error page: %w", err)
		}
		// The page has its own heading, with status and title beside the code.
		_, rest, _ := strings.Cut(string(raw), "\n")
		if head := strings.SplitN(strings.TrimSpace(rest), "\n", 2); len(head) == 2 {
			rest = head[1]
		}
		var html bytes.Buffer
		if err := goldmark.Convert([]byte(rest), &html); err != nil {
			return nil, fmt.Errorf("render %s: %w", code, err)
		}
		list = append(list, errorPage{Code: string(code), Status: problem.Status(code), Title: problem.Title(code), Body: template.HTML(html.String())})
	}
	slices.SortFunc(list, func(a, b errorPage) int { return strings.Compare(a.Code, b.Code) })
	return list, nil
}

type namedSchema struct{ Name, JSON string }

func schemas(all map[string]json.RawMessage) []namedSchema {
	var list []namedSchema
	for name, raw := range all {
		var b bytes.Buffer
		if json.Indent(&b, raw, "", "  ") == nil {
			list = append(list, namedSchema{name, b.String()})
		}
	}
	slices.SortFunc(list, func(a, b namedSchema) int { return strings.Compare(a.Name, b.Name) })
	return list
}
