package harness

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/privacy"
)

// TestUndeclared: what nobody declared is named, what is declared is not.
func TestUndeclared(t *testing.T) {
	t.Parallel()
	text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
	for name, c := range map[string]struct {
		store     privacy.Store
		item      map[string]types.AttributeValue
		complaint string // "" for none
	}{
		"declared":           {privacy.Platform, map[string]types.AttributeValue{"pk": text("T#01"), "sk": text("PROJECT#02"), "title": text("x"), "due_at": text("1")}, ""},
		"an unknown kind":    {privacy.Platform, map[string]types.AttributeValue{"pk": text("T#01"), "sk": text("DIARY#02")}, "DIARY#02"},
		"in the wrong half":  {privacy.Platform, map[string]types.AttributeValue{"pk": text("A#01"), "sk": text("PROJECT#02")}, "A#01 / PROJECT#02"},
		"one more attribute": {privacy.Platform, map[string]types.AttributeValue{"pk": text("T#01"), "sk": text("PROJECT#02"), "mood": text("x")}, "mood"},
		"of the directory":   {privacy.Directory, map[string]types.AttributeValue{"pk": text("ADDR#a@b.example"), "tenant": text("01"), "phone": text("x")}, "phone"},
	} {
		found := strings.Join(undeclared(c.store, c.item), "; ")
		if (found == "") != (c.complaint == "") || !strings.Contains(found, c.complaint) {
			t.Errorf("%s: %q", name, found)
		}
	}
}
