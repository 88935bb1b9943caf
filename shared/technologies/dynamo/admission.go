package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/upload"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Admissions admits renders. It implements render.AdmissionStore.
type Admissions struct{ *Client }

// NewAdmissions needs the platform table only.
func NewAdmissions(c *Client) *Admissions { return &Admissions{c} }

// Basis implements render.AdmissionStore.
func (s *Admissions) Basis(ctx context.Context, t tenant.ID, projectID string, month metering.Period) (render.Basis, error) {
	found, err := s.Read(ctx, "read project", tenantKey(t), usageKey(t, month), levelKey(t), projectKey(t, projectID))
	if err != nil {
		return render.Basis{}, err
	}
	owner, err := readTenant(t, found[0]) // first: without it nothing else is there either
	if err != nil {
		return render.Basis{}, err
	}
	p, err := readProject(found[3])
	return render.Basis{Tenant: owner, Source: sourceOf(p), Counter: readCounter(found[1], found[2])}, err
}

// AdmitJob implements render.AdmissionStore.
func (s *Admissions) AdmitJob(ctx context.Context, t tenant.ID, j render.Job, source render.Source, a metering.Admission) error {
	copied, err := json.Marshal(source)
	if err != nil {
		return fmt.Errorf("encode project: %w", err)
	}
	return s.admit(ctx, "admit render", t, a, extra{
		subject: table.PutNew(s.Platform, newJobItem(t, j)),
		needs:   s.needed(t, source),
		along:   []types.TransactWriteItem{table.PutNew(s.Platform, table.With(sourceKey(t, j.ID), table.Item{attrProject: table.Str(string(copied))}))},
	})
}

// RetryBasis implements render.AdmissionStore.
func (s *Admissions) RetryBasis(ctx context.Context, t tenant.ID, jobID string, month metering.Period) (render.Job, render.Basis, error) {
	found, err := s.Read(ctx, "read job", tenantKey(t), usageKey(t, month), levelKey(t), jobKey(t, jobID), sourceKey(t, jobID))
	if err != nil {
		return render.Job{}, render.Basis{}, err
	}
	owner, err := readTenant(t, found[0])
	if err != nil {
		return render.Job{}, render.Basis{}, err
	}
	j, err := readJob(found[3])
	if err != nil {
		return render.Job{}, render.Basis{}, err
	}
	source, err := readSource(found[4])
	if err != nil {
		return render.Job{}, render.Basis{}, err
	}
	basis := render.Basis{Tenant: owner, Source: source, Counter: readCounter(found[1], found[2])}
	basis.Gone, err = s.gone(ctx, t, source)
	if err == nil && j.Failure != nil && j.Failure.Code == problem.PromptRefused {
		basis.Now, err = s.projectNow(ctx, t, j.ProjectID)
	}
	return j, basis, err
}

// projectNow copies a project as it is; nil when it is gone.
func (s *Admissions) projectNow(ctx context.Context, t tenant.ID, id string) (*render.Source, error) {
	found, err := s.Read(ctx, "read project", projectKey(t, id))
	if err != nil || found[0] == nil {
		return nil, err
	}
	p, err := readProject(found[0])
	source := sourceOf(p)
	return &source, err
}

// gone lists the uploads and previews that a source names and that are not there any
// more.
func (s *Admissions) gone(ctx context.Context, t tenant.ID, source render.Source) ([]string, error) {
	var ids []string
	var keys []table.Item
	name := func(id string, key func(tenant.ID, string) table.Item) {
		if id != "" && !slices.Contains(ids, id) {
			ids, keys = append(ids, id), append(keys, key(t, id))
		}
	}
	name(source.MusicUploadID, uploadKey)
	for _, scene := range source.Scenes {
		name(scene.UploadID, uploadKey)
		name(scene.ImageID, imageKey)
	}
	found, err := s.Read(ctx, "read pictures", keys...)
	if err != nil {
		return nil, err
	}
	var gone []string
	for i, it := range found {
		if it == nil || table.ReadFlag(it, attrDeleted) || table.ReadFlag(it, attrFailed) {
			gone = append(gone, ids[i])
		}
	}
	return gone, nil
}

