package chaos_test

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// setClocks makes the row's functions run by a wrong clock, through the setting
// that plants every fault inside a function, and answers what sets them right.
func (w *world) setClocks(t *testing.T, f fault) (lift func()) {
	t.Helper()
	const hour = 3600
	by := hour
	if f.way == behind {
		by = -hour
	}
	plan, err := json.Marshal([]calls.Fault{{Kind: calls.Clock, Ahead: by}})
	harness.Must(t, err)
	for _, name := range f.at {
		w.configure(t, name, "FAULTS", string(plan))
	}
	return func() {
		for _, name := range f.at {
			w.configure(t, name, "FAULTS", "")
		}
	}
}

// forget makes the row's functions begin anew, so that they read again what a
// process keeps.
func (w *world) forget(t *testing.T, f fault) {
	t.Helper()
	for _, name := range f.at {
		w.configure(t, name, "CHAOS", rand.Text())
	}
}

// configure changes one variable of a function's environment: its processes begin
// anew. An empty value takes it away.
func (w *world) configure(t *testing.T, name, variable, value string) {
	t.Helper()
	client, function := lambda.NewFromConfig(w.product.AWS()), aws.String(w.product.Stack.Name+"-"+name)
	now, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: function})
	harness.Must(t, err)
	variables := maps.Clone(now.Environment.Variables)
	if variables[variable] = value; value == "" {
		delete(variables, variable)
	}
	_, err = client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: function, Environment: &lambdatypes.Environment{Variables: variables},
	})
	harness.Must(t, err)
}

// poisons are what no reader understands.
func poisons() []string {
	return []string{"", "not JSON", `[]`, `{}`, `{"tenant_id":7}`, `{"tenant_id":"../../other","upload_id":"x","event_id":"x","detail":{"status":"FAILED","input":"{}"}}`, "\x00\xff"}
}

// poison sends such messages to a queue, the stream or a function that events
// lead to. The answer waits until each has gone where an operator finds it.
func (w *world) poison(t *testing.T, f fault) (lift func()) {
	t.Helper()
	switch to := string(f.way); to {
	case "upload-checks":
		return w.poisonQueue(t, to, "uploads-unchecked")
	case "billing":
		return w.poisonQueue(t, to, "billing-undone")
	case "the table's stream":
		return w.poisonStream(t)
	default:
		client := lambda.NewFromConfig(w.product.AWS())
		for _, body := range []string{`[]`, `{}`, `7`, `{"detail":{"status":7}}`, `{"detail":{"object":{"key":"tenants/%zz/x"}},"Records":[{}]}`} {
			_, err := client.Invoke(t.Context(), &lambda.InvokeInput{
				FunctionName: aws.String(w.product.Stack.Name + "-" + to), InvocationType: lambdatypes.InvocationTypeEvent, Payload: []byte(body),
			})
			harness.Must(t, err)
		}
		return func() {}
	}
}

func (w *world) poisonQueue(t *testing.T, name, undone string) (lift func()) {
	t.Helper()
	client, before := sqs.NewFromConfig(w.product.AWS()), w.waiting(t, undone)
	queue := w.queue(t, name)
	// Else each of a message's tries takes half an hour.
	_, err := client.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: queue, Attributes: map[string]string{"VisibilityTimeout": "2"}})
	harness.Must(t, err)
	for _, body := range poisons() {
		_, _ = client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String(body)}) // SQS itself refuses some
	}
	return func() {
		for end := time.Now().Add(patience); w.waiting(t, name) > 0; time.Sleep(500 * time.Millisecond) {
			if time.Now().After(end) {
				t.Errorf("%d messages that nobody understands are still in %s", w.waiting(t, name), name)
				return
			}
		}
		const malformed = 3 // at least; one that names nothing is done with
		if came := w.waiting(t, undone) - before; came < malformed {
			t.Errorf("%d messages came to %s", came, undone)
		}
	}
}

func (w *world) queue(t *testing.T, name string) *string {
	t.Helper()
	out, err := sqs.NewFromConfig(w.product.AWS()).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String(w.product.Stack.Name + "-" + name)})
	harness.Must(t, err)
	return out.QueueUrl
}

// waiting is how many messages a queue holds, those that are being read among them.
func (w *world) waiting(t *testing.T, name string) (n int) {
	t.Helper()
	out, err := sqs.NewFromConfig(w.product.AWS()).GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: w.queue(t, name), AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll},
	})
	harness.Must(t, err)
	for _, attribute := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"} {
		held, err := strconv.Atoi(out.Attributes[attribute])
		harness.Must(t, err)
		n += held
	}
	return n
}

// poisonStream stores items whose keys are like those that the stream's readers
// take, and whose contents are not.
func (w *world) poisonStream(t *testing.T) (lift func()) {
	t.Helper()
	db := dynamodb.NewFromConfig(w.product.AWS())
	tables, err := db.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	harness.Must(t, err)
	var made []*dynamodb.DeleteItemInput
	for _, table := range tables.TableNames {
		described, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		harness.Must(t, err)
		if described.Table.LatestStreamArn == nil {
			continue
		}
		for _, sk := range []string{"LEDGER#", "LEDGER#2026-11", "LEDGER#2026-11#x#y#z", "AUDIT#", "AUDIT#2026-11#", "USAGE#2026-11", "USAGE#"} {
			key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: "T#poison"}, "sk": &types.AttributeValueMemberS{Value: sk}}
			item := maps.Clone(key)
			item["taken"] = &types.AttributeValueMemberL{}
			_, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: item})
			harness.Must(t, err)
			made = append(made, &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: key})
		}
	}
	if len(made) == 0 {
		t.Fatal("no table has a stream")
	}
	return func() {
		for _, item := range made {
			_, err := db.DeleteItem(t.Context(), item)
			harness.Must(t, err)
		}
	}
}
