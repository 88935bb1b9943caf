package payments_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/boot/payments/webhook"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sqsqueue"
	"github.com/devotionalai/platform/tests/harness"
)

// Parts of a card that the stand-in's answers hold. They are nowhere in the log.
const (
	cardNumber = "4242424242424242"
	cardLast4  = "6271"
	payer      = "payer@example.com"
)

// stripe answers those who show its key, with all that Stripe says of a card.
type stripe struct {
	mu  sync.Mutex
	key string
}

func (s *stripe) rotate(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.key = key
}

func (s *stripe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	known := r.Header.Get("Authorization") == "Bearer "+s.key
	s.mu.Unlock()
	switch {
	case !known:
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprintf(w, `{"error":{"type":"invalid_request_error","message":"Invalid API Key provided: %s"}}`, strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "))
	case strings.HasSuffix(r.URL.Path, "/dp_refused"):
		w.WriteHeader(http.StatusPaymentRequired)
		fmt.Fprintf(w, `{"error":{"type":"card_error","code":"card_declined","message":"The card %s of %s was declined.","payment_method":{"id":"pm_1","card":{"last4":%q}}}}`, cardNumber, payer, cardLast4)
	default:
		fmt.Fprintf(w, `{"id":"dp_1","charge":{"id":"ch_1","customer":%q,"invoice":"in_1","receipt_email":%q,"payment_method_details":{"card":{"last4":%q}}}}`, customer, payer, cardLast4)
	}
}

// installation is the webhook as it is deployed, on the emulator.
type installation struct {
	*testing.T
	store   *harness.Store
	secrets *secretsmanager.Client
	arn     string
	queue   string
	stripe  *stripe
	environ []string
	log     bytes.Buffer
}

type installed struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"`
	AppURL        string `env:"APP_URL,required,notEmpty"`
	QueueURL      string `env:"BILLING_QUEUE_URL,required,notEmpty"`
	Payments      payments.Settings
}

func install(t *testing.T, store *harness.Store) *installation {
	t.Helper()
	for _, line := range store.Environ() {
		name, value, _ := strings.Cut(line, "=")
		t.Setenv(name, value)
	}
	i := &installation{T: t, store: store, secrets: secretsmanager.NewFromConfig(store.AWS), stripe: &stripe{key: apiKey}}
	made, err := i.secrets.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{
		Name: aws.String("payments-" + tenant.NewID()), SecretString: aws.String(document(apiKey, oldSecret)),
	})
	harness.Must(t, err)
	queue, err := sqs.NewFromConfig(store.AWS).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("payments-" + tenant.NewID())})
	harness.Must(t, err)
	i.arn, i.queue = aws.ToString(made.ARN), aws.ToString(queue.QueueUrl)
	server := httptest.NewServer(i.stripe)
	t.Cleanup(server.Close)
	i.environ = append(store.Environ(), "STAGE=test", "MODE=local", "BUILD=b1", "AWS_LAMBDA_FUNCTION_NAME=stripe-webhook", "APP_URL=http://localhost:8000",
		"PLATFORM_TABLE="+store.Platform, "DIRECTORY_TABLE="+store.Directory, "BILLING_QUEUE_URL="+i.queue,
		"BILLING_MODE=stripe", "STRIPE_SECRET_ARN="+i.arn, "STRIPE_API_BASE="+server.URL, "STRIPE_PRICE_PRO=price_pro")
	_, err = dynamodb.NewFromConfig(store.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(store.Directory), Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: tenant.CustomerPrefix + customer}, "tenant": &types.AttributeValueMemberS{Value: string(owner)},
	}})
	harness.Must(t, err)
	i.account(tenant.Active)
	return i
}

// account puts the tenant that the customer is.
func (i *installation) account(status tenant.Status) {
	i.Helper()
	_, err := dynamodb.NewFromConfig(i.store.AWS).PutItem(i.Context(), &dynamodb.PutItemInput{TableName: aws.String(i.store.Platform), Item: map[string]types.AttributeValue{
		"pk": &types.AttributeValueMemberS{Value: tenant.DataPartition(owner)}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
		"status": &types.AttributeValueMemberS{Value: string(status)},
	}})
	harness.Must(i.T, err)
}

// process is one environment of the function; it lives as long as the test.
func (i *installation) process() boot.URLHandler {
	i.Helper()
	call, _ := i.broken(nil)
	return call
}

