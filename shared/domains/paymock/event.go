package paymock

import (
	"encoding/json"
	"slices"
	"time"
)

// Delivery is how events are handed to the product.
type Delivery string

// The deliveries. All but the first are for tests and demonstrations of what
// Stripe may do, too.
const (
	Once     Delivery = ""
	Twice    Delivery = "twice"
	Reversed Delivery = "reverse"
	Held     Delivery = "hold" // only when somebody asks for it
)

// Event tells of something that happened.
type Event struct {
	ID      string          `json:"id"`
	Type    string          `json:"type"`
	Created int64           `json:"created"`
	Data    json.RawMessage `json:"data"` // the object as it was then
	Sent    bool            `json:"sent,omitempty"`
	Tried   int64           `json:"tried,omitempty"` // when it was last taken on to be sent, by the real clock
}

const (
	keepEvents = 100 // that were sent
	// sendLease is how long whoever took on an event has it alone, in seconds:
	// longer than a delivery takes. A call that the product makes while it hears of
	// an event must not send it again.
	sendLease = 15
)

// tell keeps an event, to be sent once the change is stored.
func (d *Document) tell(kind string, about object) {
	data, err := json.Marshal(about)
	if err != nil {
		panic("paymock: an object is not JSON: " + err.Error())
	}
	d.Events = append(d.Events, &Event{ID: d.id("evt"), Type: kind, Created: d.now, Data: data})
}

// take takes on the events that are to be sent now, and marks them. With all, also
// those that another took on, and those that are held.
func (d *Document) take(at time.Time, all bool) []*Event {
	if d.Delivery == Held && !all {
		return nil
	}
	var taken []*Event
	for _, e := range d.Events {
		if !e.Sent && (all || at.Unix()-e.Tried >= sendLease) {
			e.Tried = at.Unix()
			taken = append(taken, e)
		}
	}
	return taken
}

// sent marks events as heard, and lets go of old ones.
func (d *Document) sent(ids []string) {
	heard := 0
	for _, e := range d.Events {
		if slices.Contains(ids, e.ID) {
			e.Sent = true
		}
		if e.Sent {
			heard++
		}
	}
	d.Events = slices.DeleteFunc(d.Events, func(e *Event) bool {
		if !e.Sent || heard <= keepEvents {
			return false
		}
		heard--
		return true
	})
}

// Undelivered is how many events the product has not heard of.
func (d *Document) Undelivered() int {
	n := 0
	for _, e := range d.Events {
		if !e.Sent {
			n++
		}
	}
	return n
}

// order is how a delivery hands events over.
func (m Delivery) order(events []*Event) []*Event {
	all := slices.Clone(events)
	switch m {
	case Twice:
		return slices.Concat(all, all)
	case Reversed:
		slices.Reverse(all)
	}
	return all
}
