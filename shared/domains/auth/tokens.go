package auth

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// askSecretEvery is how often a process reads the secret while the document says
// that another one signs: the two change one after the other.
const askSecretEvery = 10 * time.Second

// SecretReader reads the secret that signs now.
type SecretReader interface {
	// CurrentSecret errors: Unavailable.
	CurrentSecret(ctx context.Context) ([]byte, error)
	// PreviousSecret reads the one before it. Errors: ErrAbsent; Unavailable.
	PreviousSecret(ctx context.Context) ([]byte, error)
}

// Tokens issues access and refresh tokens. Only functions that open a session or
// go on with one have it: it holds the private keys.
type Tokens struct {
	issuer string
	ttl    time.Duration
	keys   *Keys

	store   KeyStore     // of the document; with secrets
	secrets SecretReader // nil: the secret stays what it is

	mu   sync.Mutex // held while the secret is read, so that one reads for all
	pair keyPair
	read time.Time // when the secret was read,
	seen int64     // and the revision of the document that it was read for
}

// NewTokens derives both keys from secret. issuer is APP_URL; ttl is how long
// an access token lives. A secret shorter than MinSecret is refused.
func NewTokens(secret []byte, issuer string, ttl time.Duration) (*Tokens, error) {
	pair, err := newKeyPair(secret)
	if err != nil {
		return nil, err
	}
	if ttl <= 0 || ttl > maxAccessLife {
		return nil, errors.New("ACCESS_TOKEN_TTL must be positive, and a day at most")
	}
	return &Tokens{issuer: issuer, ttl: ttl, pair: pair, keys: onlyKeys(pair)}, nil
}

// Follow makes t sign with the secret that is current, and verify with what is
// published, as both rotate.
func (t *Tokens) Follow(secrets SecretReader, store KeyStore, now func() time.Time) *Tokens {
	t.secrets, t.store, t.keys, t.read = secrets, store, NewKeys(store, now), now()
	return t
}

// signer is the keys of one moment.
type signer struct {
	keyPair
	issuer string
	ttl    time.Duration
}

// signer returns the keys to sign with now. They are asked for before anything is
// written: a session whose tokens cannot be signed must not begin or rotate.
//
// Each call reads the document, which names the key that signs: once a rotation
// has ended, no process signs with the key before, whatever it remembers. A key
// that is not published is published first. Errors: Unavailable.
func (t *Tokens) signer(ctx context.Context) (signer, error) {
	t.mu.Lock()
	pair := t.pair
	t.mu.Unlock()
	if t.secrets == nil {
		return signer{pair, t.issuer, t.ttl}, nil
	}
	set, err := t.keys.fresh(ctx)
	if err != nil {
		return signer{}, err
	}
	if set.current != pair.public().id() {
		if pair, err = t.renew(ctx, set); err != nil {
			return signer{}, err
		}
	}
	return signer{pair, t.issuer, t.ttl}, nil
}

// renew finds the pair to sign with when another one than t's is current.
func (t *Tokens) renew(ctx context.Context, set KeySet) (keyPair, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, mine := set.has(t.pair.public())
	asked := t.seen == set.revision && t.keys.now().Sub(t.read) < askSecretEvery
	if mine && (asked || set.current == t.pair.public().id()) {
		return t.pair, nil
	}
	var next keyPair
	stored, err := publish(ctx, t.store, t.keys.now(), func(now KeySet) ([]publicPair, error) {
		// Read after the document: one that a rotation has taken away since is not
		// published again, because the document has changed with it.
		var err error
		if next, err = t.current(ctx); err != nil {
			return nil, err
		}
		if now.revision == 0 {
			return t.restored(ctx, next)
		}
		return now.joinedBy(next.public()), nil
	})
	if err != nil && mine {
		return t.pair, nil // what it signs is still accepted
	}
	if err != nil {
		return keyPair{}, err
	}
	t.pair, t.read, t.seen = next, t.keys.now(), stored.revision
	return next, nil
}

// restored is what is published where nothing is: the first time, or after the
// document was lost. Then what the previous secret signed is accepted again.
func (t *Tokens) restored(ctx context.Context, current keyPair) ([]publicPair, error) {
	secret, err := t.secrets.PreviousSecret(tenant.WithNobody(ctx))
	if errors.Is(err, ErrAbsent) {
		return []publicPair{current.public()}, nil
	}
	if err != nil {
		return nil, unreadable(err)
	}
	previous, err := newKeyPair(secret)
	if err != nil {
		return nil, err
	}
	return []publicPair{current.public(), previous.public()}, nil
}

// session is that of a refresh token. Where no public keys are stored, they are
// stored first: no session has ended for that. Errors: those of Keys.session.
func (t *Tokens) session(ctx context.Context, token string) (SessionRef, int64, error) {
	ref, generation, err := t.keys.session(ctx, token)
	if t.secrets == nil || !errors.Is(err, errNoDocument) {
		return ref, generation, err
	}
	if _, err := t.signer(ctx); err != nil {
		return SessionRef{}, 0, err
	}
	if _, err := t.keys.fresh(ctx); err != nil {
		return SessionRef{}, 0, err
	}
	return t.keys.session(ctx, token)
}

func (t *Tokens) current(ctx context.Context) (keyPair, error) {
	secret, err := t.secrets.CurrentSecret(tenant.WithNobody(ctx))
	if err != nil {
		return keyPair{}, unreadable(err)
	}
	return newKeyPair(secret)
}

// unreadable is that a secret cannot be read; a known error stays what it is.
func unreadable(err error) error {
	var known *problem.Error
	if errors.As(err, &known) {
		return fmt.Errorf("read signing secret: %w", err)
	}
	return &problem.Error{Code: problem.Unavailable, Detail: "The signing keys cannot be read right now. Try again in a moment.", RetryAfter: time.Second, Cause: err}
}

// joinedBy is what is published when a signer comes with p: all as it is when p is
// there; else p is current, as after a rotation by hand, and the one before stays.
func (s KeySet) joinedBy(p publicPair) []publicPair {
	_, known := s.has(p)
	var pairs []publicPair
	for _, one := range s.pairs {
		if known || one.id() == s.current {
			pairs = append(pairs, one.publicPair)
		}
	}
	if !known {
		pairs = append([]publicPair{p}, pairs...)
	}
	return pairs
}

func tooManyChanges() error {
	return &problem.Error{Code: problem.Unavailable, Detail: "The signing keys change right now. Try again in a moment.", RetryAfter: time.Second}
}

// grant issues both tokens of a session.
func (s signer) grant(u User, session Session, plan tenant.Plan, now time.Time) (Grant, error) {
	ref := SessionRef{Tenant: u.Tenant, User: u.ID, Session: session.ID}
	access, err := s.issueAccess(ref, now)
	if err != nil {
		return Grant{}, err
	}
	return Grant{
		Access: access, ExpiresIn: s.ttl, Refresh: s.issueRefresh(ref, session.Generation),
		Profile: Profile{User: u.ID, Email: u.Email, Tenant: u.Tenant, Role: u.Role, Plan: plan},
	}, nil
}
