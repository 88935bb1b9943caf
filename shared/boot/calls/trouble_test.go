package calls

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// heard makes a client whose troubles are collected. Each reading of its clock
// is step later than the one before.
func heard(t *testing.T, faults *Faults, step time.Duration, answer http.HandlerFunc) (*dynamodb.Client, *[]Trouble) {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	cfg := aws.Config{
		Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""),
	}
	var all []Trouble
	at := time.Unix(0, 0)
	watch(&cfg, faults, troubles{
		observers: []Observer{func(_ context.Context, t Trouble) { all = append(all, t) }},
		now:       func() time.Time { at = at.Add(step); return at },
	})
	return dynamodb.NewFromConfig(cfg), &all
}

func fine(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	fmt.Fprint(w, `{}`)
}

func refusing(code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
	}
}

func openWork(c *dynamodb.Client) error {
	_, err := c.Query(tenant.WithSweep(context.Background()), &dynamodb.QueryInput{
		TableName: aws.String("platform"), IndexName: aws.String("open-work"), KeyConditionExpression: aws.String("#o = :o"),
		ExpressionAttributeNames:  map[string]string{"#o": "open"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":o": &types.AttributeValueMemberS{Value: "secret-value"}},
	})
	return err
}

func bothTables(c *dynamodb.Client) error {
	put := func(table, pk string) types.TransactWriteItem {
		key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: "secret-value"}}
		return types.TransactWriteItem{Put: &types.Put{TableName: aws.String(table), Item: key}}
	}
	_, err := c.TransactWriteItems(tenant.WithSignIn(tenant.Doing(context.Background(), tenant.SignIn), mine), &dynamodb.TransactWriteItemsInput{
		TransactItems: []types.TransactWriteItem{put("platform", "T#"+string(mine)), put("directory", "ADDR#person@example.com")},
	})
	return err
}

func TestTroublesNameTableIndexAndOperation(t *testing.T) {
	throttledOnce := Plant(Fault{Operation: "DynamoDB.Query", Nth: 1, Kind: Throttled, FirstTry: true})
	for _, c := range []struct {
		name   string
		faults *Faults
		step   time.Duration
		answer http.HandlerFunc
		call   func(*dynamodb.Client) error
		want   []string // what service.operation table index attempt code
	}{
		{"nothing to tell", nil, time.Millisecond, fine, openWork, nil},
		{"throttled, then well", throttledOnce, time.Millisecond, fine, openWork, []string{
			"throttled DynamoDB.Query platform open-work 1 ThrottlingException", "retried DynamoDB.Query platform open-work 2 ",
		}},
		{"slow", nil, slowDynamo + 1, fine, openWork, []string{"slow DynamoDB.Query platform open-work 1 "}},
		{"as slow as it may be", nil, slowDynamo, fine, openWork, nil},
		{"denied", nil, time.Millisecond, refusing("AccessDeniedException", "arn:…"), openWork, []string{"denied DynamoDB.Query platform open-work 1 AccessDeniedException"}},
		{"refused by a condition", nil, time.Millisecond, refusing("TransactionCanceledException", "reasons [ConditionalCheckFailed, None]"), bothTables, nil},
		{"one action throttled", nil, time.Millisecond, refusing("TransactionCanceledException", "reasons [None, ThrottlingError]"), bothTables,
			[]string{"throttled DynamoDB.TransactWriteItems directory,platform  1 TransactionCanceledException"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			client, all := heard(t, c.faults, c.step, c.answer)
			_ = c.call(client)
			var got []string
			for _, x := range *all {
				got = append(got, fmt.Sprintf("%s %s.%s %s %s %d %s", x.What, x.Service, x.Operation, x.Table, x.Index, x.Attempt, x.Code))
				if text := fmt.Sprintf("%+v", x); strings.Contains(text, "secret-value") || strings.Contains(text, string(mine)) || strings.Contains(text, "person@") {
					t.Errorf("a key or value is told: %s", text)
				}
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("told\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// To a function that may not list the whole bucket, S3 denies what is absent. Only
// the store can tell that from a right that is missing.
func TestWhatMayOnlyBeAbsentIsNotToldAsDenied(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusForbidden)
		if r.Method != http.MethodHead {
			fmt.Fprint(w, `<Error><Code>AccessDenied</Code></Error>`)
		}
	}))
	t.Cleanup(server.Close)
	cfg := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("k", "s", "")}
	var all []string
	Watch(&cfg, nil, func(_ context.Context, t Trouble) {
		all = append(all, fmt.Sprintf("%s %s.%s %s", t.What, t.Service, t.Operation, t.Code))
	})
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true })
	ctx, bucket, key := tenant.WithTenant(t.Context(), mine), aws.String("media"), aws.String("tenants/"+string(mine)+"/a")
	for name, c := range map[string]struct {
		call func() error
		told bool
	}{
		"GetObject": {func() error {
			_, err := client.GetObject(ctx, &s3.GetObjectInput{Bucket: bucket, Key: key})
			return err
		}, false},
		"HeadObject": {func() error {
			_, err := client.HeadObject(ctx, &s3.HeadObjectInput{Bucket: bucket, Key: key})
			return err
		}, false},
		"CopyObject": {func() error {
			_, err := client.CopyObject(ctx, &s3.CopyObjectInput{Bucket: bucket, Key: key, CopySource: aws.String("media/" + *key)})
			return err
		}, false},
		"PutObject": {func() error {
			_, err := client.PutObject(ctx, &s3.PutObjectInput{Bucket: bucket, Key: key})
			return err
		}, true},
		"ListObjectsV2": {func() error {
			_, err := client.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: bucket, Prefix: key})
			return err
		}, true},
	} {
		all = nil
		if err := c.call(); err == nil || !problem.Is(problem.MissingRight("try", err), problem.Internal) {
			t.Errorf("%s: %v, want a refusal", name, err)
		}
		var want []string
		if c.told {
			want = []string{"denied S3." + name + " AccessDenied"}
		}
		if !slices.Equal(all, want) {
			t.Errorf("%s: told %v, want %v", name, all, want)
		}
	}
}
