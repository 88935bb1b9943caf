// erase-channels takes back the access to an erased account's channel, before the
// token for it goes.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/channels"
	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

type config struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"`
	Directory     string `env:"DIRECTORY_TABLE,required,notEmpty"` // the receipt, which shows the step
	Google        channels.Settings
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, workflow.Input) (erasure.Out, error), error) {
	rt.Does(tenant.Erase)
	google, sealer, err := c.Google.Connect(rt, "")
	if err != nil {
		return nil, err
	}
	client := dynamo.NewClient(rt.AWS, c.PlatformTable, c.Directory)
	run := erasure.Run{Progress: dynamo.NewErasures(client), Now: rt.Now}
	revoker := channel.Revoker{Store: dynamo.NewChannels(client), Google: google, Sealer: sealer}
	return erasure.ChannelsStep{Run: run, Items: dynamo.NewErasable(client), Channels: revoker}.Do, nil
}
