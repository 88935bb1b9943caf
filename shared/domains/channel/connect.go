package channel

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// The errors of a Store.
var (
	ErrNoConsent = errors.New("channel: no such consent")
	ErrChanged   = errors.New("channel: the connection has changed")
)

// MaxSent is the longest code or state that is looked at, in characters.
const MaxSent = 2048

// disconnectTries bounds how often a connection that changes while it is ended is
// read again.
const disconnectTries = 3

// Connector connects a channel, shows it, and ends the connection.
type Connector struct {
	Store  Store
	Google Google
	Sealer Sealer
	Now    func() time.Time
	Warn   func(context.Context, error) // hears of failures that change nothing for the caller
}

// Begin answers the page where a person consents. Errors: Unavailable, YouTubeNotSetUp.
func (c Connector) Begin(ctx context.Context, who auth.Caller) (page string, err error) {
	state, verifier := random(), random()
	challenge := sha256.Sum256([]byte(verifier))
	page, err = c.Google.ConsentPage(state, base64.RawURLEncoding.EncodeToString(challenge[:]))
	if err != nil {
		return "", err
	}
	return page, c.Store.KeepConsent(ctx, who.Tenant, Consent{
		Hash: hashed(state), User: string(who.Principal.User), Verifier: verifier, ExpiresAt: c.Now().Add(ConsentLife),
	})
}

// Finish connects the channel of whoever consented. Without a code the person did
// not, and the state is used up all the same. Errors: InvalidInput,
// YouTubeRefused, Unavailable, YouTubeNotSetUp.
func (c Connector) Finish(ctx context.Context, who auth.Caller, code, state string) (Connection, error) {
	if err := wellFormed(code, state); err != nil {
		return Connection{}, err
	}
	consent, err := c.Store.TakeConsent(ctx, who.Tenant, hashed(state), string(who.Principal.User), c.Now())
	switch {
	case errors.Is(err, ErrNoConsent):
		return Connection{}, refused("This consent has expired, was used already, or was begun by somebody else. Connect again.")
	case err != nil:
		return Connection{}, err
	case code == "":
		return Connection{}, refused("You did not agree at Google's page, so nothing is connected.")
	}
	grant, err := c.Google.Exchange(ctx, code, consent.Verifier)
	if err != nil {
		return Connection{}, err
	}
	connection, err := c.keep(ctx, who, grant)
	if err != nil && grant.Refresh != "" {
		if err := c.drop(context.WithoutCancel(ctx), who.Tenant, grant.Refresh); err != nil {
			c.Warn(ctx, fmt.Errorf("revoke a token that is not kept: %w", err))
		}
	}
	return connection, err
}

// drop revokes a token that nobody knows after this. At Google that ends every
// access of the same Google account, so it stays as long as a connection works:
// that may be the account's own, or this very token, kept by a write whose answer
// was lost.
func (c Connector) drop(ctx context.Context, id tenant.ID, refresh string) error {
	connection, err := c.Store.Connection(ctx, id)
	if err != nil || connection.Connected() {
		return err
	}
	return c.Google.Revoke(ctx, refresh)
}

func wellFormed(code, state string) error {
	var bad []problem.Field
	if state == "" || utf8.RuneCountInString(state) > MaxSent {
		bad = append(bad, problem.Field{Field: "state", Message: "is what Google sent the person back with"})
	}
	if utf8.RuneCountInString(code) > MaxSent {
		bad = append(bad, problem.Field{Field: "code", Message: "is what Google sent the person back with"})
	}
	if len(bad) > 0 {
		return problem.Invalid(bad...)
	}
	return nil
}

// keep stores what was granted, if it is enough to publish with.
func (c Connector) keep(ctx context.Context, who auth.Caller, grant Grant) (Connection, error) {
	switch {
	case !slices.Contains(grant.Scopes, c.Google.Publishes()):
		return Connection{}, refused("You did not agree to uploads, without which nothing can be published. Connect again and tick that box.")
	case grant.Refresh == "":
		return Connection{}, refused("Google gave no lasting access. Connect again.")
	}
	channel, err := c.Google.Channel(ctx, grant.Access)
	if err != nil {
		return Connection{}, err
	}
	sealed, err := c.Sealer.Seal(ctx, who.Tenant, grant.Refresh)
	if err != nil {
		return Connection{}, err
	}
	now := c.Now().UTC().Truncate(time.Millisecond)
	connection := Connection{ChannelID: channel.ID, Title: channel.Title, Token: sealed, ConnectedAt: now}
	act := audit.New(now, audit.YouTubeConnected, who.Principal.Actor(), who.Principal.Session, "")
	return connection, c.Store.Connect(ctx, who.Tenant, connection, act)
}

// Get reads the connection, also one that has lapsed; the zero value when there is
// none.
func (c Connector) Get(ctx context.Context, id tenant.ID) (Connection, error) {
	return c.Store.Connection(ctx, id)
}

// End takes the access back at Google and forgets the connection. Where Google
// cannot be reached nothing changes, so that a later call ends it. Ending it again
// changes nothing. Errors: Unavailable.
func (c Connector) End(ctx context.Context, who auth.Caller) error {
	for range disconnectTries {
		connection, err := c.Store.Connection(ctx, who.Tenant)
		if err != nil || !connection.Kept() {
			return err
		}
		token, err := c.Sealer.Open(ctx, who.Tenant, connection.Token)
		if err != nil {
			return err
		}
		// Google first: a connection that is forgotten could not be revoked any more.
		if err := c.Google.Revoke(ctx, token); err != nil {
			return err
		}
		act := audit.New(c.Now(), audit.YouTubeRevoked, who.Principal.Actor(), who.Principal.Session, "")
		if err := c.Store.Disconnect(ctx, who.Tenant, connection, act); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return problem.New(problem.Unavailable, "The connection is being changed right now. Try again in a moment.")
}

func refused(detail string) error { return problem.New(problem.YouTubeRefused, detail) }

// random is 256 bits, as PKCE and a state are written.
func random() string {
	var b [32]byte
	rand.Read(b[:]) // never fails: the process ends if the system has no randomness
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func hashed(state string) string {
	sum := sha256.Sum256([]byte(state))
	return hex.EncodeToString(sum[:])
}
