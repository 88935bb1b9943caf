package contract

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"hash/crc32"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/isolation"
)

type item = map[string]types.AttributeValue

// twoTenants are the caller's own, with everybody who may or might once have
// acted for it, and another one with things of each kind.
type twoTenants struct {
	*stage // its placeholders are the caller's own
	tenant tenant.ID
	owner  auth.Grant

	access  map[isolation.Caller]string
	keys    map[isolation.Caller]string
	other   auth.Grant
	ids     map[isolation.Thing]string // the other tenant's
	nobody  string                     // an id that nobody has
	secrets []string                   // what no answer may hold
}

// identity are the placeholders of who calls.
func identity() []string {
	return []string{"access_token", "refresh_token", "user_id", "tenant_id", "own_address"}
}

const claimOfAnother = "a key that another tenant has used"

func newTwoTenants(t *testing.T, s *stage, row httpapi.Route) *twoTenants {
	t.Helper()
	mine := *s
	mine.filled, mine.address = map[string]string{}, "caller@example.com"
	w := &twoTenants{
		stage: &mine, owner: mine.grant(t, mine.address), other: mine.grant(t, "other@example.com"), nobody: tenant.NewID(),
		access: map[isolation.Caller]string{}, keys: map[isolation.Caller]string{}, ids: map[isolation.Thing]string{},
	}
	w.tenant = w.owner.Profile.Tenant
	w.fillIdentity()
	// The plan has every feature and enough of everything. Who has it has agreed to
	// it: where plans are bought, the callers have what they buy.
	sells := slices.Contains(row.Problems, problem.PlanGranted) || slices.Contains(row.Problems, problem.NoSubscription)
	for _, id := range []tenant.ID{w.tenant, w.other.Profile.Tenant} {
		if !sells {
			w.set(t, tenant.DataPartition(id), "TENANT", "plan", string(tenant.Enterprise))
		}
	}
	if slices.Contains(row.Problems, problem.NoSubscription) {
		w.buy(t, w.tenant)
	}
	w.access[isolation.Owner] = w.owner.Access
	for _, c := range []isolation.Caller{isolation.Member, isolation.Removed} {
		user, token := w.join(t, strings.ReplaceAll(string(c), " ", "-")+"@example.com")
		w.access[c] = token
		if c == isolation.Removed {
			w.set(t, tenant.CredentialsPartition(w.tenant), "USER#"+user, "member_status", "removed")
		}
	}
	w.keys[isolation.Key], _ = w.key(t, w.tenant)
	w.keys[isolation.Revoked] = w.revoked(t)
	for _, id := range []tenant.ID{w.tenant, w.other.Profile.Tenant} {
		w.accountKey(t, id)
	}
	return w
}

func (w *twoTenants) fillIdentity() {
	p := w.owner.Profile
	maps.Copy(w.filled, map[string]string{
		"access_token": w.owner.Access, "refresh_token": w.owner.Refresh, "user_id": string(p.User), "tenant_id": string(p.Tenant),
		"own_address": string(p.Email),
	})
}

// credential is the header of a caller.
func (w *twoTenants) credential(c isolation.Caller) (name, value string) {
	switch {
	case w.access[c] != "":
		return "authorization", "Bearer " + w.access[c]
	case w.keys[c] != "":
		return "x-api-key", w.keys[c]
	}
	return "", ""
}

