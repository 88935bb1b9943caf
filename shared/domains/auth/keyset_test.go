package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// shelf is a KeyStore in memory. It counts what it is asked.
type shelf struct {
	mu    sync.Mutex
	doc   KeyDocument
	reads int
	down  error
}

func (s *shelf) SigningKeys(context.Context) (KeyDocument, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reads++
	return s.doc, s.down
}

func (s *shelf) SaveSigningKeys(_ context.Context, d KeyDocument) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Revision != s.doc.Revision+1 {
		return ErrChanged
	}
	s.doc = d
	return s.down
}

func (s *shelf) asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reads
}

func secretOf(n int) []byte { return fmt.Appendf(nil, "secret number %d of thirty-two bytes", n) }

func TestDocumentsAreReadInFullOrNotAtAll(t *testing.T) {
	store := &shelf{}
	if err := publishSecrets(t.Context(), store, at(), secretOf(1), secretOf(2)); err != nil {
		t.Fatal(err)
	}
	good := store.doc.Text
	set, err := parseKeys(store.doc)
	if err != nil || len(set.pairs) != 2 {
		t.Fatalf("our own document: %v", err)
	}
	first, second := set.pairs[0], set.pairs[1]
	for name, text := range map[string]string{
		"empty": "", "no JSON": "{", "no keys": `{"current":"x","keys":[]}`,
		"another current one":    strings.Replace(good, first.id(), keyID(first.refresh), 1),
		"a short key":            strings.Replace(good, encode(first.access), encode(first.access[:31]), 1),
		"a second spelling":      strings.Replace(good, encode(first.access), encode(first.access)[:42]+string(sibling(encode(first.access)[42])), 1),
		"one key twice":          strings.Replace(good, encode(second.access), encode(first.access), 1),
		"one key for both kinds": strings.Replace(good, encode(second.refresh), encode(first.access), 1),
		"a padded key":           strings.Replace(good, encode(first.refresh), encode(first.refresh)+"=", 1),
		"more than may be live":  strings.Replace(good, `"keys":[`, `"keys":[`+strings.Repeat(`{"access":"a","refresh":"b"},`, maxKeys-1), 1),
	} {
		if _, err := parseKeys(KeyDocument{Revision: 1, Text: text}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if err := publishSecrets(t.Context(), store, at(), secretOf(1), secretOf(2), secretOf(3), secretOf(4)); err == nil {
		t.Error("the keys of four secrets at once were published")
	}
}

// asking is one process, and tokens of either kind that it is shown, in a time
// that passes only when told to.
type asking struct {
	*testing.T
	store *shelf
	keys  *Keys
	mu    sync.Mutex
	now   time.Time
}

func newAsking(t *testing.T) *asking {
	a := &asking{T: t, store: &shelf{}, now: at()}
	a.keys = NewKeys(a.store, a.clock)
	return a
}

func (a *asking) clock() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.now
}

func (a *asking) pass(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.now = a.now.Add(d)
}

// publish publishes secrets, and counts reads from then on.
func (a *asking) publish(secrets ...[]byte) {
	a.Helper()
	if err := publishSecrets(a.Context(), a.store, a.clock(), secrets...); err != nil {
		a.Fatal(err)
	}
	a.store.mu.Lock()
	defer a.store.mu.Unlock()
	a.store.reads = 0
}

// access shows access tokens of secret n, at once.
func (a *asking) access(n, times, reads int, accepted bool) {
	a.Helper()
	a.show(times, reads, func() {
		token, err := signerOf(a.T, string(secretOf(n))).issueAccess(newRef(), a.clock())
		if err != nil {
			a.Error(err)
		}
		if _, err := a.keys.checkAccess(a.Context(), token, issuer, a.clock()); (err == nil) != accepted {
			a.Errorf("access token of secret %d: %v", n, err)
		}
	})
}

// refresh shows refresh tokens, and returns how many were found to be nobody's.
func (a *asking) refresh(n, times, reads int, accepted bool) int {
	a.Helper()
	var nobody atomic.Int64
	a.show(times, reads, func() {
		_, _, err := a.keys.checkRefresh(a.Context(), signerOf(a.T, string(secretOf(n))).issueRefresh(newRef(), 1))
		if (err == nil) != accepted || err != nil && !errors.Is(err, errToken) && !problem.Is(err, problem.Unavailable) {
			a.Errorf("refresh token of secret %d: %v", n, err)
		}
		if errors.Is(err, errToken) {
			nobody.Add(1)
		}
	})
	return int(nobody.Load())
}

func (a *asking) show(times, reads int, one func()) {
	a.Helper()
	var all sync.WaitGroup
	for range times {
		all.Go(one)
	}
	all.Wait()
	if got := a.store.asked(); got != reads {
		a.Errorf("%d reads, want %d", got, reads)
	}
}

// TestAnUnknownKeyIsAskedForOnceAMinute: by however many access tokens at once,
// whether or not it is found.
func TestAnUnknownKeyIsAskedForOnceAMinute(t *testing.T) {
	a := newAsking(t)
	a.publish(secretOf(1))
	a.access(1, 50, 1, true)
	a.access(2, 50, 1, false) // just read
	a.pass(askEvery)
	a.access(2, 50, 2, false)
	a.access(1, 5, 2, true)
	a.publish(secretOf(2), secretOf(1))
	a.pass(askEvery - time.Second)
	a.access(2, 5, 0, false)
	a.pass(time.Second)
	a.access(2, 50, 1, true)
	a.publish(secretOf(2)) // the first is taken away
	a.pass(trustFor - time.Second)
	a.access(1, 5, 0, true)
	a.pass(time.Second)
	a.access(1, 1, 1, false)
}

// TestARefreshTokenIsNobodysOnlyAfterItsKeyWasAskedFor: once a second, by however
// many; in between its holder is told to come again, because the key may have been
// published since.
func TestARefreshTokenIsNobodysOnlyAfterItsKeyWasAskedFor(t *testing.T) {
	a := newAsking(t)
	a.publish(secretOf(1))
	a.refresh(1, 50, 1, true)
	a.publish(secretOf(2), secretOf(1))
	if nobody := a.refresh(2, 50, 0, false); nobody > 0 {
		t.Errorf("%d of 50 holders of a new key's tokens are told that nobody issued them", nobody)
	}
	a.pass(askAgain)
	a.refresh(2, 50, 1, true)
	a.pass(askAgain)
	if nobody := a.refresh(3, 50, 2, false); nobody != 1 {
		t.Errorf("%d of 50 that came during one read were refused for good, want the one that read", nobody)
	}
	a.pass(askAgain)
	if nobody := a.refresh(3, 1, 3, false); nobody != 1 {
		t.Error("a stranger is not refused after the keys were read")
	}
}

// TestAStoreThatIsDownIsNoForgery: who cannot be checked is told to come again,
// and who is known is let in.
func TestAStoreThatIsDownIsNoForgery(t *testing.T) {
	store, now := &shelf{}, at()
	if err := publishSecrets(t.Context(), store, now, secretOf(1)); err != nil {
		t.Fatal(err)
	}
	keys := NewKeys(store, func() time.Time { return now })
	token := signerOf(t, string(secretOf(1))).issueRefresh(newRef(), 1)
	check := func() error { _, _, err := keys.checkRefresh(t.Context(), token); return err }
	down := errors.New("down")
	store.down, store.reads = down, 0
	for range 10 {
		if err := check(); !errors.Is(err, down) || errors.Is(err, errToken) {
			t.Fatalf("got %v", err)
		}
	}
	if store.reads != 1 {
		t.Errorf("%d reads of a store that is down", store.reads)
	}
	now, store.down = now.Add(askAgain), nil
	if err := check(); err != nil {
		t.Fatalf("after the outage: %v", err)
	}
	now, store.down = now.Add(trustFor), down
	for range 10 {
		if err := check(); err != nil {
			t.Fatalf("a known key in an outage: %v", err)
		}
	}
	if store.reads != 3 {
		t.Errorf("%d reads", store.reads)
	}
}

// TestAStalePublisherDoesNotBringAKeyBack: a signer that read a secret which two
// rotations took away, before it came to publish it, signs with the new one.
func TestAStalePublisherDoesNotBringAKeyBack(t *testing.T) {
	store, secrets := &shelf{}, &box{secret: secretOf(1)}
	tokens, err := NewTokens(secretOf(1), issuer, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	tokens.Follow(secrets, store, at)
	secrets.then = func() { // the rotations end right after the secret was read
		secrets.secret = secretOf(3)
		if err := publishSecrets(t.Context(), store, at(), secretOf(3), secretOf(2)); err != nil {
			t.Error(err)
		}
	}
	signs, err := tokens.signer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	set, err := parseKeys(store.doc)
	if err != nil {
		t.Fatal(err)
	}
	if signs.public().id() != signerOf(t, string(secretOf(3))).public().id() || len(set.pairs) != 2 || set.current != signs.public().id() {
		t.Errorf("it signs with %s; published are %d, current is %s", signs.public().id(), len(set.pairs), set.current)
	}
}

// box is a SecretReader in memory.
type box struct {
	secret   []byte
	previous []byte
	then     func() // after a read, once
}

func (b *box) PreviousSecret(context.Context) ([]byte, error) {
	if b.previous == nil {
		return nil, ErrAbsent
	}
	return b.previous, nil
}

func (b *box) CurrentSecret(context.Context) ([]byte, error) {
	secret := b.secret
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return secret, nil
}

// TestALostOrRestoredDocumentSignsNobodyOut: a process goes by what is stored,
// whatever its revision, and where nothing is, a refresh stores what it was.
func TestALostOrRestoredDocumentSignsNobodyOut(t *testing.T) {
	a := newAsking(t)
	a.publish(secretOf(1))
	old := a.store.doc
	a.publish(secretOf(2), secretOf(1))
	a.publish(secretOf(3), secretOf(2))
	a.refresh(3, 1, 1, true)
	a.store.doc = old // restored from a backup
	a.pass(askAgain)
	a.refresh(1, 1, 2, true)
	if a.refresh(3, 1, 2, false) != 0 {
		t.Error("refused for good without being asked for")
	}
	a.publish(secretOf(3), secretOf(2))
	a.pass(askAgain)
	a.refresh(3, 1, 1, true)
	a.store.doc = KeyDocument{} // lost
	a.pass(askAgain)
	if a.refresh(4, 1, 2, false) != 0 {
		t.Error("refused for good where nothing is stored")
	}
	a.refresh(2, 1, 2, true) // known
	tokens, err := NewTokens(secretOf(3), issuer, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	tokens.Follow(&box{secret: secretOf(3), previous: secretOf(2)}, a.store, a.clock) // a process that starts now
	for _, n := range []int{2, 3} {
		if _, _, err := tokens.session(t.Context(), signerOf(t, string(secretOf(n))).issueRefresh(newRef(), 1)); err != nil {
			t.Errorf("refresh token of secret %d: %v", n, err)
		}
	}
	if set, err := parseKeys(a.store.doc); err != nil || len(set.pairs) != 2 || set.current != signerOf(t, string(secretOf(3))).public().id() {
		t.Errorf("stored are %d pairs, %v", len(set.pairs), err)
	}
}
