package dynamo

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// newJobItem is a job as it is admitted. Every map that updates write into is
// there from the start: a path through an absent one cannot be set.
func newJobItem(t tenant.ID, j render.Job) table.Item {
	parts := table.Item{}
	for scene := range j.Scenes + 1 {
		parts[strconv.Itoa(scene)] = table.Fields(table.Item{})
	}
	return table.With(jobKey(t, j.ID), table.Item{
		attrProject: table.Str(j.ProjectID), attrTitle: table.Str(j.Title), attrResolution: table.Str(j.Resolution), attrAspect: table.Str(j.Aspect),
		attrStatus: table.Str(j.Status), attrAttempt: table.Num(int64(j.Attempt)), attrRestarts: table.Num(0), attrRevision: table.Num(0),
		attrCount: table.Num(int64(j.Scenes)), attrFrames: table.Num(int64(j.Frames)), attrPeriod: table.Str(j.Period),
		attrReserved: amountFields(j.Reserved), attrCharged: amountFields(j.Charged), attrUnpaid: amountFields(j.Unpaid),
		attrStored: table.Num(0), attrParts: table.Fields(parts), attrLive: table.Fields(table.Item{}), attrWarnings: table.Fields(table.Item{}),
		attrCreatedMS: table.Millis(j.CreatedAt), attrAdmitted: table.Millis(j.AdmittedAt), attrOpen: openShard(openwork.Render, jobKey(t, j.ID)), attrDue: table.Millis(j.DueAt),
	})
}

func readJob(it table.Item) (render.Job, error) {
	if it == nil || isPublication(it) {
		return render.Job{}, noSuchJob()
	}
	j := render.Job{
		ID: keyTail(it, kindJob), ProjectID: table.ReadStr(it, attrProject), Title: table.ReadStr(it, attrTitle),
		Resolution: render.Resolution(table.ReadStr(it, attrResolution)), Aspect: render.Aspect(table.ReadStr(it, attrAspect)),
		Status: render.Status(table.ReadStr(it, attrStatus)), Attempt: int(table.ReadNum(it, attrAttempt)), Restarts: int(table.ReadNum(it, attrRestarts)),
		Revision: table.ReadNum(it, attrRevision), Scenes: int(table.ReadNum(it, attrCount)), Frames: int(table.ReadNum(it, attrFrames)),
		Period: metering.Period(table.ReadStr(it, attrPeriod)), Reserved: readAmounts(table.ReadFields(it, attrReserved)),
		Charged: readAmounts(table.ReadFields(it, attrCharged)), Unpaid: readAmounts(table.ReadFields(it, attrUnpaid)), Parts: readParts(table.ReadFields(it, attrParts)), Live: map[string]int{},
		Stored: table.ReadNum(it, attrStored), Deleted: table.ReadFlag(it, attrDeleted), Warnings: readWarnings(table.ReadFields(it, attrWarnings)),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), AdmittedAt: table.ReadMillis(it, attrAdmitted), StartedAt: table.ReadMillis(it, attrStarted),
		FinishedAt: table.ReadMillis(it, attrFinished), DueAt: table.ReadMillis(it, attrDue),
	}
	live := table.ReadFields(it, attrLive)
	for name := range live {
		j.Live[name] = int(table.ReadNum(live, name))
	}
	if v := table.ReadFields(it, attrVideo); v != nil {
		j.Video = &render.Video{
			DurationMS: table.ReadNum(v, attrDuration), Width: int(table.ReadNum(v, attrWidth)), Height: int(table.ReadNum(v, attrHeight)),
			Size: table.ReadNum(v, attrSize), Stored: table.ReadNum(v, attrStored),
		}
	}
	if f := table.ReadFields(it, attrFailure); f != nil {
		j.Failure = &render.Failure{Code: problem.Code(table.ReadStr(f, attrCode)), Detail: table.ReadStr(f, attrDetail)}
	}
	return j, nil
}

func readParts(it table.Item) map[int]map[render.PartKind]render.Part {
	parts := map[int]map[render.PartKind]render.Part{}
	for name := range it {
		scene, err := strconv.Atoi(name)
		kinds := table.ReadFields(it, name)
		if err != nil || len(kinds) == 0 {
			continue
		}
		parts[scene] = map[render.PartKind]render.Part{}
		for kind := range kinds {
			p := table.ReadFields(kinds, kind)
			parts[scene][render.PartKind(kind)] = render.Part{
				Kind: render.PartKind(kind), Scene: scene, Object: table.ReadStr(p, attrObject),
				Made: readAmounts(table.ReadFields(p, attrMade)), Frames: int(table.ReadNum(p, attrFrames)),
			}
		}
	}
	return parts
}

// warningKey and warningFields are a warning as an entry of a job's map of them.
func warningKey(w render.Warning) string { return fmt.Sprintf("%02d-%s", w.Scene, w.Code) }

func warningFields(w render.Warning) types.AttributeValue {
	return table.Fields(table.Item{attrCode: table.Str(w.Code), attrDetail: table.Str(w.Message)})
}

func readWarnings(it table.Item) []render.Warning {
	keys := make([]string, 0, len(it))
	for key := range it {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var all []render.Warning
	for _, key := range keys {
		scene, _, _ := strings.Cut(key, "-")
		n, _ := strconv.Atoi(scene)
		w := table.ReadFields(it, key)
		all = append(all, render.Warning{Code: table.ReadStr(w, attrCode), Scene: n, Message: table.ReadStr(w, attrDetail)})
	}
	return all
}

func failureFields(f render.Failure) types.AttributeValue {
	return table.Fields(table.Item{attrCode: table.Str(f.Code), attrDetail: table.Str(f.Detail)})
}

func readSource(it table.Item) (render.Source, error) {
	var s render.Source
	if it == nil {
		return s, noSuchJob()
	}
	if err := json.Unmarshal([]byte(table.ReadStr(it, attrProject)), &s); err != nil {
		return s, fmt.Errorf("read source: %w", err)
	}
	return s, nil
}
