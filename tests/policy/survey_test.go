package policy_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/policy"
)

// secrets are attributes of credentials, and of people: what an act that looks at all
// tenants has no business with.
func secrets() []string {
	return []string{"hash", "old_hash", "sessions", "email", "name", "device", "place", "user_id", "seats", "token", "customer", "secret", "sealed", "target"}
}

// asks is a Query as the survey makes it, of a partition.
func asks(table, partition string, attributes ...string) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName: aws.String(table), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": key(partition)["pk"]},
		Select: types.SelectSpecificAttributes, ExpressionAttributeNames: map[string]string{},
	}
	var paths []string
	for _, name := range attributes {
		in.ExpressionAttributeNames["#"+name] = name
		paths = append(paths, "#"+name)
	}
	in.ProjectionExpression = aws.String(strings.Join(paths, ", "))
	return in
}

// onlyAsks has the emulator enforce what the role of the survey may: it knows the
// attributes that a request names, and what it selects.
func onlyAsks(t *testing.T, narrow aws.Config, outputs map[string]string) {
	t.Helper()
	db, platform := dynamodb.NewFromConfig(narrow), outputs["PlatformTable"]
	query := func(in *dynamodb.QueryInput) error {
		_, err := db.Query(t.Context(), in)
		return err
	}
	all := asks(platform, "A#"+mine)
	all.Select, all.ProjectionExpression, all.ExpressionAttributeNames = "", nil, nil
	everything := asks(platform, "A#"+mine)
	everything.Select, everything.ProjectionExpression, everything.ExpressionAttributeNames = types.SelectAllAttributes, nil, nil
	_, get := db.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(platform), Key: key("A#" + mine), ProjectionExpression: aws.String("tat")})
	_, put := db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(platform), Item: key(ownData)})
	_, update := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{TableName: aws.String(platform), Key: key(ownData), UpdateExpression: aws.String("SET a = pk")})
	_, gone := db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(platform), Key: key(ownData)})
	_, batch := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{platform: {{DeleteRequest: &types.DeleteRequest{Key: key(ownData)}}}}})
	_, scan := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(platform)})
	_, file := s3.NewFromConfig(narrow, func(o *s3.Options) { o.UsePathStyle = true }).GetObject(t.Context(), &s3.GetObjectInput{
		Bucket: aws.String(outputs["MediaBucket"]), Key: aws.String("tenants/" + mine + "/a"),
	})
	answers := map[string]error{
		"all of the credentials": query(all), "all attributes, by name": query(everything), "an item": get, "putting": put, "updating": update,
		"deleting": gone, "deleting a batch": batch, "a scan": scan, "a file": file,
	}
	for _, name := range secrets() {
		answers["credentials with "+name] = query(asks(platform, "A#"+mine, "pk", name))
	}
	for call, err := range answers {
		var refusal smithy.APIError
		if !errors.As(err, &refusal) || !strings.HasPrefix(refusal.ErrorCode(), "AccessDenied") {
			t.Errorf("survey, %s: %v", call, err)
		}
	}
	for _, partition := range []string{ownData, "A#" + mine} {
		if err := query(asks(platform, partition, tenant.Survey.Opens().Only...)); err != nil {
			t.Errorf("survey, what it is for: %v", err)
		}
	}
}

// TestASurveySeesNoSecret: guard, session policy and role alike let it ask for the
// attributes that the act names, and for no address, session or hash; of one tenant.
func TestASurveySeesNoSecret(t *testing.T) {
	t.Parallel()
	l, opens := product(t), tenant.Survey.Opens()
	session, role := l.session(opens), l.role(tenant.Survey)
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Survey), mine)
	db := dynamodb.NewFromConfig(guarded())
	for _, name := range slices.Concat(opens.Only, secrets()) {
		for _, partition := range []string{ownData, "A#" + mine, "A#" + theirs} {
			want := slices.Contains(opens.Only, name) && partition != "A#"+theirs
			_, err := db.Query(ctx, asks("platform", partition, "pk", name))
			if got := passes(t, err); got != want {
				t.Errorf("%s of %s: the guard says %v", name, partition, got)
			}
			for layer, all := range map[string][]policy.Document{"both": {session, role}, "the session": {session}, "the role": {role}} {
				r := policy.Request{Action: "dynamodb:Query", Resource: policy.Platform, Keys: map[string][]string{
					"dynamodb:LeadingKeys": {partition}, "dynamodb:Attributes": {"pk", name}, "dynamodb:Select": {"SPECIFIC_ATTRIBUTES"},
				}}
				if got := policy.Allow(r, all...); got != want && !(layer == "the role" && partition == "A#"+theirs) {
					t.Errorf("%s of %s: %s says %v", name, partition, layer, got)
				}
				delete(r.Keys, "dynamodb:Attributes")
				r.Keys["dynamodb:Select"] = []string{"ALL_ATTRIBUTES"}
				if policy.Allow(r, all...) {
					t.Errorf("all of %s: %s allows it", partition, layer)
				}
			}
		}
	}
	filtered := asks("platform", "A#"+mine, "pk")
	filtered.FilterExpression = aws.String("begins_with(hash, :p)") // would tell of a hash, letter by letter
	if _, err := db.Query(ctx, filtered); passes(t, err) {
		t.Error("the guard lets a filter on another attribute pass")
	}
}
