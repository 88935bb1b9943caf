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
			if missing := t.underheld(j, c.Taken); missing != "" {
				say("job %s is %s and holds too little: %s", id, j.Status, missing)
			}
			continue
		}
		paid := j.owes()
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
		case c.Taken[metering.TTSSeconds] != 0 || c.Taken[metering.RenderMinutes] != 0 || c.Taken[metering.UploadsCount] != 0:
			say("preview %s: charged %v", id, c.Taken)
		case i == nil && c.Taken[metering.ImagesCount] > 1:
			say("preview %s is gone and %d pictures are charged", id, c.Taken[metering.ImagesCount])
		case i != nil && i.Settled && (c.Taken[metering.ImagesCount] == 1) == i.Failed, c.Taken[metering.ImagesCount] < 0, c.Taken[metering.ImagesCount] > 1:
			say("preview %s: %d pictures are charged, failed: %t", id, c.Taken[metering.ImagesCount], i != nil && i.Failed)
		case i != nil && i.Settled && (c.Taken[metering.StorageMB] != i.Stored || !c.Reserved.Zero() || files[id] != i.Stored && !i.Deleted):
			say("preview %s: charged %v, reserved %v, stored %d, there %d", id, c.Taken, c.Reserved, i.Stored, files[id])
		}
	}
	return wrong
}

// What a job costs is written here once more, in the audit's own words: the rules
// that are simulated cannot be their own witness.

// owes is what an ended job has to pay: the parts that it noted and, if it came
// to its end, its video while that is there.
func (j *job) owes() metering.Amounts {
	var pictures, speech, film, bytes int64
	for _, kinds := range j.Parts {
		if _, painted := kinds[render.ImagePart]; painted {
			pictures++
		}
		speech += kinds[render.VoicePart].Made[metering.TTSSeconds]
	}
	if j.Status == render.Succeeded {
		film = j.Video.DurationMS
		if !j.released {
			bytes = j.Video.Stored
		}
	}
	return metering.Amounts{metering.ImagesCount: pictures, metering.TTSSeconds: speech, metering.RenderMinutes: film, metering.StorageMB: bytes}
}

// underheld says what an unfinished job should have taken and has not: with what
// earlier attempts paid, a picture for each scene, and speech, film and room.
func (t *state) underheld(j *job, taken metering.Amounts) string {
	speech := int64(1)
	if j.Attempt == 1 {
		for _, scene := range j.source.Scenes {
			speech += int64(len(scene.Text)) * slowestLetter
		}
	}
	switch {
	case taken[metering.ImagesCount] != int64(len(j.source.Scenes)):
		return fmt.Sprintf("%d pictures of %d scenes", taken[metering.ImagesCount], len(j.source.Scenes))
	case taken[metering.TTSSeconds] < speech:
		return fmt.Sprintf("%d ms of speech, of at least %d", taken[metering.TTSSeconds], speech)
	case taken[metering.RenderMinutes] < speech || taken[metering.StorageMB] <= 0:
		return fmt.Sprintf("%v", taken)
	}
	return ""
}

// slowestLetter is less than what any voice takes for a letter, in ms.
const slowestLetter = 20
