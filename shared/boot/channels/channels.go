// Package channels composes what the functions that speak to Google have in
// common. A main embeds Settings in its own.
package channels

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/technologies/sealing"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/shared/technologies/youtube"
)

// Settings are the settings of every function that speaks to Google. Without a
// client id YouTube is not set up, and calls answer that.
type Settings struct {
	ClientID  string `env:"YOUTUBE_CLIENT_ID"`   // of the OAuth client, from Google's console
	SecretARN string `env:"YOUTUBE_SECRET_ARN"`  // JSON: client_secret and, without KMS, sealing_key
	KeyARN    string `env:"YOUTUBE_KMS_KEY_ARN"` // what tokens are encrypted with; empty: with the secret's sealing_key
	Base      string `env:"YOUTUBE_BASE"`        // where Google is instead of at Google: the local stand-in
}

// redirectPath is the web app's page that Google sends people back to.
const redirectPath = "/youtube"

// secretLife is for how long a process uses a secret that it has read.
const secretLife = 5 * time.Minute

// Connect makes the way to Google, and what encrypts what Google gives. appURL is
// the product's origin; without one nobody can be sent to consent.
func (s Settings) Connect(rt *boot.Runtime, appURL string) (*youtube.Client, channel.Sealer, error) {
	if rt.Mode == boot.AWS && s.Base != "" {
		return nil, nil, errors.New("settings: YOUTUBE_BASE is for local mode only")
	}
	if rt.Mode == boot.AWS && s.KeyARN == "" {
		return nil, nil, errors.New("settings: YOUTUBE_KMS_KEY_ARN is missing")
	}
	secret := &secret{now: rt.Now}
	if s.SecretARN != "" {
		secret.read = secretstore.New(rt.AWS, s.SecretARN).CurrentSecret
	}
	client := youtube.New(youtube.Config{ClientID: s.ClientID, Secret: secret.client, RedirectURI: appURL + redirectPath, Base: s.Base})
	if s.KeyARN != "" {
		return client, sealing.NewWithKMS(rt.AWS, s.KeyARN), nil
	}
	return client, sealing.WithKey{Secret: secret.sealing}, nil
}

// document is the secret's content.
type document struct {
	ClientSecret string `json:"client_secret"`
	SealingKey   string `json:"sealing_key"`
}

// secret is read when it is first needed, and again after secretLife: it may have
// rotated.
type secret struct {
	read func(context.Context) ([]byte, error) // nil where there is none
	now  func() time.Time

	mu    sync.Mutex
	at    time.Time
	known document
}

func (s *secret) client(ctx context.Context) (string, error) {
	d, err := s.current(ctx)
	return d.ClientSecret, err
}

func (s *secret) sealing(ctx context.Context) (string, error) {
	d, err := s.current(ctx)
	return d.SealingKey, err
}

func (s *secret) current(ctx context.Context) (document, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.read == nil {
		return document{}, problem.New(problem.YouTubeNotSetUp, "Publishing to YouTube is not set up in this installation.")
	}
	if !s.at.IsZero() && s.now().Sub(s.at) < secretLife {
		return s.known, nil
	}
	raw, err := s.read(ctx)
	if err != nil {
		return document{}, problem.Wrap(problem.Unavailable, "The secret store does not answer right now. Try again in a moment.", err)
	}
	var d document
	if json.Unmarshal(raw, &d) != nil { // its error could quote the secret
		return document{}, fmt.Errorf("the secret of YouTube is not the JSON that it should be")
	}
	s.known, s.at = d, s.now()
	return d, nil
}
