package stripepay

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"github.com/stripe/stripe-go/v76"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// again marks the nth further name of one request.
func again(n int) string { return "-again-" + strconv.Itoa(n) }

// answered is the service's refusal, if err is one.
func answered(err error) (*stripe.Error, bool) {
	var refused *stripe.Error
	ok := errors.As(err, &refused)
	return refused, ok
}

func unauthorized(err error) bool {
	e, ok := answered(err)
	return ok && e.HTTPStatusCode == http.StatusUnauthorized
}

// missing reports that the service knows no such object.
func missing(err error) bool {
	e, ok := answered(err)
	return ok && (e.HTTPStatusCode == http.StatusNotFound || e.Code == stripe.ErrorCodeResourceMissing)
}

// replayed reports a refusal that was given before, to a request of the same name.
func replayed(err error) bool {
	e, ok := answered(err)
	return ok && e.LastResponse != nil && e.LastResponse.Header.Get("Idempotent-Replayed") == "true"
}

// refusedAsInvalid reports a call that the service refuses for the state that its
// object is in, or that it does not know.
func refusedAsInvalid(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.invalid
}

// refusedAsMissing reports a call that names what the service does not know.
func refusedAsMissing(err error) bool {
	var refused *refusal
	return errors.As(err, &refused) && refused.missing
}

// refusal is what is kept of the service's answer.
type refusal struct {
	text             string
	invalid, missing bool
}

func (r *refusal) Error() string { return r.text }

// failed turns an error of a call into a problem. What the service wrote is left
// out; its codes and the id of the request, by which its logs find it, are kept.
func failed(doing string, err error) error {
	var known *problem.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	e, ok := answered(err)
	if !ok {
		return problem.Wrap(problem.PaymentFailed, noAnswer, fmt.Errorf("%s: %w", doing, unanswered(err)))
	}
	cause := &refusal{
		text:    fmt.Sprintf("%s: stripe answered %d %s %s %s, request %s", doing, e.HTTPStatusCode, e.Type, e.Code, e.DeclineCode, e.RequestID),
		invalid: e.Type == stripe.ErrorTypeInvalidRequest, missing: missing(err),
	}
	switch {
	case e.HTTPStatusCode == http.StatusUnauthorized || e.HTTPStatusCode == http.StatusForbidden:
		return problem.Wrap(problem.BillingNotSetUp, "Billing is not set up here.", cause)
	case e.Type == stripe.ErrorTypeCard || e.HTTPStatusCode == http.StatusPaymentRequired:
		return problem.Wrap(problem.PaymentFailed, "The card was declined. Nothing has changed; try another one.", cause)
	}
	return problem.Wrap(problem.PaymentFailed, noAnswer, cause)
}

const noAnswer = "The payment service did not answer as it should. Nothing is lost; try again in a moment."

// unanswered says why there is no answer, without the address that was called
// and without what came from there.
func unanswered(err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		return context.DeadlineExceeded
	}
	return errors.New("no answer, or one that is not stripe's")
}

// notFound is the answer to an id that the service does not know.
func notFound(what string) error {
	return problem.New(problem.NotFound, "The payment service knows no such "+what+".")
}
