package export

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

const (
	// readTime is what must be left of a function's time to go on reading.
	readTime = 60 * time.Second
	// beatEvery is how often a step says that it is alive.
	beatEvery = 30 * time.Second
)

// Where the bytes of an entry are read, before the name.
const (
	fromStage  = "staged/"
	fromMedia  = "media/"
	fromLedger = "ledger/"
)

// The files that the listing makes for itself.
const (
	layoutFile = "layout"
	labelsFile = "labels"
)

// ReadStep lists everything: it writes the files of data, and the layout of the
// archive. Each run lists anew, in a folder of its own, as long as there is no plan;
// what it learned about old files is kept.
type ReadStep struct {
	Store  Store
	Items  Items
	Files  Files
	Ledger Bucket
	Format Format
	Part   int64 // bytes; 0 is partSize
	Piece  int64 // bytes; 0 is pieceSize
	Now    func() time.Time
	Warn   func(context.Context, error) // hears of items that nobody declared
}

// Listed is what the step ends with: ids and numbers only.
type Listed struct {
	workflow.Input
	More   bool  `json:"more"`   // the step is to run again
	Slices []int `json:"slices"` // numbers of what is to be packed
}

// Run may be repeated, also at the same time.
func (s ReadStep) Run(ctx context.Context, in workflow.Input) (Listed, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (Listed, error) {
		plan, more, err := s.read(ctx, in)
		if err != nil || more {
			return Listed{Input: in, More: more, Slices: []int{}}, err
		}
		return Listed{Input: in, Slices: plan.Slices()}, nil
	})
}

func (s ReadStep) read(ctx context.Context, in workflow.Input) (plan Plan, more bool, err error) {
	e, err := s.Store.Begin(ctx, in, Listing, s.Now().Add(lease))
	if err != nil || e.Plan.Made() {
		return e.Plan, false, err
	}
	l := &listing{ReadStep: s, in: in, export: e, last: s.Now()}
	l.stage = stage{files: s.Files, id: in.TenantID, exportID: e.ID, run: tenant.NewID(), piece: s.Piece, beat: l.beat}
	if l.piece == 0 {
		l.piece = pieceSize
	}
	plan, err = l.all(ctx)
	if errors.Is(err, errNoTime) {
		return Plan{}, true, nil
	}
	if err != nil {
		return Plan{}, false, err
	}
	if plan.Upload, err = s.Files.BeginUpload(ctx, in.TenantID, Archive(e.ID), "application/zip"); err != nil {
		return Plan{}, false, err
	}
	err = s.Store.Planned(ctx, in, plan, s.Now().Add(lease))
	if errors.Is(err, ErrChanged) { // another run was faster; what this one has begun is removed in the end
		e, err = s.Store.Begin(ctx, in, Listing, s.Now().Add(lease))
		if plan = e.Plan; err == nil && !plan.Made() {
			err = problem.New(problem.Unavailable, "The listing was thrown away. It begins again.")
		}
	}
	return plan, false, err
}

// errNoTime: the function's time is nearly over.
var errNoTime = errors.New("export: no time left")

func timeLeft(ctx context.Context, now time.Time, need time.Duration) bool {
	deadline, bounded := ctx.Deadline()
	return !bounded || deadline.Sub(now) > need
}

// listing is one run of ReadStep.
type listing struct {
	ReadStep
	stage
	in     workflow.Input
	export Export
	last   time.Time // sign of life
	book   Book
	data   dataFile
	index  *page
	labels *labels
	named  int // files that were begun, for their names
}

// beat says that the step is alive, now and then.
func (l *listing) beat(ctx context.Context) error {
	now := l.Now()
	if now.Sub(l.last) < beatEvery {
		return nil
	}
	l.last = now
	return l.Store.Beat(ctx, l.in, now.Add(lease))
}

// newFile begins a file of the archive that the listing writes.
func (l *listing) newFile(ctx context.Context) *stagedFile {
	l.named++
	return l.file(ctx, fmt.Sprintf("f%04d", l.named))
}

// keep ends such a file and lists it.
func (l *listing) keep(f *stagedFile, path, source string) error {
	e, err := f.close()
	if err != nil {
		return err
	}
	e.Path, e.Source, e.Time = path, source, l.export.CreatedAt
	return l.book.Add(e)
}

// all lists everything, in the order of the archive.
func (l *listing) all(ctx context.Context) (Plan, error) {
	layout, manifest := l.file(ctx, layoutFile), l.newFile(ctx)
	l.book = l.Format.Begin(layout, manifest)
	l.labels = &labels{file: l.file(ctx, labelsFile)}
	index := l.newFile(ctx)
	l.index = newPage(index, l.export.CreatedAt)
	for _, part := range []func(context.Context) error{l.items, l.objects, l.segments, l.dictionary} {
		if err := part(ctx); err != nil {
			return Plan{}, err
		}
	}
	if err := l.index.end(); err != nil {
		return Plan{}, err
	}
	if err := l.keep(index, l.book.Name("index.html"), madeHere); err != nil {
		return Plan{}, err
	}
	if err := l.book.EndManifest(); err != nil {
		return Plan{}, err
	}
	m, err := manifest.close()
	if err != nil {
		return Plan{}, err
	}
	m.Path, m.Source, m.Time = l.Format.ManifestName(), madeHere, l.export.CreatedAt
	size, err := l.book.End(m)
	if err != nil {
		return Plan{}, err
	}
	written, err := layout.close()
	least := l.Part
	if least == 0 {
		least = partSize
	}
	return Plan{Run: l.run, Layout: written.Size, Size: size, Part: partFor(size, least), Manifest: m.SHA256}, err
}

// madeHere is the source of what was made for the export alone.
const madeHere = "export"
