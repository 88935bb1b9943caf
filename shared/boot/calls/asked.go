package calls

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Asked is one action on one key, as a policy is asked about it. A transaction
// and a batch ask several. It is noted before the guard decides, so that what was
// refused is among it.
type Asked struct {
	Service string       // "DynamoDB" or "S3"
	Action  string       // "GetItem", "PutObject": as policies name it
	Store   string       // the table or bucket
	Index   string       // of a Query on one
	Key     string       // the partition key, the object's, or the prefix of a listing
	With    []string     // partition keys of everything that the same call asks
	Named   []string     // attributes that a Query asks for; none is all of them
	Select  string       // what a Query selects
	Scope   tenant.Scope // under which it was asked
}

// Asked returns what was asked so far, in order.
func (c *Counter) Asked() []Asked {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.asked)
}

func (c *Counter) note(ctx context.Context, service string, all []Asked) {
	if c == nil {
		return
	}
	scope := tenant.ScopeFrom(ctx)
	var with []string
	for _, a := range all {
		with = append(with, a.Key)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range all {
		a.Service, a.Scope = service, scope
		if service == "DynamoDB" {
			a.With = with
		}
		c.asked = append(c.asked, a)
	}
}

// one is a request about one item, or one action of a transaction.
type one struct {
	TableName, IndexName string
	Key, Item            map[string]any
}

func (o one) key() string {
	keys := partitionKeys([]any{o.Key, o.Item}, nil)
	if len(keys) == 0 {
		return ""
	}
	return keys[0]
}

// askedOfDynamo reads a DynamoDB request as it goes over the wire.
func askedOfDynamo(operation string, body []byte) []Asked {
	var request struct {
		one
		KeyConditionExpression    string
		ExpressionAttributeValues map[string]map[string]any
		RequestItems              map[string]any
		TransactItems             []map[string]one
	}
	if json.Unmarshal(body, &request) != nil {
		return []Asked{{Action: operation}}
	}
	var all []Asked
	for _, action := range request.TransactItems {
		for verb, of := range action {
			all = append(all, Asked{Action: strings.TrimSuffix(verb, "Item") + "Item", Store: of.TableName, Key: of.key()})
		}
	}
	for table, of := range request.RequestItems {
		for _, key := range partitionKeys(of, nil) {
			all = append(all, Asked{Action: operation, Store: table, Key: key})
		}
	}
	if len(all) > 0 {
		return all
	}
	asked := Asked{Action: operation, Store: request.TableName, Index: request.IndexName, Key: request.key()}
	if m := partitionCondition.FindStringSubmatch(request.KeyConditionExpression); m != nil {
		asked.Key, _ = request.ExpressionAttributeValues[m[2]]["S"].(string)
	}
	if operation == "Query" {
		asked.Named, asked.Select = projection(body)
	}
	return []Asked{asked}
}

// objectActions names the actions of S3 operations that are not called alike.
var objectActions = map[string]string{
	"HeadObject": "GetObject", "ListObjectsV2": "ListBucket", "DeleteObjects": "DeleteObject", "CopyObject": "PutObject", "UploadPartCopy": "PutObject",
	"ListObjectVersions": "ListBucketVersions", "ListParts": "ListMultipartUploadParts", "ListMultipartUploads": "ListBucketMultipartUploads",
	"CreateMultipartUpload": "PutObject", "UploadPart": "PutObject", "CompleteMultipartUpload": "PutObject",
	"$type:L": "PutObject", // what the SDK calls the signing of a form
}

// askedOfS3 reads the input of an S3 operation.
func askedOfS3(operation string, input any) []Asked {
	action, ok := objectActions[operation]
	if !ok {
		action = operation
	}
	if id, named := stringField(input, "VersionId"); named && id != "" && action == "GetObject" {
		action = "GetObjectVersion"
	}
	bucket, _ := stringField(input, "Bucket")
	var all []Asked
	for _, field := range []string{"Key", "Prefix"} {
		if key, ok := stringField(input, field); ok {
			all = append(all, Asked{Action: action, Store: bucket, Key: key})
		}
	}
	if source, ok := stringField(input, "CopySource"); ok {
		from, key, _ := strings.Cut(strings.TrimPrefix(source, "/"), "/")
		all = append(all, Asked{Action: "GetObject", Store: from, Key: key})
	}
	for _, key := range deletedKeys(input) {
		all = append(all, Asked{Action: action, Store: bucket, Key: key})
	}
	if len(all) == 0 {
		all = []Asked{{Action: action, Store: bucket}}
	}
	return all
}
