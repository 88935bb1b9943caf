package simulation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// step does one thing for one tenant and returns whom it touched.
func (w *world) step() tenant.ID {
	w.tally.steps++
	w.now = w.now.Add(time.Duration(w.rng.IntN(40)) * time.Second)
	if w.rng.IntN(3000) == 0 {
		w.now = w.now.Add(time.Duration(1+w.rng.IntN(45)) * 24 * time.Hour)
	}
	id := w.ids[w.rng.IntN(len(w.ids))]
	if w.rng.IntN(3) > 0 {
		id = w.ids[w.rng.IntN(8)] // a few tenants are busy, so that their limits are met
	}
	p := w.people[id]
	acts := []struct {
		weight int
		name   string
		do     func(tenant.ID, *person) string
	}{
		{18, "preview", w.preview}, {16, "render", w.render}, {22, "work", w.work}, {14, "finish", w.finish},
		{5, "cancel", w.cancel}, {6, "fail", w.failJob}, {7, "retry", w.retry}, {6, "delete video", w.deleteVideo},
		{6, "delete picture", w.deleteImage}, {3, "terms", w.terms}, {3, "sweep", w.sweep}, {4, "late", w.late}, {2, "die", w.die},
	}
	total := 0
	for _, a := range acts {
		total += a.weight
	}
	pick := w.rng.IntN(total)
	for _, a := range acts {
		if pick -= a.weight; pick < 0 {
			said := a.do(id, p)
			p.trace = append(p.trace, fmt.Sprintf("%d %s %s: %s", w.tally.steps, w.now.Format(time.DateTime), a.name, said))
			if len(p.trace) > traceLength {
				p.trace = slices.Delete(p.trace, 0, 1)
			}
			break
		}
	}
	return id
}

func (w *world) own(id tenant.ID) context.Context { return tenant.WithTenant(w.ctx, id) }

// claim is a key, now and then one that was used before.
func (w *world) claim(p *person, path string) idempotency.Claim {
	if w.rng.IntN(2) == 0 {
		return idempotency.Claim{}
	}
	key := fmt.Sprintf("%s-%d", path, w.rng.IntN(40))
	return idempotency.NewClaim("user", key, "POST", path, nil)
}

func (w *world) preview(id tenant.ID, p *person) string {
	claim := w.claim(p, "/images")
	size := 1_000 + w.rng.IntN(300_000)
	painter := easel{size: size, fail: w.rng.IntN(8) == 0}
	image, _, _, err := render.NewPreviewer(w.intake, w.store, w.files, painter, time.Second, func(context.Context, error) {}).
		Preview(w.own(id), id, "hills", render.Square, claim)
	subject, ok := w.outcome(id, image.ID, err)
	w.once(id, p, claim, subject, ok, err)
	if ok && !slices.Contains(p.images, subject) {
		p.images = append(p.images, subject)
	}
	return fmt.Sprint(subject, " ", code(err))
}

// once holds what a key led to: the same request never makes a second thing
// while the first one's claim lives.
func (w *world) once(id tenant.ID, p *person, c idempotency.Claim, subject string, ok bool, err error) {
	if !c.Given() || !ok {
		return
	}
	first, known := p.keys[c.Key]
	if known && err == nil && w.store.ClaimLives(id, c, w.now, first) {
		w.fail("%s: %s was made under the key of %s", id, subject, first)
	}
	p.keys[c.Key] = subject
}

func (w *world) render(id tenant.ID, p *person) string {
	claim := w.claim(p, "/render")
	job, _, err := w.admitter.Render(w.own(id), id, p.project, claim)
	subject, ok := w.outcome(id, job.ID, err)
	w.once(id, p, claim, subject, ok, err)
	if ok && !slices.Contains(p.jobs, subject) {
		p.jobs = append(p.jobs, subject)
	}
	return fmt.Sprint(subject, " ", code(err))
}

// a job of the tenant, rather a late one; "" when there is none.
func (w *world) some(list []string) string {
	if len(list) == 0 {
		return ""
	}
	if w.rng.IntN(4) > 0 {
		return list[max(0, len(list)-1-w.rng.IntN(4))]
	}
	return list[w.rng.IntN(len(list))]
}

// work records parts of a running job, as its steps would.
func (w *world) work(id tenant.ID, p *person) string {
	j, err := w.store.Job(w.ctx, id, w.some(p.jobs))
	if err != nil || j.Status.Ended() {
		return "nothing"
	}
	_ = w.store.BeginJob(w.ctx, id, j.ID, j.Attempt, w.now, w.now.Add(time.Minute))
	for range 1 + w.rng.IntN(3) {
		scene := 1 + w.rng.IntN(j.Scenes)
		part := render.Part{Kind: render.ImagePart, Scene: scene, Object: "x", Made: metering.Amounts{metering.ImagesCount: 1}}
		if w.rng.IntN(2) == 0 {
			part = render.Part{Kind: render.VoicePart, Scene: scene, Object: "x", Made: metering.Amounts{metering.TTSSeconds: int64(500 + w.rng.IntN(9000))}, Frames: 120}
		}
		err = w.store.RecordPart(w.ctx, id, j.ID, j.Attempt, part)
	}
	return fmt.Sprint(j.ID, " ", code(err))
}

