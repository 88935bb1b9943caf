package privacy

import "slices"

// Declaration lists every place. Nothing may be stored in a place that is not
// in it.
func Declaration() []Place {
	return slices.Concat(accountPlaces(), payMockPlaces(), creatorPlaces(), meteringPlaces(), rightsPlaces(), recordPlaces())
}

// Declared returns the place of a kind in a store.
func Declared(store Store, kind string) (Place, bool) {
	all := Declaration()
	i := slices.IndexFunc(all, func(p Place) bool { return p.Store == store && p.Kind == kind })
	if i < 0 {
		return Place{}, false
	}
	return all[i], true
}

// Of returns the place that a key belongs to, and the variables that it names.
// ok is false for a key that the declaration does not know: a scan reports it.
func Of(store Store, key string) (place Place, values map[string]string, ok bool) {
	for _, p := range Declaration() {
		if p.Store != store {
			continue
		}
		if values, ok = p.Key.Match(key); ok {
			return p, values, true
		}
	}
	return Place{}, nil, false
}

// ItemKey is the key of a platform item as Of reads it.
func ItemKey(partition, sort string) string { return partition + " / " + sort }

// In lists the places of a store.
func In(store Store) []Place {
	return slices.DeleteFunc(Declaration(), func(p Place) bool { return p.Store != store })
}
