package youtube

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

// refreshPrefix begins every refresh token. One that is not known is good all the
// same: the stand-in forgets everything at its end, the product does not.
const refreshPrefix = "1//standin-"

// page is written without a script, so that every browser and test can use it.
func page() *template.Template {
	return template.Must(template.New("consent").Parse(`<!doctype html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>Choose what to share</title>
<body style="font:16px system-ui;max-width:30rem;margin:3rem auto;padding:0 1rem">
<h1>DevotionalAI wants to use your YouTube channel</h1>
<p>This page stands in for Google's on this machine. The channel is called <strong>{{.Title}}</strong>.</p>
<ul><li>Upload videos</li><li>See which channel it is</li></ul>
<form method="post"><input type="hidden" name="query" value="{{.Query}}">
<button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></form>`))
}

// consent shows the page, if the request is one that Google would show it for.
func (s *Site) consent(w http.ResponseWriter, r *http.Request) {
	if wrong := s.wrong(r.URL.Query()); wrong != "" {
		http.Error(w, "Error 400: "+wrong, http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page().Execute(w, map[string]string{"Title": s.Title, "Query": r.URL.RawQuery}) // nobody is left to tell when this fails
}

func (s *Site) wrong(q url.Values) string {
	switch {
	case q.Get("client_id") != s.ClientID:
		return "invalid_client"
	case s.RedirectURI != "" && q.Get("redirect_uri") != s.RedirectURI:
		return "redirect_uri_mismatch"
	case q.Get("response_type") != "code", q.Get("scope") == "", q.Get("redirect_uri") == "":
		return "invalid_request"
	case q.Get("code_challenge") == "" || q.Get("code_challenge_method") != "S256":
		return "invalid_request: PKCE with S256 is required"
	}
	return ""
}

// decide plays the person: they go back with a code, or with an error.
func (s *Site) decide(w http.ResponseWriter, r *http.Request) {
	asked, err := url.ParseQuery(r.FormValue("query"))
	if err != nil || s.wrong(asked) != "" {
		http.Error(w, "Error 400: invalid_request", http.StatusBadRequest)
		return
	}
	back := url.Values{"state": {asked.Get("state")}, "error": {"access_denied"}}
	if r.FormValue("decision") == "allow" {
		back = url.Values{"state": {asked.Get("state")}, "code": {s.Allow(asked)}, "scope": {asked.Get("scope")}}
	}
	http.Redirect(w, r, asked.Get("redirect_uri")+"?"+back.Encode(), http.StatusSeeOther)
}

// Allow agrees to what the query of a consent page asks for, and answers the code.
func (s *Site) Allow(q url.Values) (code string) {
	code = "4/" + rand.Text()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.codes[code] = asked{redirect: q.Get("redirect_uri"), challenge: q.Get("code_challenge"), scope: q.Get("scope")}
	return code
}

func (s *Site) token(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("client_id") != s.ClientID || subtle.ConstantTimeCompare([]byte(r.FormValue("client_secret")), []byte(s.ClientSecret)) != 1 {
		refuse(w, http.StatusUnauthorized, "invalid_client")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.FormValue("grant_type") {
	case "authorization_code":
		s.exchange(w, r)
	case "refresh_token":
		refresh := r.FormValue("refresh_token")
		if !strings.HasPrefix(refresh, refreshPrefix) || s.ended[refresh] {
			refuse(w, http.StatusBadRequest, "invalid_grant")
			return
		}
		answer(w, http.StatusOK, map[string]any{"access_token": s.newAccess(refresh), "expires_in": 3599, "token_type": "Bearer"})
	default:
		refuse(w, http.StatusBadRequest, "unsupported_grant_type")
	}
}

// exchange gives tokens for a code, once, to who holds the verifier.
func (s *Site) exchange(w http.ResponseWriter, r *http.Request) {
	code := r.FormValue("code")
	given, known := s.codes[code]
	delete(s.codes, code)
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || given.redirect != r.FormValue("redirect_uri") || given.challenge != base64.RawURLEncoding.EncodeToString(sum[:]) {
		refuse(w, http.StatusBadRequest, "invalid_grant")
		return
	}
	refresh := refreshPrefix + rand.Text()
	s.owners[refresh] = s.Account
	answer(w, http.StatusOK, map[string]any{
		"access_token": s.newAccess(refresh), "refresh_token": refresh, "expires_in": 3599, "scope": given.scope, "token_type": "Bearer",
	})
}

func (s *Site) newAccess(refresh string) string {
	access := "ya29." + rand.Text()
	s.access[access] = refresh
	return access
}

func (s *Site) revoke(w http.ResponseWriter, r *http.Request) {
	token := r.FormValue("token")
	s.mu.Lock()
	defer s.mu.Unlock()
	if !strings.HasPrefix(token, refreshPrefix) || s.ended[token] {
		refuse(w, http.StatusBadRequest, "invalid_token")
		return
	}
	s.ended[token] = true
	for other, owner := range s.owners {
		if owner == s.owners[token] { // as Google does: it is the grant that ends
			s.ended[other] = true
		}
	}
	for access, refresh := range s.access {
		if s.ended[refresh] {
			delete(s.access, access)
		}
	}
	answer(w, http.StatusOK, struct{}{})
}

// Revoked is how many refresh tokens have ended.
func (s *Site) Revoked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.ended)
}

// admitted reports whether a call has an access token that works.
func (s *Site) admitted(r *http.Request) bool {
	_, known := s.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
	return known
}

func (s *Site) channels(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.admitted(r) {
		complain(w, http.StatusUnauthorized, "authError", "Invalid Credentials")
		return
	}
	items := []any{}
	if s.ChannelID != "" {
		items = append(items, map[string]any{"kind": "youtube#channel", "id": s.ChannelID, "snippet": map[string]string{"title": s.Title}})
	}
	answer(w, http.StatusOK, map[string]any{"kind": "youtube#channelListResponse", "items": items})
}

// list shows what was published, without the content.
func (s *Site) list(w http.ResponseWriter, _ *http.Request) {
	items := []any{}
	for _, v := range s.Videos() {
		items = append(items, resource(v))
	}
	answer(w, http.StatusOK, map[string]any{"kind": "youtube#videoListResponse", "items": items})
}

func resource(v Video) map[string]any {
	return map[string]any{
		"kind": "youtube#video", "id": v.ID, "snippet": map[string]string{"title": v.Title, "description": v.Description},
		"status": map[string]string{"uploadStatus": "uploaded", "privacyStatus": v.Privacy},
	}
}
