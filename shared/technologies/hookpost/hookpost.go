// Package hookpost hands events to a webhook over HTTP, signed.
package hookpost

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	timeout   = 3 * time.Second // of one event
	maxAnswer = 64 << 10        // bytes that are read, so that the connection serves again
)

// Sign is the header that proves whose a body is.
type Sign func(ctx context.Context, body []byte) (string, error)

// Hook is where events go.
type Hook struct {
	address string
	header  string
	sign    Sign
	client  *http.Client
}

// New names a webhook, and the header that it reads the signature from.
func New(address, header string, sign Sign) *Hook {
	return &Hook{address, header, sign, &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{Proxy: http.ProxyFromEnvironment, MaxIdleConnsPerHost: 4, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Post hands over one event. An error, which names no address, is for one that was
// not answered with 2xx.
func (h *Hook) Post(ctx context.Context, event []byte) error {
	signature, err := h.sign(ctx, event)
	if err != nil {
		return fmt.Errorf("sign event: %w", err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, h.address, bytes.NewReader(event))
	if err != nil {
		return errors.New("post event: the webhook's address is none")
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set(h.header, signature)
	res, err := h.client.Do(r)
	if err != nil {
		var late interface{ Timeout() bool }
		if errors.As(err, &late) && late.Timeout() {
			return errors.New("post event: the webhook did not answer in time")
		}
		return errors.New("post event: the webhook does not answer")
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // what it says changes nothing
	_ = res.Body.Close()
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("post event: the webhook answered %d", res.StatusCode)
	}
	return nil
}
