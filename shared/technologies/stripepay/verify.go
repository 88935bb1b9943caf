package stripepay

import (
	"context"
	"encoding/hex"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stripe/stripe-go/v76"
	"github.com/stripe/stripe-go/v76/webhook"

	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// SignatureHeader is the header that proves whose an event is.
const SignatureHeader = "Stripe-Signature"

const (
	maxAge    = webhook.DefaultTolerance // 300 s
	maxAhead  = 60 * time.Second         // of our clock; the library takes any
	maxHeader = 1 << 10
	maxSigned = 8 // signatures of one event: the service sends one for each live secret
)

// Verifier tells the service's events from others'.
type Verifier struct{ keys *Keys }

// NewVerifier makes one.
func NewVerifier(keys *Keys) *Verifier { return &Verifier{keys} }

// Verify takes an event whose body, byte for byte, was signed with a live secret
// within the last 300 seconds, and rendered in the version that this code reads.
// Errors: WebhookInvalid; BillingNotSetUp when there is no secret to verify with.
func (v *Verifier) Verify(ctx context.Context, body []byte, header string, now time.Time) (billing.Event, error) {
	secrets, err := v.keys.webhooks(ctx)
	if err != nil {
		return billing.Event{}, err
	}
	signed, err := parse(header)
	if err != nil {
		return billing.Event{}, invalid(err)
	}
	if err := signed.inTime(now); err != nil {
		return billing.Event{}, invalid(err)
	}
	if !signed.by(secrets, body) { // one of them may have changed just now
		if secrets, err = v.keys.webhooksAfter(ctx); err != nil {
			return billing.Event{}, err
		}
		if !signed.by(secrets, body) {
			return billing.Event{}, invalid(errors.New("no live secret signed this body"))
		}
	}
	e, err := rendered(body)
	if err != nil {
		return billing.Event{}, invalid(err)
	}
	return e, nil
}

// signature is a header as it is read: each part once, but v1.
type signature struct {
	at   time.Time
	text string // the time as it was signed
	v1   [][]byte
}

var (
	timePattern = regexp.MustCompile(`^[1-9][0-9]{0,11}$`)
	namePattern = regexp.MustCompile(`^[a-z][a-z0-9]*$`)
)

// parse reads t=1492774577,v1=5257a8…,v0=6ffbb5…. The library takes the last of
// several times; here there is one, so that the one that is checked is the one
// that was signed.
func parse(header string) (signature, error) {
	var s signature
	if header == "" {
		return s, errors.New("the event is not signed")
	}
	if len(header) > maxHeader {
		return s, errors.New("the signature is too long")
	}
	for part := range strings.SplitSeq(header, ",") {
		name, value, ok := strings.Cut(part, "=")
		if !ok || !namePattern.MatchString(name) {
			return s, errors.New("the signature has a part that is none")
		}
		switch name {
		case "t":
			if s.text != "" || !timePattern.MatchString(value) {
				return s, errors.New("the signature has no time, or several")
			}
			seconds, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return s, errors.New("the signature has no time")
			}
			s.at, s.text = time.Unix(seconds, 0), value
		case "v1":
			mac, err := hex.DecodeString(value)
			if err != nil || len(s.v1) == maxSigned {
				return s, errors.New("the signature has a v1 that is none, or too many")
			}
			s.v1 = append(s.v1, mac)
		}
	}
	if s.text == "" || len(s.v1) == 0 {
		return s, errors.New("the signature has no time, or no v1")
	}
	return s, nil
}

func (s signature) inTime(now time.Time) error {
	switch age := now.Sub(s.at); {
	case age > maxAge:
		return errors.New("the signature is too old")
	case age < -maxAhead:
		return errors.New("the signature is of a time to come")
	}
	return nil
}

// by reports whether one of the secrets signed body. The library computes and
// compares, with the time as it reads it from the same header.
func (s signature) by(secrets []string, body []byte) bool {
	header := "t=" + s.text
	for _, mac := range s.v1 {
		header += ",v1=" + hex.EncodeToString(mac)
	}
	signed := false
	for _, secret := range secrets {
		if webhook.ValidatePayloadIgnoringTolerance(body, header, secret) == nil {
			signed = true
		}
	}
	return signed
}

// rendered reads the event out of a body that is proved.
func rendered(body []byte) (billing.Event, error) {
	var e stripe.Event
	if err := decode(body, &e); err != nil {
		return billing.Event{}, err
	}
	if e.Object != "event" {
		return billing.Event{}, errors.New("the body is no event")
	}
	if err := rightVersion(&e); err != nil {
		return billing.Event{}, err
	}
	return told(&e)
}

// invalid says no more than that: the sender is not who should know why.
func invalid(why error) error {
	return problem.Wrap(problem.WebhookInvalid, "The signature, its time, or the event's API version is not right.", why)
}
