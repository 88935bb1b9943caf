package stripepay

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

const (
	// keepKeys is how long keys that work are taken as current.
	keepKeys = 5 * time.Minute
	// askKeysEvery is how often they are read again for events that fit none of them.
	askKeysEvery = 5 * time.Second

	secretPrefix = "whsec_"
	minSecret    = 16 // bytes behind the prefix
	minKey       = 8  // bytes of an API key
	maxSecrets   = 4  // webhook secrets that are live at a time
)

// SecretReader reads the account's secret:
//
//	{"api_key": "sk_…", "webhook_secrets": ["whsec_new", "whsec_old"]}
type SecretReader interface {
	CurrentSecret(ctx context.Context) ([]byte, error)
}

// Keys are what the account's secret holds, as it rotates: read again every few
// minutes, and when they no longer fit.
type Keys struct {
	secret SecretReader
	now    func() time.Time

	mu    sync.Mutex // held while the secret is read, so that one reads for all
	known secretDoc
	read  bool
	asked time.Time // when it was last read, or tried to
	odd   time.Time // when it was last read for something that did not fit
}

type secretDoc struct {
	APIKey         string   `json:"api_key"`
	WebhookSecrets []string `json:"webhook_secrets"`
}

// NewKeys makes keys that are read when they are first needed.
func NewKeys(secret SecretReader, now func() time.Time) *Keys { return &Keys{secret: secret, now: now} }

// api is the key to call with. Errors: BillingNotSetUp when there is none.
func (k *Keys) api(ctx context.Context) (string, error) {
	doc, err := k.within(ctx, keepKeys)
	if err != nil {
		return "", err
	}
	if key, err := doc.api(); err == nil {
		return key, nil
	}
	if doc, err = k.unlike(ctx); err != nil {
		return "", err
	}
	return doc.api()
}

// apiAfter is the key to call with after one was refused: the one that is there
// now, unless it was read meanwhile.
func (k *Keys) apiAfter(ctx context.Context, refused string) (string, error) {
	if key, err := k.apiWithin(ctx, keepKeys); err == nil && key != refused {
		return key, nil
	}
	return k.apiWithin(ctx, 0)
}

func (k *Keys) apiWithin(ctx context.Context, age time.Duration) (string, error) {
	doc, err := k.within(ctx, age)
	if err != nil {
		return "", err
	}
	return doc.api()
}

// webhooks are the secrets that events may be signed with. Errors: BillingNotSetUp
// when there is none, or one that could be guessed.
func (k *Keys) webhooks(ctx context.Context) ([]string, error) {
	doc, err := k.within(ctx, keepKeys)
	if err != nil {
		return nil, err
	}
	if found, err := doc.webhooks(); err == nil {
		return found, nil
	}
	return k.webhooksAfter(ctx)
}

// webhooksAfter are they after an event that none of them signed.
func (k *Keys) webhooksAfter(ctx context.Context) ([]string, error) {
	doc, err := k.unlike(ctx)
	if err != nil {
		return nil, err
	}
	return doc.webhooks()
}

// unlike answers the secret for what did not fit it as it is known: it may have
// changed just now. Anybody may send what fits nothing, so it is not read for each.
func (k *Keys) unlike(ctx context.Context) (secretDoc, error) {
	k.mu.Lock()
	now := k.now()
	often := now.Sub(k.odd) < askKeysEvery
	if !often {
		k.odd = now
	}
	k.mu.Unlock()
	if often {
		return k.within(ctx, keepKeys)
	}
	return k.within(ctx, 0)
}

// within answers what was read at most age ago, or reads it. A secret that cannot
// be read right now leaves what is known in force.
func (k *Keys) within(ctx context.Context, age time.Duration) (secretDoc, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if k.read && now.Sub(k.asked) < age {
		return k.known, nil
	}
	k.asked = now
	doc, err := k.load(ctx)
	if err == nil {
		k.known, k.read = doc, true
	}
	if !k.read {
		return secretDoc{}, err
	}
	return k.known, nil
}

func (k *Keys) load(ctx context.Context) (secretDoc, error) {
	var doc secretDoc
	text, err := k.secret.CurrentSecret(tenant.WithNobody(ctx))
	if err != nil {
		return doc, fmt.Errorf("read the payment service's keys: %w", err)
	}
	if err := decode(text, &doc); err != nil {
		return doc, notSetUp("the secret is not the JSON that is expected")
	}
	return doc, nil
}

func (d secretDoc) api() (string, error) {
	if len(d.APIKey) < minKey || strings.ContainsAny(d.APIKey, " \t\r\n") {
		return "", notSetUp("the secret holds no API key")
	}
	return d.APIKey, nil
}

// webhooks refuses all of them for one that could be guessed: an operator hears
// of it at once, and not when the good one is taken out.
func (d secretDoc) webhooks() ([]string, error) {
	if len(d.WebhookSecrets) == 0 || len(d.WebhookSecrets) > maxSecrets {
		return nil, notSetUp("the secret holds no webhook secret, or too many")
	}
	for _, s := range d.WebhookSecrets {
		if len(strings.TrimSpace(strings.TrimPrefix(s, secretPrefix))) < minSecret {
			return nil, notSetUp("a webhook secret is empty or too short")
		}
	}
	return d.WebhookSecrets, nil
}

func notSetUp(why string) error {
	return problem.Wrap(problem.BillingNotSetUp, "Billing is not set up here.", errors.New(why))
}
