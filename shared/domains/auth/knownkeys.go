package auth

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// How often one process reads the document of public keys. A rotation signs with
// a key that has been published for askEvery, so that whoever meets it may ask.
const (
	askEvery   = time.Minute     // for a key of access tokens that it does not know
	askAgain   = time.Second     // for one of refresh tokens; after a read that failed or found nothing
	trustFor   = 5 * time.Minute // a key that was taken away works no longer than this
	askTimeout = 5 * time.Second
)

// KeyReader reads the one document of public keys.
type KeyReader interface {
	// SigningKeys returns the zero KeyDocument when none is stored. Errors: Unavailable.
	SigningKeys(ctx context.Context) (KeyDocument, error)
}

// KeyStore keeps it.
type KeyStore interface {
	KeyReader
	// SaveSigningKeys stores d in the place of the revision before. Errors:
	// ErrChanged when another one is stored; Unavailable.
	SaveSigningKeys(ctx context.Context, d KeyDocument) error
}

// Keys is what one process knows of the public keys: nothing at first, then the
// document as it read it last. It is safe for concurrent use.
type Keys struct {
	store KeyReader // nil: what it has is all there is
	now   func() time.Time

	mu      sync.Mutex
	set     KeySet
	begun   int       // reads
	adopted int       // the one of them that found set
	asked   time.Time // when it last began to read
	trouble error     // of that read
	running *reading
}

// reading is one read, which all who need it wait for.
type reading struct {
	done chan struct{}
	err  error
}

// NewKeys knows no key yet.
func NewKeys(store KeyReader, now func() time.Time) *Keys { return &Keys{store: store, now: now} }

// onlyKeys knows the keys of one pair, and never reads.
func onlyKeys(p keyPair) *Keys {
	set := KeySet{access: map[string]ed25519.PublicKey{}, refresh: map[string]ed25519.PublicKey{}, current: p.public().id()}
	set.add(published{publicPair: p.public()})
	return &Keys{set: set, now: time.Now}
}

// Public lists the keys that verify access tokens, as they were stored at most
// askEvery ago. Errors: Unavailable.
func (k *Keys) Public(ctx context.Context) ([]JWK, error) {
	set, _, err := k.get(ctx, askEvery, askEvery, func(s KeySet) bool { return len(s.pairs) > 0 })
	if errors.Is(err, errNoDocument) {
		return set.public(), nil
	}
	return set.public(), err
}

var (
	errUnknownKey = errors.New("unknown key id")
	errNoDocument = errors.New("no public keys are stored")
)

// accessKey returns the key of access tokens with that id; errUnknownKey when
// there is none, or none yet: who is refused refreshes. Other errors: Unavailable.
func (k *Keys) accessKey(ctx context.Context, id string) (ed25519.PublicKey, error) {
	set, _, err := k.get(ctx, trustFor, askEvery, func(s KeySet) bool { return s.access[id] != nil })
	if err == nil && set.access[id] == nil || errors.Is(err, errNoDocument) {
		return nil, errUnknownKey
	}
	return set.access[id], err
}

// refreshKey is the same for refresh tokens, whose holder would lose the session:
// errUnknownKey only after it was asked for. Between two reads it cannot be told
// whether a key has come since: Unavailable. So it is where no keys are stored, and
// then that is errNoDocument, too.
func (k *Keys) refreshKey(ctx context.Context, id string) (ed25519.PublicKey, error) {
	set, asked, err := k.get(ctx, trustFor, askAgain, func(s KeySet) bool { return s.refresh[id] != nil })
	if err != nil || set.refresh[id] != nil {
		return set.refresh[id], err
	}
	if !asked {
		return nil, &problem.Error{Code: problem.Unavailable, Detail: "The signing keys were read a moment ago. Try again in a second.", RetryAfter: askAgain}
	}
	return nil, errUnknownKey
}

