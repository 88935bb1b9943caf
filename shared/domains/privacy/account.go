package privacy

import (
	"slices"
	"time"
)

// accountPlaces hold who a person is and what an account may do.
func accountPlaces() []Place {
	return slices.Concat(
		memberPlaces(), invitationPlaces(), keyPlaces(), tenantPlaces(), billingPlaces(), paymentPlaces(), signInPlaces(), mailPlaces(), sharedPlaces(),
	)
}

// memberPlaces hold who may act for an account, and where they are signed in from.
func memberPlaces() []Place {
	return []Place{
		item("A", "USER#", "<user>", Person,
			"mail address, role, open sessions with the minute they were last seen", "to sign in and stay signed in",
			slices.Concat([]Field{
				{Name: "email", Means: "the address that signs in", Personal: true},
				role(),
				accountStatus(),
				{Name: "member_status", Means: "the member's own: active (also when absent), or removed"},
				moment("created_at", "first sign-in").personal(),
				{Name: "sessions", Means: "by session: when it began, rotated and was last seen, microseconds since 1970", Personal: true, Hidden: []string{"gen"}},
			}, counted("the request rate is", "request"))...),
		item("A", "SESSION#", "<session>", Person,
			"device and network address that a session was begun or last renewed from", "to show a person where they are signed in, and who did what from where",
			Field{Name: "user", Means: "id of the user"},
			Field{Name: "device", Means: "browser and system, like Firefox on Linux", Personal: true},
			Field{Name: "place", Means: "network address", Personal: true},
			moment("created_at", "when the session began").personal(),
		).ending(120 * 24 * time.Hour),
	}
}

// invitationPlaces hold who may come in, of a tenant's own.
func invitationPlaces() []Place {
	return []Place{
		item("A", "INVITATION#", "<invitation>", Tenant,
			"mail address that was invited, and the role that waits for it", "to let members in",
			Field{Name: "email", Means: "the address that was invited", Personal: true},
			role(),
			Field{Name: "hash", Means: "SHA-256 of the invitation's token", Secret: true},
			Field{Name: "user", Means: "id of the user who invited"},
			moment("created_at", ""),
			moment("valid_until", "when it stops to work"),
			Field{Name: "mailed", Means: "whether the mail was handed over"},
		).ending(7 * 24 * time.Hour),
		item("A", "ROSTER", "", Tenant,
			"which addresses are members or invited, as hashes", "to bound both together, and to invite an address once",
			Field{
				Name: "seats", Personal: true,
				Means: "by a hash of the address: id of the user or of the invitation; that of an invitation that has expired is removed when a seat is needed",
			},
		).withheld("repeats what the items of users and invitations say"),
	}
}

// tenantPlaces hold what an account may do.
func tenantPlaces() []Place {
	return []Place{
		item("T", "TENANT", "", Tenant,
			"plan, status, time of creation", "to know what the account may do",
			Field{Name: "plan", Means: "free, pro or enterprise"},
			Field{Name: "status", Means: "active, or frozen once the erasure has begun"},
			Field{Name: "owner", Means: "id of the user whose sign-in created the account"},
			Field{Name: "owners", Means: "ids of all users who own it; the one above alone when absent"},
			moment("created_at", ""),
			Field{Name: "overrides", Means: "limits agreed with this account alone, by metric, " + storedUnits + "; -1 is unlimited"},
			Field{Name: "revision", Means: "number of changes of plan and limits"},
			Field{Name: "erasure", Means: "id of the erasure that was asked for"},
			Field{Name: "export", Means: "id of the export that is being made"},
		),
	}
}