func str(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func (w *twoTenants) table() *string { return aws.String(w.outputs["Data.Outputs.PlatformTable"]) }

func (w *twoTenants) put(t *testing.T, table *string, it item) {
	t.Helper()
	if _, err := dynamodb.NewFromConfig(w.aws).PutItem(t.Context(), &dynamodb.PutItemInput{TableName: table, Item: it}); err != nil {
		t.Fatal(err)
	}
}

// set changes one attribute of an item of the platform table.
func (w *twoTenants) set(t *testing.T, pk, sk, name, value string) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(w.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: w.table(), Key: item{"pk": str(pk), "sk": str(sk)}, UpdateExpression: aws.String("SET #a = :v"),
		ExpressionAttributeNames: map[string]string{"#a": name}, ExpressionAttributeValues: item{":v": str(value)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forget takes an attribute off an item of the platform table.
func (w *twoTenants) forget(t *testing.T, pk, sk, name string) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(w.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: w.table(), Key: item{"pk": str(pk), "sk": str(sk)}, UpdateExpression: aws.String("REMOVE #a"), ExpressionAttributeNames: map[string]string{"#a": name},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// join makes a member of the caller's tenant, who signs in.
func (w *twoTenants) join(t *testing.T, address string) (user, access string) {
	t.Helper()
	user = tenant.NewID()
	w.put(t, aws.String(w.outputs["Data.Outputs.DirectoryTable"]), item{"pk": str("ADDR#" + address), "tenant": str(string(w.tenant)), "user": str(user)})
	w.put(t, w.table(), item{
		"pk": str(tenant.CredentialsPartition(w.tenant)), "sk": str("USER#" + user), "email": str(address), "role": str(string(auth.Member)),
		"status": str(string(tenant.Active)), "member_status": str(string(auth.MemberActive)),
		"created_at": &types.AttributeValueMemberN{Value: "1793534400000000"}, "sessions": &types.AttributeValueMemberM{Value: item{}},
	})
	return user, w.grant(t, address).Access
}

// key makes an API key of a tenant.
func (w *twoTenants) key(t *testing.T, owner tenant.ID) (key, id string) {
	t.Helper()
	id = tenant.NewID()
	secret := strings.Repeat("a", 50) + "qa"
	sum := sha256.Sum256([]byte(secret))
	w.put(t, w.table(), item{
		"pk": str(tenant.CredentialsPartition(owner)), "sk": str("KEY#" + id), "hash": str(hex.EncodeToString(sum[:])),
		"key_status": str("active"), "status": str(string(tenant.Active)),
	})
	key = "dak_" + string(owner) + "_" + id + "_" + secret
	check := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(key)))
	return key + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(check)), id
}

// revoked makes an API key and takes its item away, as revoking does.
func (w *twoTenants) revoked(t *testing.T) string {
	t.Helper()
	key, id := w.key(t, w.tenant)
	_, err := dynamodb.NewFromConfig(w.aws).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: w.table(), Key: item{"pk": str(tenant.CredentialsPartition(w.tenant)), "sk": str("KEY#" + id)},
	})
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// accountKey makes the tenant's one key, and replaces it, so that every later
// answer about it is of one form.
func (w *twoTenants) accountKey(t *testing.T, of tenant.ID) {
	t.Helper()
	for range 2 {
		if _, err := w.stage.keys().RotateAccountKey(t.Context(), w.stage.founder(t, of), 0); err != nil {
			t.Fatalf("make the account's key: %v", err)
		}
	}
}

// foreign makes a thing of the other tenant, once.
func (w *twoTenants) foreign(t *testing.T, row httpapi.Route, thing isolation.Thing) {
	t.Helper()
	if w.ids[thing] != "" {
		return
	}
	other := w.other.Profile.Tenant
	switch thing {
	case isolation.Tenant:
		w.ids[thing] = string(other)
	case isolation.User:
		w.ids[thing] = string(w.other.Profile.User)
	case isolation.Project:
		w.ids[thing] = w.project(t, other, "He leads me beside still waters.")
	case isolation.Job:
		w.ids[thing] = w.job(t, other, render.Succeeded)
	case isolation.Upload:
		w.ids[thing] = w.complete(t, other, w.arrive(t, other, upload.Announcement{Filename: "hill.png", ContentType: "image/png", Size: 10_000}, smallPicture(t)))
	case isolation.Picture:
		w.ids[thing] = w.picture(t, other)
	case isolation.Session:
		w.ids[thing] = w.session(t)
	case isolation.APIKey:
		_, w.ids[thing] = w.key(t, other)
	case isolation.Invitation:
		w.ids[thing] = tenant.NewID()
		w.put(t, w.table(), item{"pk": str(tenant.CredentialsPartition(other)), "sk": str("INVITATION#" + w.ids[thing])})
	case isolation.Archive:
		w.ids[thing] = w.export(t, other, "succeeded")
	default:
		t.Fatalf("%s: there is no %s of another tenant", row.Name, thing)
	}
	w.secrets = append(w.secrets, w.ids[thing])
}

