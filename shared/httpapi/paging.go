package httpapi

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// The parameters of a Paged row.
const (
	limitParam  = "limit"
	cursorParam = "cursor"
)

// Limits of a page.
const (
	defaultLimit = 20
	maxLimit     = 100
)

// Page is the answer of every list.
type Page[Item any] struct {
	Items      []Item  `json:"items"`
	NextCursor *string `json:"next_cursor"` // null: this is the last page
}

// pages makes the handler of a Paged row. find returns the page that begins
// after in.After, and what the next one begins after: "" when there is none.
func pages[Found, Item any](
	find func(ctx context.Context, in *Request[None]) (found []Found, next string, err error), show func(Found) Item,
) Handler[None, Page[Item]] {
	return func(ctx context.Context, in *Request[None]) (Page[Item], error) {
		found, next, err := find(ctx, in)
		if err != nil {
			return Page[Item]{}, err
		}
		page := Page[Item]{Items: make([]Item, 0, len(found)), NextCursor: cursorAfter(in.Caller, in.list(), next)}
		for _, f := range found {
			page.Items = append(page.Items, show(f))
		}
		return page, nil
	}
}

// pageParams are the query parameters of every Paged row.
func pageParams() []Param {
	return []Param{
		{Name: limitParam, Description: fmt.Sprintf("items on a page, 1 to %d; %d when absent", maxLimit, defaultLimit), Rule: between(1, maxLimit)},
		{Name: cursorParam, Description: "next_cursor of the page before", Rule: atMost(longestCursor, "^[A-Za-z0-9_-]*$")},
	}
}

// parseLimit reads how many items a page may have.
func parseLimit(sent string) (limit int, ok bool) {
	if sent == "" {
		return defaultLimit, true
	}
	n, ok := spelt(sent)
	return int(n), ok && n >= 1 && n <= maxLimit
}

// afterCursor reads what a page begins after. A cursor of another list, of the
// same one narrowed otherwise, or of another tenant, is none: InvalidCursor.
func afterCursor(cursor string, caller auth.Caller, list string) (after string, err error) {
	if cursor == "" {
		return "", nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	mark, id, ok := strings.Cut(string(raw), ":")
	// The decoder takes several spellings of one cursor: line breaks, unused bits.
	if err != nil || !ok || !placed(id) || mark != cursorMark(caller, list, id) || cursor != *cursorAfter(caller, list, id) {
		return "", problem.New(problem.InvalidCursor, "This cursor is not from this list. Start again without it.")
	}
	return id, nil
}

// longestPlace bounds what a list is ordered by: ids, months, and the like.
const longestPlace = 100

// longestCursor is the length of a cursor of the longest place: a mark of 12
// characters, a colon, the place.
const longestCursor = ((12+1+longestPlace)*8 + 5) / 6

// placed reports whether s has the form of what lists are ordered by: a forged
// cursor carries nothing else into a key.
func placed(s string) bool {
	odd := func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && r != '-' && r != '#'
	}
	return s != "" && len(s) <= longestPlace && !strings.ContainsFunc(s, odd)
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
	if err != nil {
		return problem.New(problem.BodyTooLarge, "This request takes no body.")
	}
	switch strings.Join(strings.Fields(string(body)), "") {
	case "", "{}":
		return nil
	}
	return problem.New(problem.MalformedBody, "This request takes no body.")
}