// ReadmitJob implements render.AdmissionStore.
func (s *Admissions) ReadmitJob(ctx context.Context, t tenant.ID, j render.Job, source render.Source, a metering.Admission) error {
	copied, err := json.Marshal(source)
	if err != nil {
		return fmt.Errorf("encode project: %w", err)
	}
	warnings := table.Item{}
	for _, w := range j.Warnings {
		warnings[warningKey(w)] = warningFields(w)
	}
	return s.admit(ctx, "retry render", t, a, extra{
		needs: s.needed(t, source),
		along: []types.TransactWriteItem{{Put: &types.Put{
			TableName: aws.String(s.Platform), Item: table.With(sourceKey(t, j.ID), table.Item{attrProject: table.Str(string(copied))}),
		}}},
		subject: s.begun(t, attempt{
			job: j.ID, number: j.Attempt, kind: openwork.Render, due: j.DueAt, only: "attribute_not_exists(#deleted)",
			set: []string{"#frames = :frames", "#period = :period", "#reserved = :reserved", "#live = :none", "#warnings = :warnings", "#admitted = :admitted"},
			names: map[string]string{
				"#frames": attrFrames, "#period": attrPeriod, "#reserved": attrReserved, "#live": attrLive, "#warnings": attrWarnings, "#deleted": attrDeleted, "#admitted": attrAdmitted,
			},
			values: table.Item{
				":warnings": table.Fields(warnings), ":frames": table.Num(int64(j.Frames)), ":period": table.Str(j.Period), ":reserved": amountFields(j.Reserved), ":none": table.Fields(table.Item{}),
				":admitted": table.Millis(j.AdmittedAt),
			},
		}),
	})
}

// needed holds every picture and sound that a source names to be there.
func (c *Client) needed(t tenant.ID, source render.Source) []need {
	all := c.neededUploads(t, source)
	seen := map[string]bool{}
	for i, scene := range source.Scenes {
		if scene.ImageID == "" || seen[scene.ImageID] {
			continue
		}
		seen[scene.ImageID] = true
		all = append(all, need{
			refusal: notReady(fmt.Sprintf("The picture of scene %d was deleted. Choose another one.", i+1)),
			check: types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
				TableName: aws.String(c.Platform), Key: imageKey(t, scene.ImageID),
				ConditionExpression:       aws.String("attribute_exists(pk) AND attribute_not_exists(#deleted) AND (attribute_not_exists(#failed) OR #failed = :no)"),
				ExpressionAttributeNames:  map[string]string{"#deleted": attrDeleted, "#failed": attrFailed},
				ExpressionAttributeValues: table.Item{":no": table.Flag(false)},
			}},
		})
	}
	return all
}

// neededUploads are those of a source, each held once: a transaction takes one
// action for an item.
func (c *Client) neededUploads(t tenant.ID, source render.Source) []need {
	var all []need
	seen := map[string]bool{}
	hold := func(id string, kind upload.Kind, what string) {
		if id == "" || seen[id] {
			return
		}
		seen[id] = true
		all = append(all, need{refusal: notReady(what), check: types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: aws.String(c.Platform), Key: uploadKey(t, id),
			ConditionExpression:       aws.String("#status = :ready AND #kind = :kind AND attribute_not_exists(#deleted)"),
			ExpressionAttributeNames:  map[string]string{"#status": attrStatus, "#kind": attrKind, "#deleted": attrDeleted},
			ExpressionAttributeValues: table.Item{":ready": table.Str(upload.Ready), ":kind": table.Str(kind)},
		}}})
	}
	for i, scene := range source.Scenes {
		hold(scene.UploadID, upload.Image, fmt.Sprintf("The picture of scene %d was deleted. Choose another one.", i+1))
	}
	hold(source.MusicUploadID, upload.Audio, "The music was deleted. Choose another one, or none.")
	return all
}