// session is the id of the other tenant's session.
func (w *twoTenants) session(t *testing.T) string {
	t.Helper()
	out, err := dynamodb.NewFromConfig(w.aws).GetItem(t.Context(), &dynamodb.GetItemInput{
		TableName: w.table(), Key: item{"pk": str(tenant.CredentialsPartition(w.other.Profile.Tenant)), "sk": str("USER#" + string(w.other.Profile.User))},
	})
	if err != nil {
		t.Fatal(err)
	}
	sessions, _ := out.Item["sessions"].(*types.AttributeValueMemberM)
	if sessions == nil || len(sessions.Value) == 0 {
		t.Fatal("the other tenant's owner has no session")
	}
	return slices.Sorted(maps.Keys(sessions.Value))[0]
}

// everything is what the other tenant has, but for what its own calls count.
func (w *twoTenants) everything(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, pk := range []string{tenant.DataPartition(w.other.Profile.Tenant), tenant.CredentialsPartition(w.other.Profile.Tenant)} {
		pages := dynamodb.NewQueryPaginator(dynamodb.NewFromConfig(w.aws), &dynamodb.QueryInput{
			TableName: w.table(), KeyConditionExpression: aws.String("pk = :p"), ExpressionAttributeValues: item{":p": str(pk)},
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, it := range page.Items {
				line, err := json.Marshal(it)
				if err != nil {
					t.Fatal(err)
				}
				lines = append(lines, string(line))
			}
		}
	}
	return strings.Join(lines, "\n")
}

// claimed has the other tenant use an Idempotency-Key on the row.
func (m *matrix) claimed(t *testing.T) {
	t.Helper()
	m.secrets = append(m.secrets, string(m.other.Profile.Tenant), string(m.other.Profile.User), "other@example.com")
	if !m.row.Idempotent {
		return
	}
	e := m.as(isolation.Owner)
	e.Headers["authorization"], e.Headers["idempotency-key"] = "Bearer "+m.other.Access, claimOfAnother
	if _, err := m.call(context.WithoutCancel(t.Context()), e); err != nil {
		t.Fatal(err)
	}
}

// cursor is one of the other tenant's own list, or one that looks like it where
// the list has one page.
func (m *matrix) cursor(t *testing.T) string {
	t.Helper()
	if !m.row.Paged {
		return ""
	}
	if subject, _ := isolation.Subject(m.row); subject != "" {
		delete(m.ids, subject)
		m.foreign(t, m.row, subject) // a second one
	}
	e := m.as(isolation.Owner)
	e.Headers["authorization"] = "Bearer " + m.other.Access
	query, _ := url.ParseQuery(e.RawQueryString)
	query.Set("limit", "1")
	e.RawQueryString = query.Encode()
	res, err := m.call(t.Context(), e)
	var page struct {
		Next string `json:"next_cursor"`
	}
	if err != nil || json.Unmarshal([]byte(res.Body), &page) != nil {
		t.Fatalf("the other tenant's own list: %v %s", err, res.Body)
	}
	if page.Next != "" {
		return page.Next
	}
	return forgedCursor(string(m.other.Profile.Tenant))
}

func forgedCursor(id string) string {
	return base64.RawURLEncoding.EncodeToString([]byte("AAAAAAAAAAAA:" + id))
}
