package contract

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// customer is the payment service's name for the person's tenant.
const customer = "cus_of_the_samples"

// queue is one of the stage's own.
func (s *stage) queue(t *testing.T) string {
	t.Helper()
	out, err := sqs.NewFromConfig(s.aws).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("contract-" + tenant.NewID())})
	if err != nil {
		t.Fatalf("create queue: %v", err)
	}
	return aws.ToString(out.QueueUrl)
}

// paymentFixture makes what the payment service has sent: {{event_…}} is the body
// of an event, as a JSON string holds it, and {{signature_…}} its signature.
func (s *stage) paymentFixture(t *testing.T, name string) string {
	t.Helper()
	kind, isEvent := strings.CutPrefix(name, "event_")
	if kind == "stored" {
		return s.storedEvent(t)
	}
	if !isEvent {
		if kind, isEvent = strings.CutPrefix(name, "signature_"); !isEvent {
			return ""
		}
	}
	type object map[string]string
	event := func(version, kind string, o object) string {
		return fmt.Sprintf(`{"id":"evt_%s","object":"event","api_version":%q,"created":%d,"type":%q,"data":{"object":%s}}`,
			tenant.NewID(), version, time.Now().Unix(), kind, marshal(t, o))
	}
	invoice := object{"id": "in_1", "object": "invoice", "customer": customer}
	var body string
	switch kind {
	case "paid":
		s.introduce(t)
		body = event(stripe.APIVersion, "invoice.paid", invoice)
	case "of_nobody":
		body = event(stripe.APIVersion, "invoice.paid", object{"id": "in_2", "object": "invoice", "customer": "cus_elsewhere"})
	case "unknown":
		body = event(stripe.APIVersion, "product.created", object{"id": "prod_1", "object": "product"})
	case "disputed":
		body = event(stripe.APIVersion, "charge.dispute.created", object{"id": "dp_1", "object": "dispute", "charge": "ch_1"})
	case "of_another_version":
		body = event("2024-06-20", "invoice.paid", invoice)
	default:
		return ""
	}
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: []byte(body), Secret: webhookSecret, Timestamp: time.Now()})
	s.filled["event_"+kind] = strings.Trim(marshal(t, body), `"`)
	s.filled["signature_"+kind] = signed.Header
	return s.filled[name]
}

func marshal(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// introduce makes the person's tenant a customer.
func (s *stage) introduce(t *testing.T) {
	t.Helper()
	id := s.person(t)
	_, err := dynamodb.NewFromConfig(s.aws).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.DirectoryTable"]),
		Item: map[string]types.AttributeValue{
			"pk":     &types.AttributeValueMemberS{Value: tenant.CustomerPrefix + customer},
			"tenant": &types.AttributeValueMemberS{Value: string(id)},
		},
	})
	if err != nil {
		t.Fatalf("introduce customer: %v", err)
	}
}

// storedEvent is one that was applied.
func (s *stage) storedEvent(t *testing.T) string {
	t.Helper()
	id := "evt_" + tenant.NewID()
	whose := s.person(t)
	_, err := dynamo.NewHooks(s.store()).AddHook(tenant.WithTenant(t.Context(), whose), whose, billing.Hook{
		Event:  billing.Event{ID: id, Type: "invoice.paid", CreatedAt: time.Now(), Customer: customer, Object: "in_1", Invoice: "in_1"},
		Status: billing.Applied, At: time.Now(), DueAt: time.Now(),
	})
	if err != nil {
		t.Fatalf("store event: %v", err)
	}
	return id
}
