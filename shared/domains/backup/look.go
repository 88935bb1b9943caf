package backup

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// knownFor is how long what a process has seen is what it answers: backups come
	// once a day, and the services that tell of them take few calls a second.
	knownFor = 5 * time.Minute
	// unknownFor is the same for a look of which a part failed.
	unknownFor = 30 * time.Second
	// patience is how long one look may take.
	patience = 3 * time.Second
)

// Source tells of backups, as their service does.
type Source interface {
	// LastBackup is when the table's newest finished backup was begun; zero for none.
	LastBackup(ctx context.Context, table string) (time.Time, error)
	// EarliestRestore is the first moment that the table can be brought back to; zero
	// for none.
	EarliestRestore(ctx context.Context, table string) (time.Time, error)
	// Schedule is when backups are made, as Next reads it; "" for never.
	Schedule(ctx context.Context) (string, error)
}

// Drills knows when restoring was last tried.
type Drills interface {
	// LastDrill returns the zero Drill for none.
	LastDrill(ctx context.Context) (Drill, error)
}

// Looker finds out how backups stand. What a call that failed would have told is
// unknown: it makes nothing up, and fails nobody. It is safe for concurrent use.
type Looker struct {
	Source Source
	Drills Drills
	Tables []string // all that have to be backed up
	Now    func() time.Time
	Warn   func(context.Context, error)

	mu    sync.Mutex
	known Status
	until time.Time
}

// Look returns what is known, at most some minutes old.
func (l *Looker) Look(ctx context.Context) Status {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.Now().Before(l.until) {
		return l.known
	}
	known, whole := l.look(ctx)
	if ctx.Err() != nil { // whoever asked has gone; that says nothing of the services
		return known
	}
	l.known, l.until = known, l.Now().Add(unknownFor)
	if whole {
		l.until = l.Now().Add(knownFor)
	}
	return known
}

// look asks for everything at once. Nothing of it is a tenant's.
func (l *Looker) look(ctx context.Context) (found Status, whole bool) {
	ctx, cancel := context.WithTimeout(tenant.WithNobody(ctx), patience)
	defer cancel()
	last, earliest := make([]time.Time, len(l.Tables)), make([]time.Time, len(l.Tables))
	var drill Drill
	var schedule string
	var asked asking
	for i, table := range l.Tables {
		ask(&asked, &last[i], "the last backup of a table", func() (time.Time, error) { return l.Source.LastBackup(ctx, table) })
		ask(&asked, &earliest[i], "how far back a table can be restored", func() (time.Time, error) { return l.Source.EarliestRestore(ctx, table) })
	}
	ask(&asked, &schedule, "the plan of backups", func() (string, error) { return l.Source.Schedule(ctx) })
	ask(&asked, &drill, "the last drill", func() (Drill, error) { return l.Drills.LastDrill(ctx) })
	asked.done.Wait()
	for _, err := range asked.failed {
		l.Warn(ctx, err)
	}
	found.NextBackupAt, _ = Next(schedule, l.Now()) // zero where it is not understood
	found.LastRestoreDrillAt = drill.HeldAt
	found.LastBackupAt, found.EarliestRestore = ofAll(last, time.Time.Before), ofAll(earliest, time.Time.After)
	return found, len(asked.failed) == 0
}

// asking is some questions at once.
type asking struct {
	done   sync.WaitGroup
	mu     sync.Mutex
	failed []error
}

// ask keeps an answer, unless there was an error beside it.
func ask[A any](a *asking, into *A, what string, question func() (A, error)) {
	a.done.Go(func() {
		answer, err := question()
		if err == nil {
			*into = answer
			return
		}
		a.mu.Lock()
		defer a.mu.Unlock()
		a.failed = append(a.failed, fmt.Errorf("look up %s: %w", what, err))
	})
}

// ofAll is what holds of all tables: the oldest of their last backups, the latest
// of the moments that they can be brought back to. Where one is unknown, so is it.
func ofAll(of []time.Time, worse func(time.Time, time.Time) bool) time.Time {
	var worst time.Time
	for _, at := range of {
		if at.IsZero() {
			return time.Time{}
		}
		if worst.IsZero() || worse(at, worst) {
			worst = at
		}
	}
	return worst
}
