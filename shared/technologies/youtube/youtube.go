// Package youtube speaks to Google over plain HTTP: OAuth 2.0 with PKCE for a
// person's consent, and of the YouTube Data API the channel and the resumable
// upload. It implements channel.Google and publish.Site. No error or log of it
// holds a token, a code or a session's address.
package youtube

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// The scopes: sending videos, and reading which channel they go to.
const (
	scopeUpload = "https://www.googleapis.com/auth/youtube.upload"
	scopeRead   = "https://www.googleapis.com/auth/youtube.readonly"
)

const (
	callTimeout = 10 * time.Second
	sendTimeout = 75 * time.Second // of a piece of 8 MiB: a megabit a second
	maxAnswer   = 1 << 20
)

// Config is where and as whom Google is called.
type Config struct {
	ClientID    string                                // "" where YouTube is not set up
	Secret      func(context.Context) (string, error) // the client's
	RedirectURI string                                // the page that Google sends people back to
	// Base is where everything is below when it is not at Google: the local
	// stand-in. "" is Google.
	Base string
}

// Client calls Google.
type Client struct {
	Config
	http *http.Client
}

// New makes a Client.
func New(c Config) *Client {
	return &Client{Config: c, http: &http.Client{
		// An answer that leads elsewhere is none: it would take the token along.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy: http.ProxyFromEnvironment, DialContext: (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: sendTimeout, IdleConnTimeout: 30 * time.Second, ForceAttemptHTTP2: true,
		},
	}}
}

// at is the address of a path at one of Google's hosts, or below Base.
func (c *Client) at(host, path string) string {
	if c.Base != "" {
		return strings.TrimSuffix(c.Base, "/") + path
	}
	return "https://" + host + path
}

// Google's hosts.
const (
	accounts = "accounts.google.com"
	oauth    = "oauth2.googleapis.com"
	apis     = "www.googleapis.com"
)

// answer is what came back, read to its end.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// do makes one call. An error means that no whole answer came: nobody knows
// whether the call took effect.
func (c *Client) do(ctx context.Context, limit time.Duration, method, address string, body io.Reader, header http.Header) (answer, error) {
	ctx, done := context.WithTimeout(ctx, limit)
	defer done()
	req, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return answer{}, errors.New("youtube: the address of a call is not valid") // the cause would quote it
	}
	req.Header = header
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, outage(err)
	}
	defer func() { _ = res.Body.Close() }()
	got := answer{status: res.StatusCode, header: res.Header}
	if got.body, err = io.ReadAll(io.LimitReader(res.Body, maxAnswer)); err != nil {
		return answer{}, outage(err)
	}
	return got, nil
}

// outage is worth another try. The text of a url.Error holds the address, so only
// its cause is kept.
func outage(err error) error {
	var named *url.Error
	if errors.As(err, &named) {
		err = named.Err
	}
	return unavailable(fmt.Errorf("call Google: %w", err))
}

func unavailable(cause error) error {
	return problem.Wrap(problem.Unavailable, "YouTube does not answer right now. Try again in a moment.", cause)
}

// complaint is the error document of Google's APIs.
type complaint struct {
	Error struct {
		Message string `json:"message"`
		Errors  []struct {
			Reason string `json:"reason"`
		} `json:"errors"`
	} `json:"error"`
}

func (a answer) complaint() (reason, message string) {
	var c complaint
	if json.Unmarshal(a.body, &c) != nil {
		return "", ""
	}
	if len(c.Error.Errors) > 0 {
		reason = c.Error.Errors[0].Reason
	}
	return reason, c.Error.Message
}

func (a answer) unexpected() error { return fmt.Errorf("google answered %d", a.status) }
