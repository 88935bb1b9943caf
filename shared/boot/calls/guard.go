package calls

import (
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// itemOperations are the only DynamoDB operations in use, and whether each
// names its items by key. Scan and PartiQL are absent on purpose: a leading-key
// condition of IAM is true for a request that names no key.
var itemOperations = map[string]bool{
	"GetItem": true, "PutItem": true, "UpdateItem": true, "DeleteItem": true,
	"BatchGetItem": true, "BatchWriteItem": true, "TransactWriteItems": true, "TransactGetItems": true, "Query": false,
}

// backupOperations tell of backups of a whole table, and of no item.
var backupOperations = map[string]bool{"DescribeContinuousBackups": true, "ListBackups": true}

// checkDynamo refuses a DynamoDB request outside the scope of ctx. body is the
// request as it goes over the wire.
func checkDynamo(ctx context.Context, operation string, body []byte) error {
	if scope := tenant.ScopeFrom(ctx); backupOperations[operation] && scope.Reach == tenant.ReachNone && scope.Act.Opens().Backups {
		return nil
	}
	if only := onlyOf(ctx); only != nil {
		if err := checkOnly(operation, body, only); err != nil {
			return err
		}
	}
	byItem, known := itemOperations[operation]
	if !known {
		return fmt.Errorf("calls: dynamodb %s is not an operation of this product", operation)
	}
	if !byItem {
		return checkQuery(ctx, body)
	}
	var request any
	if err := json.Unmarshal(body, &request); err != nil {
		return fmt.Errorf("calls: read %s request: %w", operation, err)
	}
	keys := partitionKeys(request, nil)
	if len(keys) == 0 {
		return fmt.Errorf("calls: dynamodb %s names no partition", operation)
	}
	for _, key := range keys {
		if err := checkPartition(ctx, key, true); err != nil {
			return err
		}
	}
	return nil
}

// onlyOf are the attributes that the act asks for in a tenant's scope; nil is no bound.
func onlyOf(ctx context.Context) []string {
	if scope := tenant.ScopeFrom(ctx); scope.Reach == tenant.ReachTenant {
		return scope.Act.Opens().Only
	}
	return nil
}

// checkOnly refuses what is no Query for some of the attributes. A condition on
// another attribute would tell of it too.
func checkOnly(operation string, body []byte, only []string) error {
	var q struct{ FilterExpression string }
	asked, selects := projection(body)
	if err := json.Unmarshal(body, &q); err != nil || operation != "Query" || selects != specific || q.FilterExpression != "" || len(asked) == 0 {
		return fmt.Errorf("calls: the act asks by Query for the attributes that it names, and nothing else")
	}
	for _, name := range asked {
		if !slices.Contains(only, name) {
			return fmt.Errorf("calls: the act does not open the attribute %s", name)
		}
	}
	return nil
}

// specific is what a request selects that names the attributes to be answered.
const specific = "SPECIFIC_ATTRIBUTES"

// projection reads which attributes a request names, those at the top alone, and what
// it selects, as policies see both.
func projection(body []byte) (names []string, selects string) {
	var q struct {
		ProjectionExpression, Select string
		ExpressionAttributeNames     map[string]string
	}
	if json.Unmarshal(body, &q) != nil {
		return nil, ""
	}
	for _, path := range strings.FieldsFunc(q.ProjectionExpression, func(r rune) bool { return r == ',' || r == ' ' }) {
		name, _, _ := strings.Cut(path, ".")
		name, _, _ = strings.Cut(name, "[")
		if full, renamed := q.ExpressionAttributeNames[name]; renamed {
			name = full
		}
		names = append(names, name)
	}
	switch {
	case q.Select != "":
		return names, q.Select
	case len(names) > 0:
		return names, specific
	}
	return nil, "ALL_ATTRIBUTES"
}

// partitionKeys collects every pk attribute value of the Key, Keys and Item
// members of a request, at any depth.
func partitionKeys(v any, found []string) []string {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = partitionKeys(e, found)
		}
	case map[string]any:
		if pk, ok := v["pk"].(map[string]any); ok {
			if s, ok := pk["S"].(string); ok {
				return append(found, s)
			}
		}
		for _, e := range v {
			found = partitionKeys(e, found)
		}
	}
	return found
}

var partitionCondition = regexp.MustCompile(`^\s*(#?\w+)\s*=\s*(:\w+)`)

func checkQuery(ctx context.Context, body []byte) error {
	var q struct {
		IndexName                 string
		KeyConditionExpression    string
		ExpressionAttributeNames  map[string]string
		ExpressionAttributeValues map[string]struct{ S string }
	}
	if err := json.Unmarshal(body, &q); err != nil {
		return fmt.Errorf("calls: read Query request: %w", err)
	}
	if q.IndexName != "" {
		if tenant.ScopeFrom(ctx).Reach != tenant.ReachSweep {
			return fmt.Errorf("calls: index %s is the sweepers' only", q.IndexName)
		}
		return nil
	}
	m := partitionCondition.FindStringSubmatch(q.KeyConditionExpression)
	if m == nil {
		return fmt.Errorf("calls: a Query begins with pk = :value")
	}
	name := m[1]
	if strings.HasPrefix(name, "#") {
		name = q.ExpressionAttributeNames[name]
	}
	if name != "pk" {
		return fmt.Errorf("calls: a Query begins with pk = :value")
	}
	return checkPartition(ctx, q.ExpressionAttributeValues[m[2]].S, false)
}

