package product

import (
	"context"

	"github.com/devotionalai/platform/infra/local/edge"
	"github.com/devotionalai/platform/infra/local/emulator"
	"github.com/devotionalai/platform/infra/local/settings"
)

// claim takes the data folder and the ports for this process alone, and clears
// what a killed run left.
func (p *Product) claim(context.Context) error {
	unlock, err := lockData(p.options.Data)
	if err != nil {
		return err
	}
	p.unlock = unlock
	if err := enoughSpace(p.options.Data, spaceToStart); err != nil {
		return err
	}
	if p.secrets, err = settings.LoadSecrets(p.options.Settings, p.options.Data); err != nil {
		return err
	}
	// An emulator that outlived a killed runner still holds its port.
	p.loss = emulator.Loss(p.options.Data)
	if err := emulator.Free(p.options.Settings.EmulatorPort); err != nil {
		return err
	}
	outside, err := edge.Outside(p.options.Settings.Bind)
	if err != nil {
		return err
	}
	if p.server, err = edge.Listen(p.options.Settings.Port, outside...); err != nil || len(outside) == 0 {
		return err
	}
	p.media, err = edge.ListenAt(p.options.Settings.EmulatorPort, outside...)
	return err
}

// serveMedia lets who is not on this machine at pictures and videos: their links
// name the emulator's port, where the emulator itself answers on loopback alone.
func (p *Product) serveMedia(ctx context.Context) error {
	if p.media == nil {
		return nil
	}
	bucket, err := p.Stack.Output(ctx, "MediaBucket")
	if err != nil {
		return err
	}
	handler, err := edge.Media(p.Emulator.Endpoint, bucket)
	if err != nil {
		return err
	}
	p.media.Serve(handler)
	return nil
}
