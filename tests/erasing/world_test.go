// Package erasing proves that an erasure leaves nothing of a tenant, or of a member,
// and nothing of anybody else's changed: on the emulator's tables and buckets,
// whatever fails, and whoever writes meanwhile.
package erasing_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
)

type item = map[string]types.AttributeValue

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
func num(n int) types.AttributeValue    { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }

// quiet is how long the erasures of these tests wait for late writes.
const quiet = 10 * time.Minute

// world is what the installation holds.
type world struct {
	*testing.T
	store    *harness.Store
	locked   string
	clock    *harness.Clock
	warnings *harness.Warnings
	db       *dynamodb.Client
	s3       *s3.Client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store := harness.Tables(t)
	w := &world{
		T: t, store: store, locked: harness.LedgerBucket(t, store.Emulator), clock: harness.NewClock(time.Now().UTC().Truncate(time.Millisecond)),
		warnings: &harness.Warnings{}, db: dynamodb.NewFromConfig(store.AWS),
		s3: s3.NewFromConfig(store.AWS, func(o *s3.Options) { o.UsePathStyle = true }),
	}
	_, err := w.s3.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(store.Bucket), VersioningConfiguration: &s3types.VersioningConfiguration{Status: s3types.BucketVersioningStatusEnabled},
	})
	harness.Must(t, err)
	t.Cleanup(w.empty)
	return w
}

// in is the same world in a test within.
func (w *world) in(t *testing.T) *world {
	inner := *w
	inner.T = t
	return &inner
}

// account is one tenant, with one of everything.
type account struct {
	id      tenant.ID
	user    auth.UserID
	address string
	kinds   []string          // that it has; every one when empty
	ids     map[string]string // what fills the variables of its keys
}

func (a account) ctx(t *testing.T) context.Context { return tenant.WithTenant(t.Context(), a.id) }

// account plants an item of every declared kind, an object of every declared folder,
// a second version and a mark of deletion of each, and an unfinished upload.
// With kinds, of these only.
func (w *world) account(kinds ...string) account {
	w.Helper()
	a := account{id: tenant.ID(tenant.NewID()), user: auth.UserID(tenant.NewID()), ids: map[string]string{}}
	a.address = strings.ToLower(tenant.NewID()) + "@example.org"
	for _, name := range []string{"customer", "hash", "link", "keep", "session", "key", "invitation", "invoice", "event"} {
		a.ids[name] = strings.ToLower(name) + tenant.NewID()
	}
	a.ids["tenant"], a.ids["user"], a.ids["address"], a.ids["number"] = string(a.id), string(a.user), a.address, "1"
	a.kinds = kinds
	w.plant(a)
	return a
}

// plant writes what the account has; again after an erasure, as a restore would.
func (w *world) plant(a account) {
	w.Helper()
	kinds := a.kinds
	for _, p := range privacy.In(privacy.Platform) {
		if p.Kind == "ERASURE#" || len(kinds) > 0 && !slices.Contains(kinds, p.Kind) {
			continue // an erasure is asked for by the test
		}
		a.ids["month"] = "2026-11"
		if strings.HasPrefix(p.Kind, "ARCHIVE") || p.Kind == "AUDITHEAD#" {
			a.ids["month"] = "2026-10" // that of the rows has no segment yet
		}
		pk, sk, _ := strings.Cut(a.fill(p.Key), privacy.ItemKey("", ""))
		w.put(w.store.Platform, a.fields(p, item{"pk": str(pk), "sk": str(sk)}))
	}
	for kind, key := range map[string]string{
		"ADDR#": a.address, "MAILRATE#": a.address, "GUESS#": a.address, "SUPPRESS#": a.address,
		"LINK#": a.ids["link"], "INVITE#": a.ids["hash"], "CUSTOMER#": a.ids["customer"], "PAYMOCK#": a.ids["customer"],
	} {
		p, _ := privacy.Declared(privacy.Directory, kind)
		if len(kinds) > 0 && kind == "INVITE#" {
			continue // found by an invitation
		}
		w.put(w.store.Directory, a.fields(p, item{"pk": str(kind + key)}))
	}
	for _, p := range privacy.In(privacy.Media) {
		if p.Erasure == privacy.ByPrefix && (len(kinds) == 0 || slices.Contains(kinds, p.Kind)) {
			w.objects(a.fill(p.Key))
		}
	}
}

