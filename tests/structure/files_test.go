package structure_test

import (
	"reflect"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// refusals are what a bucket's policy denies to everybody, by name, of the bucket
// of an id.
func refusals(b *blueprint.Blueprint, bucket string) map[string]blueprint.Map {
	all := map[string]blueprint.Map{}
	for _, policy := range b.Resources("AWS::S3::BucketPolicy") {
		if of, _ := policy.Properties["Bucket"].(blueprint.Map); of["Ref"] != bucket {
			continue
		}
		blueprint.Walk(policy.Properties["PolicyDocument"], func(m blueprint.Map) {
			if name, _ := m["Sid"].(string); m["Effect"] == "Deny" && m["Principal"] == "*" {
				all[name] = m
			}
		})
	}
	return all
}

// TestFilesAreForTheAppAlone: the buckets of the data stack let nobody in from outside,
// are encrypted, and take no plain HTTP; scripts of the app alone read the media bucket,
// and a name in the locked one is taken once, and locked for good in production.
func TestFilesAreForTheAppAlone(t *testing.T) {
	b := load(t)
	found := 0
	for _, bucket := range b.Resources("AWS::S3::Bucket") {
		if bucket.Template.File != "infra/data.yaml" {
			continue
		}
		found++
		want := blueprint.Map{"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}
		if got := bucket.Properties["PublicAccessBlockConfiguration"]; !reflect.DeepEqual(got, want) || bucket.Properties["BucketEncryption"] == nil {
			t.Errorf("%s: public access %v, encryption %v", bucket.ID, got, bucket.Properties["BucketEncryption"])
		}
		denied := refusals(b, bucket.ID)
		if !reflect.DeepEqual(denied["TlsOnly"]["Condition"], blueprint.Map{"Bool": blueprint.Map{"aws:SecureTransport": false}}) {
			t.Errorf("%s takes plain HTTP: %v", bucket.ID, denied)
		}
		switch bucket.ID {
		case "Media":
			cors, _ := bucket.Properties["CorsConfiguration"].(blueprint.Map)
			rules, _ := cors["CorsRules"].([]any)
			if len(rules) != 1 {
				t.Fatalf("%d rules of CORS", len(rules))
			}
			rule, _ := rules[0].(blueprint.Map)
			origins, methods := []any{blueprint.Map{"Ref": "AppUrl"}}, []any{"GET", "HEAD", "POST"}
			if !reflect.DeepEqual(rule["AllowedOrigins"], origins) || !reflect.DeepEqual(rule["AllowedMethods"], methods) {
				t.Errorf("CORS admits %v from %v", rule["AllowedMethods"], rule["AllowedOrigins"])
			}
		case "LedgerBucket":
			var mode any
			blueprint.Walk(bucket.Properties["ObjectLockConfiguration"], func(m blueprint.Map) {
				if m["Mode"] != nil {
					mode = m["Mode"]
				}
			})
			once := denied["WrittenOnce"]
			if !reflect.DeepEqual(mode, blueprint.Map{"Fn::If": []any{"Production", "COMPLIANCE", "GOVERNANCE"}}) || once["Action"] != "s3:PutObject" || once["Condition"] == nil {
				t.Errorf("locked by %v, written once: %v", mode, once)
			}
		}
	}
	if found != 2 {
		t.Errorf("%d buckets: what of another?", found)
	}
}
