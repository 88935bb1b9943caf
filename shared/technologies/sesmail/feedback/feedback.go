// Package feedback reads what SES tells of mail that it sent, as EventBridge
// delivers it. It links no SDK.
package feedback

import (
	"encoding/json"
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// Event is one event of a configuration set. Of its detail only what is needed is
// read, and only of the types that are.
type Event struct {
	Detail json.RawMessage `json:"detail"`
}

// Kind is what an event is about.
type Kind string

// The kinds. Transient is a bounce that says nothing about the next mail; Listed is
// one of mail that the service has not sent, because of a list of its own; Rejected
// one of mail that it took and did not send, for what is in it; Unknown is what this product asks no event for, or cannot read.
const (
	Bounce    Kind = "bounce"
	Complaint Kind = "complaint"
	Transient Kind = "transient"
	Listed    Kind = "listed"
	Rejected  Kind = "rejected"
	Unknown   Kind = "unknown"
)

type recipient struct {
	Address string `json:"emailAddress"`
}

type detail struct {
	Type   string `json:"eventType"`
	Bounce struct {
		Type       string      `json:"bounceType"`
		SubType    string      `json:"bounceSubType"`
		Recipients []recipient `json:"bouncedRecipients"`
		At         time.Time   `json:"timestamp"`
	} `json:"bounce"`
	Complaint struct {
		Type       string      `json:"complaintFeedbackType"`
		SubType    string      `json:"complaintSubType"`
		Recipients []recipient `json:"complainedRecipients"`
		At         time.Time   `json:"timestamp"`
	} `json:"complaint"`
}

// listed reports whether the service has not sent a mail because of its own list or
// that of the account. It says that mail came back once, not that it does now: to
// suppress for that would make each try prolong what it tries to end.
func listed(subType string) bool {
	return subType == "Suppressed" || subType == "OnAccountSuppressionList"
}

// Suppressions is what an event says of addresses that are to be sent no more mail.
func (e Event) Suppressions() ([]auth.Suppression, Kind) {
	var d detail
	if err := json.Unmarshal(e.Detail, &d); err != nil {
		return nil, Unknown
	}
	switch {
	case d.Type == "Bounce" && listed(d.Bounce.SubType), d.Type == "Complaint" && listed(d.Complaint.SubType):
		return nil, Listed
	case d.Type == "Bounce" && d.Bounce.Type == "Permanent":
		return suppressed(d.Bounce.Recipients, auth.Bounced, d.Bounce.At, Bounce)
	case d.Type == "Bounce":
		return nil, Transient
	case d.Type == "Reject": // our words are at fault, not the address
		return nil, Rejected
	case d.Type == "Complaint" && d.Complaint.Type != "not-spam":
		return suppressed(d.Complaint.Recipients, auth.Complained, d.Complaint.At, Complaint)
	}
	return nil, Unknown
}

// suppressed reads the recipients. One that is no address of ours was sent no mail.
func suppressed(to []recipient, reason auth.SuppressionReason, at time.Time, kind Kind) ([]auth.Suppression, Kind) {
	var all []auth.Suppression
	for _, r := range to {
		if address, err := auth.ParseAddress(r.Address); err == nil {
			all = append(all, auth.NewSuppression(address, reason, at))
		}
	}
	if len(all) == 0 || at.IsZero() {
		return nil, Unknown
	}
	return all, kind
}
