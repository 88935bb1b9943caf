package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/logging"

	"github.com/devotionalai/platform/infra/stages"
)

const (
	callTimeout = time.Minute
	// fallback is where AWS keeps firewalls and certificates of CloudFront: a stack
	// there needs nothing made elsewhere.
	fallback = "us-east-1"
)

// account is where the product goes.
type account struct {
	AWS      aws.Config
	ID       string
	Endpoint string // of an emulator; "" for AWS
}

// reach finds out whose account the credentials of the environment open.
func reach(ctx context.Context, o options, s stages.Section) (account, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(callTimeout)),
		config.WithLogger(logging.Nop{})) // the SDK's own lines are about connections
	if err != nil {
		return account{}, fmt.Errorf("load AWS settings: %w", err)
	}
	cfg.Region = cmp.Or(o.region, s.Region, cfg.Region, fallback)
	who, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	if err != nil {
		return account{}, fmt.Errorf("no AWS account opens with the credentials of the environment (aws sts get-caller-identity): %w", plain(err))
	}
	return account{AWS: cfg, ID: aws.ToString(who.Account), Endpoint: aws.ToString(cfg.BaseEndpoint)}, nil
}

// tick is how often something under way is looked at.
func (a account) tick() time.Duration {
	if a.Endpoint != "" {
		return 250 * time.Millisecond
	}
	return 5 * time.Second
}

// pause waits for the next look.
func (a account) pause(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(a.tick()):
		return nil
	}
}

func named(err error, codes ...string) bool {
	var api smithy.APIError
	return errors.As(err, &api) && slices.Contains(codes, api.ErrorCode())
}

// plain keeps the service's own sentence: the SDK's wrapping is longer than what it
// wraps, and names the call's id.
func plain(err error) error {
	var api smithy.APIError
	if errors.As(err, &api) && api.ErrorMessage() != "" {
		return errors.New(api.ErrorMessage())
	}
	return err
}
