// Package table is the connection to the product's two DynamoDB tables: values,
// reads, writes and transactions, and what their errors mean. It knows no item
// of any domain and builds no key; the stores above it do.
package table

import (
	"math/rand/v2"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// attemptTimeout bounds one attempt of one call. DynamoDB answers in
// milliseconds; the slowest honest answer seen is a busy local emulator's.
const attemptTimeout = 8 * time.Second

// Client is the connection to both tables. Its fields are not changed.
type Client struct {
	DB        *dynamodb.Client // for what the methods below do not do; its errors go through Failed
	Platform  string           // name of the table of what belongs to a tenant, keyed by PK and SK
	Directory string           // name of the table of what is looked up before the tenant is known, keyed by PK
}

// Connect connects to the two tables. The name of one that is not used may be
// empty. Calls are signed by the context's tenant scope.
func Connect(cfg aws.Config, platform, directory string) *Client {
	db := dynamodb.NewFromConfig(cfg, func(o *dynamodb.Options) {
		if h, ok := o.HTTPClient.(*awshttp.BuildableClient); ok {
			o.HTTPClient = h.WithTimeout(attemptTimeout)
		}
		o.Retryer = retry.NewStandard(func(r *retry.StandardOptions) { r.Backoff = retry.BackoffDelayerFunc(backoff) })
	})
	return &Client{DB: db, Platform: platform, Directory: directory}
}

// backoff is the pause between two attempts of one call: up to 50, 100, 200, …
// ms, at random. The SDK's own begins at a second, and a person is waiting.
func backoff(attempt int, _ error) (time.Duration, error) {
	return rand.N(50 * time.Millisecond << min(max(attempt-1, 0), 5)), nil
}
