package sesmail

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// List is the account's suppression list. It implements auth.ServiceList.
type List struct{ ses *sesv2.Client }

// NewList is the list of the account; nil without a configuration set, as where SES
// keeps none.
func NewList(cfg aws.Config, set string) auth.ServiceList {
	if set == "" {
		return nil
	}
	return &List{sesv2.NewFromConfig(cfg)}
}

// Forget implements auth.ServiceList. No error quotes the address.
func (l *List) Forget(ctx context.Context, a auth.Address) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := l.ses.DeleteSuppressedDestination(ctx, &sesv2.DeleteSuppressedDestinationInput{EmailAddress: aws.String(string(a))})
	var absent *types.NotFoundException
	if err == nil || errors.As(err, &absent) {
		return nil
	}
	if missing := problem.MissingRight("take an address off the list", err); missing != nil {
		return missing
	}
	return fmt.Errorf("take an address off the list: %w", masked(err))
}
