package harness

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/tests/blueprint"
)

// Store is one test's own tables and bucket.
type Store struct {
	*Emulator
	Platform  string
	Directory string
	Bucket    string

	undeclared bool // what is left may be of kinds that nobody declared
}

// Tables makes the two tables as the template declares them, and a bucket, for
// this test alone, on the emulator. They are gone when it ends.
func Tables(t testing.TB) *Store {
	t.Helper()
	return OnEmulator.Tables(t)
}

// Tables makes them on this database. The bucket, and all else, is the
// emulator's on either.
func (db Database) Tables(t testing.TB) *Store {
	t.Helper()
	e := Start(t)
	if db == OnDynamoDBLocal {
		e.AWS.ConfigSources = []any{serviceAt(dynamoDBLocal(t))}
	}
	suffix := make([]byte, 5)
	rand.Read(suffix)
	id := hex.EncodeToString(suffix)
	s := &Store{Emulator: e, Platform: "platform-" + id, Directory: "directory-" + id, Bucket: "media-" + id}
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatalf("read the template: %v", err)
	}
	for _, r := range b.Resources("AWS::DynamoDB::Table") {
		name := map[string]string{"Platform": s.Platform, "Directory": s.Directory}[r.ID]
		if name == "" {
			continue
		}
		if err := createTable(t.Context(), e.AWS, name, r.Properties); err != nil {
			t.Fatalf("create the %s table: %v", r.ID, err)
		}
		t.Cleanup(func() {
			if !s.undeclared {
				s.declared(t, map[string]privacy.Store{s.Platform: privacy.Platform, s.Directory: privacy.Directory}[name], name)
			}
			dropTable(t, e.AWS, name)
		})
	}
	client := s3.NewFromConfig(e.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(s.Bucket)}); err != nil {
		t.Fatalf("create the bucket: %v", err)
	}
	t.Cleanup(func() { s.dropBucket(t, client) })
	if _, err := client.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(s.Bucket), VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	}); err != nil {
		t.Fatalf("have the bucket keep versions, as the product's does: %v", err)
	}
	return s
}

// createTable reads the definition from the template's properties: tests and
// deployments must not know two.
func createTable(ctx context.Context, cfg aws.Config, name string, p blueprint.Map) error {
	in := &dynamodb.CreateTableInput{
		TableName: aws.String(name), BillingMode: types.BillingModePayPerRequest, KeySchema: keySchema(p["KeySchema"]),
	}
	for _, a := range maps(p["AttributeDefinitions"]) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(text(a["AttributeName"])), AttributeType: types.ScalarAttributeType(text(a["AttributeType"])),
		})
	}
	for _, g := range maps(p["GlobalSecondaryIndexes"]) {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(text(g["IndexName"])), KeySchema: keySchema(g["KeySchema"]),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(text(mapping(g["Projection"])["ProjectionType"]))},
		})
	}
	if view := text(mapping(p["StreamSpecification"])["StreamViewType"]); view != "" {
		in.StreamSpecification = &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewType(view)}
	}
	client := dynamodb.NewFromConfig(cfg)
	// The SDK sends a request again when its answer was lost: the name is this
	// test's own, so a table that exists is the one asked for.
	var exists *types.ResourceInUseException
	if _, err := client.CreateTable(ctx, in); err != nil && !errors.As(err, &exists) {
		return err
	}
	ttl := text(mapping(p["TimeToLiveSpecification"])["AttributeName"])
	if ttl == "" {
		return nil
	}
	_, err := client.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
		TableName:               aws.String(name),
		TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String(ttl), Enabled: aws.Bool(true)},
	})
	return err
}

func keySchema(v any) []types.KeySchemaElement {
	var keys []types.KeySchemaElement
	for _, k := range maps(v) {
		keys = append(keys, types.KeySchemaElement{
			AttributeName: aws.String(text(k["AttributeName"])), KeyType: types.KeyType(text(k["KeyType"])),
		})
	}
	return keys
}

func maps(v any) []blueprint.Map {
	list, _ := v.([]any)
	var all []blueprint.Map
	for _, item := range list {
		all = append(all, mapping(item))
	}
	return all
}

func mapping(v any) blueprint.Map {
	m, _ := v.(blueprint.Map)
	return m
}

func text(v any) string {
	if v == nil {
		return ""
	}
	return strings.TrimSpace(fmt.Sprint(v))
}

// The context of a test ends before its cleanups.

func dropTable(t testing.TB, cfg aws.Config, name string) {
	_, err := dynamodb.NewFromConfig(cfg).DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: aws.String(name)})
	var gone *types.ResourceNotFoundException // by an attempt whose answer was lost
	if err != nil && !errors.As(err, &gone) {
		t.Errorf("drop table: %v", err)
	}
}

// dropBucket holds every version's name to the declaration: what was deleted too
// lay there.
func (s *Store) dropBucket(t testing.TB, client *s3.Client) {
	emptied := eachVersion(client, s.Bucket, func(key, version *string) error {
		s.declaredObject(t, aws.ToString(key))
		_, err := client.DeleteObject(context.Background(), &s3.DeleteObjectInput{Bucket: aws.String(s.Bucket), Key: key, VersionId: version})
		return err
	})
	if emptied != nil {
		t.Errorf("empty bucket: %v", emptied)
	}
	if _, err := client.DeleteBucket(context.Background(), &s3.DeleteBucketInput{Bucket: aws.String(s.Bucket)}); err != nil {
		t.Errorf("drop bucket: %v", err)
	}
}

// eachVersion visits every version of every object, and every mark of deletion.
func eachVersion(client *s3.Client, bucket string, visit func(key, version *string) error) error {
	pages := s3.NewListObjectVersionsPaginator(client, &s3.ListObjectVersionsInput{Bucket: aws.String(bucket)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(context.Background())
		if err != nil {
			return err
		}
		for _, v := range page.Versions {
			if err := visit(v.Key, v.VersionId); err != nil {
				return err
			}
		}
		for _, m := range page.DeleteMarkers {
			if err := visit(m.Key, m.VersionId); err != nil {
				return err
			}
		}
	}
	return nil
}
