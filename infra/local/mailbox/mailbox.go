// Package mailbox keeps the mails that the emulator's SES accepted, so that a
// person can read them: the emulator forgets them when it stops.
package mailbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// Mail is one sent message.
type Mail struct {
	ID      string    `json:"id"`
	To      []string  `json:"to"`
	From    string    `json:"from"`
	Subject string    `json:"subject"`
	Text    string    `json:"text"`
	HTML    string    `json:"html"`
	SentAt  time.Time `json:"sent_at"`
}

// Box is the mail of one data directory.
type Box struct {
	dir      string
	endpoint string
	client   *http.Client

	mu    sync.Mutex
	mails map[string]Mail
}

// Open reads the kept mail of dir/mail; new mail comes from the emulator at
// endpoint.
func Open(dir, endpoint string) (*Box, error) {
	b := &Box{
		dir: filepath.Join(dir, "mail"), endpoint: endpoint,
		client: &http.Client{Timeout: 5 * time.Second}, mails: map[string]Mail{},
	}
	if err := os.MkdirAll(b.dir, 0o700); err != nil {
		return nil, fmt.Errorf("make mail folder: %w", err)
	}
	files, err := filepath.Glob(filepath.Join(b.dir, "*.json"))
	if err != nil {
		return nil, err
	}
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			return nil, fmt.Errorf("read kept mail: %w", err)
		}
		var m Mail
		if json.Unmarshal(raw, &m) == nil && m.ID != "" { // a torn file is a mail lost, not a reason not to start
			b.mails[m.ID] = m
		}
	}
	return b, nil
}

// Watch fetches new mail until ctx ends. A failure is shown once per cause: a
// full disk must be seen, a hundred lines of it need not be.
func (b *Box) Watch(ctx context.Context, report func(error)) {
	last := ""
	for {
		err := b.Sync(ctx)
		if ctx.Err() != nil {
			return
		}
		if err != nil && err.Error() != last {
			report(err)
		}
		last = ""
		if err != nil {
			last = err.Error()
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
	}
}

// Sync fetches what was sent since the last time.
func (b *Box) Sync(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, b.endpoint+"/_ministack/ses/messages", nil)
	if err != nil {
		return fmt.Errorf("ask for mail: %w", err)
	}
	res, err := b.client.Do(req)
	if err != nil {
		return fmt.Errorf("ask for mail: %w", err)
	}
	defer res.Body.Close()
	var sent struct {
		Messages map[string][]struct {
			MessageID string `json:"MessageId"`
			Source    string
			To        []string
			Subject   string
			BodyText  string
			BodyHTML  string  `json:"BodyHtml"`
			Timestamp float64 // seconds
		} `json:"messages"`
	}
	if err := json.NewDecoder(res.Body).Decode(&sent); err != nil {
		return fmt.Errorf("read sent mail: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var failed []error
	for _, account := range sent.Messages {
		for _, m := range account {
			if _, known := b.mails[m.MessageID]; known || decoy(m.To) {
				continue
			}
			failed = append(failed, b.keep(Mail{
				ID: m.MessageID, To: m.To, From: m.Source, Subject: m.Subject,
				Text: m.BodyText, HTML: m.BodyHTML, SentAt: time.UnixMilli(int64(m.Timestamp * 1000)).UTC(),
			}))
		}
	}
	return errors.Join(failed...)
}

// decoy reports whether a mail is for nobody: sent where SES takes and drops all.
func decoy(to []string) bool { return len(to) == 1 && to[0] == string(auth.Nowhere) }

func (b *Box) keep(m Mail) error {
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return fmt.Errorf("write mail: %w", err)
	}
	path := filepath.Join(b.dir, filepath.Base(m.ID)+".json")
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep mail: %w", err)
	}
	b.mails[m.ID] = m
	return nil
}

// List answers the kept mails, newest first; to narrows it to one address.
func (b *Box) List(to string) []Mail {
	b.mu.Lock()
	defer b.mu.Unlock()
	list := []Mail{}
	for _, m := range b.mails {
		if to == "" || slices.ContainsFunc(m.To, func(a string) bool { return strings.EqualFold(a, to) }) {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b Mail) int {
		return cmp.Or(b.SentAt.Compare(a.SentAt), cmp.Compare(b.ID, a.ID))
	})
	return list
}
