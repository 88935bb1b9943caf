package memory

import (
	"fmt"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
)

// auditCounters adds the ledger up against months, level and unfinished jobs.
func (t *state) auditCounters() (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	rows, all := map[metering.Period][]metering.Row{}, metering.Counter{Taken: metering.Amounts{}, Reserved: metering.Amounts{}}
	for key, row := range t.ledger {
		rows[key.period] = append(rows[key.period], row)
		all = all.Plus(row)
	}
	for p, c := range t.months {
		sum := metering.Sum(rows[p])
		for _, m := range metering.Metrics() {
			if sum.Taken[m] != c.Taken[m] || sum.Reserved[m] != c.Reserved[m] {
				say("%s %s: ledger %d taken %d reserved, counter %d %d", p, m, sum.Taken[m], sum.Reserved[m], c.Taken[m], c.Reserved[m])
			}
			if !m.Level() && (c.Reserved[m] < 0 || c.Used(m) < 0) {
				say("%s %s: negative: %d taken, %d reserved", p, m, c.Taken[m], c.Reserved[m])
			}
		}
	}
	m := metering.StorageMB
	if all.Taken[m] != t.level.Taken[m] || all.Reserved[m] != t.level.Reserved[m] {
		say("level: ledger %d taken %d reserved, counter %d %d", all.Taken[m], all.Reserved[m], t.level.Taken[m], t.level.Reserved[m])
	}
	if t.level.Reserved[m] < 0 || t.level.Used(m) < 0 {
		say("level: negative: %v", t.level)
	}
	return wrong
}

// auditSubjects holds each job and preview against its own rows and files.
func (t *state) auditSubjects(files map[string]int64) (wrong []string) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Sprintf(format, args...)) }
	bySubject := map[string]metering.Counter{}
	for _, row := range t.ledger {
		bySubject[row.Subject] = bySubject[row.Subject].Plus(row)
	}
	var active int64
	for id, j := range t.jobs {
		c := bySubject[id]
		if !j.Status.Ended() {
			active++
			if !c.Reserved.Minus(j.Reserved).Zero() {
				say("job %s is %s: %v reserved, its attempt asked for %v", id, j.Status, c.Reserved, j.Reserved)
			}
			continue
		}
		paid := j.Made(j.Status == render.Succeeded)
		if j.released {
			paid[metering.StorageMB] = 0
		}
		if !c.Taken.Minus(paid).Zero() || !c.Reserved.Zero() {
			say("job %s is %s: charged %v, reserved %v, made %v", id, j.Status, c.Taken, c.Reserved, paid)
		}
		if _, open := t.open[id]; !open && files[id] != c.Taken[metering.StorageMB] {
			say("job %s: %d bytes are charged, %d are there", id, c.Taken[metering.StorageMB], files[id])
		}
	}
	if active != t.level.ActiveJobs {
		say("%d jobs are unfinished, the level says %d", active, t.level.ActiveJobs)
	}
	for id, c := range bySubject {
		_, isJob := t.jobs[id]
		i := t.images[id]
		switch {
		case isJob:
		case i == nil && c.Taken[metering.StorageMB] != 0:
			say("preview %s is gone and %d bytes are charged", id, c.Taken[metering.StorageMB])
		case i != nil && i.Settled && (c.Taken[metering.StorageMB] != i.Stored || !c.Reserved.Zero() || files[id] != i.Stored && !i.Deleted):
			say("preview %s: charged %v, reserved %v, stored %d, there %d", id, c.Taken, c.Reserved, i.Stored, files[id])
		}
	}
	return wrong
}
