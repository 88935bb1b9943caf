package privacy

import (
	"slices"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
)

// meteringPlaces hold what was used, and the proof of it.
func meteringPlaces() []Place {
	return slices.Concat(oncePlaces(), usagePlaces(), archivePlaces(), lockedPlaces())
}

// oncePlaces make something happen once.
func oncePlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "IDEM#", Key: "T#<tenant> / IDEM#<hash>", Owner: Tenant,
			What: "hashes of an Idempotency-Key and of its request, and the id that it led to", Why: "to do a repeated request once",
			Fields: []Field{
				{Name: "fingerprint", Means: "hash of what was asked for"},
				{Name: "subject", Means: "id of what the request made or changed"},
			},
			Export: Withheld, Withheld: "is gone after a day, and names only what is exported itself",
			Erasure: ByPartition, Expires: 24 * time.Hour,
		},
		{
			Store: Platform, Kind: "NOTICE#", Key: "T#<tenant> / NOTICE#<month>#<metric>#<percent>", Owner: Tenant,
			What: "that the owners were told by mail how much is used", Why: "to tell it once",
			Fields: []Field{
				{Name: "at", Means: "when it was begun, milliseconds since 1970"},
				{Name: "sent", Means: "whether the mail was handed over"},
				{Name: "claim", Means: "random id of the process that sends it"},
				{Name: "told", Means: "ids of the owners who got it while others did not"},
			},
			Export: AsItem, Erasure: ByPartition, Expires: 62 * 24 * time.Hour,
		},
	}
}

// usagePlaces hold counters, the ledger that proves them, and the record of acts.
func usagePlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "USAGE#", Key: "T#<tenant> / USAGE#<month>", Owner: Tenant,
			What: "counters of what was used and reserved, by month, and of what is stored and running now (level)", Why: "to hold the quota",
			Fields: usageFields(), Export: AsLines, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "LEDGER#", Key: "T#<tenant> / LEDGER#<month>#<subject>#<number>", Owner: Tenant,
			What: "one row per unit used, with ids only", Why: "to prove the counters",
			Fields: []Field{
				{Name: "at", Means: "milliseconds since 1970"},
				{Name: "taken", Means: "change of what is used or reserved, by metric, " + storedUnits},
				{Name: "reserved", Means: "change of what is reserved, by metric, " + storedUnits},
				{Name: "segment", Means: "number of the archived segment that holds a copy"},
			},
			Export: AsLines, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "AUDIT#", Key: "T#<tenant> / AUDIT#<month>#<id>", Owner: Tenant,
			What: "security-relevant acts: who did what to what, by ids", Why: "to show what happened to the account",
			Fields: []Field{
				{Name: "at", Means: "milliseconds since 1970"},
				{Name: "action", Means: "name of the act"},
				{Name: "result", Means: "done or refused"},
				{Name: "actor", Means: "user:<id>, key:<id>, operator or product"},
				{Name: "session", Means: "id of the actor's session"},
				{Name: "target", Means: "id of what was acted on"},
				{Name: "detail", Means: "a role, a plan, and the like"},
				{Name: "segment", Means: "number of the archived segment that holds a copy"},
			},
			Export: AsLines, Erasure: ByPartition,
		},
	}
}

