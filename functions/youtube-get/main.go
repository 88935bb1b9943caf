// youtube-get answers GET /api/v1/youtube.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Client string `env:"YOUTUBE_CLIENT_ID"` // empty where there is no publishing to YouTube
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	connector := channel.Connector{Store: dynamo.NewChannels(c.Store(rt)), Now: rt.Now, Warn: rt.Warn}
	return edge.Serve(rt, c.Settings, httpapi.YouTubeGet, httpapi.GetYouTube(connector, c.Client != ""))
}
