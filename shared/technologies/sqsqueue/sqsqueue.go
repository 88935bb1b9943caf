// Package sqsqueue hands orders on through a queue of SQS.
package sqsqueue

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// Queue is one queue of orders, each of which is sent as JSON. It implements
// billing.Queue and upload.Queue.
type Queue[Order any] struct {
	client *sqs.Client
	url    string
}

// New names a queue by its URL.
func New[Order any](cfg aws.Config, url string) *Queue[Order] {
	return &Queue[Order]{sqs.NewFromConfig(cfg), url}
}

// Send hands an order on. Errors: Unavailable.
func (q *Queue[Order]) Send(ctx context.Context, o Order) error {
	body, err := json.Marshal(o)
	if err != nil {
		return fmt.Errorf("encode order: %w", err)
	}
	const doing = "send order"
	_, err = q.client.SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String(q.url), MessageBody: aws.String(string(body))})
	if err == nil {
		return nil
	}
	if missing := problem.MissingRight(doing, err); missing != nil {
		return missing
	}
	return problem.Wrap(problem.Unavailable, "The work could not be handed on right now. Try again in a moment.", fmt.Errorf("%s: %w", doing, err))
}
