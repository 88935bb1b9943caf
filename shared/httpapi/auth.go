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

// verifyBody is a mailed token, or the address and the code of the same mail.
type verifyBody struct {
	Token string `json:"token,omitempty"`
	Email string `json:"email,omitempty"`
	Code  string `json:"code,omitempty"` // with the attempt cookie of the browser that asked
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
	MagicLinkRequest = endpoint[linkRequestBody, linkRequestAnswer](Route{
		Name: "magic-link-request", Method: "POST", Pattern: "/api/auth/magic-link/request", Act: tenant.AskLink, Tag: "Sign-in",
		Summary: "Mail a sign-in link and a code",
		Description: "The answer is the same for every address, known or not, and whether or not it gets a mail; 429 says that the caller's " +
			"network address asked too often. The mail carries a link and a code, either of which works once, for 15 minutes; asking again makes " +
			"earlier ones useless. Sets the HttpOnly cookie sign_in_attempt, always a new one: the code works in the browser that holds it alone. " +
			"Addresses are compared in lower case and Unicode NFC; plus-addresses are distinct. next is a path of the app of at most 512 characters " +
			"that begins with one slash.",
		Rules:    Rules{"email": address(), "next": atMost(auth.MaxNext, auth.NextPattern)},
		Status:   http.StatusAccepted,
		Problems: []problem.Code{problem.InvalidInput, problem.MailFailed, problem.MailNotSetUp},
	})
	MagicLinkVerify = endpoint[verifyBody, sessionAnswer](Route{
		Name: "magic-link-verify", Method: "POST", Pattern: "/api/auth/magic-link/verify", Act: tenant.SignIn, Tag: "Sign-in",
		Summary: "Sign in with the token of a mailed link, or with the code beside it",
		Description: "Takes either token, or email and code together with the sign_in_attempt cookie of the request that the code was mailed for. " +
			"A code has six of the characters " + auth.CodeLetters + ", in any case, with or without spaces and dashes. " +
			"After five tries of codes both code and token are dead, and an address has 10 tries over all its mails, one more each 6 minutes; the token works on when they are used up. " +
			"Whatever is wrong, used, expired, from another browser or tried too often gets the same answer. " +
			"Sets the refresh_token cookie. The first sign-in of an address creates its account.",
		Rules: Rules{
			"": {"oneOf": []Rule{
				{"required": []string{"token"}, "properties": Rules{"token": given(), "email": left(), "code": left()}},
				{"required": []string{"email", "code"}, "properties": Rules{"token": left(), "email": given(), "code": given()}},
			}},
			"token": matching(auth.TokenPattern), "email": address(), "code": atMost(auth.MaxTypedCode, auth.CodePattern()),
		},
		Secret:   true,
		Problems: []problem.Code{problem.InvalidInput, problem.LinkInvalid, problem.SessionEnded, problem.Forbidden},
	})
	SessionRefresh = endpoint[None, sessionAnswer](Route{
		Name: "session-refresh", Method: "POST", Pattern: "/api/auth/refresh", Credentials: Cookie, CountsSession: true, Act: manage, Tag: "Sign-in",
		Summary: "Exchange the refresh cookie for an access token",
		Description: "Rotates the refresh_token cookie. Tabs that send the same cookie within 20 seconds get the same successor; " +
			"a cookie that was exchanged earlier ends the session.",
		Secret:   true,
		Problems: []problem.Code{problem.InvalidInput, problem.Unauthenticated, problem.SessionEnded, problem.CrossSite, problem.Forbidden},
	})
	SessionMe = endpoint[None, profileAnswer](Route{
		Name: "session-me", Method: "GET", Pattern: "/api/auth/me", Credentials: Session, Tag: "Sign-in",
		Summary: "Who am I",
	})
	SessionLogout = endpoint[None, None](Route{
		Name: "session-logout", Method: "POST", Pattern: "/api/auth/logout", Credentials: Cookie, Act: manage, Tag: "Sign-in",
		Summary: "End the session",
		Description: "The session and its access tokens are dead at once. Ending an ended session succeeds too; ending all of them needs one that is open, " +
			"and its cookie: one that was exchanged more than 20 seconds ago ends its own session alone.",
		Query:    []Param{{Name: "everywhere", Description: "true ends every session of the user", Values: []string{"true", "false"}}},
		Problems: []problem.Code{problem.InvalidInput, problem.CrossSite, problem.SessionEnded},
	})
	JWKS = endpoint[None, jwksAnswer](Route{
		Name: "jwks-get", Method: "GET", Pattern: "/.well-known/jwks.json", Tag: "Sign-in",
		Summary: "Public keys that verify access tokens",
	})
)

func signInRoutes() []Route {
	return []Route{MagicLinkRequest.Route, MagicLinkVerify.Route, SessionRefresh.Route, SessionMe.Route, SessionLogout.Route, JWKS.Route}
}

