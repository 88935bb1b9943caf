// Package dynamo keeps the product's items in two DynamoDB tables, behind the
// ports of the domains. Keys are built in keys*.go and nowhere else. It decides
// no rule: a conditional write only holds what a domain asked for. How the tables
// are called is package table's. What several stores share lies in the files
// admission, arrival, claim, counter, ledger, release and slot, and in
// tenantitem and useritem.
package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Client is the connection that all stores of this package share.
type Client struct{ *table.Client }

// NewClient connects to the two tables. A store that uses only one of them may
// leave the other's name empty. Calls are signed by the context's tenant scope.
func NewClient(cfg aws.Config, platform, directory string) *Client {
	return &Client{table.Connect(cfg, platform, directory)}
}
