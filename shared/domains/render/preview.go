package render

import (
	"context"
	"errors"
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
	ProjectID string // the draft that it was made for; "" where none was named
	Aspect    Aspect
	Object    string           // name below the tenant's prefix
	Settled   bool             // its reservation is over
	Failed    bool             // it was never made
	Deleted   bool             // its owner deleted it; it goes when its object and its storage are given back
	Period    metering.Period  // month of the reservation, also when it settles in a later one
	Reserved  metering.Amounts // stored units
	Stored    int64            // bytes that count as storage; 0 until it is settled
	CreatedAt time.Time
	DueAt     time.Time // when the sweeper must look; zero once nothing is open
	Claim     string    // key of the claim that asked for it; "" without one
}

// ImageStore keeps previews. Every method touches the tenant's own partition only.
type ImageStore interface {
	// TenantMonth reads the tenant and what a month has taken, strongly consistent.
	// Errors: NotFound.
	TenantMonth(ctx context.Context, id tenant.ID, p metering.Period) (tenant.Tenant, metering.Counter, error)
	// AdmitImage stores a preview that is about to be made, in one transaction
	// that holds its project to be there. Errors: those of metering.Bid.Write, and
	// NoSuchProject.
	AdmitImage(ctx context.Context, id tenant.ID, i Image, a metering.Admission) error
	// Image reads a finished preview. Errors: NotFound.
	Image(ctx context.Context, id tenant.ID, imageID string) (Image, error)
	// OpenImage reads a preview in any state. Errors: NotFound.
	OpenImage(ctx context.Context, id tenant.ID, imageID string) (Image, error)
	// Images reads a page in any state, newest first, after the given id ("" is
	// the start). next is "" on the last page.
	Images(ctx context.Context, id tenant.ID, limit int, after string) (page []Image, next string, err error)
	// SettleImage ends the reservation, once. i says whether the picture is there;
	// when it is not, its claim is free again. Errors: ErrChanged when it was
	// settled already.
	SettleImage(ctx context.Context, id tenant.ID, i Image, row metering.Row) error
	// ForgetImage marks a finished preview as deleted, which the sweeper sees to
	// from due on, and returns it. Errors: NotFound, Conflict while it is made.
	ForgetImage(ctx context.Context, id tenant.ID, imageID string, due time.Time) (Image, error)
	// ReleaseImage removes a deleted preview and gives back what it had stored,
	// once. Errors: ErrChanged when it is gone already.
	ReleaseImage(ctx context.Context, id tenant.ID, i Image, row metering.Row) error
}

// Previewer makes previews.
type Previewer struct {
	intake  metering.Intake
	images  ImageStore
	files   Files
	painter Painter
	timeout time.Duration
	warn    func(context.Context, error)
	denied  func(context.Context, error) // see Telling; may be nil
	project string                       // see For
}

// For makes previews of a draft, which lists them, and which they go with; "" is
// none.
func (p Previewer) For(projectID string) Previewer {
	p.project = projectID
	return p
}

// Telling has somebody hear of each preview that no model could be had for: an
// operator's trouble, which the answer to the one who asked does not mend.
func (p Previewer) Telling(denied func(context.Context, error)) Previewer {
	p.denied = denied
	return p
}

// NewPreviewer makes a Previewer. timeout is for one picture; warn hears of
// failures that the sweeper makes good.
func NewPreviewer(in metering.Intake, images ImageStore, files Files, painter Painter, timeout time.Duration, warn func(context.Context, error)) Previewer {
	return Previewer{intake: in, images: images, files: files, painter: painter, timeout: timeout, warn: warn}
}

// Preview makes one picture and answers a link to it. Errors: ImageTimeout,
// ImageFailed (nothing is charged then), NoSuchProject, and those of metering's
// Admit; a Replay is of a picture (see Again).
func (p Previewer) Preview(ctx context.Context, id tenant.ID, prompt string, aspect Aspect, claim idempotency.Claim) (Image, string, metering.Standing, error) {
	if p.project != "" && !tenant.ValidID(p.project) {
		return Image{}, "", metering.Standing{}, NoSuchProject()
	}
	image, standing, err := p.reserve(ctx, id, aspect, claim)
	if err != nil {
		return Image{}, "", metering.Standing{}, err
	}
	picture, err := paint(ctx, p.painter, p.timeout, prompt, image.Aspect)
	if err != nil {
		p.settle(ctx, id, image, false)
		if p.denied != nil && errors.Is(err, errNoPainter) {
			p.denied(ctx, err)
		}
		return Image{}, "", metering.Standing{}, err
	}
	image.Stored = int64(len(picture.Data))
	if err := p.files.PutBytes(ctx, id, image.Object, picture.Data, picture.ContentType); err != nil {
		p.abandon(ctx, id, image)
		return Image{}, "", metering.Standing{}, err
	}
	// The picture is there, so the caller gets it, also when this must be left
	// to the sweeper.
	p.settle(ctx, id, image, true)
	url, err := p.files.Link(ctx, id, image.Object)
	return image, url, standing, err
}

