package openwork_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// index holds entries in pages of two.
type index map[openwork.Kind][]string

func (i index) Overdue(ctx context.Context, kind openwork.Kind, _ time.Time, cursor string) ([]openwork.Entry, string, error) {
	if tenant.ScopeFrom(ctx).Reach != tenant.ReachSweep {
		return nil, "", errors.New("read without the sweeper's scope")
	}
	from, _ := strconv.Atoi(cursor)
	all := i[kind]
	var page []openwork.Entry
	for _, id := range all[from:min(from+2, len(all))] {
		page = append(page, openwork.Entry{Tenant: "T", ID: id})
	}
	if from+2 >= len(all) {
		return page, "", nil
	}
	return page, strconv.Itoa(from + 2), nil
}

// broken is an index of which one kind cannot be read.
type broken struct {
	index
	kind openwork.Kind
}

func (b broken) Overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string) ([]openwork.Entry, string, error) {
	if kind == b.kind {
		return nil, "", errors.New("planted")
	}
	return b.index.Overdue(ctx, kind, now, cursor)
}

// noted mends by writing down what it was given, in the scope of its tenant.
type noted struct {
	t    *testing.T
	ids  []string
	fail []string
}

func (n *noted) mend(ctx context.Context, id tenant.ID, itemID string) error {
	if scope := tenant.ScopeFrom(ctx); scope.Reach != tenant.ReachTenant || scope.Tenant != id {
		n.t.Errorf("mended in the scope %+v", scope)
	}
	n.ids = append(n.ids, itemID)
	if slices.Contains(n.fail, itemID) {
		return errors.New("planted")
	}
	return nil
}

func sweeper(i openwork.Index, tasks ...openwork.Task) openwork.Sweeper {
	return openwork.Sweeper{Index: i, Tasks: tasks, Now: time.Now, Warn: func(context.Context, error) {}}
}

func TestWhatFailsStopsNothingElse(t *testing.T) {
	images, renders := &noted{t: t, fail: []string{"1", "2", "4"}}, &noted{t: t}
	found := broken{index{openwork.Image: {"1", "2", "3", "4", "5", "6"}, openwork.Render: {"7"}}, openwork.Upload}
	report, err := sweeper(found,
		openwork.Task{Kind: openwork.Upload, Mend: images.mend},
		openwork.Task{Kind: openwork.Image, Mend: images.mend},
		openwork.Task{Kind: openwork.Render, Mend: renders.mend},
	).Sweep(t.Context(), 2)
	if err == nil {
		t.Error("a kind that cannot be read is not told of")
	}
	if !slices.Equal(images.ids, []string{"1", "2", "3", "4", "5"}) || !slices.Equal(renders.ids, []string{"7"}) {
		t.Errorf("mended %v, %v", images.ids, renders.ids)
	}
	if report.Done[openwork.Image] != 2 || report.Done[openwork.Render] != 1 || report.Failed != 3 || report.Total() != 6 {
		t.Errorf("%+v", report)
	}
	if _, listed := report.Done[openwork.Upload]; !listed {
		t.Error("a kind of which nothing was done is not in the report")
	}
}

// TestAKindThatTakesAllItsTimeLeavesTheOthersTheirs: the first two kinds work
// until their time is over, however long that is.
func TestAKindThatTakesAllItsTimeLeavesTheOthersTheirs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		endless := func(ctx context.Context, _ tenant.ID, _ string) error {
			<-ctx.Done()
			return ctx.Err()
		}
		last := &noted{t: t}
		report, err := sweeper(index{openwork.Image: {"1", "2"}, openwork.Upload: {"3"}, openwork.Render: {"4", "5", "6"}},
			openwork.Task{Kind: openwork.Image, Mend: endless},
			openwork.Task{Kind: openwork.Upload, Mend: endless},
			openwork.Task{Kind: openwork.Render, Mend: last.mend},
		).Sweep(ctx, 10)
		if err != nil || report.Done[openwork.Render] != 3 || report.Failed != 2 {
			t.Errorf("%+v %v", report, err)
		}
	})
}

// punctual is an index that answers nobody whose time is over. Of one kind it
// holds back one page until then.
type punctual struct {
	index
	slow openwork.Kind
	page string
}

func (p punctual) Overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string) ([]openwork.Entry, string, error) {
	if kind == p.slow && cursor == p.page {
		<-ctx.Done()
	}
	if ctx.Err() != nil {
		return nil, "", ctx.Err()
	}
	return p.index.Overdue(ctx, kind, now, cursor)
}

// TestBacklogsOfAllKindsAreNoFailure: each kind has several pages more than its
// time is enough for. The last keeps its half, the others share theirs alike, and
// the sweep ends before its context.
func TestBacklogsOfAllKindsAreNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, done := context.WithTimeout(t.Context(), 49*time.Second) // of which 48 are for work
		defer done()
		backlog, tasks := index{}, []openwork.Task{}
		mend := func(context.Context, tenant.ID, string) error {
			time.Sleep(1001 * time.Millisecond)
			return nil
		}
		others := []openwork.Kind{openwork.Upload, openwork.UploadDeletion, openwork.Image, openwork.VideoDeletion, openwork.ImageDeletion, openwork.Leftovers}
		for _, kind := range append(others, openwork.Render) {
			backlog[kind] = make([]string, 100)
			tasks = append(tasks, openwork.Task{Kind: kind, Mend: mend})
		}
		tasks[len(others)].Part = 0.5
		report, err := sweeper(punctual{index: backlog}, tasks...).Sweep(ctx, 200)
		if err != nil || ctx.Err() != nil || report.Failed != 0 || report.Done[openwork.Render] != 24 {
			t.Errorf("%+v %v, %v", report, err, ctx.Err())
		}
		for _, kind := range others {
			if report.Done[kind] != 4 {
				t.Errorf("%s: %d", kind, report.Done[kind])
			}
		}
	})
}

// TestAnIndexThatDoesNotAnswerIsTold, unless it had answered before: then the
// share was too short for all that is there.
func TestAnIndexThatDoesNotAnswerIsTold(t *testing.T) {
	for page, told := range map[string]bool{"": true, "2": false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, done := context.WithTimeout(t.Context(), time.Minute)
			defer done()
			renders := &noted{t: t}
			found := punctual{index{openwork.Image: {"1", "2", "3"}, openwork.Render: {"4"}}, openwork.Image, page}
			report, err := sweeper(found,
				openwork.Task{Kind: openwork.Image, Mend: renders.mend},
				openwork.Task{Kind: openwork.Render, Mend: renders.mend},
			).Sweep(ctx, 10)
			if (err != nil) != told || report.Done[openwork.Render] != 1 {
				t.Errorf("at page %q: %+v %v", page, report, err)
			}
		})
	}
}

// TestAKindThatNoTimeIsLeftForIsNoFailure: a mender that does not look at its
// context takes all of the sweep's time.
func TestAKindThatNoTimeIsLeftForIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, done := context.WithTimeout(t.Context(), time.Minute)
		defer done()
		late := &noted{t: t}
		report, err := sweeper(punctual{index: index{openwork.Image: {"1"}, openwork.Render: {"2"}}},
			openwork.Task{Kind: openwork.Image, Mend: func(context.Context, tenant.ID, string) error {
				time.Sleep(time.Hour)
				return nil
			}},
			openwork.Task{Kind: openwork.Render, Mend: late.mend},
		).Sweep(ctx, 10)
		if err != nil || report.Done[openwork.Image] != 1 || len(late.ids) != 0 {
			t.Errorf("%+v %v", report, err)
		}
	})
}
