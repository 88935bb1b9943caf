package chaos_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/devotionalai/platform/tests/harness"
)

// poisoned are the messages of a row, none of which its reader understands.
type poisoned struct {
	waits    []string // where an operator finds them
	harmless []string // the reader is done with them: they name nothing
	in       string   // the queue where they wait
}

// poisons are the rows' messages. For the stream they are sort keys of items.
func poisons() map[way]poisoned {
	elsewhere := `{"tenant_id":"../../other","upload_id":"x","event_id":"x","detail":{"status":"FAILED","input":"{}"}}`
	strange := `{"detail":{"object":{"key":"tenants/%zz/x"}},"Records":[{}]}`
	return map[way]poisoned{
		"upload-checks":   {in: "uploads-unchecked", waits: []string{"not JSON", `[]`, `{"tenant_id":7}`, elsewhere, `{}`}},
		"billing":         {in: "billing-undone", waits: []string{"not JSON", `[]`, `{"tenant_id":7}`, elsewhere, `{}`}},
		"render-event":    {in: "undelivered", waits: []string{`[]`, `7`, `{}`, `{"detail":{"status":7}}`, strange}},
		"storage-correct": {in: "undelivered", waits: []string{`[]`, `7`, `{}`, `{"detail":{"status":7}}`}, harmless: []string{strange}},
		"mail-feedback":   {in: "undelivered", waits: []string{`[]`, `7`}, harmless: []string{`{}`, `{"detail":{"status":7}}`, strange}},
		"the table's stream": {in: "undelivered", harmless: []string{
			"LEDGER#", "LEDGER#2026-11", "LEDGER#2026-11#x#y#z", "LEDGER#2026-11#x#1", "AUDIT#", "AUDIT#2026-11#", "AUDIT#2026-11#x", "USAGE#2026-11", "USAGE#",
		}},
	}
}

// String says in the docs and the table where they went.
func (p poisoned) String() string {
	var parts []string
	if n := len(p.waits); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d messages wait in %s", n, n+len(p.harmless), p.in))
	}
	if n := len(p.harmless); n > 0 {
		parts = append(parts, fmt.Sprintf("%d of %d are done with as harmless", n, n+len(p.waits)))
	}
	return strings.Join(parts, ", ")
}

// poison sends the row's messages to a queue, the stream or a function that events lead
// to. Its lift waits until each has ended as it must.
func (w *world) poison(t *testing.T, f fault, s *stand) {
	t.Helper()
	messages, ended := poisons()[f.way], 0
	var look func() (wrong []string)
	switch to := string(f.way); to {
	case "upload-checks", "billing":
		look = w.poisonQueue(t, to, messages)
	case "the table's stream":
		look = w.poisonStream(t, messages)
	default:
		look = w.poisonFunction(t, to, messages)
	}
	s.struck = func() int { return ended }
	s.lift = func() {
		wrong := look()
		for _, found := range wrong {
			t.Errorf("%s: %s", f.name(), found)
		}
		if ended = len(messages.waits) + len(messages.harmless); len(wrong) == 0 {
			s.held = append(s.held, messages.String())
		}
	}
}

// poisonFunction lets events lead to the function.
func (w *world) poisonFunction(t *testing.T, to string, messages poisoned) (look func() []string) {
	t.Helper()
	client, function := lambda.NewFromConfig(w.product.AWS()), w.product.Stack.Name+"-"+to
	send := func(body string, how lambdatypes.InvocationType) *lambda.InvokeOutput {
		out, err := client.Invoke(t.Context(), &lambda.InvokeInput{FunctionName: aws.String(function), InvocationType: how, Payload: []byte(body)})
		harness.Must(t, err)
		return out
	}
	w.drain(t, messages.in)
	for _, body := range append(messages.harmless, messages.waits...) {
		send(body, lambdatypes.InvocationTypeEvent)
	}
	return func() (wrong []string) {
		came := w.arrivals(t, messages, func(body string) string {
			var told struct {
				About   struct{ FunctionArn string } `json:"requestContext"`
				Payload json.RawMessage              `json:"requestPayload"`
			}
			if json.Unmarshal([]byte(body), &told) != nil || !strings.HasSuffix(told.About.FunctionArn, ":"+function) {
				return ""
			}
			return string(told.Payload)
		})
		for _, body := range messages.harmless { // what becomes of it nobody hears: ask
			if out := send(body, lambdatypes.InvocationTypeRequestResponse); out.FunctionError != nil {
				wrong = append(wrong, fmt.Sprintf("%s ends with %s", body, out.Payload))
			}
		}
		return append(wrong, messages.missing(came)...)
	}
}

