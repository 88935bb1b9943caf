package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
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
	if err := PublishSecrets(t.Context(), store, at(), secretOf(1), secretOf(2)); err != nil {
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
	if err := PublishSecrets(t.Context(), store, at(), secretOf(1), secretOf(2), secretOf(3), secretOf(4)); err == nil {
		t.Error("the keys of four secrets at once were published")
	}
}

// TestAnUnknownKeyIsAskedForOnceAMinute: by however many at once, whether or not
// it is found.
func TestAnUnknownKeyIsAskedForOnceAMinute(t *testing.T) {
	store, now := &shelf{}, at()
	var mu sync.Mutex
	clock := func() time.Time { mu.Lock(); defer mu.Unlock(); return now }
	pass := func(d time.Duration) { mu.Lock(); defer mu.Unlock(); now = now.Add(d) }
	publish := func(secrets ...[]byte) {
		t.Helper()
		if err := PublishSecrets(t.Context(), store, clock(), secrets...); err != nil {
			t.Fatal(err)
		}
		store.mu.Lock()
		store.reads = 0
		store.mu.Unlock()
	}
	publish(secretOf(1))
	keys := NewKeys(store, clock)
	token := func(n int) string { return signerOf(t, string(secretOf(n))).issueRefresh(newRef(), 1) }
	ask := func(n, times, reads int, accepted bool) {
		t.Helper()
		var all sync.WaitGroup
		for range times {
			all.Go(func() {
				if _, _, err := keys.checkRefresh(t.Context(), token(n)); (err == nil) != accepted {
					t.Errorf("secret %d: %v", n, err)
				}
			})
		}
		all.Wait()
		if got := store.asked(); got != reads {
			t.Errorf("%d reads, want %d", got, reads)
		}
	}
	ask(1, 50, 1, true)
	ask(2, 50, 1, false) // just read
	pass(askEvery)
	ask(2, 50, 2, false)
	ask(1, 5, 2, true)
	publish(secretOf(2), secretOf(1))
	ask(2, 5, 0, false)
	pass(askEvery)
	ask(2, 50, 1, true)
	publish(secretOf(2)) // the first is taken away
	pass(trustFor - time.Second)
	ask(1, 5, 0, true)
	pass(time.Second)
	ask(1, 1, 1, false)
}

// TestAStoreThatIsDownIsNoForgery: who cannot be checked is told to come again,
// and who is known is let in.
func TestAStoreThatIsDownIsNoForgery(t *testing.T) {
	store, now := &shelf{}, at()
	if err := PublishSecrets(t.Context(), store, now, secretOf(1)); err != nil {
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
		if err := PublishSecrets(t.Context(), store, at(), secretOf(3), secretOf(2)); err != nil {
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
	secret []byte
	then   func() // after a read, once
}

func (b *box) CurrentSecret(context.Context) ([]byte, error) {
	secret := b.secret
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return secret, nil
}
