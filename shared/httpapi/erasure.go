package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type closingBody struct {
	Confirm string `json:"confirm"` // the address of the owner who asks
}

type closingAnswer struct {
	ID          string    `json:"id"`
	ErasureID   string    `json:"erasure_id"`
	EffectiveAt time.Time `json:"effective_at"` // until then it can be taken back
	ReceiptURL  string    `json:"receipt_url"`  // shows how it stands to whoever has it; holds no personal data
}

type keepingBody struct {
	Token string `json:"token,omitempty"` // as it was mailed; without it, a session
}

type erasureState struct {
	Status      string     `json:"status"` // none, waiting or running
	ErasureID   *string    `json:"erasure_id"`
	EffectiveAt *time.Time `json:"effective_at"`
}

type receiptAnswer struct {
	ErasureID   string               `json:"erasure_id"`
	Status      erasure.Status       `json:"status"`
	Step        erasure.Step         `json:"step"`
	AskedAt     time.Time            `json:"asked_at"`
	EffectiveAt time.Time            `json:"effective_at"`
	Certificate *erasure.Certificate `json:"certificate"` // null until all is gone
}

// The routes of erasures.
var (
	AccountClose = endpoint[closingBody, closingAnswer](Route{
		Name: "account-close", Method: "DELETE", Pattern: "/api/account", Credentials: Session, Role: auth.Owner, Act: tenant.Close, Tag: "Account",
		Summary: "Have the account erased",
		Description: "All of it: what was made, who belongs to it, what was counted. Nothing changes until effective_at, and until then it can be taken back. " +
			"The session must have begun within the last hour.",
		Rules:  Rules{"confirm": address()},
		Status: http.StatusAccepted, Secret: true,
		Problems: []problem.Code{problem.InvalidInput, problem.SignInAgain, problem.ErasurePending},
	})
	AccountKeep = endpoint[keepingBody, erasureState](Route{
		Name: "account-keep", Method: "POST", Pattern: "/api/account/deletion/cancel", Act: tenant.Close, Tag: "Account",
		Summary:  "Take an asked-for erasure back",
		Problems: []problem.Code{problem.InvalidInput, problem.LinkInvalid, problem.ErasureBegun, problem.NotFound},
	})
	ErasureGet = endpoint[None, erasureState](Route{
		Name: "erasure-get", Method: "GET", Pattern: "/api/account/deletion", Credentials: Session, Tag: "Account",
		Summary: "Whether the account is to be erased, and when",
	})
	ReceiptGet = endpoint[None, receiptAnswer](Route{
		Name: "receipt-get", Method: "GET", Pattern: "/api/erasures/{token}", Act: tenant.Receipt, Tag: "Account",
		Summary: "How an erasure stands, and its certificate",
	})
)
