package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/restore"
	"github.com/devotionalai/platform/infra/stages"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// dataOnly is infra/data.yaml, deployed as the command deploys the product: by the same
// choice of parameters, proposals and policies, without the functions.
type dataOnly struct {
	*formation
	t        *testing.T
	template string
	declared []stages.Parameter
}

func newDataOnly(t *testing.T) dataOnly {
	t.Helper()
	e := harness.Start(t)
	name, file := "data-"+strings.ToLower(tenant.NewID()), filepath.Join(blueprint.Root(), "infra", "data.yaml")
	body, err := os.Open(file)
	harness.Must(t, err)
	defer body.Close()
	all, err := stages.Parameters(file)
	harness.Must(t, err)
	store := s3.NewFromConfig(e.AWS, func(o *s3.Options) { o.UsePathStyle = true })
	_, err = store.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(name)})
	harness.Must(t, err)
	_, err = store.PutObject(t.Context(), &s3.PutObjectInput{Bucket: aws.String(name), Key: aws.String("data.yaml"), Body: body})
	harness.Must(t, err)
	d := dataOnly{newFormation(account{AWS: e.AWS, Endpoint: e.Endpoint}, name), t, e.Endpoint + "/" + name + "/data.yaml", all}
	d.deploy(map[string]string{
		"Prefix": name, "Stage": "trial", "Mode": "local", "AppUrl": "http://localhost", "LedgerRetentionDays": "1", "TablesProtected": "false",
		"BackupSchedule": "cron(0 3 * * ? *)", "BackupRetentionDays": "35", "PlatformTableAdopted": "", "PlatformStreamAdopted": "", "DirectoryTableAdopted": "",
		"MediaReplicaArn": "", "LedgerReplicaArn": "",
	})
	t.Cleanup(func() {
		if _, err := d.cfn.DeleteStack(context.Background(), &cloudformation.DeleteStackInput{StackName: aws.String(name)}); err != nil {
			t.Errorf("delete the stack: %v", err)
		}
	})
	return d
}

// deploy gives made, and leaves the rest as the stack has it.
func (d dataOnly) deploy(made map[string]string) {
	d.t.Helper()
	ctx := d.t.Context()
	before, err := d.ready(ctx, d.t.Logf)
	harness.Must(d.t, err)
	parameters, err := sources{made: made, existing: before.parameters()}.choose(d.declared)
	harness.Must(d.t, err)
	set, err := d.propose(ctx, before, d.template, parameters, map[string]string{"stage": "trial"})
	harness.Must(d.t, err)
	if set == nil {
		return
	}
	if lost := set.losses(); len(lost) > 0 {
		d.t.Errorf("a table or a bucket goes: %v", lost)
	}
	harness.Must(d.t, d.execute(ctx, set))
	harness.Must(d.t, d.close(ctx))
}

// adopt deploys with what ADOPT says.
func (d dataOnly) adopt(says string) {
	d.t.Helper()
	made, err := adoption(d.t.Context(), d.account, says)
	harness.Must(d.t, err)
	d.deploy(made)
}

// uses holds the stack to these tables, with all that was in them.
func (d dataOnly) uses(when string, service restore.Service, want restore.Stack, items int) {
	d.t.Helper()
	found, err := restore.Find(d.t.Context(), d.AWS, d.name)
	harness.Must(d.t, err)
	if found != want {
		d.t.Errorf("%s it uses %+v, not %+v", when, found, want)
	}
	if there, err := service.Read(d.t.Context(), found.Tables); err != nil || len(there) != items {
		d.t.Errorf("%s there are %d items, not %d (%v)", when, len(there), items, err)
	}
}

// TestRestoredTablesAreAdopted: with ADOPT the stack uses the restored tables and what
// is in them, a second time too, and without it they stay; ADOPT=own brings its own back.
func TestRestoredTablesAreAdopted(t *testing.T) {
	d := newDataOnly(t)
	ctx, service := t.Context(), restore.Service{DB: dynamodb.NewFromConfig(d.AWS), Say: func(string) {}}
	own, err := restore.Find(ctx, d.AWS, d.name)
	harness.Must(t, err)
	put := func(table, id string) {
		t.Helper()
		_, err := service.DB.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(table), Item: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + id}, "sk": &types.AttributeValueMemberS{Value: "TENANT"},
		}})
		harness.Must(t, err)
	}
	for _, table := range []string{own.Tables.Platform, own.Tables.Directory} { // the emulator takes the template's TTL and does not do it
		_, err := service.DB.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{
			TableName: aws.String(table), TimeToLiveSpecification: &types.TimeToLiveSpecification{AttributeName: aws.String("expires_at"), Enabled: aws.Bool(true)},
		})
		harness.Must(t, err)
	}
	put(own.Tables.Platform, "01ARZ3NDEKTSV4RRFFQ69G5FAV")
	made, err := service.AsOf(ctx, own.Tables, time.Now(), time.Now())
	harness.Must(t, err)
	put(own.Tables.Platform, "01ARZ3NDEKTSV4RRFFQ69G5FAW") // after the restore: not among what comes back
	for says, want := range map[string]string{
		made.Platform:                        "names both",
		made.Directory + "," + made.Platform: " keys, not ",
		made.Platform + "," + made.Directory: "what a restore does not bring along",
	} {
		if _, err := adoption(ctx, d.account, says); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ADOPT=%s: %v", says, err)
		}
	}
	harness.Must(t, service.SetUp(ctx, own.Tables, made, true))
	if _, err := adoption(ctx, d.account, made.Platform+","+d.name+"-none"); err == nil || !strings.Contains(err.Error(), d.name+"-none") {
		t.Errorf("a table that is not there is adopted: %v", err)
	}

	restored := restore.Stack{Tables: made, Media: own.Media, Ledger: own.Ledger}
	for _, when := range []string{"adopted", "adopted again"} {
		d.adopt(made.Platform + "," + made.Directory)
		d.uses(when, service, restored, 1)
	}
	d.adopt("")
	d.uses("told nothing", service, restored, 1)
	put(made.Platform, "01ARZ3NDEKTSV4RRFFQ69G5FAX")
	d.uses("in use", service, restored, 2)
	d.adopt("own")
	d.uses("with its own", service, own, 2)
}
