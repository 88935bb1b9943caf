// Package website reads the built web app and says how each of its files is
// served. The local edge and the publishing to AWS both go by it.
package website

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// Index is the page that every path of the app is answered with.
const Index = "index.html"

// assets holds the files whose names change with their contents.
const assets = "assets/"

// File is one file of the built web app.
type File struct {
	Path         string // relative, with slashes
	Body         []byte
	ContentType  string
	CacheControl string
}

// contentTypes is a table of our own: the machine's may name others, or none.
var contentTypes = map[string]string{
	".css":         "text/css; charset=utf-8",
	".html":        "text/html; charset=utf-8",
	".ico":         "image/vnd.microsoft.icon",
	".jpg":         "image/jpeg",
	".js":          "text/javascript; charset=utf-8",
	".json":        "application/json",
	".map":         "application/json",
	".mp3":         "audio/mpeg",
	".mp4":         "video/mp4",
	".png":         "image/png",
	".svg":         "image/svg+xml",
	".txt":         "text/plain; charset=utf-8",
	".vtt":         "text/vtt; charset=utf-8",
	".webmanifest": "application/manifest+json",
	".webp":        "image/webp",
	".woff2":       "font/woff2",
	".xml":         "text/xml; charset=utf-8",
}

// Read answers the files below dist in the order in which they may appear to
// browsers: what a page needs before the page, the index last.
func Read(dist string) ([]File, error) {
	var files []File
	err := filepath.WalkDir(dist, func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		relative, err := filepath.Rel(dist, name)
		if err != nil {
			return err
		}
		f, err := read(name, filepath.ToSlash(relative))
		files = append(files, f)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the built web app: %w", err)
	}
	slices.SortStableFunc(files, func(a, b File) int { return rank(a.Path) - rank(b.Path) })
	if len(files) == 0 || files[len(files)-1].Path != Index {
		return nil, errors.New("read the built web app: " + dist + " has no " + Index)
	}
	return files, nil
}

func read(name, relative string) (File, error) {
	kind := contentTypes[path.Ext(relative)]
	if kind == "" {
		return File{}, fmt.Errorf("nobody has said which content type %s has: infra/website", relative)
	}
	body, err := os.ReadFile(name)
	return File{Path: relative, Body: body, ContentType: kind, CacheControl: cacheControl(relative)}, err
}

func cacheControl(relative string) string {
	if strings.HasPrefix(relative, assets) {
		return "public, max-age=31536000, immutable"
	}
	return "no-cache" // kept, but asked about before each use
}

func rank(relative string) int {
	switch {
	case relative == Index:
		return 2
	case strings.HasPrefix(relative, assets):
		return 0
	}
	return 1
}

// IsAppPath says whether a path of the site is one of the app's own, which its
// index answers, rather than a file. On AWS a function at the edge decides the
// same way; a test compares them.
func IsAppPath(urlPath string) bool {
	if strings.HasPrefix(urlPath, "/"+assets) {
		return false
	}
	return !strings.Contains(urlPath[strings.LastIndexByte(urlPath, '/')+1:], ".")
}

// Compressible says whether a content type gains by compression.
func Compressible(contentType string) bool {
	kind, _, _ := strings.Cut(contentType, ";")
	return strings.HasPrefix(kind, "text/") || strings.HasSuffix(kind, "json") || strings.HasSuffix(kind, "xml")
}
