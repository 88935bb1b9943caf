package auth

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Step is one of the four calls of a rotation of Secrets Manager.
type Step string

// The steps, in their order.
const (
	CreateSecret Step = "createSecret"
	SetSecret    Step = "setSecret"
	TestSecret   Step = "testSecret"
	FinishSecret Step = "finishSecret"
)

// Steps lists them.
func Steps() []Step { return []Step{CreateSecret, SetSecret, TestSecret, FinishSecret} }

// RotationStep is Secrets Manager's event.
type RotationStep struct {
	Step               Step
	SecretID           string `json:"SecretId"`
	ClientRequestToken string // the version that is to become current
}

// Stage is a label of a version of the secret; each is on one version at most.
type Stage string

// The stages.
const (
	Current  Stage = "AWSCURRENT"
	Pending  Stage = "AWSPENDING"
	Previous Stage = "AWSPREVIOUS"
)

// SecretVersions is the signing secret with its versions. Every method may also
// fail with problem.Unavailable.
type SecretVersions interface {
	// Stages lists the versions that have a stage.
	Stages(ctx context.Context) (map[string][]Stage, error)
	// Version reads one. Errors: ErrAbsent, also for one without a value yet.
	Version(ctx context.Context, id string) ([]byte, error)
	// AddPending stores a version as Pending.
	AddPending(ctx context.Context, id string, secret []byte) error
	// MakeCurrent moves Current to a version, and Previous to the one that had it.
	MakeCurrent(ctx context.Context, id, before string) error
	// EndPending takes Pending from a version that has it.
	EndPending(ctx context.Context, id string) error
}

// Rotator replaces the signing secret while sessions go on. Each step may be
// repeated at any time; out of order it is refused and changes nothing.
type Rotator struct {
	SecretID string // the only one that it rotates
	Versions SecretVersions
	Keys     KeyStore
	Now      func() time.Time
	Wait     func(ctx context.Context, d time.Duration) error
}

// secretSize is how many random bytes a new secret has, before their encoding.
const secretSize = 48

// Run takes one step. Errors: InvalidInput (another secret, an unknown step, one
// out of order), Unavailable.
func (r *Rotator) Run(ctx context.Context, e RotationStep) error {
	if e.SecretID != r.SecretID || e.ClientRequestToken == "" {
		return problem.New(problem.InvalidInput, "This is not the secret that this function rotates.")
	}
	stages, err := r.Versions.Stages(ctx)
	if err != nil {
		return fmt.Errorf("read stages: %w", err)
	}
	at := rotation{version: e.ClientRequestToken, current: having(stages, Current), previous: having(stages, Previous)}
	at.pending = slices.Contains(stages[at.version], Pending)
	if at.current == "" {
		return problem.New(problem.InvalidInput, "The secret has no current version.")
	}
	switch e.Step {
	case CreateSecret:
		return r.create(ctx, at, len(stages[at.version]) > 0)
	case SetSecret:
		return r.set(ctx, at)
	case TestSecret:
		return r.test(ctx, at)
	case FinishSecret:
		return r.finish(ctx, at)
	}
	return problem.New(problem.InvalidInput, "This is none of the four steps of a rotation.")
}

// rotation is where a rotation to version stands.
type rotation struct {
	version, current, previous string
	pending                    bool // version has the stage, which it may keep for a moment after its end
}

func (at rotation) done() bool { return at.current == at.version }

// waits reports whether the version is to become current, and never was.
func (at rotation) waits() bool { return at.pending && !at.done() && at.previous != at.version }

func having(stages map[string][]Stage, stage Stage) string {
	for id, has := range stages {
		if slices.Contains(has, stage) {
			return id
		}
	}
	return ""
}

// create makes the new secret, once.
func (r *Rotator) create(ctx context.Context, at rotation, known bool) error {
	if at.done() {
		return nil
	}
	if known && !at.waits() {
		return outOfOrder()
	}
	_, err := r.Versions.Version(ctx, at.version)
	if !errors.Is(err, ErrAbsent) {
		return err // it is there, or that cannot be told
	}
	random := make([]byte, secretSize)
	rand.Read(random) // never fails: the process ends if the system has no randomness
	return r.Versions.AddPending(ctx, at.version, []byte(base64.RawStdEncoding.EncodeToString(random)))
}

// set publishes the new secret's keys beside those in use.
func (r *Rotator) set(ctx context.Context, at rotation) error {
	if at.done() {
		return nil
	}
	if !at.waits() {
		return outOfOrder()
	}
	return r.publish(ctx, false, at.current, at.version, at.previous)
}

// test signs with the new secret and verifies with what is published. Secrets
// Manager takes this step alone, on a version that it takes away again, when a
// rotation is set up: what is not published yet verifies in memory, and where
// there is no secret there is nothing to test.
func (r *Rotator) test(ctx context.Context, at rotation) error {
	if !at.waits() && !at.done() {
		return outOfOrder()
	}
	pair, err := r.pair(ctx, at.version)
	if errors.Is(err, ErrAbsent) {
		return nil
	}
	if err != nil {
		return err
	}
	keys := NewKeys(r.Keys, r.Now)
	set, err := keys.fresh(ctx)
	if err != nil {
		return err
	}
	if _, published := set.has(pair.public()); !published {
		keys = onlyKeys(pair)
	}
	return pair.verifiedBy(ctx, keys, r.Now())
}

