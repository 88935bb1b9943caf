package publish

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/domains/channel"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

const (
	// PieceSize is how much is sent at a time, in bytes: a multiple of 256 KiB, as
	// YouTube asks of every piece but the last.
	PieceSize = 8 << 20
	// pieceTime is what must be left of a function's time for one more piece.
	pieceTime = 90 * time.Second
	// sessionTries bounds how many sessions one run of the step opens.
	sessionTries = 3
	// askTries is how often a session is asked that refuses to say where it stands.
	// One that refuses each time would do so for good: it is as good as gone.
	askTries = 2
)

// UploadStep sends a video. Each run first asks the session where it stands, so
// that nothing is sent twice; a run that has no time for all of it says that there
// is more.
type UploadStep struct {
	Store       Store
	Connections channel.Store
	Google      channel.Google
	Sealer      channel.Sealer
	Site        Site
	Files       Files
	Piece       int64 // bytes, a multiple of 256 KiB; 0 is PieceSize
	Now         func() time.Time
	Warn        func(context.Context, error) // hears of failures that do not matter to the step
}

// Uploaded is what a run ends with.
type Uploaded struct {
	workflow.Input
	More bool `json:"more"` // the step is to run again
}

// Run may be repeated, also at the same time.
func (s UploadStep) Run(ctx context.Context, in workflow.Input) (Uploaded, error) {
	return workflow.Step(ctx, in, func(ctx context.Context, in workflow.Input) (Uploaded, error) {
		more, err := s.upload(ctx, in)
		if err != nil && !problem.Is(err, problem.Canceled) {
			s.trouble(ctx, in, err)
		}
		return Uploaded{Input: in, More: more}, err
	})
}

func (s UploadStep) upload(ctx context.Context, in workflow.Input) (more bool, err error) {
	now := s.Now()
	job, err := s.Store.Begin(ctx, in, now, now.Add(lease))
	if err != nil || job.VideoID != "" {
		return false, err
	}
	l := &line{UploadStep: s, in: in, job: job}
	if err := l.connect(ctx); err != nil {
		return false, err
	}
	at, err := l.where(ctx)
	for err == nil && at.VideoID == "" {
		if !s.timeForAnother(ctx) {
			return true, nil
		}
		at, err = l.piece(ctx, at.Received)
	}
	if err != nil {
		return false, err
	}
	return false, s.Store.Published(ctx, in, at.VideoID)
}

func (s UploadStep) timeForAnother(ctx context.Context) bool {
	deadline, ok := ctx.Deadline()
	return !ok || deadline.Sub(s.Now()) > pieceTime
}

// line is one run's way to YouTube.
type line struct {
	UploadStep
	in      workflow.Input
	job     Job
	sealed  string // Google's refresh token as it is stored
	refresh string
	access  string
	session string
	opened  int // sessions
}

func (l *line) connect(ctx context.Context) error {
	connection, err := l.Connections.Connection(ctx, l.in.TenantID)
	switch {
	case err != nil:
		return err
	case !connection.Connected():
		return channel.Lapsed(errors.New("no channel is connected"))
	case connection.ChannelID != l.job.ChannelID:
		return &problem.Error{Code: problem.YouTubeNotConnected, Detail: "Another channel is connected now than the one that this video was for.", Final: true}
	}
	l.sealed = connection.Token
	if l.refresh, err = l.Sealer.Open(ctx, l.in.TenantID, connection.Token); err != nil {
		return err
	}
	return l.renew(ctx)
}

// renew gets another access token.
func (l *line) renew(ctx context.Context) (err error) {
	l.access, err = l.Google.Refresh(ctx, l.refresh)
	if problem.Is(err, problem.YouTubeNotConnected) {
		l.lapse(ctx)
	}
	return err
}

// lapse notes that Google has ended the access, so that the person is shown it and
// nothing more is begun with it.
func (l *line) lapse(ctx context.Context) {
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), workflow.Margin)
	defer done()
	if err := l.Connections.Lapse(ctx, l.in.TenantID, l.sealed, l.Now()); err != nil {
		l.Warn(ctx, fmt.Errorf("note a lapsed connection: %w", err))
	}
}

// authorised does what needs an access token, with a fresh one when it was refused.
func (l *line) authorised(ctx context.Context, do func(access string) error) error {
	err := do(l.access)
	if !errors.Is(err, ErrAccess) {
		return err
	}
	if err = l.renew(ctx); err != nil {
		return err
	}
	if err = do(l.access); errors.Is(err, ErrAccess) {
		l.lapse(ctx)
		return channel.Lapsed(err)
	}
	return err
}

