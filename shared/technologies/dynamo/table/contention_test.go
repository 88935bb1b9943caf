package table

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// A write that always loses is made equally often, whatever its kind.
func TestALosingWriteIsMadeEquallyOften(t *testing.T) {
	var made atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		made.Add(1)
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		if r.Header.Get("X-Amz-Target") == "DynamoDB_20120810.UpdateItem" {
			fmt.Fprint(w, `{"__type":"TransactionConflictException","message":"m"}`)
			return
		}
		fmt.Fprint(w, `{"__type":"TransactionCanceledException","message":"m","CancellationReasons":[{"Code":"TransactionConflict"}]}`)
	}))
	t.Cleanup(server.Close)
	c := Connect(aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}, "platform", "directory")
	key := Item{PK: Str("K")}
	taking := NewAddition()
	taking.AddMost("n", 1, 9)
	if err := c.Update(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String("platform"), Key: key}); !Conflicted(err) {
		t.Fatalf("update: %v", err)
	}
	updates := made.Swap(0)
	if _, err := c.Transact(t.Context(), []types.TransactWriteItem{taking.On("directory", key)}); !Conflicted(err) {
		t.Fatalf("transaction: %v", err)
	}
	if transactions := made.Load(); updates != ContentionTries || transactions != ContentionTries {
		t.Errorf("%d updates and %d transactions, want %d of each", updates, transactions, ContentionTries)
	}
}