// Again answers a repeated request with the picture that the first one made.
// Errors: IdempotencyInProgress while there is none.
func (p Previewer) Again(ctx context.Context, id tenant.ID, imageID string) (Image, string, error) {
	image, url, err := NewAlbum(p.images, p.files, p.intake.Now).Get(ctx, id, imageID)
	if problem.Is(err, problem.NotFound) {
		return Image{}, "", idempotency.InProgress() // being made; or failed, and its claim is free again
	}
	return image, url, err
}

// previewBytes is about what a picture of 1080 lines takes.
const previewBytes = 2_500_000

func (p Previewer) reserve(ctx context.Context, id tenant.ID, aspect Aspect, claim idempotency.Claim) (Image, metering.Standing, error) {
	now := p.intake.Now().UTC().Truncate(time.Millisecond)
	imageID := tenant.NewID()
	image := Image{
		ID: imageID, ProjectID: p.project, Aspect: aspect, Object: ImageObject(imageID, ""), Period: metering.PeriodOf(now),
		CreatedAt: now, DueAt: now.Add(p.timeout + previewGrace), Claim: claim.Key,
		Reserved: metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: previewBytes},
	}
	standing, err := p.intake.Admit(ctx, id, claim, previewBid{images: p.images, tenant: id, image: image})
	return image, standing, err
}

// previewBid asks for one picture.
type previewBid struct {
	images ImageStore
	tenant tenant.ID
	image  Image
}

// Read implements metering.Bid.
func (b previewBid) Read(ctx context.Context) (metering.Demand, error) {
	t, counter, err := b.images.TenantMonth(ctx, b.tenant, b.image.Period)
	row := metering.Reserve(b.image.Period, b.image.ID, 1, b.image.Reserved, b.image.CreatedAt)
	return metering.Demand{Tenant: t, Counter: counter, Row: row}, err
}

// Write implements metering.Bid.
func (b previewBid) Write(ctx context.Context, a metering.Admission) error {
	return b.images.AdmitImage(ctx, b.tenant, b.image, a)
}

// abandon ends a preview whose storing failed. Only the answer may have been
// lost, so the object goes first; if it cannot go, the sweeper settles by what is
// there.
func (p Previewer) abandon(ctx context.Context, id tenant.ID, image Image) {
	removing, done := context.WithTimeout(context.WithoutCancel(ctx), previewGrace/2)
	defer done()
	if err := p.files.Remove(removing, id, image.Object); err != nil {
		p.warn(ctx, fmt.Errorf("remove preview: %w", err))
		return
	}
	p.settle(ctx, id, image, false)
}

func (p Previewer) settle(ctx context.Context, id tenant.ID, image Image, made bool) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), previewGrace/2)
	defer done()
	if err := settleImage(ctx, p.images, id, image, made, p.intake.Now()); err != nil {
		p.warn(ctx, fmt.Errorf("settle preview: %w", err))
	}
}

// settleImage ends a preview's reservation: one image and its bytes when it was
// made, else nothing.
func settleImage(ctx context.Context, images ImageStore, id tenant.ID, image Image, made bool, now time.Time) error {
	used := metering.Amounts{}
	if made {
		used = metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: image.Stored}
	} else {
		image.Stored = 0
	}
	image.Failed = !made
	row := metering.Settle(image.Period, image.ID, 1, image.Reserved, used, now.UTC().Truncate(time.Millisecond))
	return images.SettleImage(ctx, id, image, row)
}

// NoSuchImage answers an absent preview and another tenant's alike.
func NoSuchImage() error { return problem.New(problem.NotFound, "There is no such preview.") }

// NoSuchProject answers a preview for an absent draft and for another tenant's
// alike.
func NoSuchProject() error {
	return problem.Invalid(problem.Field{Field: "project_id", Message: "is not the id of one of your projects"})
}

// Now is the present, as admissions see it.
func (p Previewer) Now() time.Time { return p.intake.Now() }
