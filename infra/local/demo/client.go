package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// client calls the product as a program of a customer's would.
type client struct {
	base  string
	token string
	http  *http.Client
}

func newClient(base string) *client {
	jar, _ := cookiejar.New(nil) // fails for options only, and has none
	return &client{base: base, http: &http.Client{Jar: jar, Timeout: 2 * time.Minute}}
}

// refusal is an answer that says no, as application/problem+json.
type refusal struct {
	Status int    `json:"status"`
	Code   string `json:"code"`
	Title  string `json:"title"`
	Detail string `json:"detail"`
	body   []byte
}

func (r *refusal) Error() string {
	return fmt.Sprintf("%d %s: %s", r.Status, r.Code, r.Detail)
}

// call sends body as JSON and reads the answer into result; either may be nil.
// An answer of 400 or more is a *refusal. A 429 is waited out once.
func (c *client) call(ctx context.Context, method, path string, body, result any) error {
	raw, wait, err := c.once(ctx, method, path, body)
	if wait > 0 {
		if err := sleep(ctx, wait); err != nil {
			return err
		}
		raw, _, err = c.once(ctx, method, path, body)
	}
	if err != nil || result == nil {
		return err
	}
	if err := json.Unmarshal(raw, result); err != nil {
		return fmt.Errorf("%s %s: read answer: %w", method, path, err)
	}
	return nil
}

func (c *client) once(ctx context.Context, method, path string, body any) ([]byte, time.Duration, error) {
	var sent io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, 0, err
		}
		sent = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, c.base+path, sent)
	if err != nil {
		return nil, 0, err
	}
	if sent != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if c.token != "" {
		req.Header.Set("Authorization", "Bearer "+c.token)
	}
	res, err := c.http.Do(req)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return nil, 0, fmt.Errorf("nothing answers at %s: start the product with make run", c.base)
	}
	if err != nil {
		return nil, 0, err
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return nil, 0, fmt.Errorf("%s %s: %w", method, path, err)
	}
	if res.StatusCode < 400 {
		return raw, 0, nil
	}
	refused := &refusal{Status: res.StatusCode, body: raw}
	if !strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") || json.Unmarshal(raw, refused) != nil {
		return nil, 0, fmt.Errorf("%s %s: %d without a problem document: %.200s", method, path, res.StatusCode, raw)
	}
	wait := time.Duration(0)
	if res.StatusCode == http.StatusTooManyRequests {
		if wait, err = time.ParseDuration(res.Header.Get("Retry-After") + "s"); err != nil {
			wait = time.Second
		}
	}
	return nil, wait, fmt.Errorf("%s %s: %w", method, path, refused)
}

// save downloads a presigned URL to a file.
func (c *client) save(ctx context.Context, url, path string) (size int64, contentType string, err error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return 0, "", fmt.Errorf("make output folder: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, "", err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("download: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return 0, "", fmt.Errorf("download %s: %s", filepath.Base(path), res.Status)
	}
	f, err := os.Create(path)
	if err != nil {
		return 0, "", fmt.Errorf("create file: %w", err)
	}
	size, err = io.Copy(f, res.Body)
	return size, res.Header.Get("Content-Type"), errors.Join(err, f.Close())
}
