package privacy

import "time"

// channelPlaces hold the connection to a channel at YouTube. What was published is
// at YouTube, where the person deletes it.
func channelPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "YOUTUBE", Key: "T#<tenant> / YOUTUBE", Owner: Tenant,
			What: "the YouTube channel that is connected", Why: "to publish videos to it",
			Fields: []Field{
				{Name: "channel", Means: "YouTube's id of the channel", Personal: true},
				{Name: "title", Means: "the channel's name when it was connected", Personal: true},
				{Name: "token", Means: "Google's refresh token, encrypted for this account", Secret: true},
				{Name: "connected", Means: "milliseconds since 1970"},
				{Name: "lapsed", Means: "when Google was found to have ended the access, milliseconds since 1970"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "YTSTATE#", Key: "T#<tenant> / YTSTATE#<hash>", Owner: Person,
			What: "a consent at Google that was asked for and not yet given", Why: "so that nobody else's consent is taken for it",
			Fields: []Field{
				{Name: "user", Means: "id of the user"},
				{Name: "verifier", Means: "proves that who asked exchanges the code", Secret: true},
			},
			Export: Withheld, Withheld: "is on its way, for ten minutes",
			Erasure: ByPartition, Expires: 10 * time.Minute,
		},
	}
}

// publicationFields are those of a job that publishes, beside what it has in
// common with a render.
func publicationFields() []Field {
	return []Field{
		{Name: "kind", Means: "publish; absent of a render"},
		{Name: "render", Means: "id of the job whose video is published"},
		{Name: "description", Means: "text under the video at YouTube", Personal: true},
		{Name: "privacy", Means: "private, unlisted or public"},
		{Name: "size", Means: "bytes of the video"},
		{Name: "channel", Means: "YouTube's id of the channel", Personal: true},
		{Name: "actor", Means: "user:<id> of who asked"},
		{Name: "session", Means: "id of their session"},
		{Name: "sessions_opened", Means: "number of upload sessions"},
		{Name: "upload_address", Means: "address of the latest upload session, encrypted for this account", Secret: true},
		{Name: "sent", Means: "bytes that YouTube has"},
		{Name: "last_sent", Means: "whether the last byte was sent"},
		{Name: "lost", Means: "whether YouTube forgot the upload after that"},
		{Name: "video_id", Means: "YouTube's id of the video"},
	}
}

// youTubeRecord is what YouTube is handed, for the person's own channel.
func youTubeRecord() Place {
	return Place{
		Store: Processor, Kind: "YouTube", Key: "<video>", Owner: Person,
		What: "video, title and description, on their way to the person's own channel", Why: "because the person publishes them",
		Fields: []Field{
			{Name: "title", Means: "title of the video", Personal: true},
			{Name: "description", Means: "text under the video", Personal: true},
			{Name: "content", Means: "the video", Personal: true},
		},
		Export: Withheld, Withheld: "is on the person's own channel; the video itself is exported from here",
		// What was published is the person's at YouTube, and theirs to delete there.
		Erasure: ByExpiry, Expires: 6 * time.Hour,
	}
}
