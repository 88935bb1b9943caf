package youtube

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/publish"
)

const videoType = "video/mp4"

// The resumable upload's own meaning of 308: more is to come.
const resumeIncomplete = 308

// Open implements publish.Site.
func (c *Client) Open(ctx context.Context, access string, d publish.Details, size int64) (string, error) {
	type snippet struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	}
	type status struct {
		Privacy publish.Privacy `json:"privacyStatus"`
		ForKids bool            `json:"selfDeclaredMadeForKids"`
	}
	body, err := json.Marshal(struct {
		Snippet snippet `json:"snippet"`
		Status  status  `json:"status"`
	}{snippet{d.Title, d.Description}, status{Privacy: d.Privacy}})
	if err != nil {
		return "", fmt.Errorf("encode video: %w", err)
	}
	header := bearer(access)
	header.Set("Content-Type", "application/json; charset=UTF-8")
	header.Set("X-Upload-Content-Type", videoType)
	header.Set("X-Upload-Content-Length", strconv.FormatInt(size, 10))
	a, err := c.do(ctx, callTimeout, http.MethodPost, c.at(apis, "/upload/youtube/v3/videos?uploadType=resumable&part=snippet,status"), bytes.NewReader(body), header)
	if err != nil {
		return "", err
	}
	session := a.header.Get("Location")
	switch {
	case a.status != http.StatusOK:
		return "", a.refused()
	case !c.isOurs(session):
		return "", unavailable(errors.New("google named no session"))
	}
	return session, nil
}

// isOurs reports whether a session's address is Google's, or the stand-in's: the
// access token goes along with what is sent there.
func (c *Client) isOurs(session string) bool {
	got, err := url.Parse(session)
	if err != nil {
		return false
	}
	if c.Base != "" {
		own, err := url.Parse(c.Base)
		return err == nil && got.Scheme == own.Scheme && got.Host == own.Host
	}
	host := got.Hostname()
	return got.Scheme == "https" && got.User == nil && (strings.HasSuffix(host, ".googleapis.com") || strings.HasSuffix(host, ".google.com"))
}

// Ask implements publish.Site.
func (c *Client) Ask(ctx context.Context, access, session string, size int64) (publish.Standing, error) {
	header := bearer(access)
	header.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
	a, err := c.do(ctx, callTimeout, http.MethodPut, session, nil, header)
	if err != nil {
		return publish.Standing{}, err
	}
	return a.standing()
}

// Send implements publish.Site.
func (c *Client) Send(ctx context.Context, access, session string, from int64, piece []byte, size int64) (publish.Standing, error) {
	header := bearer(access)
	header.Set("Content-Type", videoType)
	header.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, from+int64(len(piece))-1, size))
	a, err := c.do(ctx, sendTimeout, http.MethodPut, session, bytes.NewReader(piece), header)
	if err != nil {
		return publish.Standing{}, err
	}
	return a.standing()
}

// standing reads what a session answers.
func (a answer) standing() (publish.Standing, error) {
	var none publish.Standing
	switch a.status {
	case http.StatusOK, http.StatusCreated:
		var video struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(a.body, &video); err != nil || video.ID == "" {
			return none, unavailable(errors.New("google named no video"))
		}
		return publish.Standing{VideoID: video.ID}, nil
	case resumeIncomplete:
		return received(a.header.Get("Range"))
	case http.StatusNotFound, http.StatusGone:
		return none, publish.ErrSessionGone
	}
	err := a.refused()
	if !a.definite() {
		return none, err
	}
	if a.status == http.StatusBadRequest {
		// Of a piece: it does not follow what is there, and asking tells where to go on.
		err = unavailable(a.unexpected())
	}
	return none, fmt.Errorf("%w: %w", publish.ErrSessionRefused, err)
}

// definite reports whether an answer is about the session itself: not about the
// token, nor about how much or how fast is sent.
func (a answer) definite() bool {
	switch reason, _ := a.complaint(); reason {
	case "rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded", "uploadLimitExceeded":
		return false
	}
	switch a.status {
	case http.StatusUnauthorized, http.StatusRequestTimeout, http.StatusTooManyRequests:
		return false
	}
	return a.status >= http.StatusBadRequest && a.status < http.StatusInternalServerError
}

// received reads the Range of a 308: "bytes=0-N", or nothing as long as nothing
// has arrived.
func received(span string) (publish.Standing, error) {
	if span == "" {
		return publish.Standing{}, nil
	}
	last, ok := strings.CutPrefix(span, "bytes=0-")
	n, err := strconv.ParseInt(last, 10, 64)
	if !ok || err != nil || n < 0 || n == math.MaxInt64 { // one byte more is no number
		return publish.Standing{}, unavailable(errors.New("google named no range"))
	}
	return publish.Standing{Received: n + 1}, nil
}

// refused tells what may pass from what would be said again.
func (a answer) refused() error {
	reason, message := a.complaint()
	switch {
	case a.status == http.StatusUnauthorized && reason == "youtubeSignupRequired":
		return rejected("The Google account has no YouTube channel.")
	case a.status == http.StatusUnauthorized:
		return publish.ErrAccess
	case a.status >= http.StatusInternalServerError, a.status == http.StatusTooManyRequests, a.status == http.StatusRequestTimeout,
		reason == "rateLimitExceeded", reason == "userRateLimitExceeded":
		return unavailable(a.unexpected())
	case reason == "quotaExceeded", reason == "dailyLimitExceeded":
		return rejected("YouTube takes no more from this installation today. Retry tomorrow.")
	case reason == "uploadLimitExceeded":
		return rejected("YouTube takes no more videos for this channel today. Retry tomorrow.")
	case message != "":
		return rejected("YouTube did not take the video: " + message)
	}
	return rejected(fmt.Sprintf("YouTube did not take the video (status %d).", a.status))
}

// maxSaid bounds what is repeated of YouTube's words, in bytes.
const maxSaid = 400

// rejected would be said again: a retry is the person's to decide.
func rejected(detail string) error {
	if len(detail) > maxSaid {
		detail = strings.ToValidUTF8(detail[:maxSaid], "") + "…"
	}
	return &problem.Error{Code: problem.PublishFailed, Detail: detail, Final: true}
}
