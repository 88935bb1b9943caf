package render

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/reading"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// Pricer tells what a render would take, and refuses what cannot be rendered.
type Pricer struct {
	store    AdmissionStore
	intake   metering.Intake
	narrator voice.Provider
	stock    script.Stock
}

// NewPricer makes a Pricer of what the narrator reads.
func NewPricer(store AdmissionStore, intake metering.Intake, narrator voice.Provider) Pricer {
	return Pricer{store: store, intake: intake, narrator: narrator}
}

// Drawing is a Pricer who knows which fonts there are; without it there are all.
func (p Pricer) Drawing(stock script.Stock) Pricer {
	p.stock = stock
	return p
}

// QuoteLine is one metric of a quote, in shown units.
type QuoteLine struct {
	Metric  metering.Metric `json:"metric"`
	Unit    metering.Unit   `json:"unit"`
	Needed  float64         `json:"needed"`  // estimate
	Limit   *float64        `json:"limit"`   // null: unlimited
	Left    *float64        `json:"left"`    // null: unlimited
	Missing float64         `json:"missing"` // by how much it does not fit
	Fits    bool            `json:"fits"`
}

// Quote is what a render would take of the current month.
type Quote struct {
	ProjectID    string      `json:"project_id"`
	Fits         bool        `json:"fits"`
	DurationMS   int64       `json:"duration_ms"` // estimate of the finished video
	PeriodEnd    time.Time   `json:"period_end"`
	Metrics      []QuoteLine `json:"metrics"`
	UpgradeURL   *string     `json:"upgrade_url"`   // null when it fits
	SceneCount   int         `json:"scene_count"`   // without the title card
	ImagesReused int         `json:"images_reused"` // previews that are not paid again
	Warnings     []Warning   `json:"warnings"`      // what will differ from what its author may expect; the job has the same
}

// Quote prices a render of the project as it is now. Errors: NotFound,
// ProjectNotReady, VideoTooLong, FeatureNotInPlan.
func (p Pricer) Quote(ctx context.Context, id tenant.ID, projectID string) (Quote, error) {
	period := metering.PeriodOf(p.intake.Now())
	b, err := p.basis(ctx, id, projectID, period)
	if err != nil {
		return Quote{}, err
	}
	return quoteOf(b, p.intake, period, p.narrator, p.stock), nil
}

// quoteOf prices a render of what was read.
func quoteOf(b Basis, intake metering.Intake, period metering.Period, narrator voice.Provider, stock script.Stock) Quote {
	offered := voice.Offered(narrator)
	by := b.Source.readers(offered)
	needs, limits := needsBy(b.Source, Job{}, narrator, by), intake.Limits(b.Tenant)
	q := Quote{
		ProjectID: b.Source.ProjectID, Fits: true, DurationMS: FramesMS(needs.frames), PeriodEnd: period.End(),
		SceneCount: len(b.Source.Scenes), ImagesReused: b.Source.reused(), Warnings: b.Source.warnings(offered, stock, by),
	}
	for _, m := range metering.Metrics() {
		line := QuoteLine{Metric: m, Unit: m.Unit(), Needed: m.Shown(needs.amounts[m]), Fits: true}
		if limit, limited := limits.Of(m); limited {
			left := max(limit-b.Counter.Taken[m], 0)
			line.Fits = needs.amounts[m] <= left
			line.Missing = m.Shown(max(needs.amounts[m]-left, 0))
			line.Limit, line.Left = shown(m, limit), shown(m, left)
		}
		q.Fits = q.Fits && line.Fits
		q.Metrics = append(q.Metrics, line)
	}
	if !q.Fits {
		url := metering.UpgradeURL(intake.AppURL())
		q.UpgradeURL = &url
	}
	return q
}

func shown(m metering.Metric, stored int64) *float64 {
	v := m.Shown(stored)
	return &v
}

// basis reads a project and refuses one that no quota could make renderable.
func (p Pricer) basis(ctx context.Context, id tenant.ID, projectID string, month metering.Period) (Basis, error) {
	if !tenant.ValidID(projectID) {
		return Basis{}, problem.New(problem.NotFound, "There is no such project.")
	}
	b, err := p.store.Basis(ctx, id, projectID, month)
	if err == nil {
		err = p.renderable(b.Tenant.Plan, b.Source)
	}
	return b, err
}

func (p Pricer) renderable(plan tenant.Plan, s Source) error {
	if len(s.Scenes) == 0 {
		return problem.New(problem.ProjectNotReady, "The project has no scenes yet. Add at least one.")
	}
	for i, scene := range s.Scenes {
		if strings.TrimSpace(scene.Text) == "" {
			return problem.New(problem.ProjectNotReady, fmt.Sprintf("Scene %d has no text yet.", i+1))
		}
	}
	if s.Resolution == UHD && !plan.Has(tenant.UHDRender) {
		return metering.NotInPlan(tenant.UHDRender, "4k videos are part of the paid plans. Choose 1080p, or upgrade.", p.intake.AppURL())
	}
	if ms, most := FramesMS(needsOf(s, Job{}, p.narrator).frames), maxMS(s.Resolution); ms > most {
		return problem.New(problem.VideoTooLong, fmt.Sprintf(
			"The video would be about %.1f minutes long; one render makes at most %d at %s. Shorten the text or split the project.",
			float64(ms)/60_000, most/60_000, s.Resolution))
	}
	return nil
}

// maxMS is the longest video of a resolution. Of detailed pictures, ten minutes
// at 4k are what one upload (5 GiB) and the disk of the function that assembles
// them can hold.
func maxMS(r Resolution) int64 {
	if r == UHD {
		return 10 * 60_000
	}
	return MaxVideoMS
}

// needs is what a job still has to make.
type needs struct {
	amounts metering.Amounts
	frames  int // of the whole video, made or not
}

// needsOf estimates what rendering a source takes beyond what the job has made
// and paid already.
func needsOf(s Source, made Job, narrator voice.Provider) needs {
	return needsBy(s, made, narrator, s.readers(voice.Offered(narrator)))
}

// needsBy is needsOf where it is known who reads the source.
func needsBy(s Source, made Job, narrator voice.Provider, by readers) needs {
	n := needs{amounts: metering.Amounts{}}
	n.frames = TitleFrames
	for i, scene := range s.Scenes {
		if !made.pictured(i+1, scene) && scene.ImageID == "" && scene.UploadID == "" {
			n.amounts[metering.ImagesCount]++
		}
		if voice, done := made.Part(i+1, VoicePart); done {
			n.frames += voice.Frames - FadeFrames
			continue
		}
		sentences := reading.Sentences(scene.Text, by.in())
		ms := NarrationMS(Silent(sentences))
		if len(by.voices) > 0 && spoken(sentences) {
			ms = speechMS(sentences, voice.PaceOf(by.voices[0], narrator))
			n.amounts[metering.TTSSeconds] += ms
		}
		n.frames += SceneShot(i+1, "", ms, nil).Frames - FadeFrames
	}
	n.amounts[metering.RenderMinutes] = FramesMS(n.frames)
	n.amounts[metering.StorageMB] = estimateBytes(FrameSize(s.Resolution, s.Aspect), n.frames)
	// What earlier attempts made without recording it as charged is settled
	// with this attempt, so it is reserved with it too.
	n.amounts = n.amounts.Plus(made.Made(false)).Minus(made.Charged)
	return n
}

// reused counts the scenes that show a preview.
func (s Source) reused() int {
	n := 0
	for _, scene := range s.Scenes {
		if scene.ImageID != "" {
			n++
		}
	}
	return n
}
