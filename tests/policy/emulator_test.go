package policy_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamotypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/policy"
)

// become assumes the role of an act, narrowed to one tenant as functions do.
func become(t *testing.T, cfg aws.Config, role string, o tenant.Opening) aws.Config {
	t.Helper()
	session, err := boot.SessionPolicy(mine, o)
	if err != nil {
		t.Fatal(err)
	}
	return assume(t, cfg, role, aws.String(session))
}

func assume(t *testing.T, cfg aws.Config, role string, session *string) aws.Config {
	t.Helper()
	out, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(role), RoleSessionName: aws.String("tenant-" + mine), Policy: session,
	})
	if err != nil {
		t.Fatalf("assume %s: %v", role, err)
	}
	narrow := cfg.Copy()
	narrow.Credentials = credentials.NewStaticCredentialsProvider(
		aws.ToString(out.Credentials.AccessKeyId), aws.ToString(out.Credentials.SecretAccessKey), aws.ToString(out.Credentials.SessionToken))
	return narrow
}

// TestEnforcedSessions has the emulator enforce the roles of infra/data.yaml and
// the session policies. It knows actions, resources and S3 prefixes; it hands
// over no leading keys, so that those are the evaluator's above.
func TestEnforcedSessions(t *testing.T) {
	t.Parallel()
	cfg, outputs := policy.Enforcing(t)
	media, ledger, platform := outputs["MediaBucket"], outputs["LedgerBucket"], aws.String(outputs["PlatformTable"])
	if _, err := sts.NewFromConfig(cfg).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(outputs["AccountRoleArn"]), RoleSessionName: aws.String("tenant-" + mine),
	}); err == nil {
		t.Error("the account role trusts what is no function")
	}
	lambda := assume(t, cfg, outputs["FunctionArn"], nil)
	onlyAsks(t, become(t, lambda, outputs["SurveyRoleArn"], tenant.Survey.Opens()), outputs)
	for _, o := range tenant.Openings() {
		if o.Role == "" || o.Only != nil {
			continue
		}
		narrow := become(t, lambda, outputs[o.Role+"Arn"], o)
		files := s3.NewFromConfig(narrow, func(o *s3.Options) { o.UsePathStyle = true })
		db := dynamodb.NewFromConfig(narrow)
		put := func(bucket, name string) error {
			_, err := files.PutObject(t.Context(), &s3.PutObjectInput{
				Bucket: aws.String(bucket), Key: aws.String(name), Body: strings.NewReader("x"), IfNoneMatch: aws.String("*"),
			})
			return err
		}
		list := func(prefix string) error {
			_, err := files.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: aws.String(media), Prefix: aws.String(prefix)})
			return err
		}
		_, scan := db.Scan(t.Context(), &dynamodb.ScanInput{TableName: platform})
		_, partiQL := db.ExecuteStatement(t.Context(), &dynamodb.ExecuteStatementInput{Statement: aws.String(`SELECT * FROM "` + *platform + `"`)})
		_, query := db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: platform, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": key(ownData)["pk"]},
		})
		_, batch := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]dynamotypes.WriteRequest{
			*platform: {{DeleteRequest: &dynamotypes.DeleteRequest{Key: key(ownData)}}},
		}})
		name := "/" + string(o.Act) + "x"
		for call, c := range map[string]struct {
			err error
			may bool
		}{
			"own object":            {put(media, "tenants/"+mine+name), true},
			"foreign object":        {put(media, "tenants/"+theirs+name), false},
			"object without tenant": {put(media, "voices"+name), false},
			"own listing":           {list("tenants/" + mine + "/"), true},
			"foreign listing":       {list("tenants/" + theirs + "/"), false},
			"listing of all":        {list("tenants/"), false},
			"own segment":           {put(ledger, "tenants/"+mine+name), o.Files},
			"foreign segment":       {put(ledger, "tenants/"+theirs+name), false},
			"query":                 {query, true},
			"deleting a batch":      {batch, true},
			"scan":                  {scan, false},
			"PartiQL":               {partiQL, false},
		} {
			var refusal smithy.APIError
			refused := errors.As(c.err, &refusal) && strings.HasPrefix(refusal.ErrorCode(), "AccessDenied")
			if refused == c.may || c.may && c.err != nil {
				t.Errorf("%q, %s: %v", o.Act, call, c.err)
			}
		}
	}
}
