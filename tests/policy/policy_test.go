package policy_test

import (
	"testing"

	"github.com/devotionalai/platform/tests/policy"
)

// One operator over several keys compares each of them in its own way: the order
// in which they are read says nothing.
func TestOneOperatorOverTwoKeysHoldsForBoth(t *testing.T) {
	t.Parallel()
	const text = `{"Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": {
		"ForAllValues:StringLike": {"dynamodb:LeadingKeys": "T#*", "dynamodb:Attributes": "a*"}}}]}`
	d, err := policy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range d[0].Conditions {
		if !c.EachValue || !c.Patterns {
			t.Errorf("%s is read as %+v", c.Key, c)
		}
	}
	if !d.Allows(policy.Request{Action: "dynamodb:GetItem", Resource: "x"}) {
		t.Error("a request that names no key is refused, where ForAllValues is true for it")
	}
	both := map[string][]string{"dynamodb:LeadingKeys": {"T#a", "A#a"}, "dynamodb:Attributes": {"a", "ab"}}
	if d.Allows(policy.Request{Action: "dynamodb:GetItem", Resource: "x", Keys: both}) {
		t.Error("one key that matches is enough, where each has to")
	}
}
