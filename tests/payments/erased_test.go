package payments_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// What the payment service tells of an account that is being erased, or was, is
// taken and kept nowhere: it must neither come again for days nor be left behind.
func TestEventsOfAnErasedAccountAreTakenAndNotKept(t *testing.T) {
	i := install(t, harness.Tables(t))
	process := i.process()
	told := func(when string) {
		t.Helper()
		if got := i.send(process, oldSecret, event("evt_"+when)); got != 200 {
			t.Errorf("%s: answered %d", when, got)
		}
		if kept, orders := i.hooks(), i.orders(); len(kept) != 0 || len(orders) != 0 {
			t.Errorf("%s: kept %v, handed on %v", when, kept, orders)
		}
	}
	i.account(tenant.Frozen)
	told("frozen")
	i.remove(i.store.Platform, "pk", tenant.DataPartition(owner), "sk", "TENANT")
	told("gone")
	i.remove(i.store.Directory, "pk", tenant.CustomerPrefix+customer)
	told("forgotten")
}

func (i *installation) remove(table string, key ...string) {
	i.Helper()
	in := &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: map[string]types.AttributeValue{}}
	for n := 0; n < len(key); n += 2 {
		in.Key[key[n]] = &types.AttributeValueMemberS{Value: key[n+1]}
	}
	_, err := dynamodb.NewFromConfig(i.store.AWS).DeleteItem(i.Context(), in)
	harness.Must(i.T, err)
}