// signInPlaces hold how a sign-in finds its account.
func signInPlaces() []Place {
	return []Place{
		lookup("ADDR#", "address", Person,
			"mail address, and the account and user it signs in to", "to find the account of an address",
			Field{Means: "the address", Personal: true},
			Field{Name: "tenant", Means: "id of the account"},
			Field{Name: "user", Means: "id of the user"},
		).withheld("repeats what the user's own item says").ofUser(),
		lookup("MAILRATE#", "address", Person,
			"mail address, how often it asked for mail, hash of its current sign-in link", "to bound mail to an address",
			Field{Means: "the address", Personal: true},
			append(
				counted("mails are", "mail"), Field{Name: "link", Means: "hash of the token of the current link", Secret: true},
				Field{Name: "older", Means: "hash of the token of the link before it", Secret: true},
			)...,
		).withheld("names a link that signs in").ofUser().ending(2 * time.Hour),
		// There is none but the current one: it is stored in the place of the one before.
		lookup("LINK#", "hash", Person,
			"mail address a sign-in link was sent to, and the page it opens", "to sign in by link",
			Field{Means: "hash of the link's token", Secret: true},
			Field{Name: "email", Means: "the address that it was sent to", Personal: true},
			Field{Name: "next", Means: "page to open after the sign-in"},
			moment("valid_until", "when it stops to work"),
			Field{Name: "attempt", Means: "hash of what the browser that asked holds", Secret: true},
			Field{Name: "code", Means: "hash of the mailed code, with what that browser holds", Secret: true},
			Field{Name: "tries", Means: "how often a code was tried"},
			Field{Name: "last", Means: "random number of the try that was counted last"},
		).withheld("names a link that signs in").named(Directory, "MAILRATE#", "link", "hash").ending(time.Hour),
	}
}

// mailPlaces hold what mail to an address may do, beside signing in.
func mailPlaces() []Place {
	return []Place{
		lookup("GUESS#", "address", Person,
			"mail address, and how often codes sent to it were tried", "to bound guessing",
			Field{Means: "the address", Personal: true}, counted("tries are", "try")...,
		).withheld("says how to sign in as somebody").ofUser().ending(2 * time.Hour),
		lookup("SUPPRESS#", "address", Person,
			"mail address that mail came back from, or that complained about mail", "to send it no more",
			Field{Means: "the address", Personal: true},
			Field{Name: "reason", Means: "bounce or complaint, or released once somebody ended it"},
			Field{Name: "at", Means: "when the mail service saw it, or it was released, milliseconds since 1970"},
			Field{
				Name:  "valid_until",
				Means: "when it ends by itself or was released, microseconds since 1970; absent for a complaint, which stops notices and invitations for good, and sign-in mail for seven days",
			},
		).withheld("is shown on the account page").ofUser(),
		lookup("INVITE#", "hash", Tenant,
			"account and invitation that a mailed token belongs to", "to let members in",
			Field{Means: "hash of the invitation's token", Secret: true},
			Field{Name: "tenant", Means: "id of the account"},
			Field{Name: "invitation", Means: "id of the invitation"},
			moment("valid_until", "when it stops to work"),
		).withheld("names a token that lets somebody in").named(Platform, "INVITATION#", "hash", "hash").ending(7 * 24 * time.Hour),
	}
}

// sharedPlaces hold what all accounts share.
func sharedPlaces() []Place {
	const before, together = "is written before anybody is known, and belongs to no account", "is of all accounts together"
	return []Place{
		lookup("RATE#", "address", Nobody,
			"network address of callers without a session, and their request rate", "to bound abuse",
			Field{Means: "the network address", Personal: true}, counted("requests are", "request")...,
		).withheld(before).endingAlone(2 * time.Minute),
		lookup("MAILCALL#", "address", Nobody,
			"network address that asked for mail, or all of them, account or hash of the address of invitations, and how often", "to bound mail",
			Field{Means: "the network address, or all, or for invitations the account or a hash of the mail address", Personal: true}, counted("mails are", "mail")...,
		).withheld(before).endingAlone(2 * time.Hour),
		{
			Store: Directory, Kind: "SIGNING#", Key: "SIGNING#<name>", Owner: Nobody,
			What: "public keys that verify tokens", Why: "to let every function check who calls",
			Fields: []Field{
				{Name: "document", Means: "the keys, as JSON"},
				{Name: "revision", Means: "number of changes"},
			},
			Export: Withheld, Withheld: together, Erasure: Kept, Kept: ofInstallation("public keys"),
		},
		{
			Store: Directory, Kind: "SLOTS#", Key: "SLOTS#<kind>", Owner: Nobody,
			What: "how many renders of all accounts are unfinished", Why: "to bound what runs at once",
			Fields: []Field{{Name: "active_jobs", Means: "unfinished renders"}},
			Export: Withheld, Withheld: together, Erasure: Kept, Kept: ofInstallation("a number"),
		},
	}
}
