package upload

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// formLife is how long a file may be posted.
	formLife = 15 * time.Minute
	// arrivalGrace is how long after that one may still be on its way, or its
	// caller about to say that it has arrived.
	arrivalGrace = 15 * time.Minute
)

// Opener announces uploads.
type Opener struct {
	intake metering.Intake
	store  Store
	files  Files
}

// NewOpener makes an Opener.
func NewOpener(in metering.Intake, store Store, files Files) Opener {
	return Opener{intake: in, store: store, files: files}
}

// Open holds an upload and its size against the quota and answers the form that
// its file is posted with. Errors: InvalidInput, and those of metering's Admit; a
// Replay is of an upload (see Again).
func (o Opener) Open(ctx context.Context, id tenant.ID, d Announcement, claim idempotency.Claim) (Upload, *Form, metering.Standing, error) {
	kind, err := d.check()
	if err != nil {
		return Upload{}, nil, metering.Standing{}, err
	}
	now := o.intake.Now().UTC().Truncate(time.Millisecond)
	u := Upload{
		ID: tenant.NewID(), Status: Pending, Kind: kind, Filename: d.Filename, ContentType: d.ContentType, Size: d.Size,
		Period: metering.PeriodOf(now), CreatedAt: now, DueAt: now.Add(formLife + arrivalGrace),
		Reserved: metering.Amounts{metering.UploadsCount: 1, metering.StorageMB: d.Size},
	}
	standing, err := o.intake.Admit(ctx, id, claim, bid{store: o.store, tenant: id, upload: u})
	if err != nil {
		return Upload{}, nil, metering.Standing{}, err
	}
	form, err := o.form(ctx, id, u)
	return u, form, standing, err
}

// bid asks for one upload.
type bid struct {
	store  Store
	tenant tenant.ID
	upload Upload
}

// Read implements metering.Bid.
func (b bid) Read(ctx context.Context) (metering.Demand, error) {
	t, counter, err := b.store.TenantMonth(ctx, b.tenant, b.upload.Period)
	row := metering.Reserve(b.upload.Period, b.upload.ID, 1, b.upload.Reserved, b.upload.CreatedAt)
	return metering.Demand{Tenant: t, Counter: counter, Row: row}, err
}

// Write implements metering.Bid.
func (b bid) Write(ctx context.Context, a metering.Admission) error {
	return b.store.AdmitUpload(ctx, b.tenant, b.upload, a)
}

// form signs the form of a pending upload: for 15 minutes, and never beyond the
// time at which the sweeper gives the upload up. Past that there is none.
func (o Opener) form(ctx context.Context, id tenant.ID, u Upload) (*Form, error) {
	life := min(formLife, u.DueAt.Sub(o.intake.Now()))
	if u.Status != Pending || life < time.Second {
		return nil, nil
	}
	form, err := o.files.Form(ctx, id, IncomingObject(u.ID), u.ContentType, u.Size, life)
	return &form, err
}

// Again answers a repeated request with the upload that the first one opened,
// and with a new form while it is pending. Errors: NotFound when it was deleted.
func (o Opener) Again(ctx context.Context, id tenant.ID, uploadID string) (Shown, *Form, error) {
	shown, err := NewShelf(o.store, o.files, o.intake.Now).Get(ctx, id, uploadID)
	if err != nil {
		return Shown{}, nil, err
	}
	form, err := o.form(ctx, id, shown.Upload)
	return shown, form, err
}

// Now is the present, as admissions see it.
func (o Opener) Now() time.Time { return o.intake.Now() }
