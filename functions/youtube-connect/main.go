// youtube-connect answers POST /api/v1/youtube/connect.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/channels"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	edge.Settings
	Google channels.Settings
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	google, sealer, err := c.Google.Connect(rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	connector := channel.Connector{Store: dynamo.NewChannels(c.Store(rt)), Google: google, Sealer: sealer, Now: rt.Now, Warn: rt.Warn}
	return edge.Serve(rt, c.Settings, httpapi.YouTubeConnect, httpapi.ConnectYouTube(connector))
}