// RequestMagicLink serves MagicLinkRequest. Whatever becomes of the mail, the
// attempt cookie is set.
func RequestMagicLink(s *auth.LinkRequester, secureCookies bool) Handler[linkRequestBody, linkRequestAnswer] {
	return func(ctx context.Context, in *Request[linkRequestBody]) (linkRequestAnswer, error) {
		attempt, err := s.Request(ctx, in.Body.Email, in.Body.Next, in.Viewer())
		if attempt != "" { // also when it is not known whether the mail went: it may arrive, with its code
			in.setAttemptCookie(attempt, s.Life, secureCookies)
		}
		if err != nil {
			return linkRequestAnswer{}, err
		}
		return linkRequestAnswer{Message: "If the address can receive mail, a sign-in link is on its way."}, nil
	}
}

// VerifyMagicLink serves MagicLinkVerify.
func VerifyMagicLink(s *auth.Verifier, secureCookies bool) Handler[verifyBody, sessionAnswer] {
	return func(ctx context.Context, in *Request[verifyBody]) (sessionAnswer, error) {
		if err := in.Body.check(); err != nil {
			return sessionAnswer{}, err
		}
		var grant auth.Grant
		var err error
		if in.Body.Token != "" {
			grant, err = s.Verify(ctx, in.Body.Token, in.Visit())
		} else {
			grant, err = s.VerifyCode(ctx, auth.Code{Email: in.Body.Email, Code: in.Body.Code, Attempt: in.attempt()}, in.Visit())
		}
		return granted(&in.Call, grant, secureCookies, err)
	}
}

// check holds a body to exactly one of its two forms.
func (b verifyBody) check() error {
	var bad []problem.Field
	switch {
	case b.Token != "" && (b.Email != "" || b.Code != ""):
		bad = append(bad, problem.Field{Field: "token", Message: "must be alone, or absent beside email and code"})
	case b.Token != "":
	case b.Email == "" && b.Code == "":
		bad = append(bad, problem.Field{Field: "token", Message: "is required, or email and code are"})
	case b.Email == "":
		bad = append(bad, problem.Field{Field: "email", Message: "is required with a code"})
	case b.Code == "":
		bad = append(bad, problem.Field{Field: "code", Message: "is required with an address"})
	}
	if len(bad) > 0 {
		return problem.Invalid(bad...)
	}
	return nil
}

// RefreshSession serves SessionRefresh. It leaves the cookie alone on failure:
// the failing request may be the loser of a race, and the cookie the winner's.
func RefreshSession(s *auth.Refresher, secureCookies bool) Handler[None, sessionAnswer] {
	return func(ctx context.Context, in *Request[None]) (sessionAnswer, error) {
		token := in.Cookie()
		if token == "" {
			return sessionAnswer{}, problem.New(problem.Unauthenticated, "There is no session cookie. Sign in first.")
		}
		grant, rate, err := s.Refresh(ctx, token, in.Visit())
		if err == nil || problem.Is(err, problem.RateLimited) {
			rateHeaders(in.header, "user", s.Rate, rate)
		}
		return granted(&in.Call, grant, secureCookies, err)
	}
}

// Leaver ends the session of a refresh token.
type Leaver interface {
	Leave(ctx context.Context, token string, everywhere bool) error
}

// LogoutSession serves SessionLogout.
func LogoutSession(s Leaver, secureCookies bool) Handler[None, None] {
	return func(ctx context.Context, in *Request[None]) (None, error) {
		if err := s.Leave(ctx, in.Cookie(), in.Query("everywhere") == "true"); err != nil {
			return None{}, err
		}
		in.setRefreshCookie("", -1, secureCookies)
		return None{}, nil
	}
}

// Me serves SessionMe.
func Me(s *auth.Profiles) Handler[None, profileAnswer] {
	return func(ctx context.Context, in *Request[None]) (profileAnswer, error) {
		profile, err := s.Me(ctx, in.Caller)
		return profileOf(profile), err
	}
}

// PublicKeys serves JWKS. A minute is how long a client may miss a new key, and
// how long one is published before it signs.
func PublicKeys(keys *auth.Keys) Handler[None, jwksAnswer] {
	return func(ctx context.Context, in *Request[None]) (jwksAnswer, error) {
		public, err := keys.Public(ctx)
		if err != nil {
			return jwksAnswer{}, err
		}
		in.SetHeader("Cache-Control", "public, max-age=60")
		all := jwksAnswer{Keys: []jwkAnswer{}}
		for _, k := range public {
			all.Keys = append(all.Keys, jwkAnswer(k))
		}
		return all, nil
	}
}

func profileOf(p auth.Profile) profileAnswer {
	return profileAnswer{UserID: p.User, Email: string(p.Email), TenantID: p.Tenant, Role: p.Role, Plan: p.Plan}
}

// granted answers with a session and sets its cookie.
func granted(c *Call, g auth.Grant, secureCookies bool, err error) (sessionAnswer, error) {
	if err != nil {
		return sessionAnswer{}, err
	}
	c.setRefreshCookie(g.Refresh, int(auth.SessionLife/time.Second), secureCookies)
	return sessionAnswer{
		AccessToken: g.Access, TokenType: "Bearer", ExpiresIn: int(g.ExpiresIn / time.Second),
		User: profileOf(g.Profile), Next: g.Next,
	}, nil
}
