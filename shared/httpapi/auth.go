package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

type linkRequestBody struct {
	Email string `json:"email"`
	Next  string `json:"next,omitempty"` // app path to open after the sign-in
}

type linkRequestAnswer struct {
	Message string `json:"message"`
}

type verifyBody struct {
	Token string `json:"token"`
}

type profileAnswer struct {
	UserID   auth.UserID `json:"user_id"`
	Email    string      `json:"email"`
	TenantID tenant.ID   `json:"tenant_id"`
	Role     auth.Role   `json:"role"`
	Plan     tenant.Plan `json:"plan"`
}

type sessionAnswer struct {
	AccessToken string        `json:"access_token"`
	TokenType   string        `json:"token_type"` // always Bearer
	ExpiresIn   int           `json:"expires_in"` // seconds
	User        profileAnswer `json:"user"`
	Next        string        `json:"next,omitempty"` // as asked for with the link
}

type jwkAnswer struct {
	Kty string `json:"kty"`
	Crv string `json:"crv"`
	X   string `json:"x"`
	Kid string `json:"kid"`
	Use string `json:"use"`
	Alg string `json:"alg"`
}

type jwksAnswer struct {
	Keys []jwkAnswer `json:"keys"`
}

// The sign-in routes.
var (
	MagicLinkRequest = Route{
		Name: "magic-link-request", Method: "POST", Pattern: "/api/auth/magic-link/request", Act: tenant.AskLink, Tag: "Sign-in",
		Summary: "Mail a sign-in link",
		Description: "The answer is the same for every address, known or not. The link works once, for 15 minutes; asking again makes " +
			"earlier links useless. Addresses are compared in lower case and Unicode NFC; plus-addresses are distinct.",
		Body: linkRequestBody{}, Status: http.StatusAccepted, Answer: linkRequestAnswer{},
		Problems: []problem.Code{problem.InvalidInput, problem.MailFailed},
	}
	MagicLinkVerify = Route{
		Name: "magic-link-verify", Method: "POST", Pattern: "/api/auth/magic-link/verify", Act: tenant.SignIn, Tag: "Sign-in",
		Summary:     "Sign in with the token of a mailed link",
		Description: "Sets the refresh_token cookie. A wrong, a used and an expired token get the same answer. The first sign-in of an address creates its account.",
		Secret:      true, Body: verifyBody{}, Status: http.StatusOK, Answer: sessionAnswer{},
		Problems: []problem.Code{problem.InvalidInput, problem.LinkInvalid, problem.Forbidden},
	}
	SessionRefresh = Route{
		Name: "session-refresh", Method: "POST", Pattern: "/api/auth/refresh", Credentials: Cookie, CountsSession: true, Tag: "Sign-in",
		Summary: "Exchange the refresh cookie for an access token",
		Description: "Rotates the refresh_token cookie. Tabs that send the same cookie within 20 seconds get the same successor; " +
			"a cookie that was exchanged earlier ends the session.",
		Secret: true, Status: http.StatusOK, Answer: sessionAnswer{},
		Problems: []problem.Code{problem.Unauthenticated, problem.SessionEnded, problem.CrossSite, problem.Forbidden},
	}
	SessionMe = Route{
		Name: "session-me", Method: "GET", Pattern: "/api/auth/me", Credentials: Session, Tag: "Sign-in",
		Summary: "Who am I", Status: http.StatusOK, Answer: profileAnswer{},
	}
	SessionLogout = Route{
		Name: "session-logout", Method: "POST", Pattern: "/api/auth/logout", Credentials: Cookie, Tag: "Sign-in",
		Summary:     "End the session",
		Description: "The session and its access tokens are dead at once. Ending an ended session succeeds too; ending all of them needs one that is open.",
		Query:       []Param{{Name: "everywhere", Description: "true ends every session of the user"}},
		Status:      http.StatusNoContent,
		Problems:    []problem.Code{problem.InvalidInput, problem.CrossSite, problem.SessionEnded},
	}
	JWKS = Route{
		Name: "jwks-get", Method: "GET", Pattern: "/.well-known/jwks.json", Tag: "Sign-in",
		Summary: "Public keys that verify access tokens", Status: http.StatusOK, Answer: jwksAnswer{},
	}
)

