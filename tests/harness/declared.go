package harness

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

// declared holds what a test has left in a table to the declaration of where
// data lives: an item of an unknown kind or with an unknown attribute would be in
// no export and survive no scan. A test that plants such things says so with
// Undeclared.
func (s *Store) declared(t testing.TB, store privacy.Store, table string) {
	client := dynamodb.NewFromConfig(s.AWS)
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: aws.String(table)})
	seen := map[string]bool{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			t.Errorf("look through %s: %v", table, err)
			return
		}
		for _, item := range page.Items {
			for _, complaint := range undeclared(store, item) {
				if !seen[complaint] {
					seen[complaint] = true
					t.Error(complaint + "; declare it in shared/domains/privacy")
				}
			}
		}
	}
}

func undeclared(store privacy.Store, item map[string]types.AttributeValue) []string {
	key := Member(item, "pk")
	if store == privacy.Platform {
		key = privacy.ItemKey(key, Member(item, "sk"))
	}
	place, _, known := privacy.Of(store, key)
	if !known {
		return []string{"the " + string(store) + " table holds " + key + ", which is of no declared kind"}
	}
	var all []string
	for name := range item {
		if _, known := place.Field(name); !known {
			all = append(all, string(place.Key)+" has the undeclared attribute "+name)
		}
	}
	return all
}

// Member is the text that an item has under a name; "" where it has none.
func Member(item map[string]types.AttributeValue, name string) string {
	if s, ok := item[name].(*types.AttributeValueMemberS); ok {
		return s.Value
	}
	return ""
}

// declaredObject holds an object's name to the declaration.
func (s *Store) declaredObject(t testing.TB, key string) {
	if _, _, known := privacy.Of(privacy.Media, key); !known && !s.undeclared {
		t.Errorf("the bucket holds %s, which is of no declared kind; declare it in shared/domains/privacy", key)
	}
}

// Undeclared lets the test leave items and objects behind that no part of the
// product writes.
func (s *Store) Undeclared() { s.undeclared = true }
