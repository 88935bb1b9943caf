package auth

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

func TestTheLeastRecentlySeenSessionMakesRoom(t *testing.T) {
	user := User{}
	for i := range MaxSessions {
		rotated := at().Add(-time.Duration(i) * time.Hour)
		user.Sessions = append(user.Sessions, Session{ID: fmt.Sprint(i), StartedAt: rotated, RotatedAt: rotated, SeenAt: rotated.Truncate(time.Minute)})
	}
	if got := user.makeRoom(at()); !slices.Equal(got, []string{"19"}) {
		t.Fatalf("gone %v", got)
	}
	user.Sessions[19].SeenAt = at() // rotated longest ago, but in use
	if got := user.makeRoom(at()); !slices.Equal(got, []string{"18"}) {
		t.Fatalf("gone %v", got)
	}
	user.Sessions[3].RotatedAt = at().Add(-SessionLife)
	if got := user.makeRoom(at()); !slices.Equal(got, []string{"3"}) {
		t.Fatalf("an expired one goes first: %v", got)
	}
	user.Sessions = user.Sessions[:5]
	user.Sessions[3].RotatedAt = at()
	if got := user.makeRoom(at()); got != nil {
		t.Fatalf("there was room, yet gone %v", got)
	}
}

func TestARoleCoversThoseBelowIt(t *testing.T) {
	for _, c := range []struct {
		has, needed Role
		want        bool
	}{
		{Owner, Owner, true}, {Owner, Member, true}, {Owner, "", true},
		{Member, Owner, false}, {Member, Member, true}, {"", "", true},
		{"", Member, false}, {"", Owner, false}, {"guest", Member, false},
	} {
		if got := c.has.Covers(c.needed); got != c.want {
			t.Errorf("%q covers %q: %v", c.has, c.needed, got)
		}
	}
}
