package capacity

import (
	"context"
	"fmt"
	"strconv"
)

const (
	leftAlone   = 200 // nothing is set aside of less: AWS wants 100 unreserved, and the API as many
	fewest      = 2   // that Lambda lets a queue be bounded to
	checksShare = 50  // one place in so many decodes uploads
)

// Room is what suits an account that may run so many functions at once. Half is the
// API's. Of the other half uploads that are decoded have some places, as many as come
// being queued, and renders the rest: each scene may have two at work, picture and
// voice; what is set aside for encoding counts beside them, and each render joins its
// parts by one more.
type Room struct{ Width, Jobs, Reserved, Checks int }

// Of is the room of an account. most is the most that anybody wants: width, jobs and
// checks. No more renders suit it than the services that paint and read take, either:
// what they refuse waits, and the renders keep their places.
func Of(atOnce int, most Room, by Rates) Room {
	r := Room{Width: most.Width, Checks: max(fewest, min(most.Checks, atOnce/checksShare))}
	renders := atOnce/2 - r.Checks
	for r.Width > 1 && (renders/(2*r.Width) < 4 || by.renders(r.Width) < 1) { // rather more renders than faster ones
		r.Width--
	}
	jobs := max(1, min(most.Jobs, by.renders(r.Width)))
	r.Jobs = renders / (3*r.Width + 1)
	if r.Reserved = r.Width * r.Jobs; r.Jobs < 1 || atOnce-r.Reserved < leftAlone {
		r.Jobs, r.Reserved = max(1, renders/(2*r.Width)), 0
	}
	if r.Jobs > jobs {
		r.Jobs = jobs
		r.Reserved = min(r.Reserved, r.Width*jobs)
	}
	return r
}

// Parameter is one of the stack's, with its value.
type Parameter struct{ Name, Value string }

// Parameters are those that make a stack keep to the room.
func (r Room) Parameters() []Parameter {
	return []Parameter{
		{"RenderWidth", strconv.Itoa(r.Width)}, {"MaxRunningJobs", strconv.Itoa(r.Jobs)},
		{"EncodersReserved", strconv.Itoa(r.Reserved)}, {"UploadChecksAtOnce", strconv.Itoa(r.Checks)},
	}
}

// Most is what the defaults of the stack's parameters want.
func Most(defaults map[string]string) Room {
	number := func(name string) int {
		n, _ := strconv.Atoi(defaults[name])
		return n
	}
	return Room{Width: number("RenderWidth"), Jobs: number("MaxRunningJobs"), Checks: number("UploadChecksAtOnce")}
}

// Found is what an account was found to have room for.
type Found struct {
	AtOnce int
	Room
	Bound string // by which service, where renders have fewer than the functions would do
}

// Look asks an account. most is as of Most.
func (a Account) Look(ctx context.Context, most Room) (Found, error) {
	all, free, err := a.atOnce(ctx)
	if err != nil {
		return Found{}, err
	}
	by := a.rates(ctx)
	f := Found{AtOnce: all, Room: Of(free, most, by)}
	f.Bound = by.bound(f.Room, Of(free, most, Rates{}))
	return f, nil
}

// Says what there is room for, in a few words.
func (f Found) Says() string {
	return fmt.Sprintf("%d at once: %d renders at a time, each %d wide, %d uploads decoded, and the API has the rest%s", f.AtOnce, f.Jobs, f.Width, f.Checks, f.Bound)
}
