package paymock

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// SecretReader reads the secret that the product calls with, and checks
// signatures by:
//
//	{"api_key": "sk_…", "webhook_secrets": ["whsec_new", "whsec_old"]}
type SecretReader interface {
	CurrentSecret(ctx context.Context) ([]byte, error)
}

const (
	keepKeys     = 5 * time.Minute
	askKeysEvery = 5 * time.Second
	shortest     = 16 // bytes of a webhook secret behind its prefix
)

// Keys are what the secret holds, read again every few minutes, and when a caller
// comes with another key.
type Keys struct {
	secret SecretReader
	now    func() time.Time

	mu    sync.Mutex
	known secretDocument
	read  time.Time
}

type secretDocument struct {
	APIKey   string   `json:"api_key"`
	Webhooks []string `json:"webhook_secrets"`
}

// NewKeys makes keys that are read when they are first needed.
func NewKeys(secret SecretReader, now func() time.Time) *Keys { return &Keys{secret: secret, now: now} }

// Admits reports whether a caller's key is the secret's. Errors: BillingNotSetUp
// for a secret that holds none, or webhook secrets that could be guessed.
func (k *Keys) Admits(ctx context.Context, key string) (bool, error) {
	doc, err := k.current(ctx, keepKeys)
	if err == nil && !same(key, doc.APIKey) {
		doc, err = k.current(ctx, askKeysEvery)
	}
	return err == nil && same(key, doc.APIKey), err
}

func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// Sign is the header that proves whose an event is: with each live secret, as
// Stripe does while one is replaced.
func (k *Keys) Sign(ctx context.Context, body []byte) (string, error) {
	doc, err := k.current(ctx, keepKeys)
	if err != nil {
		return "", err
	}
	at := strconv.FormatInt(k.now().Unix(), 10)
	header := "t=" + at
	for _, secret := range doc.Webhooks {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(at + "."))
		mac.Write(body)
		header += ",v1=" + hex.EncodeToString(mac.Sum(nil))
	}
	return header, nil
}

// current answers what was read at most so long ago, or reads it.
func (k *Keys) current(ctx context.Context, longest time.Duration) (secretDocument, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if now := k.now(); k.read.IsZero() || now.Sub(k.read) >= longest {
		text, err := k.secret.CurrentSecret(ctx)
		if err != nil {
			return secretDocument{}, err
		}
		var doc secretDocument
		if json.Unmarshal(text, &doc) != nil { // its error may quote the text
			return secretDocument{}, notSetUp("the secret is not the JSON that is expected")
		}
		if err := doc.check(); err != nil {
			return secretDocument{}, err
		}
		k.known, k.read = doc, now
	}
	return k.known, nil
}

func (d secretDocument) check() error {
	if d.APIKey == "" || len(d.Webhooks) == 0 {
		return notSetUp("the secret holds no API key, or no webhook secret")
	}
	for _, s := range d.Webhooks {
		if len(strings.TrimPrefix(s, "whsec_")) < shortest {
			return notSetUp("a webhook secret is empty or too short")
		}
	}
	return nil
}

func notSetUp(why string) error {
	return problem.Wrap(problem.BillingNotSetUp, "Billing is not set up here.", errors.New(why))
}

// CheckStage refuses the stages whose people pay.
func CheckStage(stage string) error {
	if billing.RealMoney(stage) {
		return errors.New("settings: the payment service's stand-in takes no money, and is not for the stage " + stage)
	}
	return nil
}
