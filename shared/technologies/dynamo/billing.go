package dynamo

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Accounts keeps each tenant's side of the payment service. It implements
// billing.AccountStore.
type Accounts struct{ *Client }

// NewAccounts needs both tables.
func NewAccounts(c *Client) *Accounts { return &Accounts{c} }

// Introduce implements billing.AccountStore.
func (s *Accounts) Introduce(ctx context.Context, t tenant.ID, customer string) (billing.Account, error) {
	refused, err := s.whileActive(
		ctx, t,
		table.PutNew(s.Platform, table.With(billingKey(t), table.Item{attrCustomer: table.Str(customer)})),
		table.PutNew(s.Directory, table.With(customerKey(customer), table.Item{attrTenantID: table.Str(t)})),
	)
	if refused == nil && err == nil {
		return billing.Account{Customer: customer}, nil
	}
	if refused == nil {
		return billing.Account{}, table.Failed("keep customer", err)
	}
	account, err := s.account(ctx, t)
	if err == nil && account.Customer == "" {
		err = errors.New("keep customer: it is another account's")
	}
	return account, err
}

// Replace implements billing.AccountStore.
func (s *Accounts) Replace(ctx context.Context, t tenant.ID, gone string, a billing.Account) error {
	condition, names := "#customer = :gone AND #attempt = :before", map[string]string{"#customer": attrCustomer, "#attempt": attrAttempt}
	values := table.Item{":gone": table.Str(gone), ":before": table.Num(a.Attempt - 1)}
	if a.Attempt == 1 {
		condition = "#customer = :gone AND attribute_not_exists(#attempt)"
		delete(values, ":before")
	}
	refused, err := s.whileActive(
		ctx, t,
		types.TransactWriteItem{Put: &types.Put{
			TableName: aws.String(s.Platform), Item: table.With(billingKey(t), accountFields(a)), ConditionExpression: aws.String(condition),
			ExpressionAttributeNames: names, ExpressionAttributeValues: values,
		}},
		table.PutNew(s.Directory, table.With(customerKey(a.Customer), table.Item{attrTenantID: table.Str(t)})),
		types.TransactWriteItem{Delete: &types.Delete{TableName: aws.String(s.Directory), Key: customerKey(gone)}},
	)
	if refused != nil {
		return billing.ErrAttemptTaken
	}
	return table.Failed("replace customer", err)
}

// Attempt implements billing.AccountStore.
func (s *Accounts) Attempt(ctx context.Context, t tenant.ID, a billing.Account) error {
	return s.putAccount(ctx, t, a, a.Attempt-1)
}

// Opened implements billing.AccountStore.
func (s *Accounts) Opened(ctx context.Context, t tenant.ID, a billing.Account) error {
	return s.putAccount(ctx, t, a, a.Attempt)
}

// putAccount stores a if the stored attempt is the given one.
func (s *Accounts) putAccount(ctx context.Context, t tenant.ID, a billing.Account, before int64) error {
	condition, values := "#attempt = :before", table.Item{":before": table.Num(before)}
	if before == 0 {
		condition, values = "attribute_exists(pk) AND attribute_not_exists(#attempt)", nil
	}
	refused, err := s.whileActive(ctx, t, types.TransactWriteItem{Put: &types.Put{
		TableName: aws.String(s.Platform), Item: table.With(billingKey(t), accountFields(a)),
		ConditionExpression: aws.String(condition), ExpressionAttributeNames: map[string]string{"#attempt": attrAttempt},
		ExpressionAttributeValues: values,
	}})
	if table.RefusedOn(refused, 0) {
		return billing.ErrAttemptTaken
	}
	return table.Failed("keep checkout", err)
}

func accountFields(a billing.Account) table.Item {
	it := table.Item{
		attrCustomer: table.Str(a.Customer), attrAttempt: table.Num(a.Attempt), attrCheckoutPlan: table.Str(a.Plan),
		attrCheckoutRevision: table.Num(a.Revision), attrCheckoutTrial: table.Flag(a.Trial),
	}
	if a.Checkout.ID != "" {
		it[attrCheckout], it[attrCheckoutURL], it[attrCheckoutUntil] = table.Str(a.Checkout.ID), table.Str(a.Checkout.URL), table.Millis(a.Checkout.Until)
	}
	return it
}

func (s *Accounts) account(ctx context.Context, t tenant.ID) (billing.Account, error) {
	it, err := s.Get(ctx, "read billing", s.Platform, billingKey(t))
	return readAccount(it), err
}

// Held implements billing.AccountStore.
func (s *Accounts) Held(ctx context.Context, t tenant.ID) (billing.Held, error) {
	return s.held(ctx, t)
}
