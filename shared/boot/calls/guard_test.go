package calls

import (
	"context"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// The ids differ in one character, and the second begins with the whole first.
const (
	mine   = tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	theirs = "01ARZ3NDEKTSV4RRFFQ69G5FAW"
)

// The requests as they go over the wire, by partition key.

func getRequest(pk string) string {
	return `{"TableName":"p","Key":{"pk":{"S":"` + pk + `"},"sk":{"S":"X"}}}`
}

func queryRequest(pk string) string {
	return `{"KeyConditionExpression":"pk = :p AND begins_with(sk, :s)","ExpressionAttributeValues":{":p":{"S":"` + pk + `"},":s":{"S":"JOB#"}}}`
}

func batchRequest(keys ...string) string {
	var requests []string
	for _, pk := range keys {
		requests = append(requests, `{"DeleteRequest":{"Key":{"pk":{"S":"`+pk+`"}}}}`, `{"PutRequest":{"Item":{"pk":{"S":"`+pk+`"}}}}`)
	}
	return `{"RequestItems":{"p":[` + strings.Join(requests, ",") + `]}}`
}

func TestGuardDynamo(t *testing.T) {
	ctx := context.Background()
	own := tenant.WithTenant(ctx, mine)
	checking := tenant.WithCredential(ctx, mine)
	does := func(act tenant.Act) context.Context { return tenant.Doing(ctx, act) }
	signIn := tenant.WithSignIn(does(tenant.SignIn), mine)
	manages := tenant.WithTenant(does(tenant.Manage), mine)
	renders := tenant.WithTenant(does(tenant.Render), mine)
	guardsDynamo(t, []guarded{
		{"own data", "GetItem", getRequest("T#" + string(mine)), own, false},
		{"foreign data", "GetItem", getRequest("T#" + theirs), own, true},
		{"longer id", "GetItem", getRequest("T#" + string(mine) + "X"), own, true},
		{"no scope", "GetItem", getRequest("T#" + string(mine)), ctx, true},
		{"empty owner", "GetItem", getRequest("T#"), tenant.WithTenant(ctx, ""), true},
		{"data while checking a credential", "GetItem", getRequest("T#" + string(mine)), checking, true},
		{"credential while checking it", "UpdateItem", getRequest("A#" + string(mine)), checking, false},
		{"credential by query", "Query", queryRequest("A#" + string(mine)), checking, true},
		{"credential with tenant scope", "GetItem", getRequest("A#" + string(mine)), own, true},
		{"sign-in writes both", "TransactWriteItems", `{"TransactItems":[{"Put":{"Item":{"pk":{"S":"T#` + string(mine) + `"}}}},{"Update":{"Key":{"pk":{"S":"A#` + string(mine) + `"}}}},{"Delete":{"Key":{"pk":{"S":"LINK#x"}}}}]}`, signIn, false},
		{"one foreign item in a transaction", "TransactWriteItems", `{"TransactItems":[{"Put":{"Item":{"pk":{"S":"T#` + string(mine) + `"}}}},{"Update":{"Key":{"pk":{"S":"T#` + theirs + `"}}}}]}`, own, true},
		{"one foreign key in a batch", "BatchGetItem", `{"RequestItems":{"p":{"Keys":[{"pk":{"S":"T#` + string(mine) + `"}},{"pk":{"S":"T#` + theirs + `"}}]}}}`, own, true},
		{"an address by a sign-in", "GetItem", getRequest("ADDR#a@b"), does(tenant.SignIn), false},
		{"an address by who asks for a link", "GetItem", getRequest("ADDR#a@b"), does(tenant.AskLink), true},
		{"an address by anybody else", "GetItem", getRequest("ADDR#a@b"), ctx, true},
		{"a link by who asks for it", "PutItem", `{"Item":{"pk":{"S":"LINK#x"}}}`, does(tenant.AskLink), false},
		{"an address's rate by anybody", "UpdateItem", getRequest("RATE#1.2.3.4"), ctx, false},
		{"an address's rate in a tenant's scope", "UpdateItem", getRequest("RATE#1.2.3.4"), own, true},
		{"a sign-in by another act", "UpdateItem", getRequest("A#" + string(mine)), tenant.WithSignIn(does(tenant.Manage), mine), true},
		{"own credentials by who manages them", "Query", queryRequest("A#" + string(mine)), manages, false},
		{"own data by who manages credentials", "UpdateItem", getRequest("T#" + string(mine)), manages, false},
		{"foreign credentials by who manages its own", "Query", queryRequest("A#" + theirs), manages, true},
		{"credentials before they are verified", "Query", queryRequest("A#" + string(mine)), tenant.WithCredential(does(tenant.Manage), mine), true},
		{"the slots by a render", "UpdateItem", getRequest("SLOTS#render"), renders, false},
		{"the slots by another act", "UpdateItem", getRequest("SLOTS#render"), own, true},
		{"the slots by a render outside a tenant", "UpdateItem", getRequest("SLOTS#render"), does(tenant.Render), true},
		{"another kind's slots", "UpdateItem", getRequest("SLOTS#export"), renders, true},
		{"a batch of own items", "BatchWriteItem", batchRequest("T#"+string(mine), "A#"+string(mine)), manages, false},
		{"a batch with credentials", "BatchWriteItem", batchRequest("T#"+string(mine), "A#"+string(mine)), own, true},
		{"a batch with a foreign item", "BatchWriteItem", batchRequest("T#"+string(mine), "T#"+theirs), manages, true},
		{"an empty batch", "BatchWriteItem", batchRequest(), manages, true},
		{"own query", "Query", queryRequest("T#" + string(mine)), own, false},
		{"foreign query", "Query", queryRequest("T#" + theirs), own, true},
		{"renamed pk", "Query", `{"KeyConditionExpression":"#k = :p","ExpressionAttributeNames":{"#k":"other"},"ExpressionAttributeValues":{":p":{"S":"T#` + string(mine) + `"}}}`, own, true},
		{"index with tenant scope", "Query", `{"IndexName":"open-work","KeyConditionExpression":"#o = :o"}`, own, true},
		{"index by the sweeper", "Query", `{"IndexName":"open-work","KeyConditionExpression":"#o = :o"}`, tenant.WithSweep(ctx), false},
		{"scan", "Scan", `{}`, own, true},
		{"PartiQL", "ExecuteStatement", `{}`, own, true},
		{"no key at all", "GetItem", `{}`, own, true},
	})
}

func TestGuardBackups(t *testing.T) {
	ctx := context.Background()
	backups, manages := tenant.Doing(ctx, tenant.Backups), tenant.Doing(ctx, tenant.Manage)
	guardsDynamo(t, []guarded{
		{"what backups there are", "ListBackups", `{"TableName":"p"}`, backups, false},
		{"how far back a restore reaches", "DescribeContinuousBackups", `{"TableName":"p"}`, backups, false},
		{"backups by another act", "ListBackups", `{"TableName":"p"}`, manages, true},
		{"backups in a tenant's scope", "ListBackups", `{"TableName":"p"}`, tenant.WithTenant(backups, mine), true},
		{"a backup of one's own", "CreateBackup", `{"TableName":"p"}`, backups, true},
		{"a restore", "RestoreTableFromBackup", `{}`, backups, true},
	})
}

// guarded is a call, and whether the guard refuses it.
type guarded struct {
	name, operation, body string
	ctx                   context.Context
	refused               bool
}

func guardsDynamo(t *testing.T, cases []guarded) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			err := checkDynamo(c.ctx, c.operation, []byte(c.body))
			if (err != nil) != c.refused {
				t.Fatalf("refused = %v, want %v (%v)", err != nil, c.refused, err)
			}
			if err != nil && (strings.Contains(err.Error(), string(mine)) || strings.Contains(err.Error(), theirs)) {
				t.Fatalf("the error quotes an id: %v", err)
			}
		})
	}
}

