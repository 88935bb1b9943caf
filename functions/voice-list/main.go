// voice-list answers GET /api/v1/voices.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/voices"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	edge.Settings
	Voice  voices.Settings
	Bucket string `env:"MEDIA_BUCKET,required,notEmpty"`
}

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	all, err := c.Voice.Voices()
	if err != nil {
		return nil, err
	}
	samples := s3files.Voices{Bucket: s3files.New(rt.AWS, c.Bucket), Narrator: string(c.Voice.Provider)}
	return edge.Serve(rt, c.Settings, httpapi.VoiceList, httpapi.ListVoices(all, samples))
}
