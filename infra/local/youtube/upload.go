package youtube

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// granule is what every piece but the last is a multiple of, in bytes.
const granule = 256 << 10

// strike takes the next fault, if one is planted, and counts the call.
func (s *Site) strike() Fault {
	s.calls++
	if len(s.faults) == 0 {
		return ""
	}
	fault := s.faults[0]
	s.faults = s.faults[1:]
	return fault
}

// refused answers what is the same for all calls of the upload.
func (s *Site) refused(w http.ResponseWriter, r *http.Request, fault Fault) bool {
	switch fault {
	case Revoked:
		refresh := s.access[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		s.ended[refresh] = true
		clear(s.access)
	case Expelled:
		clear(s.access)
	case Quota:
		complain(w, http.StatusForbidden, "quotaExceeded", "The request cannot be completed because you have exceeded your quota.")
		return true
	case Busy:
		complain(w, http.StatusServiceUnavailable, "backendError", "Backend Error")
		return true
	}
	if !s.admitted(r) {
		complain(w, http.StatusUnauthorized, "authError", "Invalid Credentials")
		return true
	}
	return false
}

// open begins a session.
func (s *Site) open(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.strike()
	if s.refused(w, r, fault) {
		return
	}
	var video struct {
		Snippet struct{ Title, Description string }
		Status  struct{ PrivacyStatus string }
	}
	size, err := strconv.ParseInt(r.Header.Get("X-Upload-Content-Length"), 10, 64)
	if err != nil || json.NewDecoder(r.Body).Decode(&video) != nil || r.URL.Query().Get("uploadType") != "resumable" || size <= 0 {
		complain(w, http.StatusBadRequest, "badRequest", "Bad Request")
		return
	}
	title := video.Snippet.Title
	if title == "" || len([]rune(title)) > 100 || strings.ContainsAny(title+video.Snippet.Description, "<>") || len(video.Snippet.Description) > 5000 {
		complain(w, http.StatusBadRequest, "invalidTitle", "The request metadata specifies an invalid or empty video title.")
		return
	}
	id := rand.Text()
	s.sessions[id] = &session{size: size, video: Video{Title: title, Description: video.Snippet.Description, Privacy: video.Status.PrivacyStatus}}
	if fault == BusyAfter || fault == LostEnd || fault == Drop {
		panic(http.ErrAbortHandler)
	}
	w.Header().Set("Location", s.Base+"/upload/youtube/v3/videos?uploadType=resumable&upload_id="+id)
	w.WriteHeader(http.StatusOK)
}

// put asks a session where it stands, or sends a piece to it.
func (s *Site) put(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	fault := s.strike()
	id := r.URL.Query().Get("upload_id")
	if fault == Expired {
		delete(s.sessions, id)
	}
	if s.refused(w, r, fault) {
		return
	}
	up := s.sessions[id]
	if up == nil {
		complain(w, http.StatusNotFound, "notFound", "Not Found")
		return
	}
	up.broken = up.broken || fault == Broken
	if up.broken {
		complain(w, http.StatusBadRequest, "badRequest", "Bad Request")
		return
	}
	from, asks, ok := span(r.Header.Get("Content-Range"), int64(len(body)), up.size)
	if err != nil || !ok {
		complain(w, http.StatusBadRequest, "badContentRange", "Bad Request")
		return
	}
	if !asks && !up.take(from, s.cut(fault, body), fault != Drop && fault != Fewer) {
		complain(w, http.StatusBadRequest, "badContentRange", "Bad Request")
		return
	}
	s.finish(id, up)
	s.stand(w, id, up, fault)
}

// cut is what arrives of a piece.
func (s *Site) cut(fault Fault, body []byte) []byte {
	if fault == Drop || fault == Fewer {
		body = body[:len(body)/2/granule*granule]
	}
	s.received += int64(len(body))
	return body
}

// take stores a piece. What is there already is not stored again; a gap is refused,
// and a piece that is neither whole granules nor the last.
func (u *session) take(from int64, body []byte, whole bool) bool {
	have := int64(len(u.video.Content))
	if u.done != "" {
		return true
	}
	if from > have || whole && from+int64(len(body)) != u.size && len(body)%granule != 0 {
		return false
	}
	if end := from + int64(len(body)); end > have {
		u.video.Content = append(u.video.Content, body[have-from:]...)
	}
	return true
}

// finish makes the video when all of it has arrived.
func (s *Site) finish(id string, up *session) {
	if up.done == "" && int64(len(up.video.Content)) == up.size {
		up.done = "v" + rand.Text()[:10]
		up.video.ID = up.done
		s.videos = append(s.videos, up.video)
	}
}

func (s *Site) stand(w http.ResponseWriter, id string, up *session, fault Fault) {
	switch {
	case fault == Drop:
		panic(http.ErrAbortHandler)
	case fault == BusyAfter:
		complain(w, http.StatusServiceUnavailable, "backendError", "Backend Error")
	case up.done != "" && (fault == LostEnd || fault == Forgotten):
		if fault == Forgotten {
			delete(s.sessions, id)
		}
		panic(http.ErrAbortHandler)
	case up.done != "":
		answer(w, http.StatusCreated, resource(up.video))
	default:
		if n := len(up.video.Content); n > 0 {
			w.Header().Set("Range", fmt.Sprintf("bytes=0-%d", n-1))
		}
		w.WriteHeader(308)
	}
}

// span reads a Content-Range: "bytes */size" asks, "bytes from-last/size" sends.
func span(text string, length, size int64) (from int64, asks, ok bool) {
	rest, ok := strings.CutPrefix(text, "bytes ")
	part, whole, cut := strings.Cut(rest, "/")
	if n, err := strconv.ParseInt(whole, 10, 64); !ok || !cut || err != nil || n != size {
		return 0, false, false
	}
	if part == "*" {
		return 0, true, length == 0
	}
	first, last, _ := strings.Cut(part, "-")
	from, err := strconv.ParseInt(first, 10, 64)
	to, err2 := strconv.ParseInt(last, 10, 64)
	return from, false, err == nil && err2 == nil && to-from+1 == length && to < size
}
