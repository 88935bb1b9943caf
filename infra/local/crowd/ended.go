package crowd

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	items "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/openwork"
)

// open is what has not ended: a workflow may be over whose job is not, and a job be
// queued that no workflow was begun for.
type open struct{ executions, jobs int }

// allEnded waits until no workflow runs and no job of anybody's is queued or running,
// and answers what still does when its patience is at an end.
func allEnded(ctx context.Context, product *running.Product) (left open, err error) {
	flows := sfn.NewFromConfig(product.AWS)
	table, err := product.Output(ctx, "PlatformTable")
	if err != nil {
		return left, fmt.Errorf("find the jobs: %w", err)
	}
	db := dynamodb.NewFromConfig(product.AWS)
	for end := time.Now().Add(patience); ; {
		if left.executions, err = executions(ctx, flows); err == nil {
			left.jobs, err = jobs(ctx, db, table)
		}
		if err != nil || left == (open{}) || time.Now().After(end) {
			return left, err
		}
		select {
		case <-ctx.Done():
			return left, ctx.Err()
		case <-time.After(time.Second):
		}
	}
}

func executions(ctx context.Context, flows *sfn.Client) (running int, err error) {
	machines, err := flows.ListStateMachines(ctx, &sfn.ListStateMachinesInput{})
	if err != nil {
		return 0, fmt.Errorf("list workflows: %w", err)
	}
	for _, m := range machines.StateMachines {
		page, err := flows.ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: m.StateMachineArn, StatusFilter: types.ExecutionStatusRunning})
		if err != nil {
			return 0, fmt.Errorf("list executions: %w", err)
		}
		running += len(page.Executions)
	}
	return running, nil
}

// jobs counts those that have not ended, of all tenants: they stand in the table's index
// of open work (infra/data.yaml), under their kind and the number of a shard.
func jobs(ctx context.Context, db dynamodb.ScanAPIClient, table string) (unended int, err error) {
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: aws.String(table), IndexName: aws.String("open-work"), Select: items.SelectCount,
		FilterExpression: aws.String("begins_with(#open, :kind)"), ExpressionAttributeNames: map[string]string{"#open": "open"},
		ExpressionAttributeValues: map[string]items.AttributeValue{":kind": &items.AttributeValueMemberS{Value: string(openwork.Render) + "#"}},
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return unended, fmt.Errorf("list jobs: %w", err)
		}
		unended += int(page.Count)
	}
	return unended, nil
}
