package tenant

// Feature is something that not every plan has.
type Feature string

// The features, by the names under which refusals and the API's documentation
// know them.
const (
	UHDRender      Feature = "render_4k"
	YouTubePublish Feature = "youtube_publish"
	Members        Feature = "members"
)

// Features lists every feature.
func Features() []Feature { return []Feature{UHDRender, YouTubePublish, Members} }
