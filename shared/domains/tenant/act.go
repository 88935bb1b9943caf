package tenant

import (
	"slices"
	"strings"
)

// Act names what a function does with data beyond its caller's own partition
// T#<tenant> and prefix tenants/<tenant>/, which a verified credential always
// opens. A route's row, or a worker's build, names the act; what the act opens
// is declared here alone, for the guard, the session policy, and the tests that
// hold both, and the templates, to it. One that opens something in a tenant's
// scope is an act of its own, not a second one beside another, and has a role in
// infra/data.yaml which opens no more; acts that open the same there share it.
type Act string

// The acts. None is what most functions do.
const (
	None     Act = ""
	AskLink  Act = "ask-link" // mail a sign-in link
	SignIn   Act = "sign-in"  // use one up; creates the tenant the first time
	Join     Act = "join"     // accept an invitation: become a member of the tenant that sent it
	Manage   Act = "manage"   // work on the tenant's own credentials: users, sessions, keys
	Notify   Act = "notify"   // mail a notice to the tenant's owners
	Invite   Act = "invite"   // mail an invitation, or take it back
	Remove   Act = "remove"   // remove a member, whose address is free again
	Mailbox  Act = "mailbox"  // see whether one's own address takes mail, and have mail sent again
	Feedback Act = "feedback" // keep what the mail service tells of addresses; an operator's release of one
	Rotate   Act = "rotate"   // publish the keys of a new signing secret
	Render   Act = "render"   // admit and end jobs, of which all tenants together have only so many
	Sweep    Act = "sweep"    // see to open work that is overdue: end jobs, and clear what ended exports leave
	Archive  Act = "archive"  // copy the ledger and the audit trail into locked segments, and check them
	Checkout Act = "checkout" // buy a plan: become a customer of the payment service, once
	Hook     Act = "hook"     // hear of the payment service's events, and find whose they are
	Mock     Act = "mock"     // play the payment service where none is configured
	Export   Act = "export"   // put all of a tenant's data into one archive
	Close    Act = "close"    // ask for the account's erasure, or take that back
	Receipt  Act = "receipt"  // show how an erasure stands, to whoever has its receipt
	Erase    Act = "erase"    // erase an account, or what is of one of its members
	Correct  Act = "correct"  // count what is stored, and remove what came after its account had gone
	Backups  Act = "backups"  // see what backups there are, and when restoring was last tried
	Terms    Act = "terms"    // an operator's: change the plan of the tenant that an address belongs to
	Survey   Act = "survey"   // an operator's: see what each tenant uses, costs and pays, and when it was last seen
)

// Opening is what an act opens. Keys of the directory are whole, or prefixes
// that end in "#".
type Opening struct {
	Act Act
	// Role is the role of infra/data.yaml that the act's function becomes to work on
	// its caller's tenant, XRole with the output XRoleArn. "" for an act that is done
	// before anybody is known.
	Role string
	// Credentials: A#<tenant> under the tenant's role, once a credential is verified.
	Credentials bool
	// Enter: A#<tenant> and T#<tenant> by item under the function's own role, for a
	// sign-in (WithSignIn).
	Enter bool
	// Directory lists what is touched in a tenant's scope, under its role: in one
	// transaction with the tenant's own items.
	Directory []string
	// Verbs are the operations of DynamoDB that the role allows on those keys. They
	// are the same for all of them, because a transaction may be judged by the keys
	// of all its actions.
	Verbs []string
	// Empties: every version of the tenant's objects is removed, and every upload that
	// was not completed.
	Empties bool
	// Files: the tenant's locked copies are read and added to.
	Files bool
	// Versions: all versions of the tenant's objects are read, and its locked copies.
	Versions bool
	// Clears is the folder of the tenant's objects in which versions and unfinished
	// uploads are removed; "" is none.
	Clears string
	// Before lists what is touched outside a tenant's scope, under the function's
	// own role: nobody is known yet, or nobody is concerned.
	Before []string
	// Locked lists folders of the locked bucket that are of no tenant any more, opened
	// outside a tenant's scope, under the function's own role.
	Locked []string
	// Backups: ask what backups there are of the tables, under the function's own role.
	Backups bool
	// Only lists attributes of the tenant's items. With it, the act asks for these by
	// Query and for nothing else: it writes nothing and opens no object.
	Only []string
}

// anyone is what every function behind the API opens: it counts the calls of an
// address, and reads the keys that verify tokens.
func anyone(more ...string) []string { return append([]string{RatePrefix, SigningKeys}, more...) }

