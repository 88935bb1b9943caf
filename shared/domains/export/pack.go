package export

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// packTime is what must be left of a function's time for one more part.
const packTime = 60 * time.Second

// work is what packing and closing have in common.
type work struct {
	Store  Store
	Files  Files
	Ledger Bucket
	Format Format
	Piece  int64 // bytes; 0 is pieceSize
	Now    func() time.Time
	Warn   func(context.Context, error)
}

// begin marks the step, and reads the plan. Errors: Conflict when there is none:
// the listing is to begin again.
func (w work) begin(ctx context.Context, in workflow.Input, step Step) (Export, error) {
	e, err := w.Store.Begin(ctx, in, step, w.Now().Add(lease))
	if err == nil && !e.Plan.Made() {
		err = again(nil)
	}
	return e, err
}

// again sends the state machine back to the listing.
func again(cause error) error {
	return problem.Wrap(problem.Conflict, "Something that was listed has gone. The listing begins again.", cause)
}

// lost throws a plan away that cannot be carried out.
func (w work) lost(ctx context.Context, in workflow.Input, e Export, cause error) error {
	if e.Again >= maxAgain {
		return &problem.Error{Code: problem.Internal, Final: true, Detail: "What the account holds changes faster than it can be exported.", Cause: cause}
	}
	err := w.Store.Lost(ctx, in, e.Plan, w.Now().Add(lease))
	if err != nil && !errors.Is(err, ErrChanged) { // another step threw it away, or finished it
		return err
	}
	return again(cause)
}

// PackStep writes the parts of one slice that are not there yet.
type PackStep struct{ work }

// NewPackStep needs no Warn.
func NewPackStep(store Store, files Files, ledger Bucket, format Format, now func() time.Time) PackStep {
	return PackStep{work{Store: store, Files: files, Ledger: ledger, Format: format, Now: now}}
}

// InPieces is the step for a listing with pieces of that many bytes.
func (s PackStep) InPieces(of int64) PackStep { s.Piece = of; return s }

// PackInput is what one run is told.
type PackInput struct {
	workflow.Input
	Slice int `json:"slice"`
}

// Packed is what a run ends with.
type Packed struct {
	PackInput
	More bool `json:"more"` // the step is to run again
}

// Run may be repeated, also at the same time: a part is the same bytes each time.
func (s PackStep) Run(ctx context.Context, in PackInput) (Packed, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in PackInput) (Packed, error) {
		more, err := s.pack(ctx, in)
		return Packed{PackInput: in, More: more}, err
	})
}

func (s PackStep) pack(ctx context.Context, in PackInput) (more bool, err error) {
	e, err := s.begin(ctx, in.Input, Packing)
	if err != nil {
		return false, err
	}
	first, last := e.Plan.Of(in.Slice)
	if in.Slice < 0 || first > last {
		return false, problem.New(problem.InvalidInput, "There is no such slice.")
	}
	there, err := s.Files.Parts(ctx, in.TenantID, Archive(e.ID), e.Plan.Upload)
	if errors.Is(err, ErrNoUpload) {
		return false, s.unlessFinished(ctx, in.Input, e, err)
	}
	if err != nil {
		return false, err
	}
	missing := func(n int) bool { return there[n].Size != e.Plan.PartSize(n) }
	for n := first; n <= last; n++ {
		if !missing(n) {
			continue
		}
		to := n
		for to < last && missing(to+1) {
			to++
		}
		err := s.parts(ctx, in.Input, e, n, to)
		switch {
		case errors.Is(err, errNoTime):
			return true, nil
		case errors.Is(err, ErrNoUpload): // it may have been put together meanwhile
			return false, s.unlessFinished(ctx, in.Input, e, err)
		case errors.Is(err, ErrSource), problem.Is(err, problem.NotFound):
			return false, s.lost(ctx, in.Input, e, err)
		case err != nil:
			return false, err
		}
		n = to
	}
	return false, nil
}

// unlessFinished: an upload that storage does not know has become the archive, or
// is lost.
func (w work) unlessFinished(ctx context.Context, in workflow.Input, e Export, cause error) error {
	size, there, err := w.Files.Size(ctx, in.TenantID, Archive(e.ID))
	if err != nil {
		return err
	}
	if there && size == e.Plan.Size {
		return nil
	}
	return w.lost(ctx, in, e, cause)
}

// parts writes parts that follow each other, reading the layout once.
func (s PackStep) parts(ctx context.Context, in workflow.Input, e Export, first, last int) error {
	st := stage{files: s.Files, id: in.TenantID, exportID: e.ID, run: e.Plan.Run, piece: s.Piece}
	if st.piece == 0 {
		st.piece = pieceSize
	}
	from := int64(first-1) * e.Plan.Part
	out := &partWriter{PackStep: s, ctx: ctx, in: in, export: e, number: first}
	layout := stagedAt{stage: st, ctx: ctx, name: layoutFile, size: e.Plan.Layout}
	return s.Format.Write(ctx, out, layout, e.Plan.Layout, from, int64(last-1)*e.Plan.Part+e.Plan.PartSize(last), s.opener(ctx, in, st))
}

// opener reads what an entry was listed from.
func (s PackStep) opener(ctx context.Context, in workflow.Input, st stage) Opener {
	return func(e Entry, offset, count int64) (io.ReadCloser, error) {
		from, name, _ := strings.Cut(e.From, "/")
		switch from + "/" {
		case fromStage:
			return st.span(ctx, name, offset, count), nil
		case fromMedia:
			return s.Files.OpenVersion(ctx, in.TenantID, Object{Name: name, Version: e.Version}, offset, count)
		case fromLedger:
			return s.Ledger.OpenVersion(ctx, in.TenantID, Object{Name: name, Version: e.Version}, offset, count)
		}
		return nil, fmt.Errorf("export: nothing is read from %q", from)
	}
}

// partWriter cuts what is written to it into parts.
type partWriter struct {
	PackStep
	ctx    context.Context
	in     workflow.Input
	export Export
	number int
	buffer []byte
}

// Write implements io.Writer.
func (w *partWriter) Write(p []byte) (int, error) {
	for rest := p; len(rest) > 0; {
		size := w.export.Plan.PartSize(w.number)
		if w.buffer == nil {
			w.buffer = make([]byte, 0, size)
		}
		n := min(int64(len(rest)), size-int64(len(w.buffer)))
		w.buffer = append(w.buffer, rest[:n]...)
		rest = rest[n:]
		if int64(len(w.buffer)) == size {
			if err := w.put(size); err != nil {
				return 0, err
			}
		}
	}
	return len(p), nil
}

// put sends a whole part. When there is no time for another one, it says so after
// it has sent this one, so that every run gets on.
func (w *partWriter) put(size int64) error {
	if err := w.Files.PutPart(w.ctx, w.in.TenantID, Archive(w.export.ID), w.export.Plan.Upload, w.number, w.buffer); err != nil {
		return err
	}
	w.buffer = w.buffer[:0]
	w.number++
	if err := w.Store.Written(w.ctx, w.in, size, w.Now().Add(lease)); err != nil {
		return err
	}
	if !timeLeft(w.ctx, w.Now(), packTime) && w.number <= w.export.Plan.Parts() {
		return errNoTime
	}
	return nil
}
