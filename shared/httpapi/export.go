package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/domains/problem"
)

type exportAnswer struct {
	ID             string        `json:"id"`
	ExportID       string        `json:"export_id"`
	Status         export.Status `json:"status"`
	Step           export.Step   `json:"step"`
	Progress       float64       `json:"progress"`        // from 0 to 1
	Size           *int64        `json:"size"`            // bytes; null until it is made
	ManifestSHA256 *string       `json:"manifest_sha256"` // hex, of manifest.json in the archive; null until it is made
	DownloadURL    *string       `json:"download_url"`    // good for 15 minutes; null in a list, until it is made, and once it has gone
	CreatedAt      time.Time     `json:"created_at"`
	ExpiresAt      *time.Time    `json:"expires_at"` // when the archive goes; null until it is made
	Error          *jobProblem   `json:"error"`      // why it failed; null unless it did
}

// The routes of exports.
var (
	ExportStart = endpoint[None, exportAnswer](Route{
		Name: "export-start", Method: "POST", Pattern: "/api/account/export", Credentials: Session, Role: auth.Owner, Tag: "Account",
		Summary: "Export all data of the account",
		Description: "Makes one ZIP of everything that belongs to the account, with a manifest, and mails the owner when it is ready. It is kept for 7 days. " +
			"One at a time.",
		Idempotent: true, Status: http.StatusAccepted,
		Problems: []problem.Code{problem.ExportRunning},
	})
	ExportList = endpoint[None, Page[exportAnswer]](Route{
		Name: "export-list", Method: "GET", Pattern: "/api/account/exports", Credentials: Session, Role: auth.Owner, Paged: true, Tag: "Account",
		Summary: "Exports of the account", Description: "The newest first.",
	})
	ExportGet = endpoint[None, exportAnswer](Route{
		Name: "export-get", Method: "GET", Pattern: "/api/account/exports/{id}", Credentials: Session, Role: auth.Owner, Tag: "Account",
		Summary: "How an export stands, and a link to it", Description: "The link is made by this call, and works for 15 minutes. " + askAgain,
	})
)

func exportRoutes() []Route { return []Route{ExportStart.Route, ExportList.Route, ExportGet.Route} }

// Exports shows exports; AppURL is for the pages of problems.
type Exports struct{ AppURL string }

func (h Exports) show(s export.Shown) exportAnswer {
	a := exportAnswer{
		ID: s.ID, ExportID: s.ID, Status: s.Status, Step: s.Step, Progress: s.Progress(), CreatedAt: s.CreatedAt, ExpiresAt: when(s.ExpiresAt),
	}
	if s.Status == export.Succeeded {
		a.Size, a.ManifestSHA256 = &s.Size, &s.Manifest
	}
	if s.Link != "" {
		a.DownloadURL = &s.Link
	}
	if s.Failure != "" {
		code := problem.Code(s.Failure)
		a.Error = &jobProblem{
			Type: h.AppURL + "/api/docs#" + s.Failure, Title: problem.Title(code), Status: problem.Status(code), Code: code,
			Detail: "The export could not be made. Ask for another one.", Instance: "urn:export:" + s.ID,
		}
	}
	return a
}

// Start serves ExportStart.
func (h Exports) Start(s export.Service) Handler[None, exportAnswer] {
	accepted := func(in *Request[None], e export.Export, err error) (exportAnswer, error) {
		if err != nil {
			return exportAnswer{}, err
		}
		in.SetHeader("Location", "/api/account/exports/"+e.ID)
		return h.show(export.Shown{Export: e}), nil
	}
	return repeatable(func(ctx context.Context, in *Request[None], claim idempotency.Claim) (exportAnswer, error) {
		e, err := s.Start(ctx, in.Caller, claim)
		return accepted(in, e, err)
	}, func(ctx context.Context, in *Request[None], id string) (exportAnswer, error) {
		e, err := s.Admitted(ctx, in.Caller.Tenant, id)
		return accepted(in, e, err)
	})
}

// List serves ExportList.
func (h Exports) List(s export.Service) Handler[None, Page[exportAnswer]] {
	return pages(func(ctx context.Context, in *Request[None]) ([]export.Shown, string, error) {
		return s.List(ctx, in.Caller.Tenant, in.Limit, in.After)
	}, h.show)
}

// Get serves ExportGet.
func (h Exports) Get(s export.Service) Handler[None, exportAnswer] {
	return func(ctx context.Context, in *Request[None]) (exportAnswer, error) {
		shown, err := s.Get(ctx, in.Caller.Tenant, in.Path("id"))
		if err != nil {
			return exportAnswer{}, err
		}
		return h.show(shown), nil
	}
}