func TestGuardObjects(t *testing.T) {
	type object struct{ Bucket, Key, Prefix, CopySource *string }
	str := func(s string) *string { return &s }
	ctx := tenant.WithTenant(context.Background(), mine)
	cases := []struct {
		name    string
		ctx     context.Context
		in      object
		refused bool
	}{
		{"own object", ctx, object{Key: str("tenants/" + string(mine) + "/jobs/a")}, false},
		{"foreign object", ctx, object{Key: str("tenants/" + theirs + "/jobs/a")}, true},
		{"prefix of the id", ctx, object{Key: str("tenants/" + string(mine))}, true},
		{"foreign listing", ctx, object{Prefix: str("tenants/")}, true},
		{"the whole bucket", ctx, object{Bucket: str("media")}, true},
		{"foreign source", ctx, object{Key: str("tenants/" + string(mine) + "/a"), CopySource: str("bucket/tenants/" + theirs + "/a")}, true},
		{"samples", context.Background(), object{Key: str("voices/a.wav")}, false},
		{"no scope", context.Background(), object{Key: str("tenants/" + string(mine) + "/a")}, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if err := checkObject(c.ctx, &c.in); (err != nil) != c.refused {
				t.Fatalf("refused = %v, want %v (%v)", err != nil, c.refused, err)
			}
		})
	}
}
