package book

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// writtenOnce makes clients that are held to the policy of the locked bucket
// (WrittenOnce in infra/data.yaml), which the emulator does not have: nobody
// writes below tenants/ without If-None-Match.
func writtenOnce(cfg aws.Config, bucket string) aws.Config {
	cfg = cfg.Copy()
	cfg.APIOptions = append(cfg.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("WrittenOnce", func(
			ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
		) (middleware.InitializeOutput, middleware.Metadata, error) {
			if denied(in.Parameters, bucket) {
				refused := &smithy.GenericAPIError{Code: "AccessDenied", Message: "an explicit deny in a resource-based policy", Fault: smithy.FaultClient}
				return middleware.InitializeOutput{}, middleware.Metadata{}, &smithy.OperationError{ServiceID: s3.ServiceID, OperationName: "PutObject", Err: refused}
			}
			return next.HandleInitialize(ctx, in)
		}), middleware.After)
	})
	return cfg
}

// denied: what needs s3:PutObject, and has no condition.
func denied(parameters any, bucket string) bool {
	var in, key, condition *string
	switch p := parameters.(type) {
	case *s3.PutObjectInput:
		in, key, condition = p.Bucket, p.Key, p.IfNoneMatch
	case *s3.CopyObjectInput:
		in, key, condition = p.Bucket, p.Key, p.IfNoneMatch
	case *s3.CreateMultipartUploadInput:
		in, key = p.Bucket, p.Key
	default:
		return false
	}
	return aws.ToString(in) == bucket && strings.HasPrefix(aws.ToString(key), "tenants/") && condition == nil
}
