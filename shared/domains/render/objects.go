package render

import (
	"fmt"
	"strconv"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Object names below a tenant's prefix.

func jobPrefix(jobID string) string   { return tenant.JobFolder + jobID + "/" }
func partsPrefix(jobID string) string { return jobPrefix(jobID) + "parts/" }

func partObject(jobID string, scene int, name string) string {
	return partsPrefix(jobID) + strconv.Itoa(scene) + "/" + name
}

// VideoObject is a finished job's video.
func VideoObject(jobID string) string { return jobPrefix(jobID) + tenant.VideoFile }

// CaptionsObject is a finished job's WebVTT file.
func CaptionsObject(jobID string) string { return jobPrefix(jobID) + tenant.CaptionsFile }

// ThumbnailObject is a finished job's still.
func ThumbnailObject(jobID string) string { return jobPrefix(jobID) + tenant.ThumbnailFile }

// ImageObject is a preview's file.
func ImageObject(imageID, extension string) string { return tenant.ImageFolder + imageID + extension }

// UploadObject is a finished upload's file.
func UploadObject(uploadID string) string { return tenant.UploadFolder + uploadID }

// PartName names a part inside its job, e.g. "3-body".
func PartName(scene int, kind PartKind) string { return fmt.Sprintf("%d-%s", scene, kind) }