// where asks the job's session where it stands, or opens its first one.
func (l *line) where(ctx context.Context) (Standing, error) {
	if l.job.Upload.Address == "" {
		return l.open(ctx)
	}
	var at Standing
	var err error
	if l.session, err = l.Sealer.Open(ctx, l.in.TenantID, l.job.Upload.Address); err != nil {
		return at, err
	}
	for range askTries {
		err = l.authorised(ctx, func(access string) error {
			at, err = l.Site.Ask(ctx, access, l.session, l.job.Size)
			return err
		})
		if !errors.Is(err, ErrSessionRefused) {
			break
		}
	}
	if errors.Is(err, ErrSessionGone) || errors.Is(err, ErrSessionRefused) {
		return l.gone(ctx)
	}
	return at, err
}

// open begins a session and stores it before anything is sent to it. One that is
// not stored gets nothing, and no video comes of it.
func (l *line) open(ctx context.Context) (Standing, error) {
	if l.opened++; l.opened > sessionTries {
		return Standing{}, passing("YouTube forgets the uploads that are begun.", nil)
	}
	err := l.authorised(ctx, func(access string) (err error) {
		l.session, err = l.Site.Open(ctx, access, Details{l.job.Title, l.job.Description, l.job.Privacy}, l.job.Size)
		return err
	})
	if err != nil {
		return Standing{}, err
	}
	next := Upload{Session: l.job.Upload.Session + 1}
	if next.Address, err = l.Sealer.Seal(ctx, l.in.TenantID, l.session); err != nil {
		return Standing{}, err
	}
	err = l.Store.Opened(ctx, l.in, next)
	if errors.Is(err, ErrChanged) {
		return Standing{}, passing("The upload is being begun by another run.", err)
	}
	l.job.Upload = next
	return Standing{}, err
}

// gone deals with a session that YouTube does not know any more. As long as it was
// not sent the last byte there is no video, and another session may begin.
func (l *line) gone(ctx context.Context) (Standing, error) {
	if l.job.Upload.Last {
		return Standing{}, lost()
	}
	return l.open(ctx)
}

// errForgotten: only the channel itself can say whether there is a video.
var errForgotten = errors.New("publish: a session that was sent the last byte is gone")

func lost() error {
	return &problem.Error{
		Code: problem.PublishFailed, Final: true, Cause: errForgotten,
		Detail: "YouTube got the whole video and then forgot the upload, so that we cannot know whether it was published. " +
			"Look at your channel first. Retry only if the video is not there: a retry sends it anew.",
	}
}

// piece sends what follows from an offset.
func (l *line) piece(ctx context.Context, from int64) (Standing, error) {
	var at Standing
	count := min(cmp.Or(l.Piece, PieceSize), l.job.Size-from)
	if count <= 0 {
		return at, passing("YouTube has all of the video and has not made one of it yet.", nil)
	}
	data, err := l.Files.Range(ctx, l.in.TenantID, render.VideoObject(l.job.RenderID), from, count)
	if problem.Is(err, problem.NotFound) {
		err = &problem.Error{Code: problem.PublishFailed, Detail: "The video was deleted while it was being sent.", Final: true, Cause: err}
	}
	if err != nil {
		return at, err
	}
	if last := from+count == l.job.Size; last && !l.job.Upload.Last {
		err = l.Store.Last(ctx, l.in, l.job.Upload.Session, l.Now().Add(lease))
		if errors.Is(err, ErrChanged) {
			err = passing("The upload is being begun anew by another run.", err)
		}
		if err != nil {
			return at, err
		}
		l.job.Upload.Last = true
	}
	err = l.authorised(ctx, func(access string) error {
		at, err = l.Site.Send(ctx, access, l.session, from, data, l.job.Size)
		return err
	})
	switch {
	case errors.Is(err, ErrSessionGone):
		return l.gone(ctx)
	case err != nil || at.VideoID != "":
		return at, err
	case at.Received <= from:
		return at, passing("YouTube takes nothing right now.", nil)
	}
	return at, l.Store.Sent(ctx, l.in, at.Received, l.Now().Add(lease))
}

// passing is worth another try, which begins by asking the session.
func passing(detail string, cause error) error {
	return problem.Wrap(problem.Unavailable, detail, cause)
}

// trouble notes on the job what the step failed with. It becomes the job's failure
// only when the state machine gives up.
func (s UploadStep) trouble(ctx context.Context, in workflow.Input, err error) {
	p := problem.From(err)
	ctx, done := context.WithTimeout(context.WithoutCancel(ctx), workflow.Margin)
	defer done()
	err = s.Store.Trouble(ctx, in, render.Failure{Code: p.Code, Detail: p.Detail}, errors.Is(err, errForgotten))
	if err != nil && !problem.Is(err, problem.Canceled) {
		s.Warn(ctx, fmt.Errorf("note trouble: %w", err))
	}
}
