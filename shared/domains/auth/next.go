package auth

import (
	"net/url"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// MaxNext is the longest path to open after a sign-in, in bytes.
const MaxNext = 512

// NextPattern is what parseNext looks for as far as a pattern can say it: nothing,
// or printable ASCII that begins with one slash.
const NextPattern = `^(/([!-.0-\[\]-~][!-\[\]-~]*)?)?$`

// parseNext accepts a path inside the app, or nothing. Everything that a
// browser could read as another origin is refused: a scheme, two slashes, a
// backslash (browsers read it as a slash), control characters (they drop them).
// Errors: InvalidInput on the field next.
func parseNext(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	bad := problem.Invalid(problem.Field{Field: "next", Message: "must be a path of the app that begins with one slash, like /videos"})
	// Of three slashes the parser makes a path, and a browser another origin.
	if len(raw) > MaxNext || raw[0] != '/' || strings.HasPrefix(raw, "//") {
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
