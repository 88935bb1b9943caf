package erasure_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// people answers one standing.
type people struct {
	erasure.People
	caller auth.User
	err    error
}

func (p people) Standing(context.Context, tenant.ID, auth.UserID, auth.UserID) (auth.Standing, error) {
	return auth.Standing{Caller: p.caller}, p.err
}

// shelf creates nothing.
type shelf struct {
	erasure.Book
	created *int
}

func (s shelf) Create(context.Context, auth.User, erasure.Erasure, audit.Entry) error {
	*s.created++
	return errCreated
}

var errCreated = errors.New("created")

// An account is closed from a session that is open and began within the hour, and no other.
func TestOnlyAFreshSessionClosesAnAccount(t *testing.T) {
	now := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	down := errors.New("the store is down")
	session := func(id string, began time.Time) auth.User {
		return auth.User{ID: "u", Sessions: []auth.Session{{ID: id, StartedAt: began}}}
	}
	for name, c := range map[string]struct {
		people people
		want   func(error) bool
		made   int
	}{
		"no session":          {people{caller: auth.User{ID: "u"}}, asks, 0},
		"another's":           {people{caller: session("other", now)}, asks, 0},
		"of long ago":         {people{caller: session("s", now.Add(-erasure.Fresh-time.Second))}, asks, 0},
		"fresh":               {people{caller: session("s", now.Add(-erasure.Fresh))}, func(err error) bool { return errors.Is(err, errCreated) }, 1},
		"the store is down":   {people{err: down}, func(err error) bool { return errors.Is(err, down) }, 0},
		"the account is gone": {people{err: tenant.ErrGone}, func(err error) bool { return errors.Is(err, tenant.ErrGone) }, 0},
	} {
		created := 0
		closer := erasure.Closer{Book: shelf{created: &created}, People: c.people, CoolOff: time.Hour, Now: func() time.Time { return now }}
		caller := auth.Caller{Tenant: "t", Principal: auth.Principal{User: "u", Session: "s", Email: "a@example.com"}}
		if _, err := closer.Ask(t.Context(), caller, "a@example.com"); !c.want(err) || created != c.made {
			t.Errorf("%s: %v, %d made", name, err, created)
		}
	}
}

func asks(err error) bool { return problem.Is(err, problem.SignInAgain) }

const run = "01BX5ZZKBKACTAV9WEVGEMMVS0"

// locked answers what it holds.
type locked struct {
	erasure.Locked
	data string
	err  error
}

func (l locked) Put(context.Context, string, string, []byte) ([]byte, error) {
	return []byte(l.data), l.err
}

func (l locked) Mark(context.Context, tenant.ID) error { return l.err }

// ending notes what was finished.
type ending struct {
	erasure.Progress
	finished *int
}

func (ending) Enter(context.Context, workflow.Input, erasure.Step, time.Time) (erasure.Erasure, error) {
	return erasure.Erasure{ID: run, Subject: erasure.Account}, nil
}

func (e ending) Finish(context.Context, workflow.Input, erasure.Erasure, erasure.Certificate, audit.Entry) error {
	*e.finished++
	return nil
}

// Without the erasure's own certificate in the locked bucket nothing ends.
func TestNothingEndsWithoutItsCertificate(t *testing.T) {
	const id = "01ARZ3NDEKTSV4RRFFQ69G5FAV"
	down := errors.New("the bucket is down")
	for name, c := range map[string]struct {
		locked   locked
		finished int
	}{
		"its own":          {locked{data: `{"erasure_id":"` + run + `","tenant_id":"` + id + `"}`}, 1},
		"another's":        {locked{data: `{"erasure_id":"f","tenant_id":"` + id + `"}`}, 0},
		"another tenant's": {locked{data: `{"erasure_id":"` + run + `","tenant_id":"x"}`}, 0},
		"no certificate":   {locked{data: `<html>`}, 0},
		"nothing":          {locked{err: down}, 0},
	} {
		finished := 0
		step := erasure.CertifyStep{Run: erasure.Run{Progress: ending{finished: &finished}, Now: time.Now}, Locked: c.locked}
		_, err := step.Do(t.Context(), workflow.Input{TenantID: id, JobID: run, Attempt: 1})
		if finished != c.finished || (err == nil) != (c.finished == 1) || c.locked.err != nil && !errors.Is(err, down) {
			t.Errorf("%s: %v, %d finished", name, err, finished)
		}
	}
}