// broken is one whose AWS calls meet a plan.
func (i *installation) broken(plan []calls.Fault) (boot.URLHandler, *calls.Faults) {
	i.Helper()
	text, err := json.Marshal(plan)
	harness.Must(i.T, err)
	var faults *calls.Faults
	call, err := boot.NewURL(i.Context(), append(slices.Clone(i.environ), "FAULTS="+string(text)), &i.log, func(_ context.Context, rt *boot.Runtime, c installed) (http.Handler, error) {
		rt.Does(tenant.Hook)
		harness.WithoutWaiting(&rt.AWS)
		faults = rt.Faults
		store := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
		inbox := billing.Inbox{Store: dynamo.NewHooks(store), Queue: sqsqueue.New[billing.Order](rt.AWS, c.QueueURL), Now: rt.Now}
		events, err := webhook.New(rt, c.Payments, dynamo.NewCustomers(store), inbox)
		if err != nil {
			return nil, err
		}
		return edge.ServeRaw(rt, c.AppURL, httpapi.StripeWebhook(), events.Receive)
	})
	harness.Must(i.T, err)
	return call, faults
}

// send delivers an event, signed, and answers the status.
func (i *installation) send(process boot.URLHandler, secret, body string) int {
	i.Helper()
	e := events.LambdaFunctionURLRequest{RawPath: "/", Headers: map[string]string{"stripe-signature": signed(body, secret, time.Now())}, Body: body}
	e.RequestContext.HTTP.Method = "POST"
	res, err := process(i.Context(), e)
	harness.Must(i.T, err)
	return res.StatusCode
}

func (i *installation) rotate(api string, webhooks ...string) {
	i.Helper()
	_, err := i.secrets.PutSecretValue(i.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String(i.arn), SecretString: aws.String(document(api, webhooks...))})
	harness.Must(i.T, err)
	i.stripe.rotate(api)
}

// hooks are the events that are kept with the tenant, by their status.
func (i *installation) hooks() map[string]string {
	i.Helper()
	out, err := dynamodb.NewFromConfig(i.store.AWS).Query(i.Context(), &dynamodb.QueryInput{
		TableName: aws.String(i.store.Platform), KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :hook)"), ConsistentRead: aws.Bool(true),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: tenant.DataPartition(owner)}, ":hook": &types.AttributeValueMemberS{Value: "HOOK#"},
		},
	})
	harness.Must(i.T, err)
	kept := map[string]string{}
	for _, it := range out.Items {
		text := func(name string) string {
			s, _ := it[name].(*types.AttributeValueMemberS)
			if s == nil {
				return ""
			}
			return s.Value
		}
		kept[strings.TrimPrefix(text("sk"), "HOOK#")] = text("status")
		if text("open") == "" {
			i.Errorf("%s is not in the index of open work: lost on the way to the worker, it would stay so", text("sk"))
		}
	}
	return kept
}

// orders takes the messages of the queue.
func (i *installation) orders() []string {
	i.Helper()
	client := sqs.NewFromConfig(i.store.AWS)
	var all []string
	for {
		out, err := client.ReceiveMessage(i.Context(), &sqs.ReceiveMessageInput{QueueUrl: aws.String(i.queue), MaxNumberOfMessages: 10})
		harness.Must(i.T, err)
		if len(out.Messages) == 0 {
			return all
		}
		for _, m := range out.Messages {
			all = append(all, aws.ToString(m.Body))
		}
	}
}

func event(id string) string { return strings.Replace(genuine, "evt_1", id, 1) }

// disputed is an event whose customer the payment service must tell.
func disputed(id, dispute string) string {
	body := strings.Replace(event(id), "invoice.paid", "charge.dispute.created", 1)
	body = strings.Replace(body, `"in_1", "object": "invoice"`, `"`+dispute+`", "object": "dispute"`, 1)
	return strings.Replace(body, `"customer": "cus_1"`, `"charge": "ch_1"`, 1)
}

