package erasure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

const (
	// lease: a running erasure of which nothing was heard for so long is begun again.
	lease = 10 * time.Minute
	// rounds is how often what a scan found is erased before the run gives up, and
	// begins anew later.
	rounds = 5
	// room is what a step leaves of its time when it ends to be called again.
	room = 15 * time.Second
)

// Out is what a step ends with: its input, and which step comes next.
type Out struct {
	workflow.Input
	Next Step `json:"next"`         // itself when there is more to do; "" when nothing is left
	Wait int  `json:"wait_seconds"` // with Quiet: how long
}

// Run is what every step works with.
type Run struct {
	Progress Progress
	Now      func() time.Time
	Pages    int // how many pages one call sees to; 0 is as many as there is time for
}

// step runs one step of an erasure that is not over.
func (r Run) step(ctx context.Context, in workflow.Input, step Step, do func(context.Context, Erasure) (Step, error)) (Out, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (Out, error) {
		e, err := r.Progress.Enter(ctx, in, step, r.Now().Add(lease))
		if err == nil {
			var next Step
			if next, err = do(ctx, e); err == nil {
				return Out{Input: in, Next: next}, nil
			}
		}
		if errors.Is(err, ErrOver) {
			return Out{Input: in}, nil
		}
		return Out{}, fmt.Errorf("%s: %w", step, err)
	})
}

// enough tells when a call has seen to its pages, or has too little time for another.
func (r Run) enough(ctx context.Context) func() bool {
	pages := 0
	return func() bool {
		pages++
		end, bounded := ctx.Deadline()
		return r.Pages > 0 && pages >= r.Pages || bounded && time.Until(end) < room || ctx.Err() != nil
	}
}

// FreezeStep begins an erasure: from then on nothing is admitted and no credential is
// let in, and what runs is stopped.
type FreezeStep struct {
	Run
	Items Items
	Stops map[openwork.Kind]Stop
}

// Do may be repeated.
func (s FreezeStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (Out, error) {
		now := s.Now()
		act := audit.New(now, audit.ErasureBegun, audit.Product, "", in.JobID)
		e, err := s.Progress.Begin(ctx, in, now, now.Add(lease), act)
		switch {
		case errors.Is(err, ErrOver):
			return Out{Input: in}, nil
		case err != nil:
			return Out{}, fmt.Errorf("begin: %w", err)
		case e.Subject == Member:
			return Out{Input: in, Next: StepItems}, nil
		}
		if e, err = s.Progress.Enter(ctx, in, StepFreeze, now.Add(lease)); err != nil {
			return Out{}, fmt.Errorf("begin: %w", err)
		}
		if err := s.Items.Freeze(ctx, in.TenantID); err != nil {
			return Out{}, fmt.Errorf("freeze credentials: %w", err)
		}
		stopped, more, err := s.stop(ctx, in)
		if err == nil && (stopped || e.FrozenAt.IsZero()) {
			err = s.Progress.Note(ctx, in, Noted{Frozen: s.Now()})
		}
		switch {
		case err != nil:
			return Out{}, err
		case more:
			return Out{Input: in, Next: StepFreeze}, nil
		}
		return Out{Input: in, Next: StepPayments}, nil
	})
}

// stop ends what runs, or as much of it as there is time for.
func (s FreezeStep) stop(ctx context.Context, in workflow.Input) (stopped, more bool, err error) {
	open, err := s.Items.Open(ctx, in.TenantID)
	if err != nil {
		return false, false, err
	}
	enough := s.enough(ctx)
	for _, one := range open {
		stop := s.Stops[one.Kind]
		if stop == nil {
			continue // goes with its item
		}
		if err := stop(ctx, in.TenantID, one.ID); err != nil {
			return stopped, false, fmt.Errorf("stop %s: %w", one.Kind, err)
		}
		if stopped = true; enough() {
			return stopped, true, nil
		}
	}
	return stopped, false, nil
}

// ChannelsStep takes back the access to a channel, before the token for it goes.
type ChannelsStep struct {
	Run
	Items    Items
	Channels Channels
}

// Do may be repeated.
func (s ChannelsStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepChannels, func(ctx context.Context, _ Erasure) (Step, error) {
		held, _, err := s.Items.Page(ctx, in.TenantID, tenant.DataPrefix, "YOUTUBE", "")
		if err != nil || len(held) == 0 {
			return StepEvidence, err
		}
		if err := s.Channels.Revoke(ctx, in.TenantID); err != nil {
			return NothingNow, err
		}
		return StepEvidence, s.Progress.Note(ctx, in, Noted{Told: []string{toldChannels}})
	})
}

// EvidenceStep has every row archived that is to be kept.
type EvidenceStep struct {
	Run
	Items    Items
	Evidence Evidence
}

// Do may be repeated.
func (s EvidenceStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepEvidence, func(ctx context.Context, _ Erasure) (Step, error) {
		enough := s.enough(ctx)
		for _, kind := range s.Evidence.Kinds() {
			for after := ""; ; {
				page, next, err := s.Items.Page(ctx, in.TenantID, tenant.DataPrefix, kind, after)
				filed := 0
				if err == nil {
					filed, err = s.Evidence.File(ctx, in.TenantID, page)
				}
				if err != nil {
					return NothingNow, err
				}
				if next == "" {
					break
				}
				if after = next; filed > 0 && enough() {
					return StepEvidence, nil
				}
			}
		}
		return StepObjects, nil
	})
}

