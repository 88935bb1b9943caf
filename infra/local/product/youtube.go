package product

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/infra/local/youtube"
)

// standInClient is the OAuth client that the stand-in of Google knows.
const standInClient = "local-stand-in"

// standInChannel is its one channel, the same after each start: what is connected
// stays so.
const standInChannel = "UClocal-stand-in-channel"

// parametersOfYouTube lead publishing to Google, when YOUTUBE_CLIENT_ID and
// YOUTUBE_CLIENT_SECRET are given, else to the stand-in behind the edge.
func (p *Product) parametersOfYouTube(ctx context.Context, all map[string]string) error {
	clientSecret, given := p.options.Settings.Lookup("YOUTUBE_CLIENT_SECRET")
	if all["YoutubeClientId"] == "" {
		all["YoutubeClientId"], clientSecret = standInClient, standInClient
		all["YoutubeBase"] = p.options.told(Google, fmt.Sprintf("http://localhost:%d/mock/google", p.options.Settings.Port))
		p.Google = youtube.New(standInClient, clientSecret, all["YoutubeBase"])
		p.Google.ChannelID = standInChannel
		p.Google.RedirectURI = p.options.Settings.AppURL + "/youtube"
		if faults, planted := p.options.Settings.Lookup("YOUTUBE_FAULTS"); planted {
			for fault := range strings.SplitSeq(faults, ",") {
				p.Google.Plant(youtube.Fault(strings.TrimSpace(fault)))
			}
		}
	} else if !given {
		return fmt.Errorf("YOUTUBE_CLIENT_ID is given without YOUTUBE_CLIENT_SECRET")
	}
	// Derived, so that what is encrypted can be read after the emulator has
	// forgotten its secrets.
	key := sha256.Sum256([]byte("sealing " + p.secrets.Origin))
	secret, err := json.Marshal(map[string]string{"client_secret": clientSecret, "sealing_key": hex.EncodeToString(key[:])})
	if err != nil {
		return fmt.Errorf("encode secret: %w", err)
	}
	all["YoutubeSecretArn"], err = p.Stack.KeepSecret(ctx, settings.YouTubeSecret(all["Stage"]), string(secret), true)
	return err
}
