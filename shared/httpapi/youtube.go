package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type channelAnswer struct {
	Connected   bool       `json:"connected"`
	ChannelID   string     `json:"channel_id"` // "" without a connection
	Title       string     `json:"title"`
	ConnectedAt *time.Time `json:"connected_at"`
}

// consentBody is empty to begin, and what Google added to the page's address to
// end it.
type consentBody struct {
	Code  string `json:"code,omitempty"`
	State string `json:"state,omitempty"`
}

type connectAnswer struct {
	URL string `json:"url"` // Google's page; "" once the channel is connected
	channelAnswer
}

type publishBody struct {
	JobID       string `json:"job_id"` // a finished render of the project
	Title       string `json:"title"`
	Description string `json:"description"`
	Privacy     string `json:"privacy"` // private, unlisted or public
}

// The routes of YouTube. All of them need a person, since a person consents, and a
// paid plan, but for the end of a connection, which every plan may have.
var (
	YouTubeConnect = endpoint[consentBody, connectAnswer](Route{
		Name: "youtube-connect", Method: "POST", Pattern: "/api/v1/youtube/connect", Credentials: Session, Feature: tenant.YouTubePublish, Tag: "YouTube",
		Summary: "Connect a channel: a page of Google's, and then what Google sent the person back with", MayBeEmpty: true,
		Description: "Without a body it answers the url of Google's page. Google sends the person back to {APP_URL}/youtube with code and state, " +
			"which that page posts here. A state works once, for ten minutes, and for the person who asked.",
		Problems: []problem.Code{problem.InvalidInput, problem.YouTubeRefused, problem.Unavailable},
	})
	YouTubeGet = endpoint[None, channelAnswer](Route{
		Name: "youtube-get", Method: "GET", Pattern: "/api/v1/youtube", Credentials: Session, Tag: "YouTube",
		Summary: "The channel that is connected",
	})
	YouTubeDisconnect = endpoint[None, None](Route{
		Name: "youtube-disconnect", Method: "DELETE", Pattern: "/api/v1/youtube", Credentials: Session, Tag: "YouTube",
		Summary: "End the connection, and take our access back at Google", Description: "What was published stays. Ending it twice is fine.",
		Problems: []problem.Code{problem.Unavailable},
	})
	ProjectPublish = endpoint[publishBody, jobAnswer](Route{
		Name: "project-publish", Method: "POST", Pattern: "/api/v1/projects/{id}/publish", Credentials: Session, Feature: tenant.YouTubePublish, Tag: "YouTube",
		Summary: "Publish a finished video to the connected channel", Description: "A job of the kind publish: it shows progress, and a retry goes on at the byte where it stopped.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: []problem.Code{problem.InvalidInput, problem.YouTubeNotConnected, problem.Conflict, problem.TooManyJobs, problem.Unavailable},
	})
)
