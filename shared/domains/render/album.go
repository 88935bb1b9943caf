package render

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Album shows previews that were made before.
type Album struct {
	images ImageStore
	files  Files
	now    func() time.Time
}

// NewAlbum makes an Album.
func NewAlbum(images ImageStore, files Files, now func() time.Time) Album {
	return Album{images: images, files: files, now: now}
}

// ShownImage is a finished preview and a link to it that ends in 15 minutes.
type ShownImage struct {
	Image Image
	URL   string
}

// listReads bounds how many pages of the store one page of a list may take when
// most previews are not asked for; the next page goes on.
const listReads = 5

// narrowPage is how many are read at a time for a list that is narrowed.
const narrowPage = 100

// List shows a page of finished previews, newest first, after the given id (""
// is the start). only narrows it; nil is all. next is "" on the last page.
func (a Album) List(ctx context.Context, id tenant.ID, only func(Image) bool, limit int, after string) (all []ShownImage, next string, err error) {
	read := limit
	if only != nil {
		read = max(limit, narrowPage)
	}
	for range listReads {
		page, more, err := a.images.Images(ctx, id, read, after)
		if err != nil {
			return nil, "", err
		}
		for i, image := range page {
			if !image.Settled || image.Failed || image.Deleted || only != nil && !only(image) {
				continue
			}
			url, err := a.files.Link(ctx, id, image.Object)
			if err != nil {
				return nil, "", err
			}
			all = append(all, ShownImage{image, url})
			if len(all) == limit && (more != "" || i < len(page)-1) {
				return all, image.ID, nil
			}
		}
		if after = more; more == "" {
			break
		}
	}
	return all, after, nil
}

// Get shows a preview and a link to it that ends in 15 minutes. Errors:
// NotFound, also of a preview that failed or is still being made.
func (a Album) Get(ctx context.Context, id tenant.ID, imageID string) (Image, string, error) {
	if !tenant.ValidID(imageID) {
		return Image{}, "", NoSuchImage()
	}
	image, err := a.images.Image(ctx, id, imageID)
	if err != nil {
		return Image{}, "", err
	}
	if !image.Settled {
		// Being made, or made and left to the sweeper to settle: it decides by
		// the object, and so does this.
		_, made, err := a.files.Size(ctx, id, image.Object)
		if err != nil {
			return Image{}, "", err
		}
		if !made {
			return Image{}, "", NoSuchImage()
		}
	}
	url, err := a.files.Link(ctx, id, image.Object)
	return image, url, err
}
