package render

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Deleting has three steps: the mark, the files, the storage given back. Files
// go before storage, so that never more is free than there is room for. The mark
// puts the item into the index of open work; a deletion that dies on its way is
// finished by the sweeper, or by deleting again.

// deletionGrace is after how long the sweeper finishes a deletion.
const deletionGrace = time.Minute

// stragglers is for how long a step of an attempt that is over may still be
// storing something: it learns of the end at its next beat, and an object that is
// on its way by then is stored.
const stragglers = 2 * lease

// clearLeftovers removes what a late step may have stored under the names of a
// finished video, of a job that ended without one: nothing counts it, and nobody
// would delete it. Once the job is deleted, its parts go too.
func (k Keeper) clearLeftovers(ctx context.Context, id tenant.ID, jobID string) error {
	j, err := k.jobs.Job(ctx, id, jobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || j.DueAt.IsZero() || j.DueAt.After(k.now()) || j.Status != Failed && j.Status != Canceled {
		return err
	}
	if j.Deleted {
		err = k.Files.RemoveAll(ctx, id, jobPrefix(jobID))
	} else {
		err = k.Files.Remove(ctx, id, VideoObject(jobID), CaptionsObject(jobID), ThumbnailObject(jobID))
	}
	if err != nil {
		return err
	}
	return ignoreChanged(k.jobs.Closed(ctx, id, j))
}

// dropVideo removes a marked job's files and gives their storage back.
func dropVideo(ctx context.Context, jobs JobStore, files Files, id tenant.ID, j Job, now time.Time) error {
	if err := files.RemoveAll(ctx, id, jobPrefix(j.ID)); err != nil {
		return err
	}
	row := metering.Release(j.ID, j.Stored, now.UTC().Truncate(time.Millisecond))
	var again time.Time
	if late := j.FinishedAt.Add(stragglers); j.Status != Succeeded && late.After(now) {
		again = late
	}
	return ignoreChanged(jobs.ReleaseVideo(ctx, id, j, row, again))
}

// dropImage removes a marked preview's picture and gives its storage back.
func dropImage(ctx context.Context, images ImageStore, files Files, id tenant.ID, i Image, now time.Time) error {
	if err := files.Remove(ctx, id, i.Object); err != nil {
		return err
	}
	row := metering.Release(i.ID, i.Stored, now.UTC().Truncate(time.Millisecond))
	return ignoreChanged(images.ReleaseImage(ctx, id, i, row))
}

// Delete removes a preview. A render that has begun and names it fails, and its
// retry paints a picture instead; one that begins later is refused. Errors: NotFound, Conflict while it is being made.
func (a Album) Delete(ctx context.Context, id tenant.ID, imageID string) error {
	if !tenant.ValidID(imageID) {
		return NoSuchImage()
	}
	now := a.now()
	image, err := a.images.ForgetImage(ctx, id, imageID, now.Add(deletionGrace))
	if err != nil {
		return err
	}
	return dropImage(ctx, a.images, a.files, id, image, now)
}

func (k Keeper) finishVideoDeletion(ctx context.Context, id tenant.ID, jobID string) error {
	j, err := k.jobs.Job(ctx, id, jobID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || !j.Deleted {
		return err
	}
	return dropVideo(ctx, k.jobs, k.Files, id, j, k.now())
}

func (k Keeper) finishImageDeletion(ctx context.Context, id tenant.ID, imageID string) error {
	image, err := k.Images.OpenImage(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil || !image.Deleted {
		return err
	}
	return dropImage(ctx, k.Images, k.Files, id, image, k.now())
}
