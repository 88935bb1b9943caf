package privacy

import "time"

// rightsPlaces hold what people's own rights leave behind: exports, erasures, and
// what shows how those stand.
func rightsPlaces() []Place {
	return []Place{
		item("T", "EXPORT#", "<export>", Tenant,
			"progress and outcome of an export of the account", "to make it and to show it",
			Field{Name: "status", Means: "queued, running, succeeded or failed"},
			Field{Name: "step", Means: "what it does now"},
			Field{Name: "attempt", Means: "1, and one more each time that it had to begin again"},
			Field{Name: "restarts", Means: "executions of this attempt that died and were replaced"},
			Field{Name: "done", Means: "bytes of the archive that are written"},
			Field{Name: "total", Means: "bytes that the archive will have"},
			Field{Name: "again", Means: "listings that were thrown away because something had gone"},
			Field{Name: "plan", Means: "how the archive is made: folder and upload while it is written, bytes of layout, parts and archive, SHA-256 of its manifest"},
			Field{Name: "size", Means: "bytes of the archive"},
			Field{Name: "manifest", Means: "SHA-256 of manifest.json in the archive"},
			Field{Name: "failure", Means: "why it failed: a code"},
			Field{Name: "user", Means: "id of the user who asked"},
			Field{Name: "mailed", Means: "whether that user was told of its end"},
			Field{Name: "cleared", Means: "whether what it was made from is removed"},
			Field{Name: "over", Means: "whether its archive is removed"},
			Field{Name: "created_ms", Means: "when it was asked for, milliseconds since 1970"},
			Field{Name: "finished", Means: "when it ended, milliseconds since 1970"},
			Field{Name: "goes", Means: "when its archive goes, milliseconds since 1970"},
		),
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
			Field{Name: "receipt", Means: "hash of the receipt's token"},
			Field{Name: "keep", Means: "hash of the mailed token that takes it back", Secret: true},
			moment("created_at", "when it was asked for"),
			moment("effective_at", "until when it can be taken back"),
			moment("begun_at", "when it began"),
		).withheld("is the erasure of what is exported"),
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
			},
			Export: Withheld, Withheld: "is of all accounts together", Erasure: Kept, Kept: ofInstallation("a date"),
		},
	}
}

// receipt goes by itself: it is the proof that the rest has gone.
func (p Place) receipt() Place { return p.endingAlone(60 * 24 * time.Hour) }