// TestKeysRotateWithoutADeployment: one process lives through all of it.
func TestKeysRotateWithoutADeployment(t *testing.T) {
	i := install(t, harness.Tables(t))
	p := i.process()
	want := func(what string, got, status int) {
		t.Helper()
		if got != status {
			t.Fatalf("%s: %d, want %d\n%s", what, got, status, i.log.String())
		}
	}
	want("before", i.send(p, oldSecret, event("evt_before")), 200)
	want("a call of the payment service before", i.send(p, oldSecret, disputed("evt_dispute", "dp_1")), 200)
	const nextKey = "sk_test_51TheKeyAfterTheRotation"
	i.rotate(nextKey, newSecret, oldSecret)
	want("by the new secret", i.send(p, newSecret, event("evt_new")), 200)
	want("by the old one, for what was on its way", i.send(p, oldSecret, event("evt_late")), 200)
	want("a call with the new key", i.send(p, newSecret, disputed("evt_dispute_after", "dp_1")), 200)
	i.rotate(apiKey, newSecret) // and on, within the same minutes
	want("a call with the next key", i.send(p, newSecret, disputed("evt_dispute_again", "dp_1")), 200)
	want("by the old one, when it is over", i.send(i.process(), oldSecret, event("evt_over")), 400)
	kept := i.hooks()
	for _, id := range []string{"evt_before", "evt_dispute", "evt_new", "evt_late", "evt_dispute_after", "evt_dispute_again"} {
		if kept[id] != string(billing.Received) {
			t.Errorf("%s is %q", id, kept[id])
		}
	}
	if orders := i.orders(); len(kept) != 6 || len(orders) != 6 {
		t.Errorf("kept %v, handed on %v", kept, orders)
	}
}

// TestNothingSecretIsLogged: neither by what goes well, nor by what does not.
func TestNothingSecretIsLogged(t *testing.T) {
	i := install(t, harness.Tables(t))
	p := i.process()
	for _, one := range []struct {
		secret, body string
		status       int
	}{
		{oldSecret, event("evt_1"), 200}, {newSecret, event("evt_2"), 400}, {oldSecret, disputed("evt_3", "dp_refused"), 502},
		{oldSecret, disputed("evt_4", "dp_1"), 200}, {oldSecret, strings.Replace(event("evt_5"), "2023-10-16", "2030-01-01", 1), 400},
	} {
		if got := i.send(p, one.secret, one.body); got != one.status {
			t.Errorf("%s: %d, want %d", one.body, got, one.status)
		}
	}
	i.stripe.rotate("sk_test_a_key_that_is_not_here")
	if got := i.send(p, oldSecret, disputed("evt_6", "dp_1")); got != problem.Status(problem.BillingNotSetUp) {
		t.Errorf("with a key that is refused: %d", got)
	}
	i.rotate(apiKey, "short")
	if got := i.send(i.process(), "short", event("evt_7")); got != 409 {
		t.Errorf("with a short secret: %d", got)
	}
	log := i.log.String()
	for _, never := range []string{apiKey, oldSecret, newSecret, strings.TrimPrefix(oldSecret, "whsec_"), cardNumber, cardLast4, payer, "sk_test", "whsec_", "J\u00f6rg", "v1="} {
		if strings.Contains(log, never) {
			t.Errorf("the log holds %q:\n%s", never, log)
		}
	}
	for _, wanted := range []string{"no live secret signed this body", "another API version", "stripe answered 402", "card_declined", "stripe answered 401", "too short"} {
		if !strings.Contains(log, wanted) {
			t.Errorf("the log does not say %q:\n%s", wanted, log)
		}
	}
}

// TestNoEventIsLostOnItsWay lets each AWS call of the webhook fail in turn. An
// answer of 200 says that the event is kept; without one the payment service
// sends it again, and then it is kept once.
func TestNoEventIsLostOnItsWay(t *testing.T) {
	harness.Proof(t)
	harness.Sweep{Flow: "hear an event", Ways: harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled)}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
		i := install(t, harness.Tables(t))
		process, faults := i.broken(plan)
		status := i.send(process, oldSecret, event("evt_1"))
		if kept := i.hooks(); status == 200 && kept["evt_1"] != string(billing.Received) {
			t.Errorf("answered 200, kept %v", kept)
		}
		if again := i.send(i.process(), oldSecret, event("evt_1")); again != 200 {
			t.Errorf("the second time: %d", again)
		}
		kept, orders := i.hooks(), i.orders()
		if len(kept) != 1 || kept["evt_1"] != string(billing.Received) || len(orders) == 0 {
			t.Errorf("kept %v, handed on %v", kept, orders)
		}
		for _, o := range orders {
			if o != orders[0] || !strings.Contains(o, "evt_1") || !strings.Contains(o, string(owner)) {
				t.Errorf("another order: %s", o)
			}
		}
		return faults
	})
}
