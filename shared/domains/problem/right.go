package problem

import (
	"errors"
	"fmt"
)

// MissingRight reports whether err is a service's refusal for want of a right,
// and names it: an Internal error, because a right that our own function lacks
// is no outage and no fault of the caller, and waiting does not mend it. Its
// text says service, operation and code, and nothing that the service wrote:
// that may quote an address. It is nil for every other err.
func MissingRight(doing string, err error) error {
	var answer interface{ ErrorCode() string }
	if !errors.As(err, &answer) || !NoRight(answer.ErrorCode()) {
		return nil
	}
	refused := &noRightError{doing: doing, call: "a service", code: answer.ErrorCode(), cause: err}
	var call interface {
		Service() string
		Operation() string
		Unwrap() error
	}
	for inner := err; errors.As(inner, &call); inner = call.Unwrap() { // the innermost: taking on a role is a call within a call
		refused.call = call.Service() + "." + call.Operation()
	}
	return &Error{Code: Internal, Detail: ourFault, Cause: refused}
}

// NoRight reports whether an error code of AWS says that the caller lacks a right.
func NoRight(code string) bool {
	switch code {
	case "AccessDenied", "AccessDeniedException", "KMSAccessDeniedException", "KmsAccessDeniedException", "KMS.AccessDeniedException", "UnauthorizedOperation",
		"Forbidden": // what is made of a 403 without a body, as S3 answers to HEAD
		return true
	}
	return false
}

type noRightError struct {
	doing, call, code string
	cause             error
}

func (e *noRightError) Error() string {
	return fmt.Sprintf("%s: a right is missing: %s answered %s", e.doing, e.call, e.code)
}

func (e *noRightError) Unwrap() error { return e.cause }
