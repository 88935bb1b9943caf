package privacy

import (
	"slices"
	"time"
)

// accountPlaces hold who a person is and what an account may do.
func accountPlaces() []Place {
	return slices.Concat(
		memberPlaces(), sessionPlaces(), invitationPlaces(), keyPlaces(), tenantPlaces(), billingPlaces(), paymentPlaces(), signInPlaces(), mailPlaces(), sharedPlaces(),
	)
}

// memberPlaces hold who may act for an account.
func memberPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "USER#", Key: "A#<tenant> / USER#<user>", Owner: Person,
			What: "mail address, role, open sessions with the minute they were last seen", Why: "to sign in and stay signed in",
			Fields: []Field{
				{Name: "email", Means: "the address that signs in", Personal: true},
				{Name: "role", Means: "owner or member"},
				{Name: "status", Means: "the account's: active, or frozen once the erasure has begun"},
				{Name: "member_status", Means: "the member's own: active (also when absent), or removed"},
				{Name: "created_at", Means: "first sign-in, microseconds since 1970", Personal: true},
				{Name: "sessions", Means: "by session: when it began, rotated and was last seen, microseconds since 1970", Personal: true, Hidden: []string{"gen"}},
				{Name: "tat", Means: "arrival time that the request rate is held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the request that was counted last"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}

// sessionPlaces hold where people are signed in from.
func sessionPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "SESSION#", Key: "A#<tenant> / SESSION#<session>", Owner: Person,
			What: "device and network address that a session was begun or last renewed from", Why: "to show a person where they are signed in, and who did what from where",
			Fields: []Field{
				{Name: "user", Means: "id of the user"},
				{Name: "device", Means: "browser and system, like Firefox on Linux", Personal: true},
				{Name: "place", Means: "network address", Personal: true},
				{Name: "created_at", Means: "when the session began, microseconds since 1970", Personal: true},
			},
			Export: AsItem, Erasure: ByPartition, Expires: 120 * 24 * time.Hour,
		},
	}
}

// invitationPlaces hold who may come in, of a tenant's own.
func invitationPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "INVITATION#", Key: "A#<tenant> / INVITATION#<invitation>", Owner: Tenant,
			What: "mail address that was invited, and the role that waits for it", Why: "to let members in",
			Fields: []Field{
				{Name: "email", Means: "the address that was invited", Personal: true},
				{Name: "role", Means: "owner or member"},
				{Name: "hash", Means: "SHA-256 of the invitation's token", Secret: true},
				{Name: "user", Means: "id of the user who invited"},
				{Name: "created_at", Means: "microseconds since 1970"},
				{Name: "valid_until", Means: "when it stops to work, microseconds since 1970"},
				{Name: "mailed", Means: "whether the mail was handed over"},
			},
			Export: AsItem, Erasure: ByPartition, Expires: 7 * 24 * time.Hour,
		},
		{
			Store: Platform, Kind: "ROSTER", Key: "A#<tenant> / ROSTER", Owner: Tenant,
			What: "which addresses are members or invited, as hashes", Why: "to bound both together, and to invite an address once",
			Fields: []Field{
				{Name: "seats", Means: "by a hash of the address: id of the user or of the invitation; that of an invitation that has expired is removed when a seat is needed", Personal: true},
			},
			Export: Withheld, Withheld: "repeats what the items of users and invitations say",
			Erasure: ByPartition,
		},
	}
}

// tenantPlaces hold what an account may do.
func tenantPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "TENANT", Key: "T#<tenant> / TENANT", Owner: Tenant,
			What: "plan, status, time of creation", Why: "to know what the account may do",
			Fields: []Field{
				{Name: "plan", Means: "free, pro or enterprise"},
				{Name: "status", Means: "active, or frozen once the erasure has begun"},
				{Name: "owner", Means: "id of the user whose sign-in created the account"},
				{Name: "owners", Means: "ids of all users who own it; the one above alone when absent"},
				{Name: "created_at", Means: "microseconds since 1970"},
				{Name: "overrides", Means: "limits agreed with this account alone, by metric, in stored units; -1 is unlimited"},
				{Name: "revision", Means: "number of changes of plan and limits"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}

// signInPlaces hold how a sign-in finds its account.
func signInPlaces() []Place {
	return []Place{
		{
			Store: Directory, Kind: "ADDR#", Key: "ADDR#<address>", Owner: Person,
			What: "mail address, and the account and user it signs in to", Why: "to find the account of an address",
			Fields: []Field{
				{Name: "pk", Means: "the address, after ADDR#", Personal: true},
				{Name: "tenant", Means: "id of the account"},
				{Name: "user", Means: "id of the user"},
			},
			Export: Withheld, Withheld: "repeats what the user's own item says",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "USER#", Field: "email", Variable: "address"},
		},
		{
			Store: Directory, Kind: "MAILRATE#", Key: "MAILRATE#<address>", Owner: Person,
			What: "mail address, how often it asked for mail, hash of its current sign-in link", Why: "to bound mail to an address",
			Fields: []Field{
				{Name: "pk", Means: "the address, after MAILRATE#", Personal: true},
				{Name: "tat", Means: "arrival time that mails are held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the mail that was counted last"},
				{Name: "link", Means: "hash of the token of the current link", Secret: true},
			},
			Export: Withheld, Withheld: "names a link that signs in",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "USER#", Field: "email", Variable: "address"},
			Expires: 2 * time.Hour,
		},
		{
			Store: Directory, Kind: "LINK#", Key: "LINK#<hash>", Owner: Person,
			What: "mail address a sign-in link was sent to, and the page it opens", Why: "to sign in by link",
			Fields: []Field{
				{Name: "pk", Means: "hash of the link's token, after LINK#", Secret: true},
				{Name: "email", Means: "the address that it was sent to", Personal: true},
				{Name: "next", Means: "page to open after the sign-in"},
				{Name: "valid_until", Means: "when it stops to work, microseconds since 1970"},
				{Name: "attempt", Means: "hash of what the browser that asked holds", Secret: true},
				{Name: "code", Means: "hash of the mailed code, with what that browser holds", Secret: true},
				{Name: "tries", Means: "how often a code was tried"},
				{Name: "last", Means: "random number of the try that was counted last"},
			},
			Export: Withheld, Withheld: "names a link that signs in",
			// Older links than the current one work no more, are named by nothing, and end by themselves.
			Erasure: ByReference, Found: &Reference{Store: Directory, Kind: "MAILRATE#", Field: "link", Variable: "hash"},
			Expires: time.Hour,
		},
	}
}

