package neighbour

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// TestCostsAreThoseOfTheRealCalls makes the calls of a preview and holds the
// units that the store reports against the model's. They write only.
func TestCostsAreThoseOfTheRealCalls(t *testing.T) {
	t.Parallel()
	tables := harness.Tables(t)
	cfg := tables.AWS.Copy()
	calls.Watch(&cfg, nil)
	store := dynamo.NewClient(cfg, tables.Platform, tables.Directory)
	id, now := tenant.ID(tenant.NewID()), time.Now().UTC().Truncate(time.Millisecond)
	own := tenant.WithTenant(t.Context(), id)
	putTenant(t, tables, id)
	image := render.Image{
		ID: tenant.NewID(), Aspect: render.Landscape, Period: metering.PeriodOf(now), CreatedAt: now, DueAt: now,
		Reserved: metering.Amounts{metering.ImagesCount: 1, metering.StorageMB: 2_500_000},
	}
	admission := metering.Admission{
		Tenant: tenant.Tenant{ID: id, Plan: tenant.Free, Status: tenant.Active},
		Row:    metering.Reserve(image.Period, image.ID, 1, image.Reserved, now),
	}
	got := Costs{
		Credential: spent(t, tenant.WithCredential(t.Context(), id), func(ctx context.Context) error {
			_, _, err := dynamo.NewCredentials(store).Touch(ctx, auth.SessionRef{Tenant: id, User: "U", Session: "S"}, ratelimit.PerSecond(UserPerSecond), now)
			return err
		}),
		Admission: spent(t, own, func(ctx context.Context) error {
			return dynamo.NewImages(store).AdmitImage(ctx, id, image, admission)
		}),
		Settlement: spent(t, own, func(ctx context.Context) error {
			return dynamo.NewImages(store).SettleImage(ctx, id, image, metering.Settle(image.Period, image.ID, 1, image.Reserved, image.Reserved, now))
		}),
	}
	if got != Preview() {
		t.Errorf("the calls cost %+v, the model has %+v", got, Preview())
	}
}

func spent(t *testing.T, ctx context.Context, call func(context.Context) error) float64 {
	t.Helper()
	counted, counter := calls.Count(ctx)
	if err := call(counted); err != nil {
		t.Fatal(err)
	}
	return counter.Units()
}

func putTenant(t *testing.T, tables *harness.Store, id tenant.ID) {
	t.Helper()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	fields := func(v map[string]types.AttributeValue) types.AttributeValue {
		return &types.AttributeValueMemberM{Value: v}
	}
	session := map[string]types.AttributeValue{"gen": &types.AttributeValueMemberN{Value: "1"}}
	for _, item := range []map[string]types.AttributeValue{
		{"pk": text("T#" + string(id)), "sk": text("TENANT"), "plan": text(string(tenant.Free)), "status": text(string(tenant.Active))},
		{
			"pk": text("A#" + string(id)), "sk": text("USER#U"), "status": text(string(tenant.Active)),
			"sessions": fields(map[string]types.AttributeValue{"S": fields(session)}),
		},
	} {
		_, err := dynamodb.NewFromConfig(tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(tables.Platform), Item: item})
		if err != nil {
			t.Fatal(err)
		}
	}
}
