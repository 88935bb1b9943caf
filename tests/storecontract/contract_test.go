package storecontract

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/memory"
)

func TestTheStoreInMemory(t *testing.T) {
	harness.Proof(t)
	Run(t, func(*testing.T) Parts {
		s := memory.New()
		return Parts{
			Admissions: s, Claims: s, Jobs: s, Images: s, Index: s, Meters: s, Terms: s, Bought: s, Archive: s, Seals: s,
			Add: func(*testing.T) (tenant.ID, string) {
				id, made := tenant.ID(tenant.NewID()), tenant.NewID()
				s.AddTenant(id, tenant.Free)
				s.AddProject(id, render.Source{ProjectID: made, Title: "Still", Scenes: []render.SourceScene{{Text: "Be still."}}})
				return id, made
			},
		}
	})
}

func TestTheRealStore(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		tables := db.Tables(t)
		Run(t, func(*testing.T) Parts { return onTables(tables) })
	})
}

func onTables(tables *harness.Store) Parts {
	cfg := tables.AWS.Copy()
	calls.Watch(&cfg, nil)
	c := dynamo.NewClient(cfg, tables.Platform, tables.Directory)
	return Parts{
		Admissions: dynamo.NewAdmissions(c), Claims: c, Jobs: dynamo.NewJobs(c), Images: dynamo.NewImages(c), Index: dynamo.NewOpenWork(c),
		Meters: dynamo.NewMetering(c), Terms: dynamo.NewTerms(c), Bought: dynamo.NewSubscriptions(c),
		Archive: dynamo.NewArchive(c), Seals: dynamo.NewReconciliation(c),
		Add: func(t *testing.T) (tenant.ID, string) {
			t.Helper()
			id := tenant.ID(tenant.NewID())
			text := func(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }
			_, err := dynamodb.NewFromConfig(tables.AWS).PutItem(t.Context(), &dynamodb.PutItemInput{
				TableName: aws.String(tables.Platform),
				Item: map[string]types.AttributeValue{
					"pk": text("T#" + string(id)), "sk": text("TENANT"), "plan": text(string(tenant.Free)), "status": text(string(tenant.Active)),
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			p := project.Project{ID: tenant.NewID(), Title: "Still", Resolution: render.HD, Aspect: render.Square, Version: 1, Scenes: []project.Scene{{Text: "Be still."}}}
			if err := dynamo.NewProjects(c).CreateProject(tenant.WithTenant(t.Context(), id), id, p, idempotency.Claim{}); err != nil {
				t.Fatal(err)
			}
			return id, p.ID
		},
	}
}
