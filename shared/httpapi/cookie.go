package httpapi

import (
	"net/http"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// refreshCookieName is the cookie of a session. It is host-only (no Domain) and
// goes to the API alone.
const refreshCookieName = "refresh_token"

func refreshCookie(r *http.Request) string {
	c, err := r.Cookie(refreshCookieName)
	if err != nil {
		return ""
	}
	return c.Value
}

// setRefreshCookie sets the cookie for maxAge seconds; a negative maxAge clears it.
func (c *Call) setRefreshCookie(value string, maxAge int, secure bool) {
	cookie := http.Cookie{
		Name: refreshCookieName, Value: value, Path: "/api", MaxAge: maxAge,
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
	c.header.Add("Set-Cookie", cookie.String())
}

// attemptCookieName is the cookie of the browser that asked for a sign-in mail:
// the code in it works with that alone. Nothing but a sign-in by code reads it.
const attemptCookieName = "sign_in_attempt"

// attempt is the value of the attempt cookie; "" when it is absent.
func (c *Call) attempt() string {
	cookie, err := c.http.Cookie(attemptCookieName)
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setAttemptCookie replaces whatever attempt the browser holds.
func (c *Call) setAttemptCookie(a auth.Attempt, life time.Duration, secure bool) {
	cookie := http.Cookie{
		Name: attemptCookieName, Value: string(a), Path: "/api/auth", MaxAge: ceilSeconds(life),
		HttpOnly: true, Secure: secure, SameSite: http.SameSiteStrictMode,
	}
	c.header.Add("Set-Cookie", cookie.String())
}
