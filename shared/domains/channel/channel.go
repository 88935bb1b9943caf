// Package channel owns the connection of an account to a channel at YouTube: the
// consent that a person gives at Google, what is kept of it, and its end. It must
// not know how Google is called or how a token is encrypted.
package channel

import (
	"context"
	"time"

	"github.com/devotionalai/platform/shared/domains/audit"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// ConsentLife is how long a person may take at Google's page.
const ConsentLife = 10 * time.Minute

// Connection is the channel that an account publishes to. The zero value is none.
type Connection struct {
	ChannelID   string // YouTube's
	Title       string // the channel's name when it was connected
	Token       string // Google's refresh token, sealed
	ConnectedAt time.Time
	LapsedAt    time.Time // when Google was found to have ended the access; zero while it works
}

// Connected reports whether there is one that can be published to.
func (c Connection) Connected() bool { return c.Kept() && c.LapsedAt.IsZero() }

// Kept reports whether there is one, be it one that has lapsed.
func (c Connection) Kept() bool { return c.ChannelID != "" }

// Consent is one that was asked for and not yet given. It works once, for the
// person who asked.
type Consent struct {
	Hash      string // SHA-256 of the state, hexadecimal
	User      string // id of who asked
	Verifier  string // of PKCE (RFC 7636): only who asked can exchange the code
	ExpiresAt time.Time
}

// Grant is what Google gives for a code.
type Grant struct {
	Access  string   // works for an hour or so; stored nowhere
	Refresh string   // "" when Google gave none
	Scopes  []string // what the person agreed to, which may be less than was asked for
}

// Channel is a channel at YouTube.
type Channel struct{ ID, Title string }

// Store keeps connections and consents, in the tenant's own partition.
type Store interface {
	// KeepConsent stores a consent that was asked for.
	KeepConsent(ctx context.Context, id tenant.ID, c Consent) error
	// TakeConsent uses up a consent of a user in one write. Errors: ErrNoConsent
	// for one that is absent, used, over, or another user's.
	TakeConsent(ctx context.Context, id tenant.ID, hash, user string, now time.Time) (Consent, error)
	// Connection reads the connection; the zero value when there is none.
	Connection(ctx context.Context, id tenant.ID) (Connection, error)
	// Connect stores the connection, instead of one that is there, with its entry in
	// the record of acts.
	Connect(ctx context.Context, id tenant.ID, c Connection, act audit.Entry) error
	// Lapse notes that Google takes a sealed token no more. Of a connection with
	// another token, and of none, it changes nothing.
	Lapse(ctx context.Context, id tenant.ID, token string, at time.Time) error
	// Disconnect removes the connection as it was read, with its entry. Errors:
	// ErrChanged when it is another one by now, or gone.
	Disconnect(ctx context.Context, id tenant.ID, c Connection, act audit.Entry) error
}

// Google is where people consent, and where tokens come from. Errors of all
// methods: Unavailable for outages, YouTubeNotSetUp where there is no client of Google.
type Google interface {
	// ConsentPage is the address of the page that asks a person.
	ConsentPage(state, challenge string) (string, error)
	// Exchange gives a code up for tokens. Errors: YouTubeRefused.
	Exchange(ctx context.Context, code, verifier string) (Grant, error)
	// Channel reads the channel of who gave an access token. Errors: YouTubeRefused
	// when there is none.
	Channel(ctx context.Context, access string) (Channel, error)
	// Refresh makes an access token. Errors: YouTubeNotConnected when the refresh
	// token works no more.
	Refresh(ctx context.Context, refresh string) (access string, err error)
	// Revoke ends a refresh token; one that has ended is success.
	Revoke(ctx context.Context, refresh string) error
	// Publishes is the scope without which nothing can be published.
	Publishes() string
}

// Sealer encrypts what would give access, for one tenant: what was sealed for
// another cannot be opened.
type Sealer interface {
	Seal(ctx context.Context, id tenant.ID, plain string) (sealed string, err error)
	Open(ctx context.Context, id tenant.ID, sealed string) (plain string, err error)
}

// NotConnected is what is answered where a channel is needed.
func NotConnected() error {
	return problem.New(problem.YouTubeNotConnected, "Connect a YouTube channel first.")
}

// Lapsed is what is answered when Google takes the token no more: the person took
// the access back, or Google did.
func Lapsed(cause error) error {
	return &problem.Error{
		Code: problem.YouTubeNotConnected, Detail: "YouTube no longer accepts the connection. Connect the channel again.", Final: true, Cause: cause,
	}
}
