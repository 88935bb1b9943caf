package httpapi

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Limits of a page.
const (
	defaultLimit = 20
	maxLimit     = 100
)

// pageParams are the query parameters of every list.
func pageParams() []Param {
	return []Param{
		{Name: "limit", Description: fmt.Sprintf("items on a page, 1 to %d; %d when absent", maxLimit, defaultLimit)},
		{Name: "cursor", Description: "next_cursor of the page before"},
	}
}

// pageOf reads limit and cursor. list names what is listed: a cursor of
// another list, or of another tenant, is no cursor.
func pageOf(r *http.Request, caller auth.Caller, list string) (limit int, after string, err error) {
	limit = defaultLimit
	query := r.URL.Query()
	if s := query.Get("limit"); s != "" {
		limit, err = strconv.Atoi(s)
		if err != nil || limit < 1 || limit > maxLimit {
			return 0, "", problem.Invalid(problem.Field{Field: "limit", Message: fmt.Sprintf("must be a number from 1 to %d", maxLimit)})
		}
	}
	cursor := query.Get("cursor")
	if cursor == "" {
		return limit, "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	mark, id, ok := strings.Cut(string(raw), ":")
	if err != nil || !ok || !placed(id) || mark != cursorMark(caller, list, id) {
		return 0, "", problem.New(problem.InvalidCursor, "The cursor is none that this list gave you. Begin without one.")
	}
	return limit, id, nil
}

// placed reports whether s has the form of what lists are ordered by.
func placed(s string) bool {
	_, month := metering.ParsePeriod(s)
	return month || tenant.ValidID(s)
}

// cursorAfter is the cursor of the page after id; nil when there is none.
func cursorAfter(caller auth.Caller, list, id string) *string {
	if id == "" {
		return nil
	}
	c := base64.RawURLEncoding.EncodeToString([]byte(cursorMark(caller, list, id) + ":" + id))
	return &c
}

// cursorMark binds a cursor to its list and tenant. It is no secret: a forged
// cursor reaches nothing but the caller's own items.
func cursorMark(caller auth.Caller, list, id string) string {
	sum := sha256.Sum256([]byte(list + "\x00" + string(caller.Tenant) + "\x00" + id))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// noBody refuses a body where none is expected: what was meant by it would be
// lost without a word. An empty JSON object means nothing, so it passes.
func noBody(r *http.Request) error {
	body, err := io.ReadAll(r.Body)
	if err != nil || len(body) > MaxBody {
		return problem.New(problem.BodyTooLarge, "This request takes no body.")
	}
	switch strings.Join(strings.Fields(string(body)), "") {
	case "", "{}":
		return nil
	}
	return problem.New(problem.MalformedBody, "This request takes no body.")
}
