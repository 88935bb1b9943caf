package crowd

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	items "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/tests/harness"
)

// TestJobsThatHaveNotEndedAreCounted in the table as the template makes it: in whatever
// shard they stand, and no other open work.
func TestJobsThatHaveNotEndedAreCounted(t *testing.T) {
	t.Parallel()
	s := harness.Tables(t)
	s.Undeclared()
	db := dynamodb.NewFromConfig(s.AWS)
	text := func(v string) items.AttributeValue { return &items.AttributeValueMemberS{Value: v} }
	for number, open := range []string{"", string(openwork.Render) + "#0", string(openwork.Render) + "#7", string(openwork.Reconcile) + "#7"} {
		item := map[string]items.AttributeValue{"pk": text("T#1"), "sk": text(fmt.Sprintf("JOB#%d", number))}
		if open != "" {
			item["open"], item["due_at"] = text(open), &items.AttributeValueMemberN{Value: "4000000000000"}
		}
		if _, err := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(s.Platform), Item: item}); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := jobs(t.Context(), db, s.Platform); n != 2 || err != nil {
		t.Errorf("%d, not 2: %v", n, err)
	}
}
