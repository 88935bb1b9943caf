package crowd

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
)

// judge counts what people met.
func (p Plan) judge(calls []call) (o Outcome) {
	for _, c := range requests(calls, people) {
		said := fmt.Sprintf("%.1f s: %s: %d after %.1f s %s", c.At, c.Route, c.Status, c.MS/1000, c.Failed)
		switch {
		case c.broken():
			o.Broken = append(o.Broken, said)
		case c.Failed != "":
			o.Failed = append(o.Failed, said)
		}
	}
	o.Calls = len(requests(calls, people))
	o.Admitted = len(requests(calls, call.admitted))
	o.Quiet = sum(requests(calls, func(c call) bool { return people(c) && p.quiet(c) }))
	o.Loud = sum(requests(calls, func(c call) bool { return people(c) && p.loud(c) }))
	waited := map[string]bool{}
	for _, c := range calls {
		switch {
		case c.Lost != "" && people(c):
			o.Lost++
		case c.Waited:
			waited[c.Job] = true
		case c.Ended != "":
			o.Jobs++
			delete(waited, c.Job)
			if c.Ended != "succeeded" {
				o.Unmade = append(o.Unmade, fmt.Sprintf("%s %s: %s", c.Job, c.Ended, c.Error))
			}
		}
	}
	o.Unended = len(waited)
	return o
}

// quiet is from when all have come until the abuser does; what people wait for after
// the end is none of it.
func (p Plan) quiet(c call) bool {
	end := p.Abuser
	if end == 0 {
		end = p.Length
	}
	return c.At > float64(p.Users/p.Rate)+warmUp.Seconds() && c.At < end.Seconds()
}

func (p Plan) loud(c call) bool {
	return p.Abuser > 0 && c.At > p.Abuser.Seconds() && c.At < p.Length.Seconds()
}

// Ratio is people's p99 beside the abuser by their p99 without him.
func (o Outcome) Ratio() float64 {
	if o.Loud.Count == 0 || o.Quiet.P99 == 0 {
		return 0
	}
	return o.Loud.P99.Seconds() / o.Quiet.P99.Seconds()
}

// Uncompared says why Ratio is none: a quotient without its parts would hold by itself.
func (o Outcome) Uncompared() (wrong []error) {
	if o.Admitted == 0 {
		wrong = append(wrong, errors.New("the abuser never got in"))
	}
	if o.Quiet.Count == 0 || o.Loud.Count == 0 {
		wrong = append(wrong, fmt.Errorf("%d calls of people before the abuser came and %d beside him are nothing to compare", o.Quiet.Count, o.Loud.Count))
	}
	return wrong
}

// Answered is the share of people's calls that were, beside the abuser where there is one.
func (o Outcome) Answered() float64 {
	s := o.Loud
	if s.Count == 0 {
		s = o.Quiet
	}
	return 1 - float64(s.Broken)/float64(max(s.Count, 1))
}

func (p Plan) print(calls []call, o Outcome, shots []snapshot) {
	p.table("route", calls, func(c call) string { return c.Route }, people)
	p.table("who", calls, func(c call) string { return c.Who }, func(call) bool { return true })
	if p.Abuser > 0 {
		p.table("beside the abuser", calls, func(c call) string { return c.Route }, func(c call) bool { return people(c) && p.loud(c) })
		p.table("the abuser", calls, func(c call) string { return fmt.Sprintf("%s: %d", c.Route, c.Status) }, func(c call) bool { return c.Who == abuser })
		fmt.Fprintf(p.Out, "\npeople's p99 %s ms quiet, %s ms beside the abuser: %.2f times; %.3f %% answered\n",
			ms(o.Quiet.P99.Seconds()), ms(o.Loud.P99.Seconds()), o.Ratio(), o.Answered()*100)
	}
	printWorst(p.Out, calls)
	printMemory(p.Out, shots)
	var took []float64
	for _, c := range calls {
		if c.Ended != "" {
			took = append(took, c.Seconds)
		}
	}
	if slices.Sort(took); len(took) > 0 {
		fmt.Fprintf(p.Out, "\n%d renders of people ended, from request to end %.0f s in the middle, %.0f s at most\n", len(took), took[len(took)/2], took[len(took)-1])
	}
}

func ms(seconds float64) string { return fmt.Sprintf("%.0f", seconds*1000) }

// table is a line for each key of the calls that are kept.
func (p Plan) table(title string, calls []call, key func(call) string, keep func(call) bool) {
	by := map[string][]call{}
	for _, c := range requests(calls, keep) {
		by[key(c)] = append(by[key(c)], c)
	}
	w := tabwriter.NewWriter(p.Out, 2, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(w, "\n%s\tcalls\tp50 ms\tp99 ms\tmost\tfailed\t5xx or none\t\n", title)
	line := func(name string, calls []call) {
		s := sum(calls)
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\t%s\t%d\t%d\t\n", name, s.Count, ms(s.P50.Seconds()), ms(s.P99.Seconds()), ms(s.Most.Seconds()), s.Failed, s.Broken)
	}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		line(name, by[name])
	}
	line("all", requests(calls, keep))
	_ = w.Flush()
}

// Wrong lists what must not be, however busy the machine is.
func (o Outcome) Wrong() (wrong []error) {
	say := func(format string, args ...any) { wrong = append(wrong, fmt.Errorf(format, args...)) }
	if n := len(o.Broken); n > 0 {
		say("%d calls of people had no answer, or 5xx, as %s", n, o.Broken[:min(n, 5)])
	}
	if n := len(o.Failed); n > 0 {
		say("%d calls of people were refused, as %s", n, o.Failed[:min(n, 5)])
	}
	if o.Calls == 0 {
		say("nobody made a call")
	}
	if o.Lost > 0 {
		say("%d people could not sign in", o.Lost)
	}
	if o.Jobs == 0 {
		say("no render has ended")
	}
	if n := len(o.Unmade); n > 0 {
		say("%d renders ended without a video, as %s", n, o.Unmade[:min(n, 5)])
	}
	if o.Unended > 0 || o.Open != (open{}) {
		say("%d renders that people wait for have not ended; %d jobs are queued or running, and %d workflows", o.Unended, o.Open.jobs, o.Open.executions)
	}
	if !o.Ledger.Clean() {
		say("the ledger: %d differences, %d rows not archived, %d tenants could not be looked at (make reconcile)", o.Ledger.Differences(), o.Ledger.Unarchived(), len(o.Ledger.Failed))
	}
	if len(o.Grown) > 0 {
		say("processes take more and more memory: %s", o.Grown)
	}
	return wrong
}
