// Package steps composes what every step of a render has in common. A main
// embeds Settings in its own.
package steps

import (
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// Settings are the settings of every step.
type Settings struct {
	PlatformTable  string `env:"PLATFORM_TABLE,required,notEmpty"`  // jobs
	DirectoryTable string `env:"DIRECTORY_TABLE,required,notEmpty"` // how many are unfinished, of all tenants
	MediaBucket    string `env:"MEDIA_BUCKET,required,notEmpty"`    // their parts
}

// Store is the connection to both tables.
func (s Settings) Store(rt *boot.Runtime) *dynamo.Client {
	return dynamo.NewClient(rt.AWS, s.PlatformTable, s.DirectoryTable)
}

// Worker is what a step works with.
func (s Settings) Worker(rt *boot.Runtime) render.Worker {
	return render.Worker{
		Jobs: dynamo.NewJobs(s.Store(rt)), Files: s3files.New(rt.AWS, s.MediaBucket), Now: rt.Now, Warn: rt.Warn,
		Alone: rt.Mode == boot.AWS, // a function's disk is its own, and it works on one event at a time
	}
}
