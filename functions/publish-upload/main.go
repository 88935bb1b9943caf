// publish-upload sends a video to YouTube, or as much of it as there is time for.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/channels"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

type config struct {
	steps.Settings
	Google channels.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (publish.Uploaded, error), error) {
	google, sealer, err := c.Google.Connect(rt, "")
	if err != nil {
		return nil, err
	}
	store := c.Store(rt)
	return publish.UploadStep{
		Store: dynamo.NewPublications(store), Connections: dynamo.NewChannels(store), Google: google, Sealer: sealer, Site: google,
		Files: s3files.New(rt.AWS, c.MediaBucket), Now: rt.Now, Warn: rt.Warn,
	}.Run, nil
}
