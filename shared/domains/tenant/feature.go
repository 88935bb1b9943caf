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

// Has reports whether a feature is part of the plan. All of them are part of
// every paid plan.
func (p Plan) Has(Feature) bool { return p == Pro || p == Enterprise }
