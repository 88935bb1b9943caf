package httpapi

import (
	"context"
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

// receiptAnswer names nobody: ids alone.
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
			"The session must have begun within the last hour, and confirm is the address that it signed in with. Everybody who belongs to the account is told " +
			"by mail, with a link that takes it back. At effective_at sessions and keys end, and what runs is stopped, an export or a video included; a paid " +
			"subscription ends at once and is not refunded; the access to a YouTube channel is given back, and videos that were published there stay there. " +
			"receipt_url shows how it stands, and at the end the certificate, for 30 days; whoever has it may see it, and it names nobody.",
		Rules:   Rules{"confirm": address()},
		Timeout: 29,
		Status:  http.StatusAccepted, Secret: true,
		Problems: []problem.Code{problem.InvalidInput, problem.SignInAgain, problem.ErasurePending},
	})
	AccountKeep = endpoint[keepingBody, erasureState](Route{
		Name: "account-keep", Method: "POST", Pattern: "/api/account/deletion/cancel", Credentials: Session | Optional, Role: auth.Owner, Act: tenant.Close, Tag: "Account",
		Summary: "Take an asked-for erasure back",
		Description: "By the session of an owner, or by the token that every member of the account was mailed, which needs no session and counts whoever " +
			"sends it. Where nothing was asked for, an owner is answered that there is nothing. The token works once.",
		Rules: Rules{"token": matching(auth.TokenPattern)}, MayBeEmpty: true, Timeout: 29,
		Problems: []problem.Code{problem.LinkInvalid, problem.ErasureBegun},
	})
	ErasureGet = endpoint[None, erasureState](Route{
		Name: "erasure-get", Method: "GET", Pattern: "/api/account/deletion", Credentials: Session, Tag: "Account",
		Summary: "Whether the account is to be erased, and when",
	})
	ReceiptGet = endpoint[None, receiptAnswer](Route{
		Name: "receipt-get", Method: "GET", Pattern: "/api/erasures/{token}", Act: tenant.Receipt, Tag: "Account",
		Summary:     "How an erasure stands, and its certificate",
		Description: "For whoever has the receipt's address. It names nobody. A browser gets a page.",
		Shown:       true, ID: matching(auth.TokenPattern),
	})
)

func erasureRoutes() []Route {
	return []Route{AccountClose.Route, AccountKeep.Route, ErasureGet.Route, ReceiptGet.Route}
}

func showErasure(e erasure.Erasure) erasureState {
	if e.ID == "" {
		return erasureState{Status: "none"}
	}
	return erasureState{Status: string(e.Status), ErasureID: &e.ID, EffectiveAt: &e.EffectiveAt}
}

// CloseAccount serves AccountClose.
func CloseAccount(s *erasure.Closer) Handler[closingBody, closingAnswer] {
	return func(ctx context.Context, in *Request[closingBody]) (closingAnswer, error) {
		asked, err := s.Ask(ctx, in.Caller, in.Body.Confirm)
		return closingAnswer{ID: asked.ID, ErasureID: asked.ID, EffectiveAt: asked.EffectiveAt, ReceiptURL: asked.ReceiptURL}, err
	}
}

// KeepAccount serves AccountKeep.
func KeepAccount(s *erasure.Closer) Handler[keepingBody, erasureState] {
	return func(ctx context.Context, in *Request[keepingBody]) (erasureState, error) {
		if in.Body.Token == "" {
			if err := in.Proved(); err != nil {
				return erasureState{}, err
			}
		}
		return showErasure(erasure.Erasure{}), s.Keep(ctx, in.Caller, in.Body.Token)
	}
}

// GetErasure serves ErasureGet.
func GetErasure(s *erasure.Closer) Handler[None, erasureState] {
	return func(ctx context.Context, in *Request[None]) (erasureState, error) {
		found, err := s.Show(ctx, in.Caller.Tenant)
		return showErasure(found), err
	}
}

// GetReceipt serves ReceiptGet.
func GetReceipt(s *erasure.Receipts) Handler[None, receiptAnswer] {
	return func(ctx context.Context, in *Request[None]) (receiptAnswer, error) {
		r, err := s.Show(ctx, in.Path("token"))
		return receiptAnswer{
			ErasureID: r.Erasure, Status: r.Status, Step: r.Step, AskedAt: r.AskedAt, EffectiveAt: r.EffectiveAt, Certificate: r.Certificate,
		}, err
	}
}
