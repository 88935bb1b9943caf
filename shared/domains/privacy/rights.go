package privacy

import (
	"slices"
	"time"
)

// rightsPlaces hold what people's own rights leave behind: exports, erasures, and
// what shows how those stand.
func rightsPlaces() []Place { return slices.Concat(rightPlaces(), receiptPlaces()) }

// rightPlaces are of the account itself.
func rightPlaces() []Place {
	return []Place{
		exportPlace(),
		item("T", "ERASURE#", "<erasure>", Tenant,
			"an asked-for erasure, and how far it is", "to do it, and to let it be taken back",
			Field{Name: "subject", Means: "account or member"},
			Field{Name: "status", Means: "waiting, running, erased or canceled"},
			Field{Name: "step", Means: "what it does now"},
			Field{Name: "attempt", Means: "1, and one more each time that its executions were given up"},
			Field{Name: "restarts", Means: "executions of this attempt that died and were replaced"},
			Field{Name: "rounds", Means: "how often something was found after all was erased"},
			Field{Name: "users", Means: "ids of the users whose data went"},
			Field{Name: "told", Means: "processors that were told"},
			Field{Name: "user", Means: "id of the user who asked"},
			Field{Name: "member", Means: "id of the user whose data goes; absent of an account's"},
			Field{Name: "erased", Means: "numbers of items and objects erased so far, and their bytes, by place"},
			Field{Name: "leads", Means: "addresses, customer and hashes by which the last scan looks for what is left of them; goes with the erasure", Personal: true, Secret: true},
			Field{Name: "receipt", Means: "hash of the receipt's token"},
			Field{Name: "keep", Means: "hash of the mailed token that takes it back", Secret: true},
			moment("created_at", "when it was asked for"),
			moment("effective_at", "until when it can be taken back"),
			moment("begun_at", "when it began"),
			moment("frozen_at", "when what ran was stopped"),
			moment("sought_at", "when the payment service was last searched for customers"),
			moment("seeking_at", "when the search there began that goes on"),
			Field{Name: "seek_after", Means: "opaque id at the payment service after which that search goes on"},
		).withheld("is the erasure of what is exported"),
	}
}

// receiptPlaces are known outside of the account.
func receiptPlaces() []Place {
	return []Place{
		lookup("KEEP#", "hash", Tenant,
			"account and erasure that a mailed token takes back", "to let an erasure be taken back from the mail",
			Field{Means: "hash of the token", Secret: true},
			Field{Name: "tenant", Means: "id of the account"},
			Field{Name: "erasure", Means: "id of the erasure"},
			moment("valid_until", "when it stops to work"),
		).withheld("names a token that acts for the account").named(Platform, "ERASURE#", "keep", "hash"),
		lookup("RECEIPT#", "hash", Tenant,
			"how an erasure stands, by ids, and its certificate", "to show to who asked for it that it was done",
			Field{Means: "hash of the receipt's token"},
			Field{Name: "erasure", Means: "id of the erasure"},
			Field{Name: "status", Means: "waiting, running, erased or canceled"},
			Field{Name: "step", Means: "what it does now"},
			moment("created_at", "when it was asked for"),
			moment("effective_at", "until when it can be taken back"),
			Field{Name: "certificate", Means: "what was erased, what is kept, why and until when, as JSON; ids alone"},
		).withheld("is shown to whoever has the receipt").receipt(),
		{
			Store: Directory, Kind: "DRILL#", Key: "DRILL#<name>", Owner: Nobody,
			What: "when restoring was last tried, and what came of it", Why: "to show that backups can be restored",
			Fields: []Field{
				moment("at", "when it was tried"),
				{Name: "result", Means: "held or failed"},
				moment("held_at", "when one last held"),
			},
			Export: Withheld, Withheld: "is of all accounts together", Erasure: Kept, Kept: ofInstallation("a date"),
		},
	}
}

// receipt goes by itself: it is the proof that the rest has gone.
func (p Place) receipt() Place { return p.endingAlone(60 * 24 * time.Hour) }
