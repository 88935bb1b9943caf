package privacy

import (
	"slices"
	"time"
)

// incomingLife is how long a file may lie where it arrived: the sweeper gives up
// an upload that is never completed.
const incomingLife = time.Hour

// creatorPlaces hold what people write, bring and have made.
func creatorPlaces() []Place {
	return slices.Concat(workPlaces(), channelPlaces(), mediaPlaces(), filePlaces())
}

// workPlaces hold what people write, and what is rendered of it.
func workPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "PROJECT#", Key: "T#<tenant> / PROJECT#<project>", Owner: Tenant,
			What: "what the person wrote: title, texts, picture prompts", Why: "to make the video",
			Fields: []Field{
				{Name: "title", Means: "title of the devotional", Personal: true},
				{Name: "scenes", Means: "list of scenes as JSON: text, image_prompt, image_id, upload_id", Personal: true},
				{Name: "template", Means: "id of the template that it was begun from"},
				{Name: "voice", Means: "id of the narrator"},
				{Name: "language", Means: "language that the person chose; empty: found in the text"},
				{Name: "found", Means: "language that the text was found to be in"},
				{Name: "resolution", Means: "720p, 1080p or 4k"},
				{Name: "aspect", Means: "16:9, 9:16 or 1:1"},
				{Name: "captions", Means: "whether captions are shown"},
				{Name: "music", Means: "id of the upload that plays under the narration"},
				{Name: "version", Means: "number of changes"},
				{Name: "created_ms", Means: "milliseconds since 1970"},
				{Name: "updated_ms", Means: "milliseconds since 1970"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "JOB#", Key: "T#<tenant> / JOB#<job>", Owner: Tenant,
			What: "title, progress and outcome of a render, or of its publication at YouTube", Why: "to do it and to show it",
			Fields: slices.Concat(jobFields(), publicationFields()), Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "SOURCE#", Key: "T#<tenant> / SOURCE#<job>", Owner: Tenant,
			What: "copy of the project as it is rendered", Why: "a later edit must not change a running render",
			Fields: []Field{{Name: "project", Means: "the project as JSON, as it was when the render was asked for", Personal: true}},
			Export: AsItem, Erasure: ByPartition,
		},
		departurePlace(),
	}
}

// departurePlace is what is left of a deleted draft for a while.
func departurePlace() Place {
	return Place{
		Store: Platform, Kind: "DEPARTURE#", Key: "T#<tenant> / DEPARTURE#<project>", Owner: Tenant,
		What: "which previews a deleted project showed, until they have gone too", Why: "a deletion that was interrupted is finished",
		Fields: []Field{{Name: "images", Means: "ids of the previews; absent where there was none"}},
		Export: AsItem, Erasure: ByPartition,
	}
}

