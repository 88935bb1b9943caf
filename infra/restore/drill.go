package restore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/domains/backup"
)

// Replay erases again, from restored tables, who was erased since their backup. It
// answers how much it removed. Doing so again removes nothing.
type Replay func(ctx context.Context, tables Pair) (removed int64, err error)

// Record keeps what came of a drill.
type Record func(context.Context, backup.Drill) error

// Drill is a try to restore.
type Drill struct {
	Service
	Tables Pair // in use
	Replay Replay
	Record Record
	Now    func() time.Time
	Step   func(name string, do func() (string, error)) error // shows one, and what came of it
}

// DrillOf is the drill of a stack, as it is run: it rehearses the erasures, and writes to
// the directory in use alone, how it ended. Step, and who is told, are the caller's to add.
func DrillOf(cfg aws.Config, stack Stack, now func() time.Time) Drill {
	return Drill{
		Service: Service{DB: dynamodb.NewFromConfig(cfg), Say: func(string) {}}, Tables: stack.Tables, Now: now,
		Replay: Rehearsed(cfg, stack.Ledger), Record: Drills(cfg, stack.Tables.Directory),
	}
}

// Steps is how many a drill has.
const Steps = 9

// ErrFailed says that what was restored is not what was backed up.
var ErrFailed = errors.New("what was restored is not what was backed up")

// Run backs both tables up, restores them beside the tables in use, sets them up as
// those are, replays the erasures, and compares. What it made it removes, and it
// records what came of it, whatever that is. A killed one is run again.
func (d Drill) Run(ctx context.Context) (c Comparison, err error) {
	var started bool
	err = d.Step("leftovers", func() (string, error) {
		n, err := d.Leftovers(ctx, d.Tables)
		return fmt.Sprintf("%d of an earlier drill removed", n), err
	})
	if err != nil {
		return c, err
	}
	began := d.Now()
	if c, err = d.compare(ctx, began, &started); err == nil && len(c.Faults) > 0 {
		err = ErrFailed
	}
	if !started {
		return c, err // nothing was tried yet
	}
	result := backup.Held
	if err != nil {
		result = backup.Failed
	}
	// What was made goes also after an interruption.
	after := context.WithoutCancel(ctx)
	ended := d.Step("record", func() (string, error) {
		return string(result), d.Record(after, backup.Drill{At: began, Result: result})
	})
	removed := d.Step("clear", func() (string, error) {
		n, err := d.Leftovers(after, d.Tables)
		return fmt.Sprintf("%d tables and backups removed", n), err
	})
	return c, errors.Join(err, ended, removed)
}

func (d Drill) compare(ctx context.Context, began time.Time, started *bool) (c Comparison, err error) {
	var before, restored, after Contents
	var backups, made Pair
	steps := []struct {
		name string
		do   func() (string, error)
	}{
		{"read", func() (string, error) {
			before, err = d.Read(ctx, d.Tables)
			return fmt.Sprintf("%d items of %d tenants in use", len(before), len(before.Totals())), err
		}},
		{"back up", func() (string, error) {
			*started = true
			backups, err = d.Backup(ctx, d.Tables, began)
			return "both tables", err
		}},
		{"restore", func() (string, error) {
			made, err = d.FromBackups(ctx, d.Tables, backups, began)
			return made.Platform + ", " + made.Directory, err
		}},
		{"set up", func() (string, error) {
			return "TTL, stream, point-in-time recovery, tags", d.SetUp(ctx, d.Tables, made, false)
		}},
		{"replay", func() (string, error) { return d.replay(ctx, made) }},
		{"compare", func() (string, error) {
			if restored, err = d.Read(ctx, made); err != nil {
				return "", err
			}
			if after, err = d.Read(ctx, d.Tables); err != nil {
				return "", err
			}
			c = Compare(before, restored, after, d.Now())
			return fmt.Sprintf("%d the same, %d changed meanwhile, %d ended, %d wrong", c.Same, c.Changed, c.Expired, len(c.Faults)), nil
		}},
	}
	for _, s := range steps {
		if err := d.Step(s.name, s.do); err != nil {
			return c, err
		}
	}
	c.Totals = restored.Totals()
	return c, nil
}

// replay does it twice: the second time finds nothing, or it is not done.
func (d Drill) replay(ctx context.Context, made Pair) (string, error) {
	removed, err := d.Replay(ctx, made)
	if err != nil {
		return "", err
	}
	again, err := d.Replay(ctx, made)
	if err == nil && again > 0 {
		err = fmt.Errorf("replayed again, %d items of erased accounts are found", again)
	}
	return fmt.Sprintf("%d items of erased accounts removed again", removed), err
}

// SetUp makes restored tables what the tables in use are. Only one that stays is
// protected against deletion.
func (s Service) SetUp(ctx context.Context, from, to Pair, stays bool) error {
	for i, table := range from.list() {
		want, err := s.SettingsOf(ctx, table)
		if err != nil {
			return err
		}
		want.Protected = want.Protected && stays
		if err := s.Apply(ctx, to.list()[i], want); err != nil {
			return err
		}
	}
	return nil
}
