// Package restoring proves that a backup of the tables can be put to use: what is
// restored is what was backed up, less who was erased since, set up as the tables
// in use are; and that a fault in that is found. It runs on the emulator: DynamoDB
// Local makes no backups.
package restoring

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/shared/domains/backup"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// world is the product's tables with some tenants, as a deployment sets them up.
type world struct {
	t       *testing.T
	service restore.Service
	tables  restore.Pair
	drills  *dynamo.Drills
	clock   *harness.Clock
	tenants []tenant.ID
	cfg     aws.Config
	locked  string // the bucket with who was erased
}

const projects = 20 // of each tenant

func newWorld(t *testing.T) *world {
	t.Helper()
	s := harness.Tables(t)
	client := dynamo.NewClient(s.AWS, s.Platform, s.Directory)
	w := &world{
		t: t, tables: restore.Pair{Platform: s.Platform, Directory: s.Directory}, drills: dynamo.NewDrills(client), clock: harness.NewClock(moment),
		cfg: s.AWS, locked: harness.LedgerBucket(t, s.Emulator),
		service: restore.Service{DB: dynamodb.NewFromConfig(s.AWS), Say: func(string) {}},
	}
	for _, table := range []string{s.Platform, s.Directory} {
		w.deployed(table)
	}
	for range 3 {
		w.tenants = append(w.tenants, w.tenant())
	}
	w.put(s.Directory, item{"pk": text("RATE#203.0.113.7"), "expires_at": number("4102444800")})
	return w
}

// deployed sets what the emulator leaves out of a stack's tables, and tests have no
// use for elsewhere.
func (w *world) deployed(table string) {
	w.t.Helper()
	ctx, db := w.t.Context(), w.service.DB
	_, err := db.UpdateContinuousBackups(ctx, &dynamodb.UpdateContinuousBackupsInput{
		TableName: aws.String(table), PointInTimeRecoverySpecification: &types.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: aws.Bool(true)},
	})
	harness.Must(w.t, err)
	described, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(table)})
	harness.Must(w.t, err)
	_, err = db.TagResource(ctx, &dynamodb.TagResourceInput{
		ResourceArn: described.Table.TableArn, Tags: []types.Tag{{Key: aws.String("cost"), Value: aws.String("product")}},
	})
	harness.Must(w.t, err)
}

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue   { return &types.AttributeValueMemberS{Value: s} }
func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

func (w *world) put(table string, it item) {
	w.t.Helper()
	_, err := w.service.DB.PutItem(w.t.Context(), &dynamodb.PutItemInput{TableName: aws.String(table), Item: it})
	harness.Must(w.t, err)
}

// tenant makes one with something in each of its places.
func (w *world) tenant() tenant.ID {
	w.t.Helper()
	id, user := tenant.NewID(), tenant.NewID()
	data, credentials := text("T#"+id), text("A#"+id)
	w.put(w.tables.Platform, item{"pk": data, "sk": text("TENANT"), "plan": text("free"), "status": text("active")})
	w.put(w.tables.Platform, item{"pk": credentials, "sk": text("USER#" + user), "status": text("active"), "email": text(id + "@example.com")})
	for range projects {
		w.put(w.tables.Platform, item{"pk": data, "sk": text("PROJECT#" + tenant.NewID()), "title": text("of " + id)})
	}
	w.put(w.tables.Directory, item{"pk": text("ADDR#" + id + "@example.com"), "tenant": text(id), "user": text(user)})
	return tenant.ID(id)
}

// erase removes a tenant from tables, and answers how many items that were.
func (w *world) erase(ctx context.Context, tables restore.Pair, id tenant.ID) (removed int64) {
	w.t.Helper()
	for _, partition := range []string{"T#", "A#"} {
		out, err := w.service.DB.Query(ctx, &dynamodb.QueryInput{
			TableName: aws.String(tables.Platform), KeyConditionExpression: aws.String("pk = :p"),
			ExpressionAttributeValues: item{":p": text(partition + string(id))},
		})
		harness.Must(w.t, err)
		for _, it := range out.Items {
			removed += w.remove(ctx, tables.Platform, item{"pk": it["pk"], "sk": it["sk"]})
		}
	}
	return removed + w.remove(ctx, tables.Directory, item{"pk": text("ADDR#" + string(id) + "@example.com")})
}

// certify writes down that a tenant was erased, as an erasure does before it ends.
func (w *world) certify(id tenant.ID) {
	w.t.Helper()
	c := erasure.Certificate{Erasure: tenant.NewID(), Tenant: string(id), Subject: erasure.Account, ErasedAt: moment}
	data, err := json.Marshal(c)
	harness.Must(w.t, err)
	_, err = s3files.NewErasures(w.cfg, w.locked).Put(w.t.Context(), "2026-11", c.Erasure, data)
	harness.Must(w.t, err)
}

// marked reports whether it is written down by name that a tenant was erased.
func (w *world) marked(id tenant.ID) bool {
	w.t.Helper()
	found, err := s3files.NewErasures(w.cfg, w.locked).Erased(w.t.Context(), id)
	harness.Must(w.t, err)
	return found
}

func (w *world) remove(ctx context.Context, table string, key item) int64 {
	w.t.Helper()
	out, err := w.service.DB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(table), Key: key, ReturnValues: types.ReturnValueAllOld})
	harness.Must(w.t, err)
	if len(out.Attributes) == 0 {
		return 0
	}
	return 1
}

func (w *world) read(tables restore.Pair) restore.Contents {
	w.t.Helper()
	found, err := w.service.Read(w.t.Context(), tables)
	harness.Must(w.t, err)
	return found
}

// drill is the one that is run, with steps that show nothing.
func (w *world) drill() restore.Drill {
	d := restore.DrillOf(w.cfg, restore.Stack{Tables: w.tables, Ledger: w.locked}, w.clock.Now)
	d.Step = func(_ string, do func() (string, error)) error {
		_, err := do()
		return err
	}
	return d
}

// replaying is a drill whose replay does what is given.
func (w *world) replaying(replay restore.Replay) restore.Drill {
	d := w.drill()
	d.Replay = replay
	return d
}

func (w *world) last() backup.Drill {
	w.t.Helper()
	last, err := w.drills.LastDrill(tenant.Doing(w.t.Context(), tenant.Backups))
	harness.Must(w.t, err)
	return last
}

// leftovers counts the tables and backups that are there beside those in use.
func (w *world) leftovers() int {
	w.t.Helper()
	n := 0
	tables, err := w.service.DB.ListTables(w.t.Context(), &dynamodb.ListTablesInput{})
	harness.Must(w.t, err)
	for _, table := range []string{w.tables.Platform, w.tables.Directory} {
		for _, name := range tables.TableNames {
			if name != table && len(name) > len(table) && name[:len(table)] == table {
				n++
			}
		}
		backups, err := w.service.DB.ListBackups(w.t.Context(), &dynamodb.ListBackupsInput{TableName: aws.String(table)})
		harness.Must(w.t, err)
		n += len(backups.BackupSummaries)
	}
	return n
}
