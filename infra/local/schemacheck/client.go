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

// client calls the running product.
type client struct {
	product string
	token   string
}

// signIn opens a session with a link from the mailbox.
func (c *client) signIn(ctx context.Context, address string) error {
	if err := c.call(ctx, "POST", "/api/auth/magic-link/request", map[string]string{"email": address}, nil); err != nil {
		return fmt.Errorf("ask for a link (start the product with make run): %w", err)
	}
	for range 50 {
		var box struct{ Messages []struct{ Text string } }
		if err := c.call(ctx, "GET", "/mailbox.json?to="+address, nil, &box); err != nil {
			return err
		}
		if len(box.Messages) > 0 {
			_, rest, _ := strings.Cut(box.Messages[0].Text, "#token=")
			token, _, _ := strings.Cut(rest, "\n")
			var session struct {
				Token string `json:"access_token"`
			}
			err := c.call(ctx, "POST", "/api/auth/magic-link/verify", map[string]string{"token": token}, &session)
			c.token = session.Token
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(200 * time.Millisecond):
		}
	}
	return errors.New("no mail has come")
}

// project makes one, and answers its id.
func (c *client) project(ctx context.Context) (string, error) {
	var made struct{ ID string }
	err := c.call(ctx, "POST", "/api/v1/projects", map[string]string{"title": "Held to the document"}, &made)
	return made.ID, err
}

func (c *client) call(ctx context.Context, method, path string, body, answer any) error {
	raw, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.product+path, bytes.NewReader(raw))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
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