// empty is a map with nothing in it.
func empty() types.AttributeValue { return &types.AttributeValueMemberM{Value: item{}} }

// fill writes a key of the account's.
func (a account) fill(p privacy.Pattern) string {
	values := maps.Clone(a.ids)
	for _, name := range p.Variables() {
		if values[name] == "" {
			values[name] = tenant.NewID()
		}
	}
	key, _ := p.Fill(values)
	return key
}

// fields gives an item every text that something is found by.
func (a account) fields(p privacy.Place, it item) item {
	values := map[string]string{
		"email": a.address, "customer": a.ids["customer"], "hash": a.ids["hash"], "link": a.ids["link"],
		"tenant": string(a.id), "user": string(a.user), "title": "Psalm 23",
	}
	for name, value := range values {
		if _, declared := p.Field(name); declared {
			it[name] = str(value)
		}
	}
	if _, has := p.Field("status"); has {
		it["status"] = str(string(tenant.Active))
	}
	switch p.Kind {
	case "USER#":
		it["role"] = str(string(auth.Owner))
		it["sessions"] = &types.AttributeValueMemberM{Value: item{}}
	case "TENANT":
		it["plan"], it["owner"], it["owners"] = str("pro"), str(string(a.user)), &types.AttributeValueMemberSS{Value: []string{string(a.user)}}
	case "ROSTER":
		it["seats"] = &types.AttributeValueMemberM{Value: item{"seat": str("user:" + string(a.user))}}
	case "LEDGER#", "AUDIT#":
		it["at"] = num(1_790_000_000_000)
	}
	return it
}

func (w *world) put(table string, it item) {
	w.Helper()
	_, err := w.db.PutItem(w.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: it})
	harness.Must(w.T, err)
}

// objects makes two versions of an object and deletes it, and begins an upload of it.
func (w *world) objects(key string) {
	w.Helper()
	for _, content := range []string{"one", "another"} {
		w.object(key, content)
	}
	_, err := w.s3.DeleteObject(w.Context(), &s3.DeleteObjectInput{Bucket: aws.String(w.store.Bucket), Key: aws.String(key)})
	harness.Must(w.T, err)
	w.begunUpload(key)
}

func (w *world) object(key, content string) {
	w.Helper()
	_, err := w.s3.PutObject(w.Context(), &s3.PutObjectInput{Bucket: aws.String(w.store.Bucket), Key: aws.String(key), Body: strings.NewReader(content)})
	harness.Must(w.T, err)
}

func (w *world) begunUpload(key string) {
	w.Helper()
	made, err := w.s3.CreateMultipartUpload(w.Context(), &s3.CreateMultipartUploadInput{Bucket: aws.String(w.store.Bucket), Key: aws.String(key)})
	if err == nil {
		_, err = w.s3.UploadPart(w.Context(), &s3.UploadPartInput{
			Bucket: aws.String(w.store.Bucket), Key: aws.String(key), UploadId: made.UploadId, PartNumber: aws.Int32(1), Body: strings.NewReader("part"),
		})
	}
	harness.Must(w.T, err)
}

// ask asks for the account's erasure, due after a day.
func (w *world) ask(a account) erasure.Erasure {
	w.Helper()
	e := erasure.New(erasure.Account, "", a.user, w.clock.Now(), w.clock.Now().Add(24*time.Hour))
	e.Receipt, e.Keep = auth.LinkHash("receipt"+tenant.NewID()), auth.LinkHash("keep"+tenant.NewID())
	owner := auth.User{ID: a.user, Tenant: a.id, Role: auth.Owner}
	act := audit.New(w.clock.Now(), audit.ErasureAsked, "user:"+string(a.user), "", e.ID)
	ctx := tenant.Doing(a.ctx(w.T), tenant.Close)
	harness.Must(w.T, dynamo.NewErasures(w.tables()).Create(ctx, owner, e, act))
	return e
}

