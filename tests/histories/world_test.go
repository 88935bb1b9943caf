package histories

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// fault is what happens to the calls of one operation.
type fault []calls.Fault

var (
	noFault fault
	// faults are the answers that an operation can lose, with the SDK's repetition or for good.
	faults = []fault{
		{{Nth: 1, Kind: calls.LostAfter, Forever: true}},
		{{Nth: 1, Kind: calls.LostBefore, Forever: true}},
		{{Nth: 1, Kind: calls.Throttled, Forever: true}},
		{{Nth: 1, Kind: calls.LostAfter}},
		{{Nth: 1, Kind: calls.LostAfter, FirstTry: true}},
		{{Nth: 1, Kind: calls.LostBefore, FirstTry: true}},
	}
)

// someFault strikes one operation in ten.
func someFault() fault {
	if rand.IntN(10) > 0 {
		return noFault
	}
	return faults[rand.IntN(len(faults))]
}

// tenancy is a tenant of its own on tables that histories share.
type tenancy struct {
	tables *harness.Store
	id     tenant.ID
	sane   *dynamo.Client
}

func newTenancy(t *testing.T, tables *harness.Store) tenancy {
	t.Helper()
	w := tenancy{tables: tables, id: tenant.ID(tenant.NewID())}
	w.sane = w.client(noFault)
	_, err := dynamodb.NewFromConfig(tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
			"plan": &types.AttributeValueMemberS{Value: string(tenant.Free)}, "status": &types.AttributeValueMemberS{Value: string(tenant.Active)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// owner makes a user who owns the tenant.
func (w tenancy) owner(t *testing.T, id auth.UserID) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(w.tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(w.tables.Platform),
		Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "A#" + string(w.id)}, "sk": &types.AttributeValueMemberS{Value: "USER#" + string(id)},
			"role": &types.AttributeValueMemberS{Value: string(auth.Owner)}, "status": &types.AttributeValueMemberS{Value: string(tenant.Active)},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (w tenancy) client(f fault) *dynamo.Client {
	cfg := w.tables.AWS.Copy()
	calls.Watch(&cfg, calls.Plant(f...))
	return dynamo.NewClient(cfg, w.tables.Platform, w.tables.Directory)
}

func (w tenancy) ctx(ctx context.Context) context.Context {
	return tenant.WithTenant(tenant.Doing(ctx, tenant.Render), w.id)
}

// product opens the product's own meter.
func (w tenancy) product(f fault) meter {
	if f == nil {
		return newProduct(w.id, w.sane)
	}
	return newProduct(w.id, w.client(f))
}

// balanced holds the counters against the sum of the ledger's rows, which it
// answers.
func (w tenancy) balanced(t *testing.T) []metering.Row {
	t.Helper()
	ctx, meters := w.ctx(t.Context()), dynamo.NewMetering(w.sane)
	_, counter, err := meters.Month(ctx, w.id, metering.PeriodOf(now))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := meters.Ledger(ctx, w.id, metering.PeriodOf(now))
	if err != nil {
		t.Fatal(err)
	}
	sum := metering.Sum(rows)
	sum.Grown, sum.ActiveJobs = sum.Taken[metering.StorageMB], counter.ActiveJobs
	if readingOf(sum) != readingOf(counter) {
		t.Errorf("the ledger adds up to %+v, the counters say %+v", readingOf(sum), readingOf(counter))
	}
	return rows
}
