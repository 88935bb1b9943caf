package upload

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Shelf shows uploads and deletes them.
type Shelf struct {
	store Store
	files Files
	now   func() time.Time
}

// NewShelf makes a Shelf.
func NewShelf(store Store, files Files, now func() time.Time) Shelf {
	return Shelf{store: store, files: files, now: now}
}

// Shown is an upload with a link to its file, which ends in 15 minutes and is ""
// unless it is ready.
type Shown struct {
	Upload Upload
	URL    string
}

// Get shows an upload. Errors: NotFound, also of a deleted one.
func (s Shelf) Get(ctx context.Context, id tenant.ID, uploadID string) (Shown, error) {
	u, err := present(ctx, s.store, id, uploadID)
	if err != nil {
		return Shown{}, err
	}
	return show(ctx, s.files, id, u)
}

// present reads an upload that was not deleted.
func present(ctx context.Context, store Store, id tenant.ID, uploadID string) (Upload, error) {
	if !tenant.ValidID(uploadID) {
		return Upload{}, NoSuchUpload()
	}
	u, err := store.Upload(ctx, id, uploadID)
	if err == nil && u.Deleted {
		err = NoSuchUpload()
	}
	return u, err
}

func show(ctx context.Context, files Files, id tenant.ID, u Upload) (Shown, error) {
	if u.Status != Ready {
		return Shown{Upload: u}, nil
	}
	url, err := files.Link(ctx, id, keptObject(u.ID))
	return Shown{Upload: u, URL: url}, err
}

// listReads bounds how many pages of the store one page of a list may take when
// most uploads are of the other kind; the next page goes on.
const listReads = 5

// List shows a page of a kind ("" is any), newest first, after the given id (""
// is the start). next is "" on the last page.
func (s Shelf) List(ctx context.Context, id tenant.ID, kind Kind, limit int, after string) (all []Shown, next string, err error) {
	for range listReads {
		page, more, err := s.store.Uploads(ctx, id, limit, after)
		if err != nil {
			return nil, "", err
		}
		for i, u := range page {
			if u.Deleted || kind != "" && u.Kind != kind {
				continue
			}
			shown, err := show(ctx, s.files, id, u)
			if err != nil {
				return nil, "", err
			}
			if all = append(all, shown); len(all) == limit && (more != "" || i < len(page)-1) {
				return all, u.ID, nil
			}
		}
		if after = more; more == "" {
			break
		}
	}
	return all, after, nil
}
