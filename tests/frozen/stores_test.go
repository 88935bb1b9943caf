// Package frozen_test holds every store to what an erasure rests on: in an account
// that is frozen nothing begins any more, and where one is gone nothing is made.
package frozen_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// stores makes every store of the package dynamo.
func stores(c *dynamo.Client) map[string]any {
	return map[string]any{
		"Admissions": dynamo.NewAdmissions(c), "APIKeys": dynamo.NewAPIKeys(c), "Archive": dynamo.NewArchive(c), "Trail": dynamo.NewTrail(c),
		"AuditArchive": dynamo.NewAuditArchive(c), "Verification": dynamo.NewVerification(c), "Accounts": dynamo.NewAccounts(c),
		"Channels": dynamo.NewChannels(c), "Credentials": dynamo.NewCredentials(c), "Customers": dynamo.NewCustomers(c), "Links": dynamo.NewLinks(c),
		"Erasures": dynamo.NewErasures(c), "Erasable": dynamo.NewErasable(c), "Hooks": dynamo.NewHooks(c), "Images": dynamo.NewImages(c),
		"Invitations": dynamo.NewInvitations(c), "Jobs": dynamo.NewJobs(c), "Joins": dynamo.NewJoins(c), "Members": dynamo.NewMembers(c),
		"Metering": dynamo.NewMetering(c), "Notices": dynamo.NewNotices(c), "OpenWork": dynamo.NewOpenWork(c), "PayMock": dynamo.NewPayMock(c),
		"Projects": dynamo.NewProjects(c), "Publications": dynamo.NewPublications(c), "Reconciliation": dynamo.NewReconciliation(c),
		"SignIns": dynamo.NewSignIns(c), "SigningKeys": dynamo.NewSigningKeys(c), "Storage": dynamo.NewStorage(c),
		"Subscriptions": dynamo.NewSubscriptions(c), "Suppressions": dynamo.NewSuppressions(c), "Tenants": dynamo.NewTenants(c),
		"Terms": dynamo.NewTerms(c), "Survey": dynamo.NewSurvey(c), "Uploads": dynamo.NewUploads(c),
		"Exports": dynamo.NewExports(c), "Drills": dynamo.NewDrills(c),
	}
}

