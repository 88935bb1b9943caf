package pipeline

import (
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/tests/harness"
)

func TestListsPageNewestFirstAndCompletely(t *testing.T) {
	w := newWorld(t)
	w.slots.PerTenant = 100
	p := w.process(nil)
	// Twenty scenes of a thousand four-byte characters: 1.6 MB in all.
	long := make([]string, 20)
	for i := range long {
		long[i] = strings.Repeat("𠮷", 1000)
	}
	var want []string
	for range 20 {
		want = append(want, w.newProject(p, long...).ID)
	}
	slices.Reverse(want)
	for _, limit := range []int{1, 7, 100} {
		var got []string
		after, pages := "", 0
		for {
			page, next, err := p.projects.List(w.ctx(), w.id, limit, after)
			harness.Must(t, err)
			if len(page) > limit || len(page) == 0 && next != "" {
				t.Fatalf("limit %d: a page of %d", limit, len(page))
			}
			for _, found := range page {
				got = append(got, found.ID)
			}
			pages++
			if after = next; next == "" {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("limit %d: %d projects in %d pages, or in another order", limit, len(got), pages)
		}
	}
	// ULIDs of one millisecond sort by chance, so that only the set is compared.
	project := w.newProject(p, psalm)
	jobs := map[string]bool{}
	for range 9 {
		jobs[w.render(p, project.ID).ID] = true
	}
	library := render.NewLibrary(p.jobs, p.files, p.now)
	for after := ""; ; {
		page, next, err := library.List(w.ctx(), w.id, 4, after)
		harness.Must(t, err)
		for _, shown := range page {
			delete(jobs, shown.Job.ID)
		}
		if after = next; next == "" {
			break
		}
	}
	if len(jobs) != 0 {
		t.Errorf("%d jobs are on no page", len(jobs))
	}
}
