package dynamo

import (
	"context"
	"encoding/json"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Attributes of an export beyond those of other runs. Its times are milliseconds.
const (
	attrExportPlan = "plan" // map of the next ones
	attrRun        = "run"
	attrUploadID   = "upload"
	attrLayout     = "layout"
	attrPart       = "part"
	attrTotal      = "total" // of the plan: bytes of the archive
	attrManifest   = "manifest"
	attrWhole      = "whole" // run of the plan whose archive is whole
	attrDone       = "done"
	attrAgain      = "again"
	attrAsker      = "user"
	attrExportTold = "mailed"
	attrCleared    = "cleared"
	attrOver       = "over"
	attrEnded      = "finished"
	attrGoes       = "goes" // when the archive goes
)

func newExportItem(t tenant.ID, e export.Export) table.Item {
	return table.With(exportKey(t, e.ID), table.Item{
		attrStatus: table.Str(e.Status), attrStep: table.Str(e.Step), attrAttempt: table.Num(int64(e.Attempt)), attrRestarts: table.Num(0),
		attrAgain: table.Num(0), attrAsker: table.Str(e.AskedBy), attrCreatedMS: table.Millis(e.CreatedAt),
		attrOpen: openShard(openwork.Export, exportKey(t, e.ID)), attrDue: table.Millis(e.DueAt),
	})
}

func readExport(it table.Item) export.Export {
	return export.Export{
		ID: keyTail(it, kindExport), Attempt: int(table.ReadNum(it, attrAttempt)), Restarts: int(table.ReadNum(it, attrRestarts)),
		Again: int(table.ReadNum(it, attrAgain)), Status: export.Status(table.ReadStr(it, attrStatus)), Step: export.Step(table.ReadStr(it, attrStep)),
		Plan: readPlan(it), Done: table.ReadNum(it, attrDone), Total: table.ReadNum(it, attrTotal), Size: table.ReadNum(it, attrSize),
		Manifest: table.ReadStr(it, attrManifest), Failure: table.ReadStr(it, attrFailure), AskedBy: table.ReadStr(it, attrAsker),
		Told: table.ReadFlag(it, attrExportTold), Cleared: table.ReadFlag(it, attrCleared), Over: table.ReadFlag(it, attrOver),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), FinishedAt: table.ReadMillis(it, attrEnded), ExpiresAt: table.ReadMillis(it, attrGoes),
		DueAt: table.ReadMillis(it, attrDue),
	}
}

func planFields(p export.Plan) types.AttributeValue {
	return table.Fields(table.Item{
		attrRun: table.Str(p.Run), attrUploadID: table.Str(p.Upload), attrLayout: table.Num(p.Layout), attrTotal: table.Num(p.Size),
		attrPart: table.Num(p.Part), attrManifest: table.Str(p.Manifest),
	})
}

func readPlan(it table.Item) export.Plan {
	p := table.ReadFields(it, attrExportPlan)
	return export.Plan{
		Run: table.ReadStr(p, attrRun), Upload: table.ReadStr(p, attrUploadID), Layout: table.ReadNum(p, attrLayout), Size: table.ReadNum(p, attrTotal),
		Part: table.ReadNum(p, attrPart), Manifest: table.ReadStr(p, attrManifest),
	}
}

// Items implements export.Items. The credentials need a context whose act opens
// them.
func (s *Exports) Items(ctx context.Context, t tenant.ID, credentials bool, visit func(export.Item) error) error {
	partition := dataPartition(t)
	if credentials {
		partition = credentialsPartition(t)
	}
	return s.Whole(ctx, "read all items", partition, func(it table.Item) error {
		fields := make(map[string]any, len(it))
		for name, value := range it {
			fields[name] = plainValue(value)
		}
		return visit(export.Item{Partition: partition, Sort: table.ReadStr(it, table.SK), Fields: fields})
	})
}

// Address implements export.Items. It is a credential too.
func (s *Exports) Address(ctx context.Context, t tenant.ID, user string) (auth.Address, bool, error) {
	u, err := s.user(ctx, t, auth.UserID(user))
	if errors.Is(err, auth.ErrAbsent) {
		return "", false, nil
	}
	return u.Email, err == nil && u.Status == auth.MemberActive, err
}

// plainValue is an attribute as JSON would have it.
func plainValue(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return json.Number(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberB:
		return v.Value
	case *types.AttributeValueMemberSS:
		return slices.Sorted(slices.Values(v.Value))
	case *types.AttributeValueMemberNS:
		all := make([]json.Number, len(v.Value))
		for i, n := range slices.Sorted(slices.Values(v.Value)) {
			all[i] = json.Number(n)
		}
		return all
	case *types.AttributeValueMemberBS:
		return v.Value
	case *types.AttributeValueMemberL:
		all := make([]any, len(v.Value))
		for i, one := range v.Value {
			all[i] = plainValue(one)
		}
		return all
	case *types.AttributeValueMemberM:
		all := make(map[string]any, len(v.Value))
		for name, one := range v.Value {
			all[name] = plainValue(one)
		}
		return all
	}
	return nil
}