// ObjectsStep removes every object with all its versions, and every upload that was
// not completed.
type ObjectsStep struct {
	Run
	Objects Objects
}

// Do may be repeated. What is removed is counted after it: a call that dies in
// between counts too little, never too much.
func (s ObjectsStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepObjects, func(ctx context.Context, _ Erasure) (Step, error) {
		enough := s.enough(ctx)
		for {
			erased, err := eraseObjects(ctx, s.Objects, in.TenantID)
			if noted := s.Progress.Note(ctx, in, Noted{Erased: erased}); err == nil {
				err = noted
			}
			switch {
			case err != nil:
				return NothingNow, err
			case len(erased) == 0:
				return StepItems, nil
			case enough():
				return StepObjects, nil
			}
		}
	})
}

// eraseObjects removes the first of what is there; nothing is left when it removed
// nothing. Uploads come first: one that is completed meanwhile is an object then.
func eraseObjects(ctx context.Context, o Objects, id tenant.ID) (Tally, error) {
	erased := Tally{}
	unfinished, err := o.Unfinished(ctx, id)
	if err != nil {
		return erased, err
	}
	for _, u := range unfinished {
		if err := o.Abort(ctx, id, u); err != nil {
			return erased, err
		}
		erased[UploadsErased]++
	}
	versions, err := o.Versions(ctx, id)
	if err != nil || len(versions) == 0 {
		return erased, err
	}
	if err := o.RemoveVersions(ctx, id, versions); err != nil {
		return erased, err
	}
	for _, v := range versions {
		erased[Of(privacy.Media, v.Name)]++
		erased[BytesErased] += v.Size
	}
	return erased, nil
}

// ItemsStep removes what the directory holds, then both partitions. What leads to
// something outside of them stays until it is quiet: a late write there is still
// found then.
type ItemsStep struct {
	Run
	Eraser Eraser
	Quiet  time.Duration // the longest that a function which was under way when it was frozen can still write
}

// Do may be repeated.
func (s ItemsStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	wait := 0
	out, err := s.step(ctx, in, StepItems, func(ctx context.Context, e Erasure) (Step, error) {
		t := e.task(in, &in, s.enough(ctx))
		still := e.FrozenAt.Add(s.Quiet) // from then on nobody writes
		left := still.Sub(s.Now())
		// The payment service was not searched since when the steps until here took longer
		// than the wait: then there is none, and what leads there stays once more.
		sought := !e.SoughtAt.Before(still)
		quiet := left <= 0 && sought || e.Subject == Member
		done, err := s.Eraser.directory(ctx, t)
		if done && err == nil {
			done, err = s.Eraser.partition(ctx, t, quiet)
		}
		switch {
		case err != nil:
			return NothingNow, err
		case !done:
			return StepItems, nil
		case quiet:
			return StepScan, nil
		case left <= 0:
			return StepPayments, nil
		}
		wait = int((left + time.Second - 1) / time.Second)
		_, err = s.Progress.Enter(ctx, in, StepQuiet, s.Now().Add(left+lease))
		return StepQuiet, err
	})
	out.Wait = wait
	return out, err
}

// ScanStep looks for what is left. What it finds is erased again, some times; then
// the run fails, and names it.
type ScanStep struct {
	Run
	Eraser  Eraser
	Objects Objects
}

// Do may be repeated.
func (s ScanStep) Do(ctx context.Context, in workflow.Input) (Out, error) {
	return s.step(ctx, in, StepScan, func(ctx context.Context, e Erasure) (Step, error) {
		found, err := s.look(ctx, in, e)
		switch {
		case err != nil:
			return NothingNow, err
		case len(found) == 0:
			return StepCertify, nil
		case e.Rounds >= rounds:
			return NothingNow, fmt.Errorf("left after %d rounds: %s", e.Rounds, strings.Join(found.Names(), ", "))
		}
		next := StepObjects
		if e.Subject == Member {
			next = StepItems
		}
		return next, s.Progress.Note(ctx, in, Noted{Rounds: 1})
	})
}

// look counts what is left, by place.
func (s ScanStep) look(ctx context.Context, in workflow.Input, e Erasure) (Tally, error) {
	found, err := s.Eraser.left(ctx, e.task(in, nil, nil))
	if err != nil || e.Subject == Member {
		return found, err
	}
	versions, err := s.Objects.Versions(ctx, in.TenantID)
	if err != nil {
		return nil, err
	}
	for _, v := range versions {
		found[Of(privacy.Media, v.Name)]++
	}
	unfinished, err := s.Objects.Unfinished(ctx, in.TenantID)
	if len(unfinished) > 0 {
		found[UploadsErased] += int64(len(unfinished))
	}
	return found, err
}

// sorted is a set without doubles.
func sorted(all []string) []string { return slices.Compact(slices.Sorted(slices.Values(all))) }
