package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/local/running"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// witness is an account that calls nothing while others do: whatever changes of it
// was stored by a request that had no business there.
type witness struct {
	product *running.Product
	tenant  string
	before  map[string]string
}

// watched makes the witness, with a project, and looks at all that it has.
func watched(ctx context.Context, p *running.Product, product string) (*witness, error) {
	// A new one each time: what is a day old is reconciled, which moves when it is due.
	c, err := signedIn(ctx, product, fmt.Sprintf("schema-check-witness-%d@example.com", time.Now().UnixMilli()))
	if err != nil {
		return nil, err
	}
	if _, err := c.project(ctx, "A witness"); err != nil {
		return nil, err
	}
	w := &witness{product: p}
	if w.tenant, err = c.tenant(ctx); err != nil {
		return nil, err
	}
	w.before, err = w.belongings(ctx)
	return w, err
}

// archived are the kinds of items that the product's own archive goes on with.
func archived(key string) bool {
	return strings.Contains(key, " AUDIT") || strings.Contains(key, " LEDGER#") || strings.Contains(key, " ARCHIVE#")
}

// changed names what is not as it was.
func (w *witness) changed(ctx context.Context) ([]string, error) {
	after, err := w.belongings(ctx)
	if err != nil {
		return nil, err
	}
	return differences(w.before, after), nil
}

func differences(before, after map[string]string) (all []string) {
	for key, item := range after {
		if was, there := before[key]; (!there || was != item) && !archived(key) {
			all = append(all, key)
		}
	}
	for key := range before {
		if _, there := after[key]; !there {
			all = append(all, key)
		}
	}
	return all
}

// belongings are all items and objects with the tenant's id in them, as they lie in
// the emulator.
func (w *witness) belongings(ctx context.Context) (map[string]string, error) {
	all := map[string]string{}
	tables := dynamodb.NewFromConfig(w.product.AWS)
	names, err := tables.ListTables(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("list tables: %w", err)
	}
	for _, table := range names.TableNames {
		pages := dynamodb.NewScanPaginator(tables, &dynamodb.ScanInput{TableName: &table})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("read table: %w", err)
			}
			for _, item := range page.Items {
				written, err := json.Marshal(item) // its members sorted by name
				if err != nil {
					return nil, err
				}
				if strings.Contains(string(written), w.tenant) {
					all[table+" "+text(item["pk"])+" "+text(item["sk"])] = string(written)
				}
			}
		}
	}
	return all, w.objects(ctx, all)
}

func (w *witness) objects(ctx context.Context, all map[string]string) error {
	files := s3.NewFromConfig(w.product.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	buckets, err := files.ListBuckets(ctx, nil)
	if err != nil {
		return fmt.Errorf("list buckets: %w", err)
	}
	for _, bucket := range buckets.Buckets {
		listed, err := files.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: bucket.Name, Prefix: aws.String(tenant.ObjectPrefix(tenant.ID(w.tenant)))})
		if err != nil {
			return fmt.Errorf("list objects: %w", err)
		}
		for _, o := range listed.Versions {
			all[aws.ToString(bucket.Name)+" "+aws.ToString(o.Key)+" "+aws.ToString(o.VersionId)] = aws.ToString(o.ETag)
		}
	}
	return nil
}

func text(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}
