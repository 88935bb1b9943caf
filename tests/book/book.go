// Package book is what the proofs of the two archived books share, of the ledger and
// of the record of acts: a tenant whose book is archived, what can be changed of it
// behind the product's back, and what archiving has to hold of any book.
package book

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/harness"
)

// World is one tenant on tables and buckets that several share.
type World struct {
	T      *testing.T
	Tables *harness.Store
	Locked string // bucket of the segments
	DB     *dynamodb.Client
	S3     *s3.Client
	ID     tenant.ID
	Warned *harness.Warnings
}

// New makes the world of a tenant on tables of its own.
func New(t *testing.T) World {
	t.Helper()
	tables := harness.Tables(t)
	locked := harness.LedgerBucket(t, tables.Emulator)
	w := World{
		Tables: tables, Locked: locked, DB: dynamodb.NewFromConfig(tables.AWS),
		S3: s3.NewFromConfig(writtenOnce(tables.AWS, locked), func(o *s3.Options) { o.UsePathStyle = true }),
	}
	return w.Another(t)
}

// Another is the world of a new tenant on the same tables.
func (w World) Another(t *testing.T) World {
	t.Helper()
	w.T, w.ID, w.Warned = t, tenant.ID(tenant.NewID()), &harness.Warnings{}
	w.Put("TENANT", Item{"plan": Text("free"), "status": Text("active"), "open": Text("RECONCILE"), "due_at": Number(1)})
	return w
}

// Config is that of one function's process, held to the locked bucket's policy;
// faults may be nil.
func (w *World) Config(faults *calls.Faults) aws.Config {
	cfg := writtenOnce(w.Tables.AWS, w.Locked)
	if faults != nil {
		harness.WithoutWaiting(&cfg)
	}
	calls.Watch(&cfg, faults)
	return cfg
}

// Ctx is one in which the tenant's data is open.
func (w *World) Ctx() context.Context { return tenant.WithTenant(w.T.Context(), w.ID) }

// Item is an item of the table, or attributes of one.
type Item = map[string]types.AttributeValue

// Text is an attribute.
func Text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Number is an attribute.
func Number(n int64) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

// Key is that of an item in the tenant's partition.
func (w *World) Key(sort string) Item {
	return Item{"pk": Text("T#" + string(w.ID)), "sk": Text(sort)}
}

// Item reads an item.
func (w *World) Item(sort string) Item {
	w.T.Helper()
	out, err := w.DB.GetItem(w.T.Context(), &dynamodb.GetItemInput{TableName: aws.String(w.Tables.Platform), Key: w.Key(sort), ConsistentRead: aws.Bool(true)})
	harness.Must(w.T, err)
	return out.Item
}

// Put writes an item.
func (w *World) Put(sort string, attributes Item) {
	w.T.Helper()
	it := w.Key(sort)
	maps.Copy(it, attributes)
	_, err := w.DB.PutItem(w.T.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.Tables.Platform), Item: it})
	harness.Must(w.T, err)
}

// Change changes an item. In the expression, #name stands for the attribute name.
func (w *World) Change(sort, expression string, values Item) {
	w.T.Helper()
	names := map[string]string{}
	for _, name := range regexp.MustCompile(`#\w+`).FindAllString(expression, -1) {
		names[name] = name[1:]
	}
	_, err := w.DB.UpdateItem(w.T.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(w.Tables.Platform), Key: w.Key(sort), UpdateExpression: aws.String(expression),
		ExpressionAttributeNames: names, ExpressionAttributeValues: values,
	})
	harness.Must(w.T, err)
}

// Forget deletes an item.
func (w *World) Forget(sort string) {
	w.T.Helper()
	_, err := w.DB.DeleteItem(w.T.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(w.Tables.Platform), Key: w.Key(sort)})
	harness.Must(w.T, err)
}

// Object writes an object.
func (w *World) Object(bucket, key string, data []byte) {
	w.T.Helper()
	in := &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(data)}
	if bucket == w.Locked {
		in.IfNoneMatch = aws.String("*")
	}
	_, err := w.S3.PutObject(w.T.Context(), in)
	harness.Must(w.T, err)
}

// Remove deletes an object; a locked one only seems to be gone.
func (w *World) Remove(bucket, key string) {
	w.T.Helper()
	_, err := w.S3.DeleteObject(w.T.Context(), &s3.DeleteObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	harness.Must(w.T, err)
}

// Overwrite puts other bytes under a key of the locked bucket, in the one way that
// its policy leaves to whoever may delete: behind a delete marker the key is free,
// and the lock keeps the old version.
func (w *World) Overwrite(key string, data []byte) {
	w.T.Helper()
	w.Remove(w.Locked, key)
	w.Object(w.Locked, key, data)
}

// Digest is what a head and a segment say of a segment.
func Digest(data []byte) string {
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}
