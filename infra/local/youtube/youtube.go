// Package youtube plays Google and YouTube on this machine: the consent page,
// OAuth's tokens, the channel and the resumable upload, as the real ones answer,
// with faults on demand. It counts what it published. Nothing of it is deployed.
package youtube

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"sync"
)

// Fault is how one call of the upload goes wrong.
type Fault string

// The faults. Each strikes the calls that it fits.
const (
	Drop      Fault = "drop"       // the connection breaks in the middle of a piece, half of which has arrived
	Busy      Fault = "busy"       // 503, and nothing has happened
	BusyAfter Fault = "busy-after" // 503, and what was sent has arrived
	Fewer     Fault = "fewer"      // 308 with half of what was sent
	LostEnd   Fault = "lost-end"   // the video is made, and the answer that says so is lost
	Expired   Fault = "expired"    // the session is forgotten before the call
	Forgotten Fault = "forgotten"  // the video is made, the answer is lost and the session forgotten
	Expelled  Fault = "expelled"   // 401 although the token is good
	Revoked   Fault = "revoked"    // the person has taken the access back
	Broken    Fault = "broken"     // 400, by this session from now on
	Quota     Fault = "quota"      // 403: no more today
)

// Video is what was published.
type Video struct {
	ID, Title, Description, Privacy string
	Content                         []byte
}

// Site is the stand-in. Its fields are set before it serves.
type Site struct {
	ClientID, ClientSecret string
	Base                   string // what its own addresses begin with, like http://localhost:8000/mock/google
	// RedirectURI is the only page that people are sent back to; "" is any.
	RedirectURI string
	ChannelID   string
	Title       string // of the channel
	Account     string // who consents: a revocation ends every access of theirs

	mu       sync.Mutex
	codes    map[string]asked
	owners   map[string]string // accounts, by refresh token
	ended    map[string]bool   // refresh tokens
	access   map[string]string
	sessions map[string]*session
	videos   []Video
	faults   []Fault
	calls    int
	received int64
}

// asked is a consent that was given: what its code stands for.
type asked struct{ redirect, challenge, scope string }

type session struct {
	video Video
	size  int64
	done  string // the video's id

	broken bool // it refuses everything
}

// New makes a stand-in with one channel.
func New(clientID, clientSecret, base string) *Site {
	return &Site{
		ClientID: clientID, ClientSecret: clientSecret, Base: base, ChannelID: "UCstandin" + rand.Text()[:13], Title: "Morning Light", Account: "person",
		codes: map[string]asked{}, owners: map[string]string{}, ended: map[string]bool{}, access: map[string]string{}, sessions: map[string]*session{},
	}
}

// Plant makes the next calls of the upload fail, one fault for each call, in this
// order; "" lets one pass.
func (s *Site) Plant(faults ...Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, faults...)
}

// Videos are those that were published.
func (s *Site) Videos() []Video {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Video(nil), s.videos...)
}

// Received is how many bytes of videos have arrived, those that came again included.
func (s *Site) Received() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.received
}

// Calls counts the calls of the upload.
func (s *Site) Calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// Planted is how many faults have not struck yet.
func (s *Site) Planted() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.faults)
}

// EndAccess takes back every access that was granted, as a person can at Google.
func (s *Site) EndAccess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, refresh := range s.access {
		s.ended[refresh] = true
	}
	clear(s.access)
}

// Handler serves all of it, below no prefix.
func (s *Site) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /o/oauth2/v2/auth", s.consent)
	mux.HandleFunc("POST /o/oauth2/v2/auth", s.decide)
	mux.HandleFunc("POST /token", s.token)
	mux.HandleFunc("POST /revoke", s.revoke)
	mux.HandleFunc("GET /youtube/v3/channels", s.channels)
	mux.HandleFunc("GET /youtube/v3/videos", s.list)
	mux.HandleFunc("POST /upload/youtube/v3/videos", s.open)
	mux.HandleFunc("PUT /upload/youtube/v3/videos", s.put)
	return mux
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // nobody is left to tell when this fails
}

// complain answers as Google's APIs do.
func complain(w http.ResponseWriter, status int, reason, message string) {
	answer(w, status, map[string]any{"error": map[string]any{
		"code": status, "message": message, "errors": []map[string]string{{"reason": reason, "message": message, "domain": "youtube"}},
	}})
}

// refuse answers as OAuth does.
func refuse(w http.ResponseWriter, status int, code string) {
	answer(w, status, map[string]string{"error": code})
}
