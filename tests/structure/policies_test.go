package structure_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
)

// statementsOf are the statements of a function's policies: its own, and those
// of the managed policies of its template.
func statementsOf(f blueprint.Function) []blueprint.Map {
	managed := map[string]blueprint.Resource{}
	for _, r := range f.Template.Resources() {
		if r.Type == "AWS::IAM::ManagedPolicy" {
			managed[r.ID] = r
		}
	}
	var all []blueprint.Map
	blueprint.Walk(f.Properties["Policies"], func(m blueprint.Map) {
		if name, ok := m["Ref"].(string); ok {
			if r, ok := managed[name]; ok {
				all = append(all, statements(r.Properties["PolicyDocument"])...)
			}
		}
		all = append(all, statements(m)...)
	})
	return all
}

func statements(document any) []blueprint.Map {
	d, _ := document.(blueprint.Map)
	raw, _ := d["Statement"].([]any)
	var all []blueprint.Map
	for _, s := range raw {
		if m, ok := s.(blueprint.Map); ok {
			all = append(all, m)
		}
	}
	return all
}

// actionsOf reads a statement's actions: one text or several.
func actionsOf(s blueprint.Map) []string {
	switch v := s["Action"].(type) {
	case string:
		return []string{v}
	case []any:
		var all []string
		for _, e := range v {
			if s, ok := e.(string); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

// readsAllKeys are the actions that name no partition: IAM's condition on
// leading keys is true for them, whatever it says.
var readsAllKeys = []string{"dynamodb:Scan", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate", "dynamodb:PartiQLInsert", "dynamodb:PartiQLDelete"}

func TestPoliciesAreNarrow(t *testing.T) {
	for _, tmpl := range load(t).Templates {
		blueprint.Walk(tmpl.Doc, func(m blueprint.Map) {
			for _, s := range statements(m) {
				if s["Effect"] != "Allow" || s["Principal"] != nil {
					continue
				}
				for _, action := range actionsOf(s) {
					if strings.Contains(action, "*") || slices.Contains(readsAllKeys, action) {
						t.Errorf("%s allows %s: name the actions in use", tmpl.File, action)
					}
				}
			}
		})
		everyResourceHasAReason(t, tmpl)
	}
}

var everything = regexp.MustCompile(`(?m)^\s*(?:-\s*)?(?:Resource:\s*)?"\*"(.*)$`)

// everyResourceHasAReason looks at the text, because the reason is a comment.
func everyResourceHasAReason(t *testing.T, tmpl *blueprint.Template) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(blueprint.Root(), tmpl.File))
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range everything.FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(match[1], "#") {
			t.Errorf("%s: a policy on every resource needs its reason beside it: %s", tmpl.File, strings.TrimSpace(match[0]))
		}
	}
}

// TestTenantDataIsBehindTheTenantRole: a function's own role reaches tenants'
// partitions and prefixes only where no credential exists yet, or across
// tenants by the index.
func TestTenantDataIsBehindTheTenantRole(t *testing.T) {
	for _, f := range load(t).Functions {
		for _, s := range statementsOf(f) {
			for _, action := range actionsOf(s) {
				at, gone := flat(s["Resource"])+flat(s["Condition"]), strings.Contains(flat(s["Resource"]), "/voices/*")
				for _, folder := range []string{tenant.ErasuresFolder, tenant.ErasedFolder} {
					gone = gone || strings.Contains(at, folder+"*")
				}
				if strings.HasPrefix(action, "s3:") && !gone {
					t.Errorf("%s: %s outside voices/, erasures/ and erased/ belongs to the tenant role", f.Name, action)
				}
				if action == "dynamodb:Query" && !strings.Contains(flat(s["Resource"]), "/index/") {
					t.Errorf("%s: Query with the function's own role is for the index of open work", f.Name)
				}
			}
		}
	}
}

// TestChannelKeysAreUsedForATenant: nothing is encrypted or decrypted for a channel
// without the tenant in the encryption context.
func TestChannelKeysAreUsedForATenant(t *testing.T) {
	seen := 0
	for _, f := range load(t).Functions {
		blueprint.Walk(f.Properties["Policies"], func(m blueprint.Map) {
			for _, s := range statements(m) {
				if !slices.Contains(actionsOf(s), "kms:Decrypt") || !strings.Contains(flat(s["Resource"]), "YoutubeKmsKeyArn") {
					continue
				}
				seen++
				condition, _ := s["Condition"].(blueprint.Map)
				set, _ := condition["ForAnyValue:StringEquals"].(blueprint.Map)
				if set["kms:EncryptionContextKeys"] != "tenant" {
					t.Errorf("%s: the key may be used without a tenant", f.Name)
				}
			}
		})
	}
	if seen != 4 {
		t.Errorf("%d functions use the key, want connect, disconnect, upload and erasure", seen)
	}
}

// flat joins every text below v.
func flat(v any) string {
	var b strings.Builder
	switch v := v.(type) {
	case string:
		return v
	case []any:
		for _, e := range v {
			b.WriteString(flat(e) + " ")
		}
	case blueprint.Map:
		for _, e := range v {
			b.WriteString(flat(e) + " ")
		}
	}
	return b.String()
}

func TestBucketsRefusePlainHTTPAndPublicAccess(t *testing.T) {
	b := load(t)
	for _, bucket := range b.Resources("AWS::S3::Bucket") {
		if bucket.Properties["PublicAccessBlockConfiguration"] == nil || bucket.Properties["BucketEncryption"] == nil {
			t.Errorf("%s: a bucket blocks public access and encrypts", bucket.ID)
		}
		refuses := false
		for _, p := range b.Resources("AWS::S3::BucketPolicy") {
			refuses = refuses || (flat(p.Properties["Bucket"]) == bucket.ID+" " && strings.Contains(flat(p.Properties), "Deny"))
		}
		if !refuses {
			t.Errorf("%s: no policy refuses plain HTTP", bucket.ID)
		}
	}
}