// need is something that must be there for what is admitted.
type need struct {
	refusal error // when it is not
	check   types.TransactWriteItem
}

func notReady(what string) error { return problem.New(problem.ProjectNotReady, what) }

// extra is what one kind of admission adds to what all of them write.
type extra struct {
	subject types.TransactWriteItem   // what is admitted
	needs   []need                    // what must be there for it
	along   []types.TransactWriteItem // written along with it
}

// The first actions of an admission's transaction. Those of a job have the slot
// after them; then come its needs, what is written along, and the claim.
const (
	actionLedger = iota
	actionMonth
	actionLevel
	actionTenant
	actionSubject
	actionSlot
)

// admit writes an admission, all or nothing, and tells what refused it.
func (c *Client) admit(ctx context.Context, doing string, t tenant.ID, a metering.Admission, x extra) error {
	actions := []types.TransactWriteItem{
		actionLedger: c.ledgerPut(t, a.Row), actionMonth: c.monthUpdate(t, a.Row, a.Limits),
		actionLevel: c.levelUpdate(t, a.Row, a.Limits), actionTenant: c.tenantCheck(a.Tenant), actionSubject: x.subject,
	}
	if a.Job != nil {
		actions[actionLevel] = c.levelUpdateTaking(*a.Job, t, a.Row, a.Limits)
		actions = append(actions, c.takeSlot(*a.Job))
	}
	firstNeed := len(actions)
	for _, n := range x.needs {
		actions = append(actions, n.check)
	}
	actions = append(actions, x.along...)
	actionClaim := len(actions)
	if a.Claim.Given() {
		actions = append(actions, c.claimPut(t, a.Claim, a.Row.Subject, a.Row.At))
	}
	reasons, err := c.Transact(ctx, actions)
	switch {
	case err == nil:
		return nil
	case table.RefusedOn(reasons, actionLedger), table.RefusedOn(reasons, actionSubject), reasons == nil && table.Unsure(err):
		return c.admitted(ctx, doing, t, a, err)
	case a.Claim.Given() && table.RefusedOn(reasons, actionClaim):
		return idempotency.ErrClaimed
	case table.RefusedOn(reasons, actionTenant):
		return metering.ErrTenantChanged
	}
	for i, n := range x.needs {
		if table.RefusedOn(reasons, firstNeed+i) {
			return n.refusal
		}
	}
	if err := noRoom(a, reasons); err != nil {
		return err
	}
	return table.Failed(doing, err)
}

// noRoom tells which counter refused an admission; nil when none did.
func noRoom(a metering.Admission, reasons []table.Refusal) error {
	month, level := table.RefusedOn(reasons, actionMonth), table.RefusedOn(reasons, actionLevel)
	switch {
	case a.Job != nil && level && table.ReadNum(reasons[actionLevel].Old, attrActiveJobs) >= int64(a.Job.PerTenant):
		return metering.ErrTooManyJobs
	case month || level:
		var full metering.Full
		full.Counter = readCounter(reasons[actionMonth].Old, reasons[actionLevel].Old)
		return &full
	case a.Job != nil && table.RefusedOn(reasons, actionSlot):
		return metering.ErrNoSlot
	}
	return nil
}

// admitted finds out whether a transaction took effect whose answer was lost,
// or that another attempt at it had overtaken: its ledger row tells.
func (c *Client) admitted(ctx context.Context, doing string, t tenant.ID, a metering.Admission, cause error) error {
	ctx, done := asking(ctx)
	defer done()
	found, err := c.Read(ctx, doing, ledgerKey(t, a.Row))
	switch {
	case err != nil:
		return table.Failed(doing, cause)
	case found[0] == nil && table.Unsure(cause):
		return table.Failed(doing, cause)
	case found[0] == nil || table.ReadNum(found[0], attrAt) != a.Row.At.UnixMilli():
		return retriedByAnother()
	}
	return nil
}
