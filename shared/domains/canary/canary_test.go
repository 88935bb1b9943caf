package canary_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/canary"
)

// product is one in which the step called broken fails.
type product struct {
	broken string
	keys   int
	looks  []canary.Job // one after another; the last one stays
	bytes  int64
	calls  []string
}

func (p *product) step(name string) error {
	p.calls = append(p.calls, name)
	if p.broken == name {
		return errors.New("broken")
	}
	return nil
}

func (p *product) Healthy(context.Context) (string, error)      { return "b1", p.step("health") }
func (p *product) Keys(context.Context) (int, error)            { return p.keys, p.step("keys") }
func (p *product) AskForLink(_ context.Context, a string) error { return p.step("mail to " + a) }
func (p *product) Render(_ context.Context, project string) (string, error) {
	return "j1", p.step("render " + project)
}
func (p *product) Size(_ context.Context, a string) (int64, error) {
	return p.bytes, p.step("size of " + a)
}
func (p *product) FreeVideo(_ context.Context, job string) error { return p.step("free " + job) }

func (p *product) Job(context.Context, string) (canary.Job, error) {
	look := p.looks[0]
	if len(p.looks) > 1 {
		p.looks = p.looks[1:]
	}
	return look, p.step("job")
}

func whole() *product {
	return &product{keys: 2, bytes: 9, looks: []canary.Job{{Status: "queued"}, {Status: "running"}, {Status: "succeeded", Video: "v", Warnings: []string{"picture_drawn"}}}}
}

func walk(t *testing.T, p *product) (canary.Report, error) {
	t.Helper()
	now := time.Unix(0, 0)
	return canary.Walk{
		Product: p, Project: "p1", Patience: time.Minute, Now: func() time.Time { return now },
		Wait: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil },
	}.Run(t.Context())
}

func TestAWalkThroughAWholeProduct(t *testing.T) {
	t.Parallel()
	p := whole()
	report, err := walk(t, p)
	if err != nil || report.Build != "b1" || report.RenderMS != 20_000 || report.Bytes != 9 || !slices.Equal(report.Warnings, []string{"picture_drawn"}) {
		t.Errorf("saw %+v (%v)", report, err)
	}
	want := []string{"health", "keys", "mail to " + canary.Address, "render p1", "job", "job", "job", "size of v", "free j1"}
	if !slices.Equal(p.calls, want) {
		t.Errorf("went %q", p.calls)
	}
}

func TestAWalkNamesWhatIsBroken(t *testing.T) {
	t.Parallel()
	for broken, want := range map[string]string{
		"health": "canary: health", "keys": "canary: keys of sign-in", "mail to " + canary.Address: "canary: mail of sign-in",
		"render p1": "canary: begin a render", "job": "canary: render j1", "size of v": "canary: video of j1", "free j1": "canary: free the video of j1",
	} {
		p := whole()
		p.broken = broken
		if _, err := walk(t, p); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s broken: %v, want %q", broken, err, want)
		}
	}
	for want, change := range map[string]func(*product){
		"there is no key":        func(p *product) { p.keys = 0 },
		"it is failed: internal": func(p *product) { p.looks = []canary.Job{{Status: "failed", Code: "internal"}} },
		"it is canceled":         func(p *product) { p.looks = []canary.Job{{Status: "canceled"}} },
		"still running after 1m": func(p *product) { p.looks = []canary.Job{{Status: "running"}} },
		"it is empty":            func(p *product) { p.bytes = 0 },
	} {
		p := whole()
		change(p)
		if _, err := walk(t, p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q, got %v", want, err)
		}
	}
}