// mediaPlaces hold what is known of pictures and uploads.
func mediaPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "IMAGE#", Key: "T#<tenant> / IMAGE#<image>", Owner: Tenant,
			What: "where a preview picture lies; its prompt is not kept", Why: "to use it in a scene without paying twice",
			Fields: []Field{
				{Name: "object", Means: "name of its file below the account's prefix"},
				{Name: "project", Means: "id of the devotional that it was made for; absent where none was named"},
				{Name: "aspect", Means: "16:9, 9:16 or 1:1"},
				{Name: "created_ms", Means: "milliseconds since 1970"},
				{Name: "period", Means: "month that it is counted in"},
				{Name: "reserved", Means: "what was reserved for it, by metric, " + storedUnits},
				{Name: "stored", Means: "bytes that count as storage"},
				{Name: "corrections", Means: "number of corrections of what is stored"},
				{Name: "settled", Means: "whether its reservation has ended"},
				{Name: "failed", Means: "whether it could not be made"},
				{Name: "video_deleted", Means: "whether it was deleted"},
				{Name: "claim", Means: "hash of the Idempotency-Key that it was made under"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "UPLOAD#", Key: "T#<tenant> / UPLOAD#<upload>", Owner: Tenant,
			What: "name, kind, size and state of a file that the person uploaded", Why: "to list it and to use it in a video",
			Fields: []Field{
				{Name: "filename", Means: "name of the file as it was announced", Personal: true},
				{Name: "kind", Means: "image or audio"},
				{Name: "content_type", Means: "media type"},
				{Name: "size", Means: "bytes"},
				{Name: "width", Means: "pixels; 0 for sound"},
				{Name: "height", Means: "pixels; 0 for sound"},
				{Name: "status", Means: "pending, checking, ready or rejected"},
				{Name: "failure", Means: "why it was rejected: code and detail"},
				{Name: "period", Means: "month that it is counted in"},
				{Name: "reserved", Means: "what was reserved for it, by metric, " + storedUnits},
				{Name: "stored", Means: "bytes that count as storage"},
				{Name: "corrections", Means: "number of corrections of what is stored"},
				{Name: "created_ms", Means: "milliseconds since 1970"},
				{Name: "video_deleted", Means: "whether it was deleted"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}

// filePlaces hold the files themselves.
func filePlaces() []Place {
	return []Place{
		object("incoming/", "tenants/<tenant>/incoming/<upload>", "an uploaded file until it was looked at", "to look at it before it is used").
			withheld("is on its way; once it has been looked at it is among the uploads").ending(incomingLife),
		object("uploads/", "tenants/<tenant>/uploads/<upload>", "the person's own pictures and music", "to use them in videos"),
		object("images/", "tenants/<tenant>/images/<file>", "pictures made from the person's prompts", "to show and use them"),
		object("jobs/", "tenants/<tenant>/jobs/<job>/<file>", "videos, captions, thumbnails and their parts", "they are what the person came for"),
		object("exports/", "tenants/<tenant>/exports/<export>/<file>", "archive of all of the account's data, and its parts while it is made", "to hand it over").
			withheld("is itself an export, and goes after 7 days"),
		{
			Store: Media, Kind: "voices/", Key: "voices/<voice>", Owner: Nobody,
			What: "samples of the narrators' voices", Why: "to choose one", Export: Withheld, Withheld: "is nobody's",
			Erasure: Kept, Kept: ofInstallation("the same for everybody"),
		},
	}
}

func jobFields() []Field {
	return []Field{
		{Name: "title", Means: "title of the devotional when the render was asked for", Personal: true},
		{Name: "project", Means: "id of the project"},
		{Name: "resolution", Means: "720p, 1080p or 4k"},
		{Name: "aspect", Means: "16:9, 9:16 or 1:1"},
		{Name: "status", Means: "queued, running, succeeded, failed or canceled"},
		{Name: "attempt", Means: "1, and one more with each retry"},
		{Name: "restarts", Means: "executions of this attempt that died and were replaced"},
		{Name: "revision", Means: "number of recorded parts"},
		{Name: "scene_count", Means: "scenes, without the title card"},
		{Name: "frames", Means: "estimated frames of the video"},
		{Name: "period", Means: "month that this attempt is counted in"},
		{Name: "reserved", Means: "what was reserved for this attempt, by metric, " + storedUnits},
		{Name: "charged", Means: "what all attempts were charged, by metric, " + storedUnits},
		{Name: "unpaid", Means: "what was made and is charged only with a video, by metric, " + storedUnits},
		{Name: "stored", Means: "bytes that count as storage"},
		{Name: "corrections", Means: "number of corrections of what is stored"},
		{Name: "parts", Means: "finished parts by scene and kind: file, what it was charged as, frames"},
		{Name: "live", Means: "frames of the parts that are being made"},
		{Name: "warnings", Means: "what went differently from what was asked for"},
		{Name: "failure", Means: "why it ended without a video: code and detail"},
		{Name: "video", Means: "duration in milliseconds, width and height in pixels, size in bytes"},
		{Name: "publishing", Means: "ids of the publications that have the video, until they have ended"},
		{Name: "video_deleted", Means: "whether its files were deleted"},
		{Name: "released", Means: "whether the storage of deleted files was given back"},
		{Name: "created_ms", Means: "milliseconds since 1970"},
		{Name: "admitted", Means: "when this attempt was asked for, milliseconds since 1970"},
		{Name: "started", Means: "when its first step ran, milliseconds since 1970"},
		{Name: "finished", Means: "when it ended, milliseconds since 1970"},
	}
}