// archivePlaces hold how far the ledger and the record of acts are archived.
func archivePlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "ARCHIVE#", Key: "T#<tenant> / ARCHIVE#<month>", Owner: Tenant,
			What: "number and digest of the month's last archived segment, and what the closed month adds up to", Why: "to order the segments and check them",
			Fields: []Field{
				{Name: "segment", Means: "number of the last segment"},
				{Name: "sha256", Means: "its SHA-256, in hexadecimal"},
				{Name: "rows", Means: "rows in all segments of the month"},
				{Name: "seal", Means: "of a closed month: its sums by metric, digests of its segments and of what was stored after it, when it was read in full"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "AUDITHEAD#", Key: "T#<tenant> / AUDITHEAD#<month>", Owner: Tenant,
			What: "number and digest of the last archived segment of the month's acts", Why: "to order the segments and check them",
			Fields: []Field{
				{Name: "segment", Means: "number of the last segment"},
				{Name: "sha256", Means: "its SHA-256, in hexadecimal"},
				{Name: "rows", Means: "entries in all segments of the month"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}

// lockedPlaces are in the bucket that nothing can be deleted from before its time.
func lockedPlaces() []Place {
	return []Place{
		{
			Store: Ledger, Kind: "erasures/", Key: "erasures/<month>/<erasure>", Owner: Tenant,
			What: "who was erased, by ids, with the certificate", Why: "to clear a restored backup of them again, and to show that it was done",
			Fields: []Field{{Name: "certificate", Means: "as the receipt shows it, as JSON"}},
			Export: Withheld, Withheld: "is written when the account is gone", Erasure: Kept,
			Kept: &Retention{
				Ground: "Art. 17(3)(b) and 5(2) GDPR", Reason: "without it a restored backup would bring the account back; its ids lead to nobody",
				Until: "as long as the ledger is locked (LedgerRetentionDays), from when it was written",
			},
		},
		{
			Store: Ledger, Kind: "erased/", Key: "erased/<tenant>", Owner: Tenant,
			What: "that an account was erased, by its id alone", Why: "a file that comes late is removed only where the account was erased, and not where a table lost it",
			Fields: []Field{{Name: "mark", Means: "nothing: the name says all"}},
			Export: Withheld, Withheld: "is written when the account is gone", Erasure: Kept,
			Kept: &Retention{
				Ground: "Art. 17(3)(b) and 5(2) GDPR", Reason: "without it what comes late would stay, or what a table lost would go; the id leads to nobody",
				Until: "as long as the ledger is locked (LedgerRetentionDays), from when it was written",
			},
		},
		{ // before the ledger's, whose pattern its names fit too
			Store: Ledger, Kind: "audit/", Key: "tenants/<tenant>/audit/<month>/<segment>", Owner: Tenant,
			What: "copies of the record of acts: who did what to what, by ids, and when", Why: "to show that the record was not changed",
			Fields: []Field{{Name: "rows", Means: "one act in each line"}},
			Export: AsLines, Erasure: Kept,
			Kept: &Retention{
				Ground: "Art. 17(3)(e) GDPR", Reason: "evidence of who did what; once the account is erased, its ids lead to nobody",
				Until: "as long as the ledger is locked (LedgerRetentionDays), from when each part was written",
			},
		},
		{
			Store: Ledger, Kind: "tenants/", Key: "tenants/<tenant>/<month>/<segment>", Owner: Tenant,
			What:   "copies of the ledger's rows, and what was stored after a month: ids of account and subjects, amounts, times",
			Why:    "to prove what was charged",
			Fields: []Field{{Name: "rows", Means: "one row of the ledger in each line"}},
			Export: AsLines, Erasure: Kept,
			Kept: &Retention{
				Ground: "Art. 17(3)(b) and (e) GDPR", Reason: "evidence of what was charged; once the account is erased, its ids lead to nobody",
				Until: "as long as the ledger is locked (LedgerRetentionDays), from when each part was written",
			},
		},
	}
}

func usageFields() []Field {
	var all []Field
	for _, m := range metering.Metrics() {
		all = append(all,
			Field{Name: string(m) + "_taken", Means: string(m) + " used and reserved, in " + inStored(m)},
			Field{Name: string(m) + "_reserved", Means: string(m) + " reserved, in " + inStored(m)},
		)
	}
	return append(
		all, Field{Name: "active_jobs", Means: "unfinished renders; of the level only"},
		Field{Name: "active_publications", Means: "unfinished publications; of the level only"},
	)
}

// storedUnits says what amounts of each metric are stored in.
const storedUnits = "tts_seconds and render_minutes in milliseconds, storage_mb in bytes, the others in pieces"

// inStored is what amounts of one metric are stored in.
func inStored(m metering.Metric) string {
	switch m.Unit() {
	case metering.Seconds, metering.Minutes:
		return "milliseconds"
	case metering.Megabytes:
		return "bytes"
	}
	return "pieces"
}