// RequestMagicLink serves MagicLinkRequest.
func RequestMagicLink(s *auth.LinkRequester) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
		body, err := decode[linkRequestBody](r)
		if err != nil {
			return err
		}
		if err := s.Request(r.Context(), body.Email, body.Next); err != nil {
			return err
		}
		return answer(w, http.StatusAccepted, linkRequestAnswer{Message: "If the address can receive mail, a sign-in link is on its way."})
	}
}

// VerifyMagicLink serves MagicLinkVerify.
func VerifyMagicLink(s *auth.Verifier, secureCookies bool) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
		body, err := decode[verifyBody](r)
		if err != nil {
			return err
		}
		if body.Token == "" {
			return problem.Invalid(problem.Field{Field: "token", Message: "is required"})
		}
		grant, err := s.Verify(r.Context(), body.Token)
		if err != nil {
			return err
		}
		return answerGrant(w, grant, secureCookies)
	}
}

// RefreshSession serves SessionRefresh. It leaves the cookie alone on failure:
// the failing request may be the loser of a race, and the cookie the winner's.
func RefreshSession(s *auth.Refresher, secureCookies bool) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
		token := refreshCookie(r)
		if token == "" {
			return problem.New(problem.Unauthenticated, "There is no session cookie. Sign in first.")
		}
		grant, rate, err := s.Refresh(r.Context(), token)
		if err == nil || problem.Is(err, problem.RateLimited) {
			rateHeaders(w.Header(), "user", s.Rate, rate)
		}
		if err != nil {
			return err
		}
		return answerGrant(w, grant, secureCookies)
	}
}

// Leaver ends the session of a refresh token.
type Leaver interface {
	Leave(ctx context.Context, token string, everywhere bool) error
}

// LogoutSession serves SessionLogout.
func LogoutSession(s Leaver, secureCookies bool) Handler {
	return func(w http.ResponseWriter, r *http.Request, _ auth.Caller) error {
		everywhere := r.URL.Query().Get("everywhere")
		if everywhere != "" && everywhere != "true" && everywhere != "false" {
			return problem.Invalid(problem.Field{Field: "everywhere", Message: "must be true or false"})
		}
		if err := s.Leave(r.Context(), refreshCookie(r), everywhere == "true"); err != nil {
			return err
		}
		setRefreshCookie(w, "", -1, secureCookies)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
}

// Me serves SessionMe.
func Me(s *auth.Profiles) Handler {
	return func(w http.ResponseWriter, r *http.Request, caller auth.Caller) error {
		profile, err := s.Me(r.Context(), caller)
		if err != nil {
			return err
		}
		return answer(w, http.StatusOK, profileOf(profile))
	}
}

// PublicKeys serves JWKS. Five minutes is how long a client may miss a new key.
func PublicKeys(keys auth.KeySet) Handler {
	return func(w http.ResponseWriter, _ *http.Request, _ auth.Caller) error {
		w.Header().Set("Cache-Control", "public, max-age=300")
		return answer(w, http.StatusOK, keys.Document())
	}
}

func profileOf(p auth.Profile) profileAnswer {
	return profileAnswer{UserID: p.User, Email: string(p.Email), TenantID: p.Tenant, Role: p.Role, Plan: p.Plan}
}

func answerGrant(w http.ResponseWriter, g auth.Grant, secureCookies bool) error {
	setRefreshCookie(w, g.Refresh, int(auth.SessionLife/time.Second), secureCookies)
	return answer(w, http.StatusOK, sessionAnswer{
		AccessToken: g.Access, TokenType: "Bearer", ExpiresIn: int(g.ExpiresIn / time.Second),
		User: profileOf(g.Profile), Next: g.Next,
	})
}
