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
}

// task is one erasure in the tables.
type task struct {
	tenant  tenant.ID
	user    auth.UserID // "" is the whole tenant
	run     *workflow.Input
	erasure string // of the run, whose item and the tenant's go last; "" with a replay: they go as well
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

// directory removes what lies outside the partitions and is found from them. It goes
// before what it is found by.
func (e Eraser) directory(ctx context.Context, t task) (done bool, err error) {
	return e.each(ctx, t, sourcesIn, func(page []Held) (worked bool, err error) {
		for _, h := range page {
			removed, err := e.outside(ctx, t, h)
			if err != nil {
				return false, err
			}
			worked = worked || removed
		}
		return worked, nil
	})
}

// outside removes what one item leads to.
func (e Eraser) outside(ctx context.Context, t task, h Held) (removed bool, err error) {
	keys, address, err := e.references(ctx, h)
	if err != nil || len(keys) == 0 {
		return false, err
	}
	_, values, _ := privacy.Of(h.Store, h.Key)
	r := Removal{User: values["user"], Run: t.run}
	for _, key := range keys {
		found, ok, err := e.Items.Look(ctx, key)
		switch {
		case err != nil:
			return false, err
		case !ok:
			r.Guards = append(r.Guards, key)
		case elsewhere(t.tenant, r.User, found):
			return false, nil
		default:
			r.Items = append(r.Items, found)
		}
	}
	if address != "" && e.List != nil {
		if err := e.List.Forget(ctx, auth.Address(address)); err != nil {
			return false, fmt.Errorf("forget address: %w", err)
		}
	}
	if len(r.Items) == 0 {
		return false, nil
	}
	err = e.Items.Remove(ctx, t.tenant, r)
	if errors.Is(err, ErrElsewhere) { // since it was looked at
		return false, nil
	}
	return err == nil, err
}

// elsewhere reports whether an item of the directory leads to somebody else: an
// address that was let go may sign in elsewhere by now, and what is of the address
// is theirs.
func elsewhere(id tenant.ID, user string, h Held) bool {
	to := h.Fields["tenant"]
	leads := h.Fields["user"]
	return to != "" && to != string(id) || leads != "" && user != "" && leads != user
}

// references are the keys of the directory that an item leads to, what is found by
// another one of them before that, and the address that the mail service knows.
func (e Eraser) references(ctx context.Context, h Held) (keys []string, address string, err error) {
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
			return nil, "", fmt.Errorf("find %s: %w", p.Kind, err)
		}
		if found, ok, err := e.Items.Look(ctx, key); err != nil {
			return nil, "", err
		} else if ok {
			further, _, err := e.references(ctx, found)
			if err != nil {
				return nil, "", err
			}
			keys = append(keys, further...)
		}
		keys = append(keys, key)
	}
	return keys, address, nil
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
			r := Removal{Items: part, Run: t.run}
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

// left counts what the partitions still hold of what is erased, and names it.
func (e Eraser) left(ctx context.Context, t task) (Tally, error) {
	found := Tally{}
	_, err := e.each(ctx, t, everyKind, func(page []Held) (bool, error) {
		for _, h := range page {
			found[Of(h.Store, h.Key)]++
		}
		return false, nil
	})
	return found, err
}
