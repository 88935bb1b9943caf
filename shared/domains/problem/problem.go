// Package problem owns the errors that callers see: every stable code, its
// HTTP status and title, and the value that carries one of them from a rule to
// the edge. It knows nothing of HTTP beyond the status number, nothing of
// storage, and never shows a cause to a caller.
package problem

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Field is one invalid input field: its JSON path ("scenes[2].text") and what
// to do about it, in words for the person who sent it.
type Field struct {
	Field   string `json:"field"`
	Message string `json:"message"`
}

// Error is a failure with a stable code. Detail is written for callers and
// never holds a secret, an address or another tenant's data; Cause is for logs
// only.
type Error struct {
	Code       Code
	Detail     string
	Fields     []Field        // only with InvalidInput
	Members    map[string]any // RFC 9457 extension members, e.g. metric and limit of QuotaExceeded
	RetryAfter time.Duration  // > 0 becomes the Retry-After header, rounded up to whole seconds
	Final      bool           // the same will fail again: a workflow does not retry it
	Cause      error
}

// New makes an error whose detail is shown to the caller.
func New(code Code, detail string) *Error { return &Error{Code: code, Detail: detail} }

// Wrap makes an error whose cause only the logs see.
func Wrap(code Code, detail string, cause error) *Error {
	return &Error{Code: code, Detail: detail, Cause: cause}
}

// Invalid makes the 400 that names every bad field at once.
func Invalid(fields ...Field) *Error {
	return &Error{Code: InvalidInput, Detail: "Some of the input is not valid; see errors.", Fields: fields}
}

// finalMark follows the code in the name of a final error, so that no retrier,
// which lists plain codes, takes it up.
const finalMark = ".final"

// Name is what a workflow engine knows the error by.
func (e *Error) Name() string {
	if e.Final {
		return string(e.Code) + finalMark
	}
	return string(e.Code)
}

// Named returns the code inside an error's name.
func Named(name string) Code { return Code(strings.TrimSuffix(name, finalMark)) }

// Error implements error for logs; callers of the API see Code and Detail.
func (e *Error) Error() string {
	if e.Cause != nil {
		return fmt.Sprintf("%s: %s: %v", e.Code, e.Detail, e.Cause)
	}
	return fmt.Sprintf("%s: %s", e.Code, e.Detail)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Cause }

// With adds an extension member and returns the same error.
func (e *Error) With(name string, value any) *Error {
	if e.Members == nil {
		e.Members = map[string]any{}
	}
	e.Members[name] = value
	return e
}

// ourFault is all that a caller learns of a failure of ours.
const ourFault = "Something failed on our side. Try again; quote the request id if it persists."

// tooLate is what a caller learns of a call whose time was over before something
// that it needed had answered.
const tooLate = "This takes too long right now. Try again in a moment."

// From returns the Error inside err. The end of a call's time is an outage of what
// it waited for; an error of any other kind reads as Internal: its text may hold
// what a caller must not see.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return &Error{Code: Unavailable, Detail: tooLate, RetryAfter: 2 * time.Second, Cause: err}
	}
	return &Error{Code: Internal, Detail: ourFault, Cause: err}
}

// Is reports whether err carries code.
func Is(err error, code Code) bool {
	var e *Error
	return errors.As(err, &e) && e.Code == code
}
