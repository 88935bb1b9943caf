package erasure

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Lead is where an item led to in the directory. It is kept with the erasure until
// that ends, for the last scan to look there once the item has gone. Doing so again is
// fine, also where the item is there still.
type Lead struct {
	Key     string            `json:"key"`               // of the item
	Fields  map[string]string `json:"fields"`            // of those, what keys of the directory are filled with
	Further []string          `json:"further,omitempty"` // keys that were found by what was found there
}

// leadOf is what an item leads to by itself; ok is false for one that leads nowhere.
func leadOf(h Held) (l Lead, ok bool) {
	place, _, known := privacy.Of(h.Store, h.Key)
	l = Lead{Key: h.Key, Fields: map[string]string{}}
	for _, p := range privacy.Declaration() {
		if !known || p.Erasure != privacy.ByReference || p.Found.Store != h.Store || p.Found.Kind != place.Kind {
			continue
		}
		if value := h.Fields[p.Found.Field]; value != "" {
			l.Fields[p.Found.Field] = value
		}
	}
	return l, len(l.Fields) > 0
}

// item is the item that led there, as far as it is known still.
func (l Lead) item() Held { return Held{Store: privacy.Platform, Key: l.Key, Fields: l.Fields} }

// leadsOf are those of many items.
func leadsOf(all []Held) []Lead {
	var leads []Lead
	for _, h := range all {
		if l, ok := leadOf(h); ok {
			leads = append(leads, l)
		}
	}
	return leads
}

// task is the erasure's work in the tables.
func (e Erasure) task(in workflow.Input, run *workflow.Input, enough func() bool) task {
	own := Held{Store: privacy.Platform, Key: itemKey(in.TenantID, "ERASURE#"+e.ID), Fields: map[string]string{"keep": string(e.Keep)}}
	return task{
		tenant: in.TenantID, user: e.User, run: run, erasure: in.JobID, enough: enough,
		leads: append(leadsOf([]Held{own}), e.Leads...), // the token that takes it back has gone when it began
	}
}

// follow removes what is there again of where items led that have gone.
func (e Eraser) follow(ctx context.Context, t task) error {
	for _, l := range t.leads {
		if _, err := e.outside(ctx, t, l); err != nil {
			return err
		}
	}
	return nil
}

// astray counts what the directory holds of where items led that have gone, and what
// is not another's by now.
func (e Eraser) astray(ctx context.Context, t task, found Tally) error {
	counted := map[string]bool{} // more than one lead may name the same
	for _, l := range t.leads {
		led, err := e.ledTo(ctx, t, l)
		if err != nil {
			return err
		}
		for _, h := range led.there {
			if !led.elsewhere && !counted[h.Key] {
				counted[h.Key] = true
				found[Of(h.Store, h.Key)]++
			}
		}
	}
	return nil
}

// led is what there is where an item leads to.
type led struct {
	there     []Held
	absent    []string // keys at which there is nothing
	address   auth.Address
	user      string   // whose
	further   []string // of the keys, those that were found by what was found there
	elsewhere bool     // it is another's by now, all of it
}

// ledTo looks where a lead leads to.
func (e Eraser) ledTo(ctx context.Context, t task, l Lead) (led, error) {
	keys, further, address, err := e.references(ctx, l.item())
	if err != nil {
		return led{}, err
	}
	_, values, _ := privacy.Of(privacy.Platform, l.Key)
	to := led{address: auth.Address(address), user: values["user"], further: further}
	for _, key := range sorted(append(keys, l.Further...)) {
		found, ok, err := e.Items.Look(ctx, key)
		switch {
		case err != nil:
			return led{}, err
		case !ok:
			to.absent = append(to.absent, key)
		default:
			to.there = append(to.there, found)
			to.elsewhere = to.elsewhere || elsewhere(t.tenant, to.user, found)
		}
	}
	return to, nil
}