// pair derives the keys of a version. Errors: ErrAbsent.
func (r *Rotator) pair(ctx context.Context, version string) (keyPair, error) {
	secret, err := r.Versions.Version(ctx, version)
	if err != nil {
		return keyPair{}, err
	}
	return newKeyPair(secret)
}

// tested answers since when the keys of a version are published, and work.
func (r *Rotator) tested(ctx context.Context, version string) (time.Time, error) {
	pair, err := r.pair(ctx, version)
	if errors.Is(err, ErrAbsent) {
		return time.Time{}, outOfOrder()
	}
	if err != nil {
		return time.Time{}, err
	}
	keys := NewKeys(r.Keys, r.Now)
	set, err := keys.fresh(ctx)
	if err != nil {
		return time.Time{}, err
	}
	since, published := set.has(pair.public())
	if !published {
		return time.Time{}, outOfOrder()
	}
	return since, pair.verifiedBy(ctx, keys, r.Now())
}

// verifiedBy signs one token of each kind, for nobody, and verifies it with keys.
func (p keyPair) verifiedBy(ctx context.Context, keys *Keys, now time.Time) error {
	const nobody = "urn:rotation"
	try := signer{keyPair: p, issuer: nobody, ttl: time.Minute}
	ref := SessionRef{Tenant: tenant.ID(tenant.NewID()), User: UserID(tenant.NewID()), Session: tenant.NewID()}
	access, err := try.issueAccess(ref, now)
	if err != nil {
		return err
	}
	fromAccess, accessErr := keys.checkAccess(ctx, access, nobody, now)
	fromRefresh, _, refreshErr := keys.checkRefresh(ctx, try.issueRefresh(ref, 1))
	if err := errors.Join(accessErr, refreshErr); err != nil || fromAccess != ref || fromRefresh != ref {
		return fmt.Errorf("the new keys do not verify what they signed: %w", err)
	}
	return nil
}

// finish makes the new secret the one that signs, when whoever meets its key may
// read it, and takes away the keys that are not needed any more: those of the
// secret before the previous one. A late repeat leaves the next rotation its keys.
func (r *Rotator) finish(ctx context.Context, at rotation) error {
	if !at.waits() && !at.done() {
		return outOfOrder()
	}
	before := at.previous
	if !at.done() {
		before = at.current
		if err := r.awaitKnown(ctx, at.version); err != nil {
			return err
		}
		if err := r.Versions.MakeCurrent(ctx, at.version, at.current); err != nil {
			return fmt.Errorf("make current: %w", err)
		}
	}
	if at.pending {
		if err := r.Versions.EndPending(ctx, at.version); err != nil {
			return fmt.Errorf("end pending: %w", err)
		}
	}
	return r.publish(ctx, true, at.version, before)
}

// awaitKnown returns when the keys of a version have been published for long
// enough. It looks again after it has waited: they may have been taken away and
// published anew meanwhile.
func (r *Rotator) awaitKnown(ctx context.Context, version string) error {
	for {
		since, err := r.tested(ctx, version)
		if err != nil {
			return err
		}
		left := since.Add(askEvery + clockLeeway).Sub(r.Now())
		if left <= 0 {
			return nil
		}
		if err := r.Wait(ctx, left); err != nil {
			return fmt.Errorf("wait until the new keys are known: %w", err)
		}
	}
}

// publish publishes the keys of these versions, the first of them current, and no
// others; "" is none. keep leaves those of another pending version published.
func (r *Rotator) publish(ctx context.Context, keep bool, versions ...string) error {
	var pairs []publicPair
	for _, id := range versions {
		if id == "" {
			continue
		}
		pair, err := r.pair(ctx, id)
		if errors.Is(err, ErrAbsent) {
			return outOfOrder()
		}
		if err != nil {
			return fmt.Errorf("read secret: %w", err)
		}
		pairs = append(pairs, pair.public())
	}
	_, err := publish(ctx, r.Keys, r.Now(), func(now KeySet) ([]publicPair, error) {
		if !keep {
			return pairs, nil
		}
		pending, err := r.pending(ctx, now, versions)
		return append(slices.Clone(pairs), pending...), err
	})
	return err
}

// pending lists the pairs in set of versions that are pending now, beside these.
// The stages are read after the document: a version that is published later
// changes it, and then all is read anew.
func (r *Rotator) pending(ctx context.Context, set KeySet, beside []string) ([]publicPair, error) {
	stages, err := r.Versions.Stages(ctx)
	if err != nil {
		return nil, fmt.Errorf("read stages: %w", err)
	}
	var all []publicPair
	for id, has := range stages {
		if !slices.Contains(has, Pending) || slices.Contains(beside, id) {
			continue
		}
		pair, err := r.pair(ctx, id)
		if errors.Is(err, ErrAbsent) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read secret: %w", err)
		}
		if _, published := set.has(pair.public()); published {
			all = append(all, pair.public())
		}
	}
	return all, nil
}

func outOfOrder() error {
	return problem.New(problem.InvalidInput, "The version is not at this step of a rotation.")
}
