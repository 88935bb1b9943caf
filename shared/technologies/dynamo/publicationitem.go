package dynamo

import (
	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// publication is the kind of a job that sends a video. A render's item has none.
const publication = "publish"

// Attributes of a publication beyond those that it has in common with a render.
const (
	attrRender      = "render" // the job whose video it is
	attrDescription = "description"
	attrPrivacy     = "privacy"
	attrSessionNo   = "sessions_opened" // the latest one's number
	attrAddress     = "upload_address"  // the latest session's, sealed
	attrSentBytes   = "sent"
	attrLastSent    = "last_sent"
	attrLost        = "lost"
	attrVideoID     = "video_id"
)

func isPublication(it table.Item) bool { return table.ReadStr(it, attrKind) == publication }

func newPublicationItem(t tenant.ID, j publish.Job) table.Item {
	it := table.With(jobKey(t, j.ID), table.Item{
		attrKind: table.Str(publication), attrProject: table.Str(j.ProjectID), attrRender: table.Str(j.RenderID),
		attrTitle: table.Str(j.Title), attrDescription: table.Str(j.Description), attrPrivacy: table.Str(j.Privacy),
		attrResolution: table.Str(j.Resolution), attrAspect: table.Str(j.Aspect), attrSize: table.Num(j.Size), attrChannel: table.Str(j.ChannelID),
		attrActor: table.Str(j.Actor), attrStatus: table.Str(j.Status), attrAttempt: table.Num(int64(j.Attempt)), attrRestarts: table.Num(0),
		attrSessionNo: table.Num(0), attrSentBytes: table.Num(0),
		attrCreatedMS: table.Millis(j.CreatedAt), attrOpen: openShard(openwork.Publish, jobKey(t, j.ID)), attrDue: table.Millis(j.DueAt),
	})
	if j.Visit != "" {
		it[attrSession] = table.Str(j.Visit)
	}
	return it
}

func readPublication(it table.Item) (publish.Job, error) {
	if it == nil || !isPublication(it) {
		return publish.Job{}, noSuchJob()
	}
	j := publish.Job{
		ID: keyTail(it, kindJob), ProjectID: table.ReadStr(it, attrProject), RenderID: table.ReadStr(it, attrRender),
		Title: table.ReadStr(it, attrTitle), Description: table.ReadStr(it, attrDescription), Privacy: publish.Privacy(table.ReadStr(it, attrPrivacy)),
		Resolution: render.Resolution(table.ReadStr(it, attrResolution)), Aspect: render.Aspect(table.ReadStr(it, attrAspect)),
		Size: table.ReadNum(it, attrSize), ChannelID: table.ReadStr(it, attrChannel),
		Actor: table.ReadStr(it, attrActor), Visit: table.ReadStr(it, attrSession),
		Status: render.Status(table.ReadStr(it, attrStatus)), Attempt: int(table.ReadNum(it, attrAttempt)), Restarts: int(table.ReadNum(it, attrRestarts)),
		Upload: publish.Upload{
			Session: int(table.ReadNum(it, attrSessionNo)), Address: table.ReadStr(it, attrAddress), Sent: table.ReadNum(it, attrSentBytes),
			Last: table.ReadFlag(it, attrLastSent), Lost: table.ReadFlag(it, attrLost),
		},
		VideoID:   table.ReadStr(it, attrVideoID),
		CreatedAt: table.ReadMillis(it, attrCreatedMS), StartedAt: table.ReadMillis(it, attrStarted),
		FinishedAt: table.ReadMillis(it, attrFinished), DueAt: table.ReadMillis(it, attrDue),
	}
	if f := table.ReadFields(it, attrFailure); f != nil {
		j.Failure = &render.Failure{Code: problem.Code(table.ReadStr(f, attrCode)), Detail: table.ReadStr(f, attrDetail)}
	}
	return j, nil
}
