package privacy

import "slices"

// keyPlaces hold which programs may act for an account.
func keyPlaces() []Place {
	return []Place{
		item("A", "KEY#", "<key>", Tenant,
			"hash of an API key, its state and the minute of its last use", "to let programs in",
			slices.Concat([]Field{
				{Name: "hash", Means: "SHA-256 of the key's secret", Secret: true},
				accountStatus(),
				{Name: "key_status", Means: "the key's own: active; a revoked key is deleted"},
				moment("used", "last request, to the minute"),
			}, counted("the request rate is", "request"), []Field{
				{Name: "name", Means: "what its owner calls it", Personal: true},
				moment("created_at", ""),
				moment("rotated_at", "when its secret was last changed"),
				{Name: "seen_by", Means: "id of the user who was shown its secret: who made it, or rotated it last"},
				{Name: "old_hash", Means: "SHA-256 of the secret before, while that still works", Secret: true},
				moment("old_until", "when the secret before stops to work"),
			})...),
		item("A", "KEYS", "", Tenant, "number of API keys", "to bound them", Field{Name: "live", Means: "keys that are not revoked"}),
	}
}
