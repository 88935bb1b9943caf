package auth

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// safe is SecretVersions in memory. As on AWS, each stage is on one version.
type safe struct {
	secrets map[string][]byte
	stages  map[Stage]string
}

func (s *safe) Stages(context.Context) (map[string][]Stage, error) {
	all := map[string][]Stage{}
	for stage, id := range s.stages {
		all[id] = append(all[id], stage)
	}
	return all, nil
}

func (s *safe) Version(_ context.Context, id string) ([]byte, error) {
	if s.secrets[id] == nil {
		return nil, ErrAbsent
	}
	return s.secrets[id], nil
}

func (s *safe) AddPending(_ context.Context, id string, secret []byte) error {
	s.secrets[id], s.stages[Pending] = secret, id
	return nil
}

func (s *safe) MakeCurrent(_ context.Context, id, before string) error {
	s.stages[Current], s.stages[Previous] = id, before
	return nil
}

func (s *safe) EndPending(_ context.Context, id string) error {
	if s.stages[Pending] == id {
		delete(s.stages, Pending)
	}
	return nil
}

// rotating is a rotator of a secret whose first version signs and is published.
func rotating(t *testing.T) (*Rotator, *safe, *shelf, *time.Time) {
	t.Helper()
	versions := &safe{secrets: map[string][]byte{"v1": secretOf(1)}, stages: map[Stage]string{Current: "v1"}}
	store, now := &shelf{}, at()
	r := &Rotator{
		SecretID: "secret", Versions: versions, Keys: store, Now: func() time.Time { return now },
		Wait: func(_ context.Context, d time.Duration) error { now = now.Add(d); return nil },
	}
	if err := publishSecrets(t.Context(), store, now, secretOf(1)); err != nil {
		t.Fatal(err)
	}
	return r, versions, store, &now
}

func (r *Rotator) take(t *testing.T, version string, steps ...Step) error {
	t.Helper()
	for _, step := range steps {
		if err := r.Run(t.Context(), RotationStep{Step: step, SecretID: "secret", ClientRequestToken: version}); err != nil {
			return err
		}
	}
	return nil
}

// TestARotationMayBeTestedWhenItIsSetUp: Secrets Manager takes testSecret alone, on
// a pending version, and takes the version away again.
func TestARotationMayBeTestedWhenItIsSetUp(t *testing.T) {
	for name, value := range map[string][]byte{"without a value": nil, "with one that is not published": secretOf(2)} {
		r, versions, store, _ := rotating(t)
		versions.secrets["v2"], versions.stages[Pending] = value, "v2"
		before := store.doc
		if err := r.take(t, "v2", TestSecret); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := r.take(t, "v2", FinishSecret); !problem.Is(err, problem.InvalidInput) || store.doc != before || versions.stages[Current] != "v1" {
			t.Errorf("%s: finished without being published: %v", name, err)
		}
	}
	r, versions, _, _ := rotating(t)
	versions.secrets["v2"], versions.stages[Pending] = []byte("short"), "v2"
	if err := r.take(t, "v2", TestSecret); err == nil {
		t.Error("a secret that is too short passed the test")
	}
	if err := r.take(t, "v3", TestSecret); !problem.Is(err, problem.InvalidInput) {
		t.Errorf("a version that is not pending: %v", err)
	}
}

// published are the versions whose keys are published.
func (s *shelf) published(t *testing.T, versions *safe) []string {
	t.Helper()
	set, err := parseKeys(s.doc)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for id, secret := range versions.secrets {
		pair, err := newKeyPair(secret)
		if err != nil {
			t.Fatal(err)
		}
		if _, has := set.has(pair.public()); has {
			all = append(all, id)
		}
	}
	slices.Sort(all)
	return all
}

// TestALateRepeatLeavesTheNextRotationItsKeys: who finishes v2 again, while v3 is
// published and waits, must not take its keys away.
func TestALateRepeatLeavesTheNextRotationItsKeys(t *testing.T) {
	r, versions, store, _ := rotating(t)
	if err := r.take(t, "v2", Steps()...); err != nil {
		t.Fatal(err)
	}
	if err := r.take(t, "v3", CreateSecret, SetSecret, TestSecret); err != nil {
		t.Fatal(err)
	}
	if err := r.take(t, "v2", FinishSecret); err != nil {
		t.Fatal(err)
	}
	if got := store.published(t, versions); !slices.Equal(got, []string{"v1", "v2", "v3"}) {
		t.Errorf("published are %v", got)
	}
	if err := r.take(t, "v3", FinishSecret); err != nil {
		t.Fatal(err)
	}
	if got := store.published(t, versions); !slices.Equal(got, []string{"v2", "v3"}) || versions.stages[Current] != "v3" {
		t.Errorf("published are %v, current is %s", got, versions.stages[Current])
	}
}

// TestKeysThatChangeDuringTheWaitAreNotTrusted: the wait ends with a new look.
func TestKeysThatChangeDuringTheWaitAreNotTrusted(t *testing.T) {
	r, versions, store, now := rotating(t)
	if err := r.take(t, "v2", CreateSecret, SetSecret, TestSecret); err != nil {
		t.Fatal(err)
	}
	wait, waits, publish := r.Wait, 0, func(secrets ...[]byte) {
		if err := publishSecrets(t.Context(), store, *now, secrets...); err != nil {
			t.Fatal(err)
		}
	}
	r.Wait = func(ctx context.Context, d time.Duration) error {
		waits++
		if err := wait(ctx, d); err != nil || waits > 1 {
			return err
		}
		publish(secretOf(1))
		return nil
	}
	if err := r.take(t, "v2", FinishSecret); !problem.Is(err, problem.InvalidInput) || versions.stages[Current] != "v1" {
		t.Errorf("taken away while it waited: %v, current is %s", err, versions.stages[Current])
	}
	waits = 0
	r.Wait = func(ctx context.Context, d time.Duration) error {
		waits++
		if err := wait(ctx, d); err != nil || waits > 1 {
			return err
		}
		publish(secretOf(1))
		publish(secretOf(1), versions.secrets["v2"])
		return nil
	}
	if err := r.take(t, "v2", SetSecret, FinishSecret); err != nil || waits != 2 || versions.stages[Current] != "v2" {
		t.Errorf("published anew while it waited: %v, %d waits, current is %s", err, waits, versions.stages[Current])
	}
}