// Openings lists every act.
func Openings() []Opening {
	return []Opening{
		{Act: None, Role: "TenantRole", Before: anyone()},
		{Act: AskLink, Before: anyone(MailRatePrefix, MailCallPrefix, LinkPrefix, SuppressPrefix)},
		{Act: SignIn, Enter: true, Before: anyone(AddressPrefix, MailRatePrefix, LinkPrefix, GuessPrefix)},
		{Act: Join, Enter: true, Before: anyone(AddressPrefix, InvitePrefix, SuppressPrefix)},
		{Act: Manage, Role: "AccountRole", Credentials: true, Before: anyone()},
		{Act: Notify, Role: "AccountRole", Credentials: true, Before: []string{SuppressPrefix}},
		{
			Act: Invite, Role: "InviteRole", Credentials: true, Directory: []string{InvitePrefix}, Verbs: []string{"PutItem", "DeleteItem"},
			Before: anyone(MailCallPrefix, SuppressPrefix),
		},
		{Act: Remove, Role: "MemberRole", Credentials: true, Directory: []string{AddressPrefix}, Verbs: []string{"DeleteItem"}, Before: anyone()},
		{Act: Mailbox, Role: "MailboxRole", Directory: []string{SuppressPrefix}, Verbs: []string{"GetItem", "UpdateItem"}, Before: anyone()},
		{Act: Feedback, Before: []string{SuppressPrefix}},
		{Act: Rotate, Before: []string{SigningKeys}},
		{Act: Render, Role: "JobRole", Directory: []string{RenderSlots}, Verbs: []string{"UpdateItem"}, Before: anyone()},
		{Act: Sweep, Role: "SweepRole", Directory: []string{RenderSlots}, Verbs: []string{"UpdateItem"}, Clears: ExportFolder},
		{Act: Archive, Role: "LedgerRole", Files: true, Before: []string{RenderSlots}},
		{Act: Checkout, Role: "BillingRole", Directory: []string{CustomerPrefix}, Verbs: []string{"PutItem", "DeleteItem"}, Before: anyone()},
		{Act: Hook, Role: "TenantRole", Before: []string{CustomerPrefix}},
		{Act: Mock, Before: []string{PayMockPrefix}},
		{Act: Export, Role: "ExportRole", Credentials: true, Versions: true, Clears: ExportFolder, Before: []string{SuppressPrefix}},
		{
			Act: Close, Role: "CloseRole", Credentials: true, Directory: []string{ReceiptPrefix, KeepPrefix}, Verbs: []string{"PutItem", "UpdateItem", "DeleteItem"},
			Before: anyone(KeepPrefix, SuppressPrefix),
		},
		{Act: Receipt, Before: anyone(ReceiptPrefix)},
		{
			Act: Erase, Role: "EraseRole", Credentials: true,
			Directory: []string{
				AddressPrefix, MailRatePrefix, LinkPrefix, GuessPrefix, SuppressPrefix, InvitePrefix, CustomerPrefix, PayMockPrefix,
				KeepPrefix, ReceiptPrefix, RenderSlots,
			},
			Verbs: []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem"}, Empties: true, Files: true,
			Locked: []string{ErasuresFolder, ErasedFolder},
		},
		{Act: Correct, Role: "StorageRole", Empties: true, Locked: []string{ErasedFolder}},
		{Act: Backups, Role: "TenantRole", Before: anyone(DrillPrefix), Backups: true},
		{Act: Terms, Role: "TenantRole", Before: []string{AddressPrefix}},
		{Act: Survey, Role: "SurveyRole", Credentials: true, Only: surveyed()},
	}
}

// surveyed are the attributes that tell how a tenant stands. Among the credentials
// that is the time of the last request alone: no address, session, hash or name.
func surveyed() []string {
	return []string{
		"pk", "sk", "status", "plan", "created_at", "until", // the tenant, what is granted and what is bought
		"subscription", "period_end", "cancel_at_end", "amount", "refunded", "currency", // and what was paid
		"images_count_taken", "images_count_reserved", "tts_seconds_taken", "tts_seconds_reserved",
		"render_minutes_taken", "render_minutes_reserved", "uploads_count_taken", "uploads_count_reserved",
		"storage_mb_taken", "storage_mb_reserved",
		"at", "actor", "tat", // when something was done, by what kind of actor; when a credential was used
	}
}

// Opens is what an act opens; nothing for one that is not declared.
func (a Act) Opens() Opening {
	all := Openings()
	i := slices.IndexFunc(all, func(o Opening) bool { return o.Act == a })
	if i < 0 {
		return Opening{Act: a}
	}
	return all[i]
}

// Among reports whether a key of the directory is one of keys, which are whole
// or prefixes.
func Among(keys []string, key string) bool {
	return slices.ContainsFunc(keys, func(k string) bool {
		return key == k || IsPrefix(k) && strings.HasPrefix(key, k)
	})
}

// IsPrefix reports whether a key of an Opening stands for all that begin with it.
func IsPrefix(key string) bool { return strings.HasSuffix(key, "#") }
