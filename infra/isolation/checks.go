package isolation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// call is one check: what is called, and whether it may pass.
type call struct {
	act   tenant.Act
	name  string
	may   bool
	byKey bool // the refusal rests on leading keys alone
	do    func(context.Context) error
}

func (s Stack) checks(ctx context.Context, all []call) []Result {
	var results []Result
	for _, c := range all {
		err := c.do(ctx)
		r := Result{Act: c.act, Check: c.name, Outcome: Held}
		switch passed := !denied(err); {
		case passed == c.may && (err == nil || reached(err) || !passed):
		case passed && !c.may && c.byKey && s.Unseen:
			r.Outcome = Unseen
		default:
			r.Outcome, r.Detail = Broken, fmt.Sprintf("it passes: %v, it may: %v (%v)", passed, c.may, err)
		}
		results = append(results, r)
	}
	return results
}

// denied reports whether the policies refused a call.
func denied(err error) bool {
	var refusal smithy.APIError
	return errors.As(err, &refusal) && strings.HasPrefix(refusal.ErrorCode(), "AccessDenied")
}

// reached reports whether a call got past the policies and failed on a condition
// that is never true, as it is meant to.
func reached(err error) bool {
	var refusal smithy.APIError
	if !errors.As(err, &refusal) {
		return false
	}
	return refusal.ErrorCode() == "ConditionalCheckFailedException" || refusal.ErrorCode() == "TransactionCanceledException"
}

type item = map[string]types.AttributeValue

func platformKey(pk string) item {
	return item{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: "VERIFY"}}
}

func directoryKey(pk string) item { return item{"pk": &types.AttributeValueMemberS{Value: pk}} }

// callsOf are the checks of one act. Writes have a condition that no item meets.
func callsOf(cfg aws.Config, outputs map[string]string, o tenant.Opening, own, other tenant.ID) []call {
	b := builder{
		act: o.Act, only: o.Only, db: dynamodb.NewFromConfig(cfg), files: s3.NewFromConfig(cfg, func(s *s3.Options) { s.UsePathStyle = cfg.BaseEndpoint != nil }),
		platform: aws.String(outputs["PlatformTable"]), directory: aws.String(outputs["DirectoryTable"]),
	}
	for _, whose := range []struct {
		name string
		id   tenant.ID
		own  bool
	}{{"own", own, true}, {"another's", other, false}} {
		b.partition(whose.name+" data", tenant.DataPartition(whose.id), whose.own)
		b.partition(whose.name+" credentials", tenant.CredentialsPartition(whose.id), whose.own && o.Credentials)
		b.objects(whose.name, outputs["MediaBucket"], tenant.ObjectPrefix(whose.id), whose.own && o.Only == nil)
	}
	b.add("the listing of all tenants", false, false, b.list(outputs["MediaBucket"], "tenants/"))
	b.add("the ledger of another", false, false, b.get(outputs["LedgerBucket"], tenant.ObjectPrefix(other)+"verify-isolation"))
	b.add("a scan", false, false, func(ctx context.Context) error {
		_, err := b.db.Scan(ctx, &dynamodb.ScanInput{TableName: b.platform, Limit: aws.Int32(1)})
		return err
	})
	b.add("PartiQL", false, false, func(ctx context.Context) error {
		_, err := b.db.ExecuteStatement(ctx, &dynamodb.ExecuteStatementInput{
			Statement: aws.String(`SELECT pk FROM "` + *b.platform + `" WHERE pk = '` + tenant.DataPartition(own) + `'`),
		})
		return err
	})
	b.inDirectory(o)
	return b.all
}

type builder struct {
	act                 tenant.Act
	only                []string // attributes that it asks for, and does nothing else; nil is no bound
	db                  *dynamodb.Client
	files               *s3.Client
	platform, directory *string
	all                 []call
}

func (b *builder) add(name string, may, byKey bool, do func(context.Context) error) {
	b.all = append(b.all, call{b.act, name, may, byKey, do})
}

// never is a condition that no item meets.
const never = "attribute_exists(verify_isolation)"

