package youtube

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// ConsentPage implements channel.Google.
func (c *Client) ConsentPage(state, challenge string) (string, error) {
	if c.ClientID == "" {
		return "", problem.New(problem.YouTubeNotSetUp, "Publishing to YouTube is not set up in this installation.")
	}
	return c.at(accounts, "/o/oauth2/v2/auth") + "?" + url.Values{
		"client_id": {c.ClientID}, "redirect_uri": {c.RedirectURI}, "response_type": {"code"}, "scope": {scopeUpload + " " + scopeRead},
		"state": {state}, "code_challenge": {challenge}, "code_challenge_method": {"S256"},
		// Lasting access, which Google gives with a new consent only.
		"access_type": {"offline"}, "prompt": {"consent"},
	}.Encode(), nil
}

// Publishes implements channel.Google.
func (c *Client) Publishes() string { return scopeUpload }

type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	Scope   string `json:"scope"`
	Error   string `json:"error"`
}

// token asks the token endpoint. The error of OAuth is in the answer.
func (c *Client) token(ctx context.Context, form url.Values) (tokens, error) {
	var got tokens
	secret, err := c.Secret(ctx)
	if err != nil {
		return got, err
	}
	form.Set("client_id", c.ClientID)
	form.Set("client_secret", secret)
	a, err := c.post(ctx, c.at(oauth, "/token"), form)
	if err != nil {
		return got, err
	}
	if err := json.Unmarshal(a.body, &got); err != nil || a.status != http.StatusOK && got.Error == "" {
		return got, unavailable(a.unexpected())
	}
	switch got.Error {
	case "", "invalid_grant", "access_denied":
		return got, nil
	case "invalid_client", "unauthorized_client":
		// Ours to mend: the secret is wrong, or has rotated and is read anew shortly.
		return got, unavailable(fmt.Errorf("google refuses our client: %d", a.status))
	}
	return got, unavailable(a.unexpected())
}

func (c *Client) post(ctx context.Context, address string, form url.Values) (answer, error) {
	a, err := c.do(ctx, callTimeout, http.MethodPost, address, strings.NewReader(form.Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
	if err == nil && (a.status >= http.StatusInternalServerError || a.status == http.StatusTooManyRequests) {
		err = unavailable(a.unexpected())
	}
	return a, err
}

// Exchange implements channel.Google.
func (c *Client) Exchange(ctx context.Context, code, verifier string) (channel.Grant, error) {
	got, err := c.token(ctx, url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "code_verifier": {verifier}, "redirect_uri": {c.RedirectURI},
	})
	if err != nil {
		return channel.Grant{}, err
	}
	if got.Error != "" || got.Access == "" {
		return channel.Grant{}, problem.New(problem.YouTubeRefused, "Google did not accept the consent. Connect again.")
	}
	return channel.Grant{Access: got.Access, Refresh: got.Refresh, Scopes: strings.Fields(got.Scope)}, nil
}

// Refresh implements channel.Google.
func (c *Client) Refresh(ctx context.Context, refresh string) (string, error) {
	got, err := c.token(ctx, url.Values{"grant_type": {"refresh_token"}, "refresh_token": {refresh}})
	if err != nil {
		return "", err
	}
	if got.Error != "" || got.Access == "" {
		return "", channel.Lapsed(nil)
	}
	return got.Access, nil
}

// Revoke implements channel.Google. A token that Google does not know has ended
// already.
func (c *Client) Revoke(ctx context.Context, refresh string) error {
	a, err := c.post(ctx, c.at(oauth, "/revoke"), url.Values{"token": {refresh}})
	if err != nil || a.status == http.StatusOK {
		return err
	}
	var refused tokens
	if a.status == http.StatusBadRequest && json.Unmarshal(a.body, &refused) == nil && refused.Error == "invalid_token" {
		return nil
	}
	return unavailable(a.unexpected())
}

// Channel implements channel.Google.
func (c *Client) Channel(ctx context.Context, access string) (channel.Channel, error) {
	a, err := c.do(ctx, callTimeout, http.MethodGet, c.at(apis, "/youtube/v3/channels?part=snippet&mine=true"), nil, bearer(access))
	if err != nil {
		return channel.Channel{}, err
	}
	if a.status != http.StatusOK {
		if reason, _ := a.complaint(); a.status == http.StatusForbidden && reason != "quotaExceeded" {
			return channel.Channel{}, problem.New(problem.YouTubeRefused, "YouTube did not show us the channel. Connect again and agree to both parts.")
		}
		return channel.Channel{}, unavailable(a.unexpected())
	}
	var list struct {
		Items []struct {
			ID      string `json:"id"`
			Snippet struct {
				Title string `json:"title"`
			} `json:"snippet"`
		} `json:"items"`
	}
	if err := json.Unmarshal(a.body, &list); err != nil {
		return channel.Channel{}, unavailable(err)
	}
	if len(list.Items) == 0 || list.Items[0].ID == "" {
		return channel.Channel{}, problem.New(problem.YouTubeRefused, "This Google account has no YouTube channel. Make one at YouTube, or choose another account.")
	}
	return channel.Channel{ID: list.Items[0].ID, Title: list.Items[0].Snippet.Title}, nil
}

func bearer(access string) http.Header { return http.Header{"Authorization": {"Bearer " + access}} }
