package buying_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

// parted keeps a customer, and whose the customer is, one after the other.
type parted struct {
	*dynamo.Accounts
	w *world
}

func (s parted) Introduce(ctx context.Context, id tenant.ID, customer string) (billing.Account, error) {
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for _, one := range []struct {
		table string
		item  map[string]types.AttributeValue
	}{
		{s.w.tables.Platform, map[string]types.AttributeValue{"pk": text(tenant.DataPartition(id)), "sk": text("BILLING"), "customer": text(customer)}},
		{s.w.tables.Directory, map[string]types.AttributeValue{"pk": text(tenant.CustomerPrefix + customer), "tenant": text(string(id))}},
	} {
		if _, err := s.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(one.table), Item: one.item}); err != nil {
			return billing.Account{}, err
		}
	}
	return billing.Account{Customer: customer}, nil
}

// nameless asks for a page by another name than that of the attempt which is counted.
type nameless struct{ billing.Provider }

func (n nameless) Checkout(ctx context.Context, r billing.CheckoutRequest) (billing.Session, error) {
	r.Attempt += 1000
	return n.Provider.Checkout(ctx, r)
}

// TestTheSweepFindsWhatIsWrong: some fault of the click shows each planted one.
func TestTheSweepFindsWhatIsWrong(t *testing.T) {
	harness.Proof(t)
	tables := harness.Tables(t)
	for what, buy := range map[string]func(nth int) []string{
		"a customer in two writes": func(nth int) []string {
			planted := calls.Plant(calls.Fault{Nth: nth, Kind: calls.LostBefore}).OnKill(func() {})
			return buys(newWorld(t, tables), planted, nil, func(p *product) { p.store = parted{dynamo.NewAccounts(p.db), p.world} })
		},
		"a page by another name": func(nth int) []string {
			return buys(newWorld(t, tables), nil, &line{nth: nth, how: afterEffect}, func(p *product) { p.provider = nameless{p.provider} })
		},
	} {
		var wrong []string
		nth := 0
		for nth = 1; nth < 5 && len(wrong) == 0; nth++ {
			wrong = buy(nth)
		}
		if len(wrong) == 0 {
			t.Errorf("%s is not found", what)
			continue
		}
		t.Logf("%s is found by a fault of call %d: %s", what, nth-1, wrong[0])
	}
}
