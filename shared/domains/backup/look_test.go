package backup

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

var now = time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC)

// services tell what they are given. What is in broken fails, though it would tell.
type services struct {
	broken []string

	mu     sync.Mutex
	asked  int
	within []tenant.Reach
}

func (s *services) told(ctx context.Context, what string, at time.Time) (time.Time, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	s.within = append(s.within, tenant.ScopeFrom(ctx).Reach)
	if slices.Contains(s.broken, what) {
		return at, errors.New("denied")
	}
	return at, nil
}

func (s *services) LastBackup(ctx context.Context, table string) (time.Time, error) {
	return s.told(ctx, "last "+table, map[string]time.Time{"a": now.Add(-9 * time.Hour), "b": now.Add(-10 * time.Hour)}[table])
}

func (s *services) EarliestRestore(ctx context.Context, table string) (time.Time, error) {
	return s.told(ctx, "earliest "+table, map[string]time.Time{"a": now.Add(-30 * 24 * time.Hour), "b": now.Add(-20 * 24 * time.Hour)}[table])
}

func (s *services) Schedule(ctx context.Context) (string, error) {
	_, err := s.told(ctx, "plan", now)
	return "cron(0 3 * * ? *)", err
}

func (s *services) LastDrill(ctx context.Context) (Drill, error) {
	at, err := s.told(ctx, "drill", now.Add(-time.Hour))
	return Drill{At: at, Result: Failed, HeldAt: now.Add(-48 * time.Hour)}, err
}

func looker(s *services, tables ...string) (*Looker, *int) {
	warned := new(int)
	return &Looker{
		Source: s, Drills: s, Tables: tables, Now: func() time.Time { return now }, Warn: func(context.Context, error) { *warned++ },
	}, warned
}

func all() Status {
	return Status{
		LastBackupAt: now.Add(-10 * time.Hour), NextBackupAt: time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC),
		EarliestRestore: now.Add(-20 * 24 * time.Hour), LastRestoreDrillAt: now.Add(-48 * time.Hour),
	}
}

// What holds of all tables is the worst of each; nothing is asked as a tenant.
func TestWhatIsKnownHoldsOfAllTables(t *testing.T) {
	s := &services{}
	l, warned := looker(s, "a", "b")
	if got := l.Look(tenant.WithTenant(t.Context(), "01ARZ3NDEKTSV4RRFFQ69G5FAV")); got != all() || *warned != 0 {
		t.Errorf("%+v, %d warnings", got, *warned)
	}
	if s.asked != 6 || slices.ContainsFunc(s.within, func(r tenant.Reach) bool { return r != tenant.ReachNone }) {
		t.Errorf("%d calls, within %v", s.asked, s.within)
	}
	l, _ = looker(&services{}, "a", "unknown")
	if got := l.Look(t.Context()); !got.LastBackupAt.IsZero() || !got.EarliestRestore.IsZero() {
		t.Errorf("one table has no backup, and all are said to: %+v", got)
	}
}

// A call that fails takes away what it would have told, and nothing else.
func TestWhatACallDoesNotTellIsUnknown(t *testing.T) {
	for broken, without := range map[string]func(*Status){
		"last b":     func(s *Status) { s.LastBackupAt = time.Time{} },
		"earliest a": func(s *Status) { s.EarliestRestore = time.Time{} },
		"plan":       func(s *Status) { s.NextBackupAt = time.Time{} },
		"drill":      func(s *Status) { s.LastRestoreDrillAt = time.Time{} },
	} {
		l, warned := looker(&services{broken: []string{broken}}, "a", "b")
		want := all()
		without(&want)
		if got := l.Look(t.Context()); got != want || *warned != 1 {
			t.Errorf("%s is denied: %+v, %d warnings", broken, got, *warned)
		}
	}
}

// What was seen holds for some minutes, and for less where a part of it failed.
func TestWhatWasSeenIsKept(t *testing.T) {
	for _, c := range []struct {
		broken []string
		keeps  time.Duration
	}{{nil, knownFor}, {[]string{"plan"}, unknownFor}} {
		s, at := &services{broken: c.broken}, now
		l, _ := looker(s, "a", "b")
		l.Now = func() time.Time { return at }
		var looks sync.WaitGroup
		for range 20 {
			looks.Go(func() { l.Look(t.Context()) })
		}
		looks.Wait()
		at = now.Add(c.keeps - 1)
		l.Look(t.Context())
		if s.asked != 6 {
			t.Errorf("%d calls for 21 looks, want those of one", s.asked)
		}
		at = now.Add(c.keeps)
		if l.Look(t.Context()); s.asked != 12 {
			t.Errorf("%d calls after %v, want those of two looks", s.asked, c.keeps)
		}
	}
}

// Whoever goes away in the middle leaves nothing unknown to others.
func TestALookThatWasBrokenOffIsNotKept(t *testing.T) {
	s := &services{broken: []string{"plan"}}
	l, _ := looker(s, "a", "b")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	l.Look(gone)
	s.broken = nil
	if got := l.Look(t.Context()); got != all() {
		t.Errorf("%+v", got)
	}
}
