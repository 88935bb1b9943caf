package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// client calls the running product with a credential, or with none.
type client struct {
	product string
	header  string // of the credential; "" is nobody
	value   string
}

// bearer is a client with an access token.
func bearer(product, token string) client { return client{product, "Authorization", "Bearer " + token} }

// signedIn opens a session with a link from the mailbox.
func signedIn(ctx context.Context, product, address string) (client, error) {
	c := client{product: product}
	before, err := c.mails(ctx, address)
	if err != nil {
		return c, fmt.Errorf("look into the mailbox (start the product with make run): %w", err)
	}
	if err := c.call(ctx, "POST", "/api/auth/magic-link/request", map[string]string{"email": address}, nil); err != nil {
		return c, fmt.Errorf("ask for a link: %w", err)
	}
	token, err := c.mailed(ctx, address, "/auth/", len(before))
	if err != nil {
		return c, err
	}
	var session struct {
		Token string `json:"access_token"`
	}
	err = c.call(ctx, "POST", "/api/auth/magic-link/verify", map[string]string{"token": token}, &session)
	return bearer(product, session.Token), err
}

// mails are the texts of those to an address, newest first.
func (c client) mails(ctx context.Context, address string) (all []string, err error) {
	var box struct{ Messages []struct{ Text string } }
	err = c.call(ctx, "GET", "/mailbox.json?to="+address, nil, &box)
	for _, m := range box.Messages {
		all = append(all, m.Text)
	}
	return all, err
}

// mailed is the token of the newest mail to an address that leads to a page, once
// there are more than so many: an older link is dead.
func (c client) mailed(ctx context.Context, address, page string, more int) (string, error) {
	for range 100 {
		mails, err := c.mails(ctx, address)
		if err != nil {
			return "", err
		}
		for _, text := range mails[:max(len(mails)-more, 0)] {
			before, rest, found := strings.Cut(text, "#token=")
			line := before[strings.LastIndex(before, "\n")+1:]
			if token, _, _ := strings.Cut(rest, "\n"); found && strings.Contains(line, page) {
				return strings.TrimSpace(token), nil
			}
		}
		select {
		case <-ctx.Done():
			return "", ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return "", errors.New("no mail has come")
}

// project makes one, and answers its id.
func (c client) project(ctx context.Context, title string) (string, error) {
	var made struct{ ID string }
	err := c.call(ctx, "POST", "/api/v1/projects", map[string]string{"title": title}, &made)
	return made.ID, err
}

// tenant is the id of the caller's.
func (c client) tenant(ctx context.Context) (string, error) {
	var me struct {
		Tenant string `json:"tenant_id"`
	}
	err := c.call(ctx, "GET", "/api/auth/me", nil, &me)
	return me.Tenant, err
}

// key makes a key of the API.
func (c client) key(ctx context.Context, name string) (client, error) {
	var made struct {
		Key string `json:"api_key"`
	}
	err := c.call(ctx, "POST", "/api/account/api-keys", map[string]string{"name": name}, &made)
	return client{c.product, "X-API-Key", made.Key}, err
}

// member invites an address, which comes in.
func (c client) member(ctx context.Context, address string) (client, error) {
	stranger := client{product: c.product}
	before, err := stranger.mails(ctx, address)
	if err != nil {
		return client{}, err
	}
	if err := c.call(ctx, "POST", "/api/account/members", map[string]string{"email": address}, nil); err != nil {
		return client{}, err
	}
	token, err := stranger.mailed(ctx, address, "/invitation", len(before))
	if err != nil {
		return client{}, err
	}
	var session struct {
		Token string `json:"access_token"`
	}
	err = stranger.call(ctx, "POST", "/api/auth/invitations/accept", map[string]string{"token": token}, &session)
	return bearer(c.product, session.Token), err
}

func (c client) call(ctx context.Context, method, path string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.product+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.header != "" {
		req.Header.Set(c.header, c.value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		return fmt.Errorf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(text, answer)
}
