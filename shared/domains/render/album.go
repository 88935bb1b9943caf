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
