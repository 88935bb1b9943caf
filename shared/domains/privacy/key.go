package privacy

// keyPlaces hold which programs may act for an account.
func keyPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "KEY#", Key: "A#<tenant> / KEY#<key>", Owner: Tenant,
			What: "hash of an API key, its state and the minute of its last use", Why: "to let programs in",
			Fields: []Field{
				{Name: "hash", Means: "SHA-256 of the key's secret", Secret: true},
				{Name: "status", Means: "the account's: active, or frozen once the erasure has begun"},
				{Name: "key_status", Means: "the key's own: active; a revoked key is deleted"},
				{Name: "used", Means: "last request, to the minute, microseconds since 1970"},
				{Name: "tat", Means: "arrival time that the request rate is held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the request that was counted last"},
				{Name: "name", Means: "what its owner calls it", Personal: true},
				{Name: "created_at", Means: "microseconds since 1970"},
				{Name: "rotated_at", Means: "when its secret was last changed, microseconds since 1970"},
				{Name: "seen_by", Means: "id of the user who was shown its secret: who made it, or rotated it last"},
				{Name: "old_hash", Means: "SHA-256 of the secret before, while that still works", Secret: true},
				{Name: "old_until", Means: "when the secret before stops to work, microseconds since 1970"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "KEYS", Key: "A#<tenant> / KEYS", Owner: Tenant,
			What: "number of API keys", Why: "to bound them",
			Fields: []Field{{Name: "live", Means: "keys that are not revoked"}},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}