// TestEveryStoreIsHere: a store that is added is held to the same.
func TestEveryStoreIsHere(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(blueprint.Root(), "shared/technologies/dynamo/*.go"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%v, %v", files, err)
	}
	listed := stores(nil)
	made := regexp.MustCompile(`(?m)^func New(\w+)\(c \*Client\)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range made.FindAllStringSubmatch(string(text), -1) {
			if listed[m[1]] == nil {
				t.Errorf("%s: dynamo.New%s is not in tests/frozen/stores_test.go", filepath.Base(file), m[1])
			}
		}
	}
}

// ends are the writes that are part of ending things: what they make in a frozen
// account is the record that something has ended. It goes with the rest.
var ends = map[string]string{
	"Credentials.End": "a session", "Credentials.EndAll": "sessions", "Archive.Advance": "what is kept of the ledger",
	"AuditArchive.Advance": "what is kept of the record of acts", "Erasures.Begin": "the account",
}

// rows are those that go with rows that must be there: no account, no rows. The
// made-up call with none of them says nothing.
var rows = []string{"Archive.Advance", "AuditArchive.Advance"}

// active are those that make something in an active account with made-up values, and
// do not in a frozen one.
var active = []string{
	"APIKeys.AddKey", "Accounts.Introduce", "Channels.Connect", "Channels.KeepConsent", "Erasures.Create", "Exports.Start", "Hooks.AddHook",
	"Members.ChangeMember", "Notices.Begin", "Projects.CreateProject", "Subscriptions.AddHook", "Uploads.AdmitUpload",
}

// begins are those that make an account, and no store of theirs can know that one
// of the same id was erased: ids are never made twice.
var begins = []string{"SignIns.Enter", "Joins.Enter"}

func TestNothingBeginsInAFrozenAccount(t *testing.T) {
	w := newWorld(t)
	for _, m := range w.methods() {
		for _, full := range []bool{false, true} {
			id := tenant.ID(tenant.NewID())
			w.freeze(t, id)
			before := w.keys(t, id)
			err := m.call(t, id, full)
			for _, key := range w.keys(t, id) {
				if !slices.Contains(before, key) && ends[m.name] == "" {
					t.Errorf("%s makes %s in a frozen account (%v)", m.name, key, err)
				}
			}
		}
	}
}

// TestTheSameWritesBeginInAnActiveAccount is the control of the one above: with the
// same made-up values, in an account that is active, many of them make something. So
// it is the account's state that refuses them, and not the values.
func TestTheSameWritesBeginInAnActiveAccount(t *testing.T) {
	w := newWorld(t)
	var made []string
	for _, m := range w.methods() {
		for _, full := range []bool{false, true} {
			id := tenant.ID(tenant.NewID())
			w.account(t, id, tenant.Active)
			before := w.keys(t, id)
			_ = m.call(t, id, full)
			if len(w.keys(t, id)) > len(before) && !slices.Contains(made, m.name) {
				made = append(made, m.name)
			}
		}
	}
	t.Logf("%d make something: %v", len(made), made)
	for _, name := range active {
		if !slices.Contains(made, name) {
			t.Errorf("%s makes nothing in an active account: the values say nothing of a frozen one", name)
		}
	}
}

func TestNothingIsMadeWhereAnAccountIsGone(t *testing.T) {
	w := newWorld(t)
	for _, m := range w.methods() {
		for _, full := range []bool{false, true} {
			id := tenant.ID(tenant.NewID())
			err := m.call(t, id, full)
			if keys := w.keys(t, id); len(keys) > 0 && !slices.Contains(begins, m.name) && (full || !slices.Contains(rows, m.name)) {
				t.Errorf("%s makes %v in no account (%v)", m.name, keys, err)
			}
		}
	}
}

// world is two tables, and all stores on them.
type world struct {
	*harness.Store
	db     *dynamodb.Client
	stores map[string]any
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store := harness.Tables(t)
	store.Undeclared() // made-up values, not items
	return &world{Store: store, db: dynamodb.NewFromConfig(store.AWS), stores: stores(dynamo.NewClient(store.AWS, store.Platform, store.Directory))}
}

// keys are those of all items of an account.
func (w *world) keys(t *testing.T, id tenant.ID) (all []string) {
	t.Helper()
	for _, partition := range []string{tenant.CredentialsPartition(id), tenant.DataPartition(id)} {
		out, err := w.db.Query(t.Context(), &dynamodb.QueryInput{
			TableName: aws.String(w.Platform), KeyConditionExpression: aws.String("pk = :pk"), ConsistentRead: aws.Bool(true),
			ExpressionAttributeValues: map[string]types.AttributeValue{":pk": text(partition)},
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range out.Items {
			all = append(all, partition[:2]+it["sk"].(*types.AttributeValueMemberS).Value)
		}
	}
	return all
}

// freeze makes an account that was frozen a moment ago: the users still read as
// active, which is the narrowest that there is.
func (w *world) freeze(t *testing.T, id tenant.ID) {
	t.Helper()
	w.account(t, id, tenant.Frozen)
}

// account makes one in a state.
func (w *world) account(t *testing.T, id tenant.ID, is tenant.Status) {
	t.Helper()
	session := map[string]types.AttributeValue{"gen": number("1"), "started": number("1"), "rotated": number("1"), "seen": number("1")}
	for _, it := range []map[string]types.AttributeValue{
		{"pk": text(tenant.DataPartition(id)), "sk": text("TENANT"), "status": text(string(is)), "plan": text("pro"), "owner": text(known),
			"owners": &types.AttributeValueMemberSS{Value: []string{known, "another"}}},
		{"pk": text(tenant.CredentialsPartition(id)), "sk": text("USER#" + known), "status": text("active"), "member_status": text("active"),
			"role": text("owner"), "email": text("a@example.com"), "sessions": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{
				known: &types.AttributeValueMemberM{Value: session}}}},
	} {
		if _, err := w.db.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: aws.String(w.Platform), Item: it}); err != nil {
			t.Fatal(err)
		}
	}
}

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }
