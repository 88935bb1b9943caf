package auth

import (
	"net/url"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
)

const maxNext = 512

// parseNext accepts a path inside the app, or nothing. Everything that a
// browser could read as another origin is refused: a scheme, two slashes, a
// backslash (browsers read it as a slash), control characters (they drop them).
// Errors: InvalidInput on the field next.
func parseNext(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	bad := problem.Invalid(problem.Field{Field: "next", Message: "must be a path of the app that begins with one slash, like /videos"})
	if len(raw) > maxNext || raw[0] != '/' {
		return "", bad
	}
	for i := range len(raw) {
		if c := raw[i]; c <= ' ' || c >= 0x7f || c == '\\' {
			return "", bad
		}
	}
	u, err := url.Parse(raw)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil {
		return "", bad
	}
	if strings.Contains(u.Path, "//") || strings.Contains(u.Path, "\\") {
		return "", bad
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", bad
		}
	}
	return raw, nil
}
