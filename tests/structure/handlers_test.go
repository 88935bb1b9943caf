package structure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// neverAsked are actions that CloudFormation's handlers name and a deployment of this
// product never calls: each belongs to something that no template of ours has. Whoever
// adds that takes the line out, and the role gets the right.
var neverAsked = map[string]string{
	"s3:GetObjectVersion":                    "the bucket of artifacts keeps no versions",
	"ec2:*":                                  "no function is in a network of its own",
	"elasticfilesystem:DescribeMountTargets": "no function mounts files",
	"s3files:ListMountTargets":               "no function mounts files",
	"kms:Encrypt":                            "tables and environments of functions are under keys that AWS owns",
	"kms:ListAliases":                        "tables are under a key that AWS owns",
	"kms:RevokeGrant":                        "tables are under a key that AWS owns",
	"kms:EnableKey":                          "no key is ever disabled",
	"kms:DisableKey":                         "no key is ever disabled",
	"kinesis:*":                              "no table writes to Kinesis",
	"dynamodb:*KinesisStreamingDestination":  "no table writes to Kinesis",
	"dynamodb:UpdateContributorInsights":     "no table has insights",
	"dynamodb:ImportTable":                   "no table is imported",
	"s3:GetObjectMetadata":                   "no table is imported",
	"dynamodb:*TableReplica":                 "no table has a replica in another region",
	"dynamodb:Scan":                          "asked for replicas, and a pipeline reads nobody's data",
	"dynamodb:Query":                         "asked for replicas, and a pipeline reads nobody's data",
	"dynamodb:*Item":                         "asked for replicas, and a pipeline reads and writes nobody's data",
	"dynamodb:*WriteItem":                    "asked for replicas, and a pipeline writes nobody's data",
	"dynamodb:PutResourcePolicy":             "no table has a policy of its own",
	"dynamodb:DeleteResourcePolicy":          "no table has a policy of its own",
	"backup:*BackupVaultAccessPolicy":        "the vault has no policy of its own",
	"backup:*BackupVaultNotifications":       "the vault tells nobody",
	"backup:*BackupVaultLockConfiguration":   "the vault is not locked",
	"backup-storage:Mount":                   "IAM knows MountCapsule alone, which the role has",
	"iam:*User*":                             "policies are given to roles alone",
	"iam:*Group*":                            "policies are given to roles alone",
	"iam:*RolePermissionsBoundary":           "no role has a boundary",
	"firehose:TagDeliveryStream":             "logs are delivered nowhere",
	"s3:REST.PUT.OBJECT":                     "IAM knows no such action; logs are delivered nowhere",
	"payments:GetConnectedAccount":           "no rule of the firewall asks for money",
	"s3tables:*":                             "no bucket keeps tables of metadata",
	"s3:*BucketMetadata*":                    "no bucket keeps tables of metadata",
	"s3:PutAnalyticsConfiguration":           "no bucket is analysed",
	"s3:PutInventoryConfiguration":           "no bucket is listed",
	"s3:PutMetricsConfiguration":             "no bucket is measured",
	"s3:PutAccelerateConfiguration":          "no bucket is accelerated",
	"s3:PutIntelligentTieringConfiguration":  "objects are moved by rules of the lifecycle",
	"s3:PutObjectAcl":                        "buckets have an owner and no lists",
	"s3:DeleteObject":                        "CloudFormation empties no bucket",
	"s3:DeleteBucketWebsite":                 "no bucket is a website",
	"s3:PutObjectLockConfiguration":          "IAM calls it PutBucketObjectLockConfiguration, which the role has",
	"s3:DeleteBucket[ACELMR]*Configuration":  "IAM knows the right to put one alone",
	"s3:DeleteBucketCors":                    "IAM calls it PutBucketCORS, which the role has",
	"s3:DeleteBucketEncryption":              "IAM calls it PutEncryptionConfiguration, which the role has",
	"s3:DeleteBucketLifecycle":               "IAM calls it PutLifecycleConfiguration, which the role has",
	"s3:DeleteBucketReplication":             "IAM calls it PutReplicationConfiguration, which the role has",
}

// releasedTypes are those that a deployment with SHIFT= makes beside those of the templates.
var releasedTypes = []string{"AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup", "AWS::Lambda::Alias", "AWS::Lambda::Version"}

// handlers are the actions that CloudFormation calls for a type of resource.
func handlers(t *testing.T, schemas, kind string, files map[string]string) []string {
	t.Helper()
	file, known := files[kind]
	if !known {
		t.Fatalf("cfn-lint has no schema of %s", kind)
	}
	raw, err := os.ReadFile(filepath.Join(schemas, "resources", file+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Handlers map[string]struct {
			Permissions []string `json:"permissions"`
		} `json:"handlers"`
	}
	if err := json.Unmarshal(raw, &schema); err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, does := range []string{"create", "read", "update", "delete"} {
		all = append(all, schema.Handlers[does].Permissions...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// schemasOf are the provider's schemas that cfn-lint carries: their folder, and the file
// of each type.
func schemasOf(t *testing.T) (folder string, files map[string]string) {
	t.Helper()
	sam, _, err := toolbox.InstallSAM(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(filepath.Dir(sam)), "lib", "python*", "site-packages", "cfnlint", "data", "schemas"))
	if err != nil || len(found) != 1 {
		t.Fatalf("cfn-lint's schemas: %v %v", found, err)
	}
	raw, err := os.ReadFile(filepath.Join(found[0], "providers", "us-east-1.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &files); err != nil {
		t.Fatal(err)
	}
	return found[0], files
}

// allowedActions are those of the role's statements, stars and all.
func allowedActions(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, s := range roleStatements(t) {
		all = append(all, s.Action...)
	}
	return all
}

// permits reports whether one of the patterns has an action's name. IAM does not tell
// capitals from small letters.
func permits(patterns []string, action string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		is, err := path.Match(strings.ToLower(p), strings.ToLower(action))
		return err == nil && is
	})
}

// TestTheRoleMayWhatCloudFormationCalls: what a handler lacks fails in the middle of a
// deployment, by the name that the provider's own schema has for it. An exception that
// nothing needs is one that hides something later.
func TestTheRoleMayWhatCloudFormationCalls(t *testing.T) {
	schemas, files := schemasOf(t)
	kinds := map[string]bool{}
	for _, kind := range releasedTypes {
		kinds[kind] = true
	}
	all, err := transformed()
	if err != nil {
		t.Fatal(err)
	}
	for file, raw := range all {
		var doc blueprint.Map
		if err := json.Unmarshal(raw, &doc); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for id := range at(doc, "Resources") {
			kinds[fmt.Sprint(at(at(doc, "Resources"), id)["Type"])] = true
		}
	}
	allowed, used := allowedActions(t), map[string]bool{}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, action := range handlers(t, schemas, kind, files) {
			if permits(allowed, action) {
				continue
			}
			excepted := false
			for pattern := range neverAsked {
				if permits([]string{pattern}, action) {
					used[pattern], excepted = true, true
				}
			}
			if !excepted {
				t.Errorf("infra/pipeline.yaml gives no right to %s, which CloudFormation calls for %s", action, kind)
			}
		}
	}
	for pattern := range neverAsked {
		if !used[pattern] {
			t.Errorf("nothing needs the exception of %s any more", pattern)
		}
	}
}