// checkPartition holds one partition key against the scope.
func checkPartition(ctx context.Context, key string, byItem bool) error {
	scope := tenant.ScopeFrom(ctx)
	name, owner, _ := strings.Cut(key, "#")
	prefix := name + "#"
	if prefix != tenant.CredentialsPrefix && prefix != tenant.DataPrefix {
		return checkDirectory(scope, key, byItem)
	}
	if !opens(scope, prefix, byItem) || owner == "" || owner != string(scope.Tenant) {
		return fmt.Errorf("calls: %s partition outside the caller's scope", prefix)
	}
	return nil
}

// opens reports whether the scope opens the partition of its tenant that begins
// with prefix.
func opens(scope tenant.Scope, prefix string, byItem bool) bool {
	switch scope.Reach {
	case tenant.ReachCredential:
		return prefix == tenant.CredentialsPrefix && byItem
	case tenant.ReachSignIn:
		return byItem && scope.Act.Opens().Enter
	case tenant.ReachTenant:
		return prefix == tenant.DataPrefix || scope.Act.Opens().Credentials
	}
	return false
}

// checkDirectory holds a key of the directory, where nothing is a tenant's own,
// against what the act opens.
func checkDirectory(scope tenant.Scope, key string, byItem bool) error {
	if !byItem {
		return fmt.Errorf("calls: the directory is not for Query")
	}
	opening := scope.Act.Opens()
	open := opening.Before
	if scope.Reach == tenant.ReachTenant {
		open = opening.Directory
	}
	if !tenant.Among(open, key) {
		return fmt.Errorf("calls: the act %q does not open this key of the directory", string(scope.Act))
	}
	return nil
}

// checkObject refuses an S3 request whose key lies outside the tenant's prefix,
// and one that names none: it would be about the whole bucket. The samples of
// voices are anyone's.
func checkObject(ctx context.Context, input any) error {
	if onlyOf(ctx) != nil {
		return fmt.Errorf("calls: the act opens no object")
	}
	named := false
	for _, field := range []string{"Key", "Prefix", "CopySource"} {
		key, ok := stringField(input, field)
		if !ok {
			continue
		}
		if field == "CopySource" {
			_, key, _ = strings.Cut(strings.TrimPrefix(key, "/"), "/")
		}
		if err := checkKey(ctx, key); err != nil {
			return err
		}
		named = true
	}
	for _, key := range deletedKeys(input) {
		if err := checkKey(ctx, key); err != nil {
			return err
		}
		named = true
	}
	if !named {
		return fmt.Errorf("calls: an S3 request names a key or a prefix")
	}
	return nil
}

func checkKey(ctx context.Context, key string) error {
	if strings.HasPrefix(key, tenant.VoiceFolder) {
		return nil
	}
	scope := tenant.ScopeFrom(ctx)
	gone := scope.Act.Opens().Locked // who was erased: no tenant's any more
	if scope.Reach == tenant.ReachNone && slices.ContainsFunc(gone, func(folder string) bool { return strings.HasPrefix(key, folder) }) {
		return nil
	}
	if scope.Reach != tenant.ReachTenant || scope.Tenant == "" || !strings.HasPrefix(key, tenant.ObjectPrefix(scope.Tenant)) {
		return fmt.Errorf("calls: object outside the caller's prefix")
	}
	return nil
}

// stringField reads a *string member of an SDK input by name, so that guarding
// S3 does not link S3 into functions that never call it.
func stringField(input any, name string) (string, bool) {
	v := reflect.Indirect(reflect.ValueOf(input))
	if v.Kind() != reflect.Struct {
		return "", false
	}
	f := v.FieldByName(name)
	if !f.IsValid() || f.Kind() != reflect.Pointer || f.IsNil() || f.Elem().Kind() != reflect.String {
		return "", false
	}
	return f.Elem().String(), true
}

// deletedKeys lists the keys of a DeleteObjects input.
func deletedKeys(input any) []string {
	v := reflect.Indirect(reflect.ValueOf(input))
	if v.Kind() != reflect.Struct {
		return nil
	}
	d := v.FieldByName("Delete")
	if !d.IsValid() || d.Kind() != reflect.Pointer || d.IsNil() {
		return nil
	}
	objects := d.Elem().FieldByName("Objects")
	if !objects.IsValid() || objects.Kind() != reflect.Slice {
		return nil
	}
	var keys []string
	for i := range objects.Len() {
		if key, ok := stringField(objects.Index(i).Interface(), "Key"); ok {
			keys = append(keys, key)
		}
	}
	return keys
}
