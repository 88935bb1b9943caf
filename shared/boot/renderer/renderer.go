// Package renderer composes what every step of a render works with.
package renderer

import (
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/steps"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// Worker is what a step of a render works with.
func Worker(rt *boot.Runtime, s steps.Settings) render.Worker {
	store := s.Store(rt)
	return render.Worker{
		Jobs: dynamo.NewJobs(store), Names: dynamo.NewUploads(store), Files: s3files.New(rt.AWS, s.MediaBucket), Now: rt.Now, Warn: rt.Warn,
		Alone: rt.Mode == boot.AWS, // a function's disk is its own, and it works on one event at a time
	}
}
