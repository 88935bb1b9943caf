package structure_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// TestEveryAnchorExists: a link to a heading that was renamed leads to the top of its
// page, and whoever is woken up at night reads there for what is further below.
func TestEveryAnchorExists(t *testing.T) {
	var pages []string
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md"} {
		found, err := filepath.Glob(filepath.Join(blueprint.Root(), pattern))
		if err != nil {
			t.Fatal(err)
		}
		pages = append(pages, found...)
	}
	link, checked := regexp.MustCompile(`\]\(([^)#\s:]*)#([^)\s]+)\)`), 0
	known := map[string]map[string]bool{}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			target := page
			if m[1] != "" {
				target = filepath.Join(filepath.Dir(page), m[1])
			}
			if !strings.HasSuffix(target, ".md") {
				continue
			}
			if known[target] == nil {
				known[target] = anchors(t, target)
			}
			if checked++; !known[target][m[2]] {
				t.Errorf("%s leads to %s#%s, which is not there", filepath.Base(page), filepath.Base(target), m[2])
			}
		}
	}
	if len(pages) < 100 || checked < 15 {
		t.Fatalf("%d links on %d pages: are they still read?", checked, len(pages))
	}
}

// anchors are those that GitHub gives a page's headings, a second one of the same
// words with a number.
func anchors(t *testing.T, page string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Error(err)
	}
	heading, linked, dropped := regexp.MustCompile(`^#{1,6} +(.*)$`), regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`), regexp.MustCompile(`[^\p{L}\p{N}_\- ]`)
	all, fenced := map[string]bool{}, false
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if strings.HasPrefix(line, "```") {
			fenced = !fenced
		}
		m := heading.FindStringSubmatch(line)
		if fenced || m == nil {
			continue
		}
		words := strings.ToLower(linked.ReplaceAllString(m[1], "$1"))
		name := strings.ReplaceAll(dropped.ReplaceAllString(words, ""), " ", "-")
		for n, first := 1, name; all[name]; n++ {
			name = fmt.Sprintf("%s-%d", first, n)
		}
		all[name] = true
	}
	return all
}
