package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/plaintext"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type channelAnswer struct {
	SetUp       bool       `json:"set_up"` // whether this installation publishes to YouTube at all
	Connected   bool       `json:"connected"`
	ChannelID   string     `json:"channel_id"` // "" without a connection; there, not connected, when Google has ended the access
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
	Description string `json:"description,omitempty"`
	Privacy     string `json:"privacy"` // private, unlisted or public
}

// The routes of YouTube. Connecting needs a person, who consents; the others take
// keys too. Connecting and publishing need a paid plan.
var (
	YouTubeConnect = endpoint[consentBody, connectAnswer](Route{
		Rules: Rules{
			"code": sentByGoogle(), "state": sentByGoogle(),
			"": {"anyOf": []Rule{ // a code comes with its state
				{"properties": Rules{"code": left()}},
				{"required": []string{"state"}, "properties": Rules{"state": given()}},
			}},
		},
		Secret: true,
		Name:   "youtube-connect", Method: "POST", Pattern: "/api/v1/youtube/connect", Credentials: Session, Feature: tenant.YouTubePublish, Tag: "YouTube",
		Summary: "Connect a channel: a page of Google's, and then what Google sent the person back with", MayBeEmpty: true,
		Description: "Without a body it answers the url of Google's page. Google sends the person back to {APP_URL}/youtube with code and state, " +
			"which that page posts here. A state works once, for ten minutes, and for the person who asked.",
		Problems: []problem.Code{problem.InvalidInput, problem.YouTubeRefused, problem.YouTubeNotSetUp, problem.Unavailable},
	})
	YouTubeGet = endpoint[None, channelAnswer](Route{
		Name: "youtube-get", Method: "GET", Pattern: "/api/v1/youtube", Credentials: Session | Key, Tag: "YouTube",
		Summary: "The channel that is connected", Description: "Where set_up is false, this installation does not publish to YouTube, and no channel can be connected.",
	})
	YouTubeDisconnect = endpoint[None, None](Route{
		Name: "youtube-disconnect", Method: "DELETE", Pattern: "/api/v1/youtube", Credentials: Session | Key, Tag: "YouTube",
		Summary: "End the connection, and take our access back at Google", Description: "What was published stays. Ending it twice is fine.",
		Problems: []problem.Code{problem.Unavailable},
	})
	ProjectPublish = endpoint[publishBody, jobAnswer](Route{
		Rules: Rules{
			"job_id": anID(), "title": youTubeText(publish.TitleRule()), "description": youTubeDescription(),
			"privacy": oneOf(publish.Privacies()...),
		},
		Name: "project-publish", Method: "POST", Pattern: "/api/v1/projects/{id}/publish", Credentials: Session | Key, Feature: tenant.YouTubePublish, Tag: "YouTube",
		Summary: "Publish a finished video to the connected channel", Description: "A job of the kind publish: it shows progress, and a retry goes on at the byte where it stopped. " +
			"One job at a time has a video: 409 while one runs, or has failed where nobody knows whether the video is there.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: []problem.Code{problem.InvalidInput, problem.YouTubeNotConnected, problem.Conflict, problem.TooManyJobs, problem.Unavailable},
	})
)

func youTubeRoutes() []Route {
	return []Route{YouTubeConnect.Route, YouTubeGet.Route, YouTubeDisconnect.Route, ProjectPublish.Route}
}

// sentByGoogle is what the person is sent back with.
func sentByGoogle() Rule { return Rule{"maxLength": channel.MaxSent} }

// youTubeText is plain text, and what YouTube refuses beside that.
func youTubeText(r plaintext.Rule) Rule {
	rule := plain(r)
	rule["not"] = map[string]any{"pattern": "[<>]"}
	return rule
}

// youTubeDescription is counted in bytes by YouTube, which a schema cannot say but
// in words.
func youTubeDescription() Rule {
	rule := youTubeText(publish.DescriptionRule())
	rule["description"] = fmt.Sprintf("At most %d bytes of UTF-8, as YouTube counts, in Unicode NFC, without the space around it", publish.MaxDescription)
	return rule
}

func channelOf(c channel.Connection, setUp bool) channelAnswer {
	return channelAnswer{SetUp: setUp, Connected: c.Connected(), ChannelID: c.ChannelID, Title: c.Title, ConnectedAt: when(c.ConnectedAt)}
}

// ConnectYouTube serves YouTubeConnect. What it answers without an error is from an
// installation that publishes.
func ConnectYouTube(c channel.Connector) Handler[consentBody, connectAnswer] {
	return func(ctx context.Context, in *Request[consentBody]) (connectAnswer, error) {
		if in.Body == (consentBody{}) {
			page, err := c.Begin(ctx, in.Caller)
			return connectAnswer{URL: page, channelAnswer: channelOf(channel.Connection{}, true)}, err
		}
		connection, err := c.Finish(ctx, in.Caller, in.Body.Code, in.Body.State)
		return connectAnswer{channelAnswer: channelOf(connection, true)}, err
	}
}

// GetYouTube serves YouTubeGet. setUp is whether there is a client at Google, without
// which a connection cannot be made, and one from before is good for nothing.
func GetYouTube(c channel.Connector, setUp bool) Handler[None, channelAnswer] {
	return func(ctx context.Context, in *Request[None]) (channelAnswer, error) {
		connection, err := c.Get(ctx, in.Caller.Tenant)
		return channelOf(connection, setUp), err
	}
}

// DisconnectYouTube serves YouTubeDisconnect.
func DisconnectYouTube(c channel.Connector) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		return None{}, c.End(ctx, in.Caller)
	}
}

// Publish serves ProjectPublish. A repeated request is answered with the job that
// the first one made.
func (h Jobs) Publish(s publish.Starter) Handler[publishBody, jobAnswer] {
	accepted := func(c *Call, j publish.Job, err error) (jobAnswer, error) {
		return h.accepted(c, publish.Shown{Publication: &j}, err)
	}
	return repeatable(func(ctx context.Context, in *Request[publishBody], claim idempotency.Claim) (jobAnswer, error) {
		draft := publish.Draft{
			RenderID: in.Body.JobID, Title: in.Body.Title, Description: in.Body.Description, Privacy: publish.Privacy(in.Body.Privacy),
		}
		j, err := s.Publish(ctx, in.Caller, in.Path("id"), draft, claim)
		return accepted(&in.Call, j, err)
	}, func(ctx context.Context, in *Request[publishBody], id string) (jobAnswer, error) {
		j, err := s.Admitted(ctx, in.Caller.Tenant, id)
		return accepted(&in.Call, j, err)
	})
}

// publication shows a publication.
func (h Jobs) publication(j publish.Job) jobAnswer {
	step, percent := j.Progress()
	a := jobAnswer{
		ID: j.ID, JobID: j.ID, Kind: publish.Publishes, ProjectID: j.ProjectID, Title: j.Title, Status: j.Status, Step: step, Progress: percent,
		Attempt: j.Attempt, Resolution: j.Resolution, Aspect: j.Aspect, Warnings: []render.Warning{},
		Error: h.problemOf(j.ID, j.Status, j.Failure), CreatedAt: j.CreatedAt, StartedAt: when(j.StartedAt), FinishedAt: when(j.FinishedAt),
		Published: &publishedAnswer{RenderID: j.RenderID, Privacy: string(j.Privacy), Sent: j.Upload.Sent, Lost: j.Upload.Lost, Size: j.Size},
	}
	if j.VideoID != "" {
		a.Published.VideoID, a.Published.URL = j.VideoID, publish.VideoPage(j.VideoID)
	}
	return a
}
