package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/export"
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
		Summary: "How an export stands, and a link to it", Description: "The link is made by this call, and works for 15 minutes.",
	})
)
