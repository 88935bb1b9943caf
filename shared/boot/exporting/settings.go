package exporting

import (
	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
)

// Settings are the settings of every step of an export.
type Settings struct {
	PlatformTable string `env:"PLATFORM_TABLE,required,notEmpty"` // what belongs to the account
	MediaBucket   string `env:"MEDIA_BUCKET,required,notEmpty"`   // its files, and the archive
}

// Store keeps exports, and reads what goes into them.
func (s Settings) Store(rt *boot.Runtime) *dynamo.Exports {
	return dynamo.NewExports(dynamo.NewClient(rt.AWS, s.PlatformTable, ""))
}

// Files are those of the account.
func (s Settings) Files(rt *boot.Runtime) *s3files.Bucket { return s3files.New(rt.AWS, s.MediaBucket) }

// Keeper clears away what exports leave behind.
func (s Settings) Keeper(rt *boot.Runtime) export.Keeper {
	return export.Keeper{Store: s.Store(rt), Files: s.Files(rt), Now: rt.Now}
}
