package erasure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/privacy"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Eraser removes what the tables hold of a tenant, or of one of its users, by the
// declaration of where data lives.
type Eraser struct {
	Items    Items
	Evidence Evidence         // nil: rows go as they are, as out of a restored copy
	List     auth.ServiceList // the mail service's own of addresses; nil where it keeps none
	Receipts Certified        // of a replay; nil without
}

// task is one erasure in the tables.
type task struct {
	tenant  tenant.ID
	user    auth.UserID // "" is the whole tenant
	run     *workflow.Input
	erasure string // of the run, whose item and the tenant's go last; "" with a replay: they go as well
	leads   []Lead // where items led that have gone
	enough  func() bool
}

// partitions are the tenant's two, credentials first: nobody can come in while the
// rest goes.
func partitions() []string { return []string{tenant.CredentialsPrefix, tenant.DataPrefix} }

// last reports whether an item of a run is one of the two that go last, in one write.
func (t task) last(h Held) bool {
	return t.erasure != "" && (h.Key == itemKey(t.tenant, "TENANT") || h.Key == itemKey(t.tenant, "ERASURE#"+t.erasure))
}

func itemKey(id tenant.ID, sort string) string {
	return privacy.ItemKey(tenant.DataPartition(id), sort)
}

// concerns reports whether an item is of what is erased: of a user's, those places
// are that belong to a person and name the user.
func (t task) concerns(h Held) bool {
	if t.user == "" {
		return !t.last(h)
	}
	place, values, known := privacy.Of(h.Store, h.Key)
	return known && place.Owner == privacy.Person && (values["user"] == string(t.user) || h.Fields["user"] == string(t.user))
}

// sourceKinds are the places that something of the directory is found by.
func sourceKinds() []string {
	var all []string
	for _, p := range privacy.Declaration() {
		if p.Erasure == privacy.ByReference && p.Found.Store == privacy.Platform && !slices.Contains(all, p.Found.Kind) {
			all = append(all, p.Found.Kind)
		}
	}
	return all
}

// source reports whether an item leads to something outside of the partitions.
func source(h Held) bool {
	place, _, known := privacy.Of(h.Store, h.Key)
	return known && slices.Contains(sourceKinds(), place.Kind)
}

// each visits what is erased, page by page, until there was enough of it. done is
// false then. A page that needed no work is no reason to stop: the next call would
// not get past it.
func (e Eraser) each(ctx context.Context, t task, kind func(partition string) []string, visit func(page []Held) (worked bool, err error)) (done bool, err error) {
	for _, partition := range partitions() {
		for _, k := range kind(partition) {
			after := ""
			for {
				page, next, err := e.Items.Page(ctx, t.tenant, partition, k, after)
				if err != nil {
					return false, err
				}
				page = slices.DeleteFunc(page, func(h Held) bool { return !t.concerns(h) })
				worked, err := visit(page)
				if err != nil {
					return false, err
				}
				if next == "" {
					break
				}
				if after = next; worked && t.enough() {
					return false, nil
				}
			}
		}
	}
	return true, nil
}

func everyKind(string) []string { return []string{""} }

// sourcesIn are the kinds of sources in a partition.
func sourcesIn(partition string) []string {
	return slices.DeleteFunc(sourceKinds(), func(kind string) bool {
		place, known := privacy.Declared(privacy.Platform, kind)
		return !known || !strings.HasPrefix(string(place.Key), partition)
	})
}

// directory removes what lies outside the partitions and is found from them, and from
// what has gone of them. It goes before what it is found by.
func (e Eraser) directory(ctx context.Context, t task) (done bool, err error) {
	if err := e.follow(ctx, t); err != nil {
		return false, err
	}
	return e.each(ctx, t, sourcesIn, func(page []Held) (worked bool, err error) {
		for _, l := range leadsOf(page) {
			removed, err := e.outside(ctx, t, l)
			if err != nil {
				return false, err
			}
			worked = worked || removed
		}
		return worked, nil
	})
}

