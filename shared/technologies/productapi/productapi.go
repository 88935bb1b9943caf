// Package productapi calls the product's own API at its public address, as a
// program with a key does.
package productapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/domains/canary"
)

const (
	timeout   = 40 * time.Second // of one call; the API gives up before
	maxAnswer = 1 << 20
)

// Client implements canary.Product.
type Client struct {
	base string
	key  string
	http *http.Client
}

// New names the product's origin, without a slash at the end, and the key.
func New(base, key string) *Client {
	return &Client{base, key, &http.Client{Timeout: timeout, Transport: &http.Transport{Proxy: http.ProxyFromEnvironment}}}
}

// Healthy implements canary.Product.
func (c *Client) Healthy(ctx context.Context) (string, error) {
	var answer struct {
		Build string `json:"build"`
	}
	err := c.call(ctx, http.MethodGet, "/api/health", nil, &answer)
	return answer.Build, err
}

// Keys implements canary.Product.
func (c *Client) Keys(ctx context.Context) (int, error) {
	var answer struct {
		Keys []json.RawMessage `json:"keys"`
	}
	err := c.call(ctx, http.MethodGet, "/.well-known/jwks.json", nil, &answer)
	return len(answer.Keys), err
}

// AskForLink implements canary.Product.
func (c *Client) AskForLink(ctx context.Context, address string) error {
	return c.call(ctx, http.MethodPost, "/api/auth/magic-link/request", map[string]string{"email": address}, nil)
}

// Render implements canary.Product.
func (c *Client) Render(ctx context.Context, project string) (string, error) {
	var answer struct {
		Job string `json:"job_id"`
	}
	err := c.call(ctx, http.MethodPost, "/api/v1/projects/"+url.PathEscape(project)+"/render", nil, &answer)
	if err == nil && answer.Job == "" {
		err = errors.New("the answer names no job")
	}
	return answer.Job, err
}

// Job implements canary.Product.
func (c *Client) Job(ctx context.Context, id string) (canary.Job, error) {
	var answer struct {
		Status   string `json:"status"`
		Warnings []struct {
			Code string `json:"code"`
		} `json:"warnings"`
		Error struct {
			Code string `json:"code"`
		} `json:"error"`
		Video struct {
			URL string `json:"url"`
		} `json:"video"`
	}
	err := c.call(ctx, http.MethodGet, "/api/v1/jobs/"+url.PathEscape(id), nil, &answer)
	job := canary.Job{Status: answer.Status, Code: answer.Error.Code, Video: answer.Video.URL}
	for _, w := range answer.Warnings {
		job.Warnings = append(job.Warnings, w.Code)
	}
	return job, err
}

// FreeVideo implements canary.Product.
func (c *Client) FreeVideo(ctx context.Context, job string) error {
	return c.call(ctx, http.MethodDelete, "/api/v1/jobs/"+url.PathEscape(job)+"/video", nil, nil)
}

// Size implements canary.Product. The address is signed and gets no key.
func (c *Client) Size(ctx context.Context, address string) (int64, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, errors.New("it has no address")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return 0, silent(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("its address answered %d", res.StatusCode)
	}
	n, err := io.Copy(io.Discard, res.Body)
	return n, silent(err)
}

// call sends a body, where there is one, and reads the answer where it is wanted.
func (c *Client) call(ctx context.Context, method, path string, body, into any) error {
	var sent io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		sent = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return errors.New("the product's address is none")
	}
	if strings.HasPrefix(path, "/api/v1/") { // elsewhere nobody is asked who he is
		r.Header.Set("X-API-Key", c.key)
	}
	r.Header.Set("User-Agent", "canary")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	res, err := c.http.Do(r)
	if err != nil {
		return silent(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return silent(err)
	}
	if res.StatusCode < 200 || res.StatusCode > 299 {
		var problem struct {
			Code string `json:"code"`
		}
		_ = json.Unmarshal(raw, &problem) // a page of the edge's own has none
		return fmt.Errorf("%s answered %d %s", method, res.StatusCode, problem.Code)
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(raw, into); err != nil {
		return errors.New("the answer is no JSON as expected")
	}
	return nil
}

// silent says that a call failed without the address that it was sent to, which may
// be a signed one.
func silent(err error) error {
	var late interface{ Timeout() bool }
	switch {
	case err == nil:
		return nil
	case errors.As(err, &late) && late.Timeout():
		return errors.New("there was no answer in time")
	}
	return errors.New("there is no answer")
}
