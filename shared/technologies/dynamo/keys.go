package dynamo

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Key attributes. The directory has a partition key only.
const (
	attrExpires = "expires_at" // TTL of the directory, epoch seconds; readers check expiry themselves
)

// Item kinds: the constant beginning of a sort key, or of a directory key. Each
// is declared in shared/domains/privacy, and a test holds the two lists together.
const (
	kindUser         = "USER#"
	kindKey          = "KEY#"
	kindKeyCount     = "KEYS"
	kindSession      = "SESSION#"
	kindInvitation   = "INVITATION#"
	kindInvite       = tenant.InvitePrefix
	kindRoster       = "ROSTER"
	kindTenant       = "TENANT"
	kindSubscription = "SUBSCRIPTION"
	kindGrant        = "GRANT"
	kindBilling      = "BILLING"
	kindInvoice      = "INVOICE#"
	kindHook         = "HOOK#"
	kindCustomer     = tenant.CustomerPrefix
	kindPayMock      = tenant.PayMockPrefix
	kindAddress      = tenant.AddressPrefix
	kindLink         = tenant.LinkPrefix
	kindRate         = tenant.RatePrefix
	kindMailRate     = tenant.MailRatePrefix
	kindSlots        = tenant.SlotsPrefix
	kindGuess        = tenant.GuessPrefix
	kindMailCall     = tenant.MailCallPrefix
	kindSuppressed   = tenant.SuppressPrefix
	kindSigning      = tenant.SigningPrefix
	kindKeep         = tenant.KeepPrefix
	kindReceipt      = tenant.ReceiptPrefix
	kindDrill        = tenant.DrillPrefix
)

func credentialsPartition(t tenant.ID) string { return tenant.CredentialsPartition(t) }
func dataPartition(t tenant.ID) string        { return tenant.DataPartition(t) }

// platformKey is the key of an item of the platform table.
func platformKey(partition, sort string) table.Item {
	return table.Item{table.PK: table.Str(partition), table.SK: table.Str(sort)}
}

// userKey: role, status, rate state and sessions of one user.
func userKey(t tenant.ID, u auth.UserID) table.Item {
	return platformKey(credentialsPartition(t), kindUser+string(u))
}

// apiKeyKey: name, hash, status and rate state of one API key.
func apiKeyKey(t tenant.ID, k auth.KeyID) table.Item {
	return platformKey(credentialsPartition(t), kindKey+string(k))
}

// keyCountKey: how many API keys there are.
func keyCountKey(t tenant.ID) table.Item { return platformKey(credentialsPartition(t), kindKeyCount) }

// sessionKey: device and place of a session, written when it begins and when it
// rotates. It outlives the session, for the audit trail.
func sessionKey(t tenant.ID, id string) table.Item {
	return platformKey(credentialsPartition(t), kindSession+id)
}

// invitationKey: an invitation as its tenant sees it.
func invitationKey(t tenant.ID, id string) table.Item {
	return platformKey(credentialsPartition(t), kindInvitation+id)
}

// rosterKey: which addresses are members or invited.
func rosterKey(t tenant.ID) table.Item { return platformKey(credentialsPartition(t), kindRoster) }

// tenantKey: what the tenant is, its plan.
func tenantKey(t tenant.ID) table.Item { return platformKey(dataPartition(t), kindTenant) }

// subscriptionKey: what the tenant pays for, and until when.
func subscriptionKey(t tenant.ID) table.Item { return platformKey(dataPartition(t), kindSubscription) }

// grantKey: the plan that an operator granted, and until when.
func grantKey(t tenant.ID) table.Item { return platformKey(dataPartition(t), kindGrant) }

// billingKey: the tenant's customer at the payment service, and its open checkout.
func billingKey(t tenant.ID) table.Item { return platformKey(dataPartition(t), kindBilling) }

// invoiceKey: that a paid invoice was granted; its absence is what grants it once.
func invoiceKey(t tenant.ID, invoice string) table.Item {
	return platformKey(dataPartition(t), kindInvoice+invoice)
}

// hookKey: an event of the payment service by its id.
func hookKey(t tenant.ID, event string) table.Item {
	return platformKey(dataPartition(t), kindHook+event)
}

// customerKey: a customer of the payment service to tenant. Found from the
// tenant's item of its billing.
func customerKey(customer string) table.Item { return directoryKey(kindCustomer, customer) }

// payMockKey: all that the payment service's stand-in knows of a customer. Found
// from the tenant's item of its billing.
func payMockKey(customer string) table.Item { return directoryKey(kindPayMock, customer) }

func directoryKey(kind, name string) table.Item { return table.Item{table.PK: table.Str(kind + name)} }

// addressKey: address to user. Found from the user's item, which holds the address.
func addressKey(a auth.Address) table.Item { return directoryKey(kindAddress, string(a)) }

// mailRateKey: how often mail was asked for to an address, and which link is
// the current one. Found from the user's item; ends by TTL.
func mailRateKey(a auth.Address) table.Item { return directoryKey(kindMailRate, string(a)) }

// linkKey: a sign-in link by the hash of its token. Found from the mail-rate
// item, which names the current one; ends by TTL.
func linkKey(h auth.LinkHash) table.Item { return directoryKey(kindLink, string(h)) }

// slotsKey: how many jobs of all tenants are unfinished.
func slotsKey() table.Item { return directoryKey(kindSlots, "render") }

// rateKey: rate state of callers without a session, by network address; ends by TTL.
func rateKey(address string) table.Item { return directoryKey(kindRate, address) }

// inviteKey: an invitation by the hash of its token. Found from the tenant's
// item; ends by TTL.
func inviteKey(h auth.LinkHash) table.Item { return directoryKey(kindInvite, string(h)) }

// guessKey: how often the codes mailed to an address were tried; ends by TTL.
func guessKey(a auth.Address) table.Item { return directoryKey(kindGuess, string(a)) }

// everybody stands for all network addresses together.
const everybody = ""

// mailCallKey: how much mail was asked for by a network address, or by all
// together (everybody); ends by TTL.
func mailCallKey(address string) table.Item {
	return directoryKey(kindMailCall, cmp.Or(address, "all"))
}

// inviteCallKey: how many invitations a tenant sent, or with none came to an address
// from all of them; ends by TTL. No erasure finds it by its address, so that it holds a
// hash of it.
func inviteCallKey(t tenant.ID, a auth.Address) table.Item {
	if t != "" {
		return mailCallKey(string(t))
	}
	sum := sha256.Sum256([]byte("invited\x00" + string(a)))
	return mailCallKey(hex.EncodeToString(sum[:16]))
}

// suppressedKey: an address that takes no mail, or wants none.
func suppressedKey(a auth.Address) table.Item { return directoryKey(kindSuppressed, string(a)) }

// keepKey: what takes an erasure back, by the hash of the mailed token. Found from
// the tenant's item of the erasure.
func keepKey(h auth.LinkHash) table.Item { return directoryKey(kindKeep, string(h)) }

// receiptKey: how an erasure stands, by the hash of its receipt; ends by TTL.
func receiptKey(h auth.LinkHash) table.Item { return directoryKey(kindReceipt, string(h)) }

// drillKey: when restoring was last tried.
func drillKey() table.Item { return directoryKey(kindDrill, "last") }

// signingKey: the one document of public keys.
func signingKey() table.Item { return table.Item{table.PK: table.Str(tenant.SigningKeys)} }
