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