// outside removes what one item leads to. What was found by something that goes with it
// is kept as a lead in the same write: nothing else names it then.
func (e Eraser) outside(ctx context.Context, t task, l Lead) (removed bool, err error) {
	to, err := e.ledTo(ctx, t, l)
	if err != nil || to.elsewhere || len(to.there)+len(to.absent) == 0 {
		return false, err
	}
	r := Removal{Items: to.there, Guards: to.absent, User: to.user, Run: t.run}
	if to.address != "" && e.List != nil {
		if err := e.List.Forget(ctx, to.address); err != nil {
			return false, fmt.Errorf("forget address: %w", err)
		}
		r.Told = []string{toldMail}
	}
	if len(r.Items) == 0 && (len(r.Told) == 0 || t.run == nil) {
		return false, nil
	}
	if len(to.further) > 0 {
		l.Further = sorted(append(l.Further, to.further...))
		r.Leads = []Lead{l}
	}
	err = e.Items.Remove(ctx, t.tenant, r)
	if errors.Is(err, ErrElsewhere) { // since it was looked at
		return false, nil
	}
	return err == nil && len(r.Items) > 0, err
}

// elsewhere reports whether an item of the directory leads to somebody else: an
// address that was let go may sign in elsewhere by now, and what is of the address
// is theirs.
func elsewhere(id tenant.ID, user string, h Held) bool {
	to := h.Fields["tenant"]
	leads := h.Fields["user"]
	return to != "" && to != string(id) || leads != "" && user != "" && leads != user
}

// references are the keys of the directory that an item leads to, of those the ones
// that are found by another one of them, and the address that the mail service knows.
func (e Eraser) references(ctx context.Context, h Held) (keys, further []string, address string, err error) {
	place, _, _ := privacy.Of(h.Store, h.Key)
	for _, p := range privacy.Declaration() {
		if p.Erasure != privacy.ByReference || p.Found.Store != place.Store || p.Found.Kind != place.Kind {
			continue
		}
		value := h.Fields[p.Found.Field]
		if value == "" {
			continue
		}
		if p.Store == privacy.Processor {
			if p.Kind == privacy.MailService { // what the payment service holds has ended in a step of its own
				address = value
			}
			continue
		}
		key, err := p.Key.Fill(map[string]string{p.Found.Variable: value})
		if err != nil {
			return nil, nil, "", fmt.Errorf("find %s: %w", p.Kind, err)
		}
		if found, ok, err := e.Items.Look(ctx, key); err != nil {
			return nil, nil, "", err
		} else if ok {
			more, _, _, err := e.references(ctx, found)
			if err != nil {
				return nil, nil, "", err
			}
			further = append(further, more...)
		}
		keys = append(keys, key)
	}
	return append(keys, further...), further, address, nil
}

// partition removes what both partitions hold, but for the two that go last; with
// sources false, also but for what leads out of them.
func (e Eraser) partition(ctx context.Context, t task, sources bool) (done bool, err error) {
	if t.user != "" {
		if err := e.Items.Unseat(ctx, t.tenant, t.user); err != nil {
			return false, err
		}
	}
	return e.each(ctx, t, everyKind, func(page []Held) (worked bool, err error) {
		if e.Evidence != nil {
			if _, err := e.Evidence.File(ctx, t.tenant, page); err != nil {
				return false, err
			}
		}
		if !sources {
			page = slices.DeleteFunc(page, source)
		}
		for part := range slices.Chunk(page, Most) {
			r := Removal{Items: part, Run: t.run, Leads: leadsOf(part)}
			for _, h := range part {
				if place, values, known := privacy.Of(h.Store, h.Key); known && place.Kind == "USER#" {
					r.Users = append(r.Users, values["user"])
				}
			}
			if err := e.Items.Remove(ctx, t.tenant, r); err != nil {
				return false, err
			}
		}
		return len(page) > 0, nil
	})
}

// left counts what the partitions still hold of what is erased, and the directory of
// where they led, and names it.
func (e Eraser) left(ctx context.Context, t task) (Tally, error) {
	found := Tally{}
	_, err := e.each(ctx, t, everyKind, func(page []Held) (bool, error) {
		for _, h := range page {
			found[Of(h.Store, h.Key)]++
		}
		return false, nil
	})
	if err != nil {
		return found, err
	}
	return found, e.astray(ctx, t, found)
}
