package policy_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// wire answers every request that gets as far as this, which is what the guard
// let through.
type wire struct{}

var errPassed = errors.New("the guard let it pass")

func (wire) Do(*http.Request) (*http.Response, error) { return nil, errPassed }

func guarded() aws.Config {
	cfg := aws.Config{
		Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		HTTPClient: wire{}, Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
	calls.Watch(&cfg, nil)
	return cfg
}

// passes reports whether the guard lets a call go out.
func passes(t *testing.T, err error) bool {
	t.Helper()
	if errors.Is(err, errPassed) {
		return true
	}
	if err == nil || !strings.Contains(err.Error(), "calls: ") {
		t.Fatalf("neither sent nor refused by the guard: %v", err)
	}
	return false
}

type item = map[string]types.AttributeValue

func key(pk string) item {
	return item{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: "X"}}
}

// ask sends one operation on a target through the real client. Operations on
// many items also name an item of the tenant's own.
func ask(ctx context.Context, operation string, on target) error {
	db, table, pk := dynamodb.NewFromConfig(guarded()), aws.String(on.table), key(on.key)
	own, update := key(ownData), aws.String("SET a = b")
	var err error
	switch operation {
	case "GetItem":
		_, err = db.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: pk})
	case "PutItem":
		_, err = db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: pk})
	case "UpdateItem":
		_, err = db.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: pk, UpdateExpression: update})
	case "DeleteItem":
		_, err = db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: pk})
	case "Query":
		in := &dynamodb.QueryInput{TableName: table, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": pk["pk"]}}
		if tenant.ScopeFrom(ctx).Act.Opens().Only != nil { // the others may ask for all there is
			in.Select, in.ProjectionExpression = types.SelectSpecificAttributes, aws.String("pk, sk")
		}
		if on.index != "" {
			in.IndexName, in.KeyConditionExpression = aws.String(on.index), aws.String("open = :p")
		}
		_, err = db.Query(ctx, in)
	case "BatchGetItem":
		_, err = db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{on.table: {Keys: on.together(own, pk)}}})
	case "BatchWriteItem":
		requests := []types.WriteRequest{{DeleteRequest: &types.DeleteRequest{Key: pk}}, {PutRequest: &types.PutRequest{Item: pk}}}
		_, err = db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{on.table: requests}})
	case "TransactGetItems":
		_, err = db.TransactGetItems(ctx, &dynamodb.TransactGetItemsInput{TransactItems: []types.TransactGetItem{{Get: &types.Get{TableName: table, Key: pk}}}})
	case "TransactWriteItems":
		_, err = db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: aws.String("platform"), Item: own}},
			{Update: &types.Update{TableName: table, Key: pk, UpdateExpression: update}},
		}})
	case "Scan":
		_, err = db.Scan(ctx, &dynamodb.ScanInput{TableName: table})
	case "PartiQL":
		_, err = db.ExecuteStatement(ctx, &dynamodb.ExecuteStatementInput{Statement: aws.String(`SELECT * FROM "` + on.table + `"`)})
	}
	return err
}

// askObject does the same with an object, or a listing below a prefix.
func askObject(ctx context.Context, operation, name string) error {
	files, bucket, at := s3.NewFromConfig(guarded()), aws.String("media"), aws.String(name)
	var err error
	switch operation {
	case "GetObject":
		_, err = files.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: at})
	case "PutObject":
		_, err = files.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: at, Body: strings.NewReader("")})
	case "DeleteObject":
		_, err = files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: bucket, Key: at})
	case "ListBucket":
		_, err = files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: at})
	}
	return err
}

// askUploads lists unfinished uploads below a prefix.
func askUploads(ctx context.Context, prefix string) error {
	_, err := s3.NewFromConfig(guarded()).ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: aws.String("media"), Prefix: aws.String(prefix)})
	return err
}
