package tenant

// Beginnings of the keys of a tenant's two partitions of the platform table.
const (
	CredentialsPrefix = "A#" // who may act: users with their sessions, keys
	DataPrefix        = "T#" // everything else
)

// Beginnings of the keys of the directory, which no tenant's partition holds.
const (
	AddressPrefix  = "ADDR#"     // a mail address: whom it signs in
	MailRatePrefix = "MAILRATE#" // a mail address: how often it was mailed
	LinkPrefix     = "LINK#"     // a sign-in link, by the hash of its token
	RatePrefix     = "RATE#"     // a network address: how often it called
	SlotsPrefix    = "SLOTS#"    // how many jobs of all tenants are unfinished
	GuessPrefix    = "GUESS#"    // a mail address: how often its codes were tried
	MailCallPrefix = "MAILCALL#" // a network address, or everybody: how much mail was asked for
	SuppressPrefix = "SUPPRESS#" // a mail address that takes no mail, or wants none
	InvitePrefix   = "INVITE#"   // an invitation, by the hash of its token
	SigningPrefix  = "SIGNING#"  // public keys that verify tokens
	CustomerPrefix = "CUSTOMER#" // a customer of the payment service: whose it is
	KeepPrefix     = "KEEP#"     // what takes an asked-for erasure back, by the hash of the mailed token
	ReceiptPrefix  = "RECEIPT#"  // how an erasure stands, by the hash of its receipt
	DrillPrefix    = "DRILL#"    // when restoring was last tried
	PayMockPrefix  = "PAYMOCK#"  // a customer of the payment service's stand-in: all that it knows of it
)

// SigningKeys is the key of the one document of public keys.
const SigningKeys = SigningPrefix + "keys"

// RenderSlots is the key of the number of unfinished renders.
const RenderSlots = SlotsPrefix + "render"

// Prefixes lists what keys of either table begin with.
func Prefixes() []string {
	return []string{
		CredentialsPrefix, DataPrefix, AddressPrefix, MailRatePrefix, LinkPrefix, RatePrefix, SlotsPrefix,
		GuessPrefix, MailCallPrefix, SuppressPrefix, InvitePrefix, SigningPrefix, CustomerPrefix,
		PayMockPrefix, KeepPrefix, ReceiptPrefix, DrillPrefix,
	}
}

// CredentialsPartition is where a tenant's credentials are.
func CredentialsPartition(id ID) string { return CredentialsPrefix + string(id) }

// DataPartition is where everything else of a tenant is.
func DataPartition(id ID) string { return DataPrefix + string(id) }