func (w *world) tables() *dynamo.Client {
	return dynamo.NewClient(w.store.AWS, w.store.Platform, w.store.Directory)
}

// state is all that the tables and the bucket hold, by key.
type state map[string]string

// everything reads it.
func (w *world) everything() state {
	w.Helper()
	all := state{}
	for _, name := range []string{w.store.Platform, w.store.Directory} {
		pages := dynamodb.NewScanPaginator(w.db, &dynamodb.ScanInput{TableName: aws.String(name)})
		for pages.HasMorePages() {
			page, err := pages.NextPage(context.WithoutCancel(w.Context()))
			harness.Must(w.T, err)
			for _, it := range page.Items {
				key := text(it["pk"])
				if it["sk"] != nil {
					key = privacy.ItemKey(key, text(it["sk"]))
				}
				all[key] = printed(it)
			}
		}
	}
	versions, err := w.s3.ListObjectVersions(context.WithoutCancel(w.Context()), &s3.ListObjectVersionsInput{Bucket: aws.String(w.store.Bucket), MaxKeys: aws.Int32(1000)})
	harness.Must(w.T, err)
	for _, v := range versions.Versions {
		all[aws.ToString(v.Key)+"@"+aws.ToString(v.VersionId)] = aws.ToString(v.ETag)
	}
	for _, m := range versions.DeleteMarkers {
		all[aws.ToString(m.Key)+"@"+aws.ToString(m.VersionId)] = "deleted"
	}
	uploads, err := w.s3.ListMultipartUploads(context.WithoutCancel(w.Context()), &s3.ListMultipartUploadsInput{Bucket: aws.String(w.store.Bucket)})
	harness.Must(w.T, err)
	for _, u := range uploads.Uploads {
		all[aws.ToString(u.Key)+"+"+aws.ToString(u.UploadId)] = "unfinished"
	}
	return all
}

func text(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// printed is an item as a text that is the same for the same item.
func printed(v any) string {
	switch v := v.(type) {
	case item:
		var b strings.Builder
		for _, name := range slices.Sorted(maps.Keys(v)) {
			fmt.Fprintf(&b, "%s=%s;", name, printed(v[name]))
		}
		return b.String()
	case *types.AttributeValueMemberM:
		return "{" + printed(v.Value) + "}"
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return v.Value
	}
	return fmt.Sprintf("%v", v)
}

// of is what of a state names one of the account's ids, or its address.
func (s state) of(a account) state {
	own := state{}
	for key, value := range s {
		for _, id := range []string{string(a.id), string(a.user), a.address, a.ids["customer"], a.ids["hash"], a.ids["link"]} {
			if strings.Contains(key+value, id) {
				own[key] = value
			}
		}
	}
	return own
}

// without is what is not of the account's.
func (s state) without(a account) state {
	rest := maps.Clone(s)
	for key := range s.of(a) {
		delete(rest, key)
	}
	return rest
}

// same fails unless two states are the same.
func (w *world) same(before, after state) {
	w.Helper()
	for key, value := range before {
		if after[key] != value {
			w.Errorf("%s was %q and is %q", key, value, after[key])
		}
	}
	for key, value := range after {
		if _, was := before[key]; !was {
			w.Errorf("%s is new: %q", key, value)
		}
	}
}

// empty lets the harness drop the bucket, whose versions and uploads it does not see.
func (w *world) empty() {
	ctx := context.Background()
	for key := range w.everything() {
		if name, id, ok := strings.Cut(key, "+"); ok && strings.HasPrefix(key, "tenants/") {
			_, _ = w.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: aws.String(w.store.Bucket), Key: aws.String(name), UploadId: aws.String(id)})
		}
		if name, id, ok := strings.Cut(key, "@"); ok && strings.HasPrefix(key, "tenants/") {
			_, _ = w.s3.DeleteObject(ctx, &s3.DeleteObjectInput{Bucket: aws.String(w.store.Bucket), Key: aws.String(name), VersionId: aws.String(id)})
		}
	}
}
