package main

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// ours admits a preview as the product does: everything but the picture.
type ours struct {
	db     *dynamodb.Client
	table  string
	images *dynamo.Images
	meters *dynamo.Metering
	intake metering.Intake
}

func newOurs(cfg aws.Config, tables *harness.Store) ours {
	store := dynamo.NewClient(cfg, tables.Platform, tables.Directory)
	quotas := metering.NewQuotas(metering.Base{})
	return ours{
		db: dynamodb.NewFromConfig(cfg), table: tables.Platform, images: dynamo.NewImages(store), meters: dynamo.NewMetering(store),
		intake: metering.NewIntake(store, quotas, metering.Slots{}, "http://app.test", time.Now),
	}
}

func (o ours) way() way {
	w := inProcess("ours, ledger and all", o.prepare, o.ask)
	measure := w.measure
	w.measure = func(ctx context.Context, c cell) (tally, error) {
		t, err := measure(ctx, c)
		if err == nil && c.Limit != outOfReach {
			err = o.check(ctx, c, t)
		}
		return t, err
	}
	return w
}

// prepare makes tenants for whom only pictures are limited.
func (o ours) prepare(ctx context.Context, c cell) error {
	for _, id := range c.Tenants {
		_, err := o.db.PutItem(tenant.WithTenant(ctx, tenant.ID(id)), &dynamodb.PutItemInput{TableName: aws.String(o.table), Item: item{
			"pk": text("T#" + id), "sk": text("TENANT"), "plan": text(string(tenant.Enterprise)), "status": text(string(tenant.Active)),
			"overrides": &types.AttributeValueMemberM{Value: item{string(metering.ImagesCount): number(c.Limit)}},
		}})
		if err != nil {
			return err
		}
	}
	return nil
}

func (o ours) ask(ctx context.Context, name string, _ int64) (answer, error) {
	id := tenant.ID(name)
	ctx = tenant.WithTenant(ctx, id)
	now := time.Now().UTC().Truncate(time.Millisecond)
	image := render.Image{
		ID: tenant.NewID(), Aspect: render.Landscape, Period: metering.PeriodOf(now), CreatedAt: now, DueAt: now.Add(time.Minute),
		Reserved: metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 2_500_000},
	}
	image.Object = render.ImageObject(image.ID, "")
	_, err := o.intake.Admit(ctx, id, idempotency.Claim{}, bid{images: o.images, tenant: id, image: image})
	switch {
	case problem.Is(err, problem.QuotaExceeded):
		return refused, nil
	case problem.Is(err, problem.Unavailable):
		return gaveUp, nil
	}
	return admitted, err
}

// bid is one caller's for a preview.
type bid struct {
	images *dynamo.Images
	tenant tenant.ID
	image  render.Image
}

// Read implements metering.Bid.
func (b bid) Read(ctx context.Context) (metering.Demand, error) {
	t, counter, err := b.images.TenantMonth(ctx, b.tenant, b.image.Period)
	row := metering.Reserve(b.image.Period, b.image.ID, 1, b.image.Reserved, b.image.CreatedAt)
	return metering.Demand{Tenant: t, Counter: counter, Row: row}, err
}

// Write implements metering.Bid.
func (b bid) Write(ctx context.Context, a metering.Admission) error {
	return b.images.AdmitImage(ctx, b.tenant, b.image, a)
}

// check holds what callers were told against the counter and the ledger.
func (o ours) check(ctx context.Context, c cell, t tally) error {
	month := metering.PeriodOf(time.Now())
	for i, name := range c.Tenants {
		id := tenant.ID(name)
		own := tenant.WithTenant(ctx, id)
		_, counter, err := o.meters.Month(own, id, month)
		if err != nil {
			return err
		}
		rows, err := o.meters.Ledger(own, id, month)
		if err != nil {
			return err
		}
		said, counted, sum := t.Admitted[i], counter.Taken[metering.ImagesCount], metering.Sum(rows).Taken[metering.ImagesCount]
		if t.GaveUp == 0 && said != counted || counted != sum {
			return fmt.Errorf("ours told callers %d, counted %d, and its ledger has %d", said, counted, sum)
		}
	}
	return nil
}
