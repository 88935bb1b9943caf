package memory

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Image implements render.ImageStore.
func (s *Store) Image(ctx context.Context, id tenant.ID, imageID string) (render.Image, error) {
	i, err := s.OpenImage(ctx, id, imageID)
	if err == nil && (i.Failed || i.Deleted) {
		return render.Image{}, render.NoSuchImage()
	}
	return i, err
}

// OpenImage implements render.ImageStore.
func (s *Store) OpenImage(_ context.Context, id tenant.ID, imageID string) (i render.Image, err error) {
	err = s.read(id, func(t *state) error {
		stored, ok := t.images[imageID]
		if !ok {
			return render.NoSuchImage()
		}
		i = *stored
		return nil
	})
	return i, err
}

// Images implements render.ImageStore.
func (s *Store) Images(_ context.Context, id tenant.ID, limit int, after string) (page []render.Image, next string, err error) {
	err = s.read(id, func(t *state) error {
		ids := slices.DeleteFunc(slices.Sorted(maps.Keys(t.images)), func(i string) bool { return after != "" && i >= after })
		slices.Reverse(ids)
		for _, imageID := range ids[:min(limit, len(ids))] {
			page = append(page, *t.images[imageID])
		}
		if len(ids) > limit {
			next = page[limit-1].ID
		}
		return nil
	})
	return page, next, err
}

// SettleImage implements render.ImageStore.
func (s *Store) SettleImage(_ context.Context, id tenant.ID, i render.Image, row metering.Row) error {
	return s.write(id, func(t *state) error {
		stored, ok := t.images[i.ID]
		if !ok || stored.Settled || t.has(row) {
			return metering.ErrChanged
		}
		s.add(t, row)
		stored.Settled, stored.Failed, stored.Stored = true, i.Failed, i.Stored
		delete(t.open, i.ID)
		if i.Failed {
			delete(t.claims, i.Claim)
		}
		return nil
	})
}

// ForgetImage implements render.ImageStore.
func (s *Store) ForgetImage(_ context.Context, id tenant.ID, imageID string, due time.Time) (found render.Image, err error) {
	err = s.write(id, func(t *state) error {
		i, ok := t.images[imageID]
		switch {
		case !ok || i.Failed:
			return render.NoSuchImage()
		case !i.Settled:
			return problem.New(problem.Conflict, "The picture is still being made. Delete it in a moment.")
		}
		i.Deleted = true
		t.open[imageID] = entry{openwork.ImageDeletion, due}
		found = *i
		return nil
	})
	return found, err
}

// ReleaseImage implements render.ImageStore.
func (s *Store) ReleaseImage(_ context.Context, id tenant.ID, i render.Image, row metering.Row) error {
	return s.write(id, func(t *state) error {
		stored, ok := t.images[i.ID]
		if !ok || !stored.Deleted || stored.Stored != i.Stored {
			return metering.ErrChanged
		}
		if !row.Taken.Zero() && s.Bug != "deleted-for-nothing" {
			s.add(t, row)
		}
		delete(t.images, i.ID)
		delete(t.open, i.ID)
		return nil
	})
}
