package httpapi

import "net/http"

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
