package harness

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// TestTables holds the test tables to what the code relies on: the index of
// open work, the stream and the expiry come from the template.
func TestTables(t *testing.T) {
	t.Parallel()
	OnBothStores(t, tablesAreAsDeclared)
}

func tablesAreAsDeclared(t *testing.T, db Database) {
	s := db.Tables(t)
	client := dynamodb.NewFromConfig(s.AWS)
	platform, err := client.DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: aws.String(s.Platform)})
	if err != nil {
		t.Fatal(err)
	}
	if len(platform.Table.KeySchema) != 2 || len(platform.Table.GlobalSecondaryIndexes) != 1 || platform.Table.StreamSpecification == nil {
		t.Errorf("platform: %d keys, %d indexes, stream %v", len(platform.Table.KeySchema), len(platform.Table.GlobalSecondaryIndexes), platform.Table.StreamSpecification)
	}
	ttl, err := client.DescribeTimeToLive(t.Context(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String(s.Directory)})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(ttl.TimeToLiveDescription.AttributeName); got != "expires_at" {
		t.Errorf("directory expires by %q", got)
	}
	local := strings.HasPrefix(aws.ToString(platform.Table.TableArn), "arn:aws:dynamodb:ddblocal:")
	if local != (db == OnDynamoDBLocal) {
		t.Errorf("the tables are %s", aws.ToString(platform.Table.TableArn))
	}
}
