// Package steps composes what the steps of every workflow have in common. A main
// embeds Settings in its own.
package steps

import (
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// Settings are the settings of every step.
type Settings struct {
	PlatformTable  string `env:"PLATFORM_TABLE,required,notEmpty"`  // what the run works on
	DirectoryTable string `env:"DIRECTORY_TABLE,required,notEmpty"` // what is counted of all tenants
	MediaBucket    string `env:"MEDIA_BUCKET,required,notEmpty"`    // what it makes
}

// Store is the connection to both tables.
func (s Settings) Store(rt *boot.Runtime) *dynamo.Client {
	return dynamo.NewClient(rt.AWS, s.PlatformTable, s.DirectoryTable)
}