// mailPlaces hold what mail to an address may do, beside signing in.
func mailPlaces() []Place {
	return []Place{
		{
			Store: Directory, Kind: "GUESS#", Key: "GUESS#<address>", Owner: Person,
			What: "mail address, and how often codes sent to it were tried", Why: "to bound guessing",
			Fields: []Field{
				{Name: "pk", Means: "the address, after GUESS#", Personal: true},
				{Name: "tat", Means: "arrival time that tries are held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the try that was counted last"},
			},
			Export: Withheld, Withheld: "says how to sign in as somebody",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "USER#", Field: "email", Variable: "address"},
			Expires: 2 * time.Hour,
		},
		{
			Store: Directory, Kind: "SUPPRESS#", Key: "SUPPRESS#<address>", Owner: Person,
			What: "mail address that mail came back from, or that complained about mail", Why: "to send it no more",
			Fields: []Field{
				{Name: "pk", Means: "the address, after SUPPRESS#", Personal: true},
				{Name: "reason", Means: "bounce or complaint, or released once somebody ended it"},
				{Name: "at", Means: "when the mail service saw it, or it was released, milliseconds since 1970"},
				{Name: "valid_until", Means: "when it ends by itself or was released, microseconds since 1970; absent for a complaint, which stops notices and invitations for good, and sign-in mail for seven days"},
			},
			Export: Withheld, Withheld: "is shown on the account page",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "USER#", Field: "email", Variable: "address"},
		},
		{
			Store: Directory, Kind: "INVITE#", Key: "INVITE#<hash>", Owner: Tenant,
			What: "account and invitation that a mailed token belongs to", Why: "to let members in",
			Fields: []Field{
				{Name: "pk", Means: "hash of the invitation's token, after INVITE#", Secret: true},
				{Name: "tenant", Means: "id of the account"},
				{Name: "invitation", Means: "id of the invitation"},
				{Name: "valid_until", Means: "when it stops to work, microseconds since 1970"},
			},
			Export: Withheld, Withheld: "names a token that lets somebody in",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "INVITATION#", Field: "hash", Variable: "hash"},
			Expires: 7 * 24 * time.Hour,
		},
	}
}

// sharedPlaces hold what all accounts share.
func sharedPlaces() []Place {
	return []Place{
		{
			Store: Directory, Kind: "RATE#", Key: "RATE#<address>", Owner: Nobody,
			What: "network address of callers without a session, and their request rate", Why: "to bound abuse",
			Fields: []Field{
				{Name: "pk", Means: "the network address, after RATE#", Personal: true},
				{Name: "tat", Means: "arrival time that requests are held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the request that was counted last"},
			},
			Export: Withheld, Withheld: "is written before anybody is known, and belongs to no account",
			Erasure: ByExpiry, Expires: 2 * time.Minute,
		},
		{
			Store: Directory, Kind: "MAILCALL#", Key: "MAILCALL#<address>", Owner: Nobody,
			What: "network address that asked for mail, or all of them, mail address or account of invitations, and how often", Why: "to bound mail",
			Fields: []Field{
				{Name: "pk", Means: "the network address, or all; for invitations the mail address, or the account; after MAILCALL#", Personal: true},
				{Name: "tat", Means: "arrival time that mails are held by, microseconds since 1970"},
				{Name: "last", Means: "random number of the mail that was counted last"},
			},
			Export: Withheld, Withheld: "is written before anybody is known, and belongs to no account",
			Erasure: ByExpiry, Expires: 2 * time.Hour,
		},
		{
			Store: Directory, Kind: "SIGNING#", Key: "SIGNING#<name>", Owner: Nobody,
			What: "public keys that verify tokens", Why: "to let every function check who calls",
			Fields: []Field{
				{Name: "document", Means: "the keys, as JSON"},
				{Name: "revision", Means: "number of changes"},
			},
			Export: Withheld, Withheld: "is of all accounts together",
			Erasure: Kept, Kept: &Retention{Ground: "no personal data", Reason: "public keys", Until: "the end of the installation"},
		},
		{
			Store: Directory, Kind: "SLOTS#", Key: "SLOTS#<kind>", Owner: Nobody,
			What: "how many renders of all accounts are unfinished", Why: "to bound what runs at once",
			Fields: []Field{{Name: "active_jobs", Means: "unfinished renders"}},
			Export: Withheld, Withheld: "is of all accounts together",
			Erasure: Kept, Kept: &Retention{Ground: "no personal data", Reason: "a number", Until: "the end of the installation"},
		},
	}
}