// get returns what is known, read anew if it does not serve or is older than
// lasts, and if pause has passed since the last read. What serves is good until it
// can be read anew; what does not, after a read that failed, is that read's error.
// asked tells whether what it returns was read since the call began.
func (k *Keys) get(ctx context.Context, lasts, pause time.Duration, serves func(KeySet) bool) (_ KeySet, asked bool, _ error) {
	k.mu.Lock()
	good, since := serves(k.set), k.now().Sub(k.asked)
	if k.trouble != nil || k.set.revision == 0 {
		pause, lasts = askAgain, min(lasts, askEvery)
	}
	due := since >= pause && (!good || since >= lasts)
	if k.store == nil || !due && (k.running == nil || good) {
		defer k.mu.Unlock()
		if good {
			return k.set, false, nil
		}
		return k.set, k.store == nil, k.trouble
	}
	running, mine := k.running, k.running == nil
	if mine {
		running = &reading{done: make(chan struct{})}
		k.running, k.asked = running, k.now()
	}
	k.mu.Unlock()
	if mine {
		k.run(ctx, running)
	}
	select {
	case <-running.done:
	case <-ctx.Done():
		return KeySet{}, false, fmt.Errorf("wait for the public keys: %w", ctx.Err())
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if serves(k.set) {
		return k.set, mine, nil
	}
	return k.set, mine, running.err
}

// run reads for all who wait. That its caller gives up must not fail the others.
func (k *Keys) run(ctx context.Context, r *reading) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), askTimeout)
	defer cancel()
	set, err := k.fresh(ctx)
	if err == nil && set.revision == 0 {
		err = &problem.Error{
			Code: problem.Unavailable, Detail: "The signing keys cannot be read right now. Try again in a moment.", RetryAfter: askAgain, Cause: errNoDocument,
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	k.trouble, k.running, r.err = err, nil, err
	close(r.done)
}

// fresh reads the document now, whatever is known, and adopts it: also one of an
// earlier revision, which somebody restored. Only a slower read, which may be of
// before that, and none at all tell nothing new. Errors: Unavailable.
func (k *Keys) fresh(ctx context.Context) (KeySet, error) {
	k.mu.Lock()
	k.begun++
	mine := k.begun
	k.mu.Unlock()
	doc, err := k.store.SigningKeys(tenant.WithNobody(ctx))
	if err != nil {
		return KeySet{}, fmt.Errorf("read public keys: %w", err)
	}
	set, err := parseKeys(doc)
	if err != nil {
		return KeySet{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if later := mine > k.adopted || set.revision > k.set.revision; later && set.revision > 0 {
		k.set, k.adopted = set, max(k.adopted, mine)
	}
	return set, nil
}

// publishTries bounds how often a write of the document starts over.
const publishTries = 5

// publish stores what choose says of the document as it is: the pairs that are
// published from then on, the current one first. It answers what is stored then.
// Errors: Unavailable; those of choose.
func publish(ctx context.Context, store KeyStore, now time.Time, choose func(KeySet) ([]publicPair, error)) (KeySet, error) {
	ctx = tenant.WithNobody(ctx)
	for range publishTries {
		doc, err := store.SigningKeys(ctx)
		if err != nil {
			return KeySet{}, fmt.Errorf("read public keys: %w", err)
		}
		set, err := parseKeys(doc)
		if err != nil {
			return KeySet{}, err
		}
		pairs, err := choose(set)
		if err != nil {
			return KeySet{}, err
		}
		next, changes, err := set.publishing(pairs, now)
		if err != nil {
			return KeySet{}, err
		}
		if !changes {
			return set, nil
		}
		err = store.SaveSigningKeys(ctx, next)
		if err == nil {
			return parseKeys(next)
		}
		if !errors.Is(err, ErrChanged) {
			return KeySet{}, fmt.Errorf("publish keys: %w", err)
		}
	}
	return KeySet{}, tooManyChanges()
}
