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
)

// newJobItem is a job as it is admitted. Every map that updates write into is
// there from the start: a path through an absent one cannot be set.
func newJobItem(t tenant.ID, j render.Job) item {
	parts := item{}
	for scene := range j.Scenes + 1 {
		parts[strconv.Itoa(scene)] = fields(item{})
	}
	return with(jobKey(t, j.ID), item{
		attrProject: str(j.ProjectID), attrTitle: str(j.Title), attrResolution: str(j.Resolution), attrAspect: str(j.Aspect),
		attrStatus: str(j.Status), attrAttempt: num(int64(j.Attempt)), attrRestarts: num(0), attrRevision: num(0),
		attrCount: num(int64(j.Scenes)), attrFrames: num(int64(j.Frames)), attrPeriod: str(j.Period),
		attrReserved: amountFields(j.Reserved), attrCharged: amountFields(j.Charged),
		attrStored: num(0), attrParts: fields(parts), attrLive: fields(item{}), attrWarnings: fields(item{}),
		attrCreatedMS: millis(j.CreatedAt), attrOpen: openShard(openwork.Render, jobKey(t, j.ID)), attrDue: millis(j.DueAt),
	})
}

func readJob(it item) (render.Job, error) {
	if it == nil {
		return render.Job{}, noSuchJob()
	}
	j := render.Job{
		ID: keyTail(it, kindJob), ProjectID: readStr(it, attrProject), Title: readStr(it, attrTitle),
		Resolution: render.Resolution(readStr(it, attrResolution)), Aspect: render.Aspect(readStr(it, attrAspect)),
		Status: render.Status(readStr(it, attrStatus)), Attempt: int(readNum(it, attrAttempt)), Restarts: int(readNum(it, attrRestarts)),
		Revision: readNum(it, attrRevision), Scenes: int(readNum(it, attrCount)), Frames: int(readNum(it, attrFrames)),
		Period: metering.Period(readStr(it, attrPeriod)), Reserved: readAmounts(readFields(it, attrReserved)),
		Charged: readAmounts(readFields(it, attrCharged)), Parts: readParts(readFields(it, attrParts)), Live: map[string]int{},
		Stored: readNum(it, attrStored), Deleted: readFlag(it, attrDeleted), Warnings: readWarnings(readFields(it, attrWarnings)),
		CreatedAt: fromMillis(readNum(it, attrCreatedMS)), StartedAt: fromMillis(readNum(it, attrStarted)),
		FinishedAt: fromMillis(readNum(it, attrFinished)), DueAt: fromMillis(readNum(it, attrDue)),
	}
	live := readFields(it, attrLive)
	for name := range live {
		j.Live[name] = int(readNum(live, name))
	}
	if v := readFields(it, attrVideo); v != nil {
		j.Video = &render.Video{
			DurationMS: readNum(v, attrDuration), Width: int(readNum(v, attrWidth)), Height: int(readNum(v, attrHeight)), Size: readNum(v, attrSize),
			Stored: readNum(v, attrStored),
		}
	}
	if f := readFields(it, attrFailure); f != nil {
		j.Failure = &render.Failure{Code: problem.Code(readStr(f, attrCode)), Detail: readStr(f, attrDetail)}
	}
	return j, nil
}

func readParts(it item) map[int]map[render.PartKind]render.Part {
	parts := map[int]map[render.PartKind]render.Part{}
	for name := range it {
		scene, err := strconv.Atoi(name)
		kinds := readFields(it, name)
		if err != nil || len(kinds) == 0 {
			continue
		}
		parts[scene] = map[render.PartKind]render.Part{}
		for kind := range kinds {
			p := readFields(kinds, kind)
			parts[scene][render.PartKind(kind)] = render.Part{
				Kind: render.PartKind(kind), Scene: scene, Object: readStr(p, attrObject),
				Made: readAmounts(readFields(p, attrMade)), Frames: int(readNum(p, attrFrames)),
			}
		}
	}
	return parts
}

func readWarnings(it item) []render.Warning {
	keys := make([]string, 0, len(it))
	for key := range it {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	var all []render.Warning
	for _, key := range keys {
		scene, _, _ := strings.Cut(key, "-")
		n, _ := strconv.Atoi(scene)
		w := readFields(it, key)
		all = append(all, render.Warning{Code: readStr(w, attrCode), Scene: n, Message: readStr(w, attrDetail)})
	}
	return all
}

func failureFields(f render.Failure) types.AttributeValue {
	return fields(item{attrCode: str(f.Code), attrDetail: str(f.Detail)})
}

func readSource(it item) (render.Source, error) {
	var s render.Source
	if it == nil {
		return s, noSuchJob()
	}
	if err := json.Unmarshal([]byte(readStr(it, attrProject)), &s); err != nil {
		return s, fmt.Errorf("read source: %w", err)
	}
	return s, nil
}
