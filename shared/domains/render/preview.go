package render

import (
	"context"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// previewGrace is what a preview may take beyond its picture's own time before
// the sweeper takes its function for dead.
const previewGrace = 40 * time.Second

// Image is a preview: a picture made and paid once, for use by a scene.
type Image struct {
	ID        string
	Aspect    Aspect
	Object    string // name below the tenant's prefix
	Settled   bool   // its reservation is over
	Failed    bool   // it was never made
	Period    metering.Period
	CreatedAt time.Time
	DueAt     time.Time // when the sweeper must look; zero once settled
	Claim     string    // key of the claim that asked for it; "" without one
}

// ImageStore keeps previews. Every method touches the tenant's own partition only.
type ImageStore interface {
	// Tenant reads what the tenant is, strongly consistent. Errors: NotFound.
	Tenant(ctx context.Context, id tenant.ID) (tenant.Tenant, error)
	// AdmitImage stores a preview that is about to be made. Errors: as AdmissionStore.
	AdmitImage(ctx context.Context, id tenant.ID, i Image, a Admission) error
	// Image reads a finished preview. Errors: NotFound.
	Image(ctx context.Context, id tenant.ID, imageID string) (Image, error)
	// OpenImage reads a preview in any state. Errors: NotFound.
	OpenImage(ctx context.Context, id tenant.ID, imageID string) (Image, error)
	// SettleImage ends the reservation, once; made says whether the picture is
	// there. When it is not, its claim is free again. Errors: ErrChanged when it
	// was settled already.
	SettleImage(ctx context.Context, id tenant.ID, i Image, made bool, row metering.Row) error
}

// Previewer makes previews.
type Previewer struct {
	Pricer
	images  ImageStore
	files   Files
	painter Painter
	timeout time.Duration
	warn    func(context.Context, error)
}

// NewPreviewer makes a Previewer. timeout is for one picture; warn hears of
// failures that the sweeper makes good.
func NewPreviewer(p Pricer, images ImageStore, files Files, painter Painter, timeout time.Duration, warn func(context.Context, error)) Previewer {
	return Previewer{Pricer: p, images: images, files: files, painter: painter, timeout: timeout, warn: warn}
}

// Preview makes one picture and answers a link to it. Errors: QuotaExceeded,
// ImageTimeout, ImageFailed (nothing is charged then), Unavailable; with a claim
// also *idempotency.Replay of a picture (see Again), IdempotencyKeyReused,
// IdempotencyInProgress.
func (p Previewer) Preview(ctx context.Context, id tenant.ID, prompt string, aspect Aspect, claim idempotency.Claim) (Image, string, error) {
	image, err := p.reserve(ctx, id, aspect, claim)
	if err != nil {
		return Image{}, "", err
	}
	if err := p.produce(ctx, id, image, prompt); err != nil {
		p.settle(ctx, id, image, false)
		return Image{}, "", err
	}
	// The picture is there, so the caller gets it, also when this must be left
	// to the sweeper.
	p.settle(ctx, id, image, true)
	url, err := p.files.Link(ctx, id, image.Object)
	return image, url, err
}

// Again answers a repeated request with the picture that the first one made.
// Errors: IdempotencyInProgress while there is none.
func (p Previewer) Again(ctx context.Context, id tenant.ID, imageID string) (Image, string, error) {
	image, url, err := NewAlbum(p.images, p.files).Get(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return Image{}, "", idempotency.InProgress() // being made; or failed, and its claim is free again
	}
	return image, url, err
}

func (p Previewer) reserve(ctx context.Context, id tenant.ID, aspect Aspect, claim idempotency.Claim) (Image, error) {
	now := p.now().UTC().Truncate(time.Millisecond)
	imageID := tenant.NewID()
	image := Image{
		ID: imageID, Aspect: aspect, Object: ImageObject(imageID, ""), Period: metering.PeriodOf(now),
		CreatedAt: now, DueAt: now.Add(p.timeout + previewGrace), Claim: claim.Key,
	}
	one := metering.Amounts{metering.ImagesCount: 1}
	err := admit(ctx, p.Pricer, id, 0, claim, func() (tenant.Plan, metering.Row, func(Admission) error, error) {
		t, err := p.images.Tenant(ctx, id)
		row := metering.Reserve(image.Period, imageID, 1, one, now)
		return t.Plan, row, func(a Admission) error { return p.images.AdmitImage(ctx, id, image, a) }, err
	})
	return image, err
}

func (p Previewer) produce(ctx context.Context, id tenant.ID, image Image, prompt string) error {
	picture, err := paint(ctx, p.painter, p.timeout, prompt, image.Aspect)
	if err != nil {
		return err
	}
	return p.files.PutBytes(ctx, id, image.Object, picture.Data, picture.ContentType)
}

func (p Previewer) settle(ctx context.Context, id tenant.ID, image Image, made bool) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), previewGrace/2)
	defer done()
	if err := settleImage(ctx, p.images, id, image, made, p.now()); err != nil {
		p.warn(ctx, fmt.Errorf("settle preview: %w", err))
	}
}

// settleImage ends a preview's reservation: one image when it was made, else none.
func settleImage(ctx context.Context, images ImageStore, id tenant.ID, image Image, made bool, now time.Time) error {
	one := metering.Amounts{metering.ImagesCount: 1}
	used := metering.Amounts{}
	if made {
		used = one
	}
	row := metering.Settle(image.Period, image.ID, 1, one, used, now.UTC().Truncate(time.Millisecond))
	return images.SettleImage(ctx, id, image, made, row)
}

// NoSuchImage answers an absent preview and another tenant's alike.
func NoSuchImage() error { return problem.New(problem.NotFound, "There is no such preview.") }