// verbs are the calls on one item.
func (b *builder) verbs(table *string, key item) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"GetItem": func(ctx context.Context) error {
			_, err := b.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: key})
			return err
		},
		"PutItem": func(ctx context.Context) error {
			_, err := b.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: key, ConditionExpression: aws.String(never)})
			return err
		},
		"UpdateItem": func(ctx context.Context) error {
			_, err := b.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
				TableName: table, Key: key, UpdateExpression: aws.String("REMOVE verify_isolation"), ConditionExpression: aws.String(never),
			})
			return err
		},
		"DeleteItem": func(ctx context.Context) error {
			_, err := b.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: key, ConditionExpression: aws.String(never)})
			return err
		},
	}
}

// partition checks the calls on a partition of the platform table. An act that asks
// for some attributes only has no other call, whosever the partition is.
func (b *builder) partition(name, pk string, may bool) {
	key, whole := platformKey(pk), b.only == nil
	if !whole {
		b.attributes(name, key, may)
		may = false
	}
	for verb, do := range b.verbs(b.platform, key) {
		b.add(verb+" of "+name, may, whole, do)
	}
	b.add("Query of "+name, may, whole, func(ctx context.Context) error {
		_, err := b.db.Query(ctx, &dynamodb.QueryInput{
			TableName: b.platform, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": key["pk"]}, Limit: aws.Int32(1),
		})
		return err
	})
	b.add("ConditionCheckItem of "+name, may, whole, func(ctx context.Context) error {
		_, err := b.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{ConditionCheck: &types.ConditionCheck{TableName: b.platform, Key: key, ConditionExpression: aws.String("attribute_not_exists(pk)")}},
		}})
		return err
	})
}

// attributes checks what is asked for by name: what the act may see, and a hash beside it.
func (b *builder) attributes(name string, key item, may bool) {
	ask := func(names ...string) func(context.Context) error {
		in := &dynamodb.QueryInput{
			TableName: b.platform, KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": key["pk"]}, Limit: aws.Int32(1),
			Select: types.SelectSpecificAttributes, ExpressionAttributeNames: map[string]string{},
		}
		var paths []string
		for i, name := range names {
			path := fmt.Sprintf("#a%d", i)
			in.ExpressionAttributeNames[path], paths = name, append(paths, path)
		}
		in.ProjectionExpression = aws.String(strings.Join(paths, ", "))
		return func(ctx context.Context) error {
			_, err := b.db.Query(ctx, in)
			return err
		}
	}
	b.add("by attributes, Query of "+name, may, true, ask(b.only...))
	b.add("by attributes with a hash, Query of "+name, false, false, ask(append(slices.Clone(b.only), "hash")...))
}

// inDirectory checks keys of the directory: what the act opens, what it does not,
// and operations that its role lacks.
func (b *builder) inDirectory(o tenant.Opening) {
	for _, prefix := range tenant.Prefixes() {
		if prefix == tenant.DataPrefix || prefix == tenant.CredentialsPrefix {
			continue
		}
		key := prefix + "verify-isolation"
		if prefix == tenant.SlotsPrefix {
			key = tenant.RenderSlots
		}
		open := tenant.Among(o.Directory, key)
		for verb, do := range b.verbs(b.directory, directoryKey(key)) {
			has := slices.Contains(o.Verbs, verb)
			b.add(verb+" of "+prefix, open && has, has, do)
		}
	}
}

// objects checks a prefix of the media bucket: what is written there is removed.
func (b *builder) objects(name, bucket, prefix string, may bool) {
	at := prefix + "verify-isolation"
	b.add("listing "+name+" objects", may, false, b.list(bucket, prefix))
	b.add("PutObject of "+name, may, false, func(ctx context.Context) error {
		_, err := b.files.PutObject(ctx, &s3.PutObjectInput{Bucket: &bucket, Key: &at, Body: strings.NewReader("x")})
		return err
	})
	b.add("GetObject of "+name, may, false, b.get(bucket, at))
	b.add("DeleteObject of "+name, may, false, func(ctx context.Context) error {
		_, err := b.files.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: &bucket, Key: &at})
		return err
	})
}

func (b *builder) list(bucket, prefix string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := b.files.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &prefix, MaxKeys: aws.Int32(1)})
		return err
	}
}

func (b *builder) get(bucket, key string) func(context.Context) error {
	return func(ctx context.Context) error {
		out, err := b.files.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		if err != nil {
			return err
		}
		return out.Body.Close()
	}
}