// finish stores and records the video, and settles, perhaps twice and late.
func (w *world) finish(id tenant.ID, p *person) string {
	j, err := w.store.Job(w.ctx, id, w.some(p.jobs))
	if err != nil || j.Status.Ended() {
		return "nothing"
	}
	_ = w.store.BeginJob(w.ctx, id, j.ID, j.Attempt, w.now, w.now.Add(time.Minute))
	size := 1 + w.rng.IntN(600_000)
	if j.Video == nil {
		if err := w.files.PutBytes(w.ctx, id, render.VideoObject(j.ID), make([]byte, size), ""); err != nil {
			return code(err)
		}
		err = w.store.RecordVideo(w.ctx, id, j.ID, j.Attempt, render.Video{DurationMS: int64(1000 + w.rng.IntN(60_000)), Stored: int64(size)})
		if err != nil {
			return code(err)
		}
	}
	settle := func() { _, err = w.settler.Succeed(w.ctx, id, j.ID, j.Attempt) }
	if w.rng.IntN(3) == 0 {
		w.postpone(settle)
		return j.ID + " will be settled"
	}
	settle()
	if w.rng.IntN(4) == 0 {
		w.postpone(settle)
	}
	return fmt.Sprint(j.ID, " ", code(err))
}

// postpone lets something happen later, in any order.
func (w *world) postpone(do func()) { w.later = append(w.later, do) }

func (w *world) late(tenant.ID, *person) string {
	if len(w.later) == 0 {
		return "nothing"
	}
	i := w.rng.IntN(len(w.later))
	do := w.later[i]
	w.later = slices.Delete(w.later, i, i+1)
	do()
	return "done"
}

func (w *world) cancel(id tenant.ID, p *person) string {
	job := w.some(p.jobs)
	_, err := w.settler.Cancel(w.own(id), id, job)
	return fmt.Sprint(job, " ", code(err))
}

func (w *world) failJob(id tenant.ID, p *person) string {
	j, err := w.store.Job(w.ctx, id, w.some(p.jobs))
	if err != nil {
		return "nothing"
	}
	attempt := j.Attempt - w.rng.IntN(2) // perhaps of an attempt that is long over
	end := func() { _, err = w.settler.Fail(w.ctx, id, j.ID, attempt, render.Failure{Code: problem.ImageTimeout}) }
	end()
	if w.rng.IntN(2) == 0 {
		w.postpone(end)
	}
	return fmt.Sprint(j.ID, " ", code(err))
}

func (w *world) retry(id tenant.ID, p *person) string {
	job := w.some(p.jobs)
	claim := w.claim(p, "/retry/"+job)
	again, _, err := w.admitter.Retry(w.own(id), id, job, claim)
	w.outcome(id, again.ID, err)
	return fmt.Sprint(job, " ", code(err))
}

func (w *world) deleteVideo(id tenant.ID, p *person) string {
	job := w.some(p.jobs)
	err := w.library.DeleteVideo(w.own(id), id, job)
	return fmt.Sprint(job, " ", code(err))
}

func (w *world) deleteImage(id tenant.ID, p *person) string {
	image := w.some(p.images)
	err := w.album.Delete(w.own(id), id, image)
	return fmt.Sprint(image, " ", code(err))
}

func (w *world) terms(id tenant.ID, _ *person) string { return w.changeTerms(id) }

func (w *world) changeTerms(id tenant.ID) string {
	change := billing.TermsChange{TenantID: id, Set: map[metering.Metric]float64{}}
	switch m := metering.Metrics()[w.rng.IntN(4)]; w.rng.IntN(4) {
	case 0:
		change.Set[m] = float64(w.rng.IntN(30))
	case 1:
		change.Set[m] = float64(tenant.Unlimited)
	case 2:
		change.Reset = metering.Metrics()
	default:
		change.Plan = tenant.Plans()[w.rng.IntN(3)]
	}
	_, err := billing.ChangeTerms(w.ctx, w.store, change, w.now)
	return fmt.Sprint(change.Plan, change.Set, " ", code(err))
}

func (w *world) sweep(tenant.ID, *person) string {
	w.now = w.now.Add(10 * time.Minute)
	report, err := w.sweeper.Sweep(w.ctx, 100)
	return fmt.Sprint(report, " ", code(err))
}

// die ends a job's execution without a word; the event of it may come later.
func (w *world) die(id tenant.ID, p *person) string {
	j, err := w.store.Job(w.ctx, id, w.some(p.jobs))
	if err != nil || j.Status.Ended() {
		return "nothing"
	}
	name, in := j.Run(id).Execution(), j.Run(id).Input
	w.flow.states[name] = workflow.Died
	tell := func() { _ = w.runs.Died(w.ctx, name, in) }
	w.postpone(tell)
	if w.rng.IntN(2) == 0 {
		w.postpone(tell)
	}
	return j.ID
}

// easel paints so many bytes.
type easel struct {
	size int
	fail bool
}

func (e easel) Paint(context.Context, string, render.Aspect) (render.Picture, error) {
	if e.fail {
		return render.Picture{}, problem.New(problem.ImageFailed, "no")
	}
	return render.Picture{Data: make([]byte, e.size), ContentType: "image/png"}, nil
}

func code(err error) string {
	if err == nil {
		return "ok"
	}
	return string(problem.From(err).Code)
}