// poisonQueue puts them before those of a person.
func (w *world) poisonQueue(t *testing.T, name string, messages poisoned) (look func() []string) {
	t.Helper()
	client, queue := sqs.NewFromConfig(w.product.AWS()), w.queue(t, name)
	// Else each of a message's tries takes half an hour.
	_, err := client.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: queue, Attributes: map[string]string{"VisibilityTimeout": "2"}})
	harness.Must(t, err)
	w.drain(t, messages.in)
	for _, body := range append(messages.harmless, messages.waits...) {
		_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String(body)})
		harness.Must(t, err)
	}
	return func() (wrong []string) {
		came := w.arrivals(t, messages, func(body string) string { return body })
		for end := time.Now().Add(patience); w.waiting(t, name) > 0; time.Sleep(500 * time.Millisecond) {
			if time.Now().After(end) {
				return []string{fmt.Sprintf("%d messages that nobody understands are still in %s", w.waiting(t, name), name)}
			}
		}
		return messages.missing(came)
	}
}

// arrivals awaits those that must wait in the end, and counts them. read answers a
// message as it was sent, "" for somebody else's.
func (w *world) arrivals(t *testing.T, messages poisoned, read func(body string) string) (came map[string]int) {
	t.Helper()
	came = map[string]int{}
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(500 * time.Millisecond) {
		for _, body := range w.drain(t, messages.in) {
			came[spaceless(read(body))]++
		}
		if len(messages.missing(came)) == 0 {
			break
		}
	}
	return came
}

// spaceless is a message without what another writer of JSON puts in.
func spaceless(body string) string { return strings.ReplaceAll(body, " ", "") }

// missing says which messages have not come, or should not have.
func (p poisoned) missing(came map[string]int) (wrong []string) {
	for _, body := range p.waits {
		if came[spaceless(body)] == 0 {
			wrong = append(wrong, fmt.Sprintf("%s has not come to %s", body, p.in))
		}
	}
	for _, body := range p.harmless {
		if came[spaceless(body)] > 0 {
			wrong = append(wrong, fmt.Sprintf("%s has come to %s", body, p.in))
		}
	}
	return wrong
}

// drain takes what is in a queue that nobody else reads.
func (w *world) drain(t *testing.T, name string) (bodies []string) {
	t.Helper()
	client, queue := sqs.NewFromConfig(w.product.AWS()), w.queue(t, name)
	for {
		out, err := client.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 10})
		harness.Must(t, err)
		if len(out.Messages) == 0 {
			return bodies
		}
		for _, m := range out.Messages {
			bodies = append(bodies, aws.ToString(m.Body))
			_, err := client.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: m.ReceiptHandle})
			harness.Must(t, err)
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

// poisonStream stores items whose keys are like those that the stream's readers take,
// and whose contents are not. What a reader answers of each alone is what the stream's
// mapping goes by: a record that it names is tried again, and waits in the end.
func (w *world) poisonStream(t *testing.T, messages poisoned) (look func() []string) {
	t.Helper()
	db := dynamodb.NewFromConfig(w.product.AWS())
	const owner = "T#01JDZZZZZZZZZZZZZZZZZZZZZZ" // nobody
	var made []*dynamodb.DeleteItemInput
	for _, table := range w.streamed(t) {
		for _, sk := range append(messages.harmless, messages.waits...) {
			key := map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: owner}, "sk": &types.AttributeValueMemberS{Value: sk}}
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
	return func() (wrong []string) {
		for _, reader := range []string{"ledger-archive", "usage-notice"} {
			for i, sk := range append(messages.harmless, messages.waits...) {
				record := fmt.Sprintf(`{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":%q},"sk":{"S":%q}},"SequenceNumber":"1"}}]}`, owner, sk)
				out, err := w.product.Stack.Invoke(t.Context(), w.product.Package, reader, []byte(record))
				if failed := err != nil || strings.Contains(string(out), `"1"`); failed != (i >= len(messages.harmless)) {
					wrong = append(wrong, fmt.Sprintf("%s answers %s %v of %s", reader, out, err, sk))
				}
			}
		}
		for _, item := range made {
			_, err := db.DeleteItem(t.Context(), item)
			harness.Must(t, err)
		}
		return wrong
	}
}

// streamed are the tables with a stream.
func (w *world) streamed(t *testing.T) (names []string) {
	t.Helper()
	db := dynamodb.NewFromConfig(w.product.AWS())
	tables, err := db.ListTables(t.Context(), &dynamodb.ListTablesInput{})
	harness.Must(t, err)
	for _, table := range tables.TableNames {
		described, err := db.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(table)})
		harness.Must(t, err)
		if described.Table.LatestStreamArn != nil {
			names = append(names, table)
		}
	}
	return names
}
