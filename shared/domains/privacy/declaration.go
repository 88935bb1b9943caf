// Package privacy owns the one declaration of where personal data lives. Export,
// erasure, the scan for leftovers and the privacy documentation are made from
// it; a test refuses a kind of item that is not in it.
package privacy

import "slices"

// Store is where data is kept.
type Store string

// The stores.
const (
	Platform  Store = "platform"  // DynamoDB table of what belongs to a tenant
	Directory Store = "directory" // DynamoDB table of what is looked up before the tenant is known
	Media     Store = "media"     // S3 bucket of what tenants make
	Ledger    Store = "ledger"    // S3 bucket of the archived ledger, which nothing can be deleted from
	Workflow  Store = "workflow"  // Step Functions inputs, outputs and histories
	Logs      Store = "logs"      // CloudWatch logs, metrics, error reports
	Processor Store = "processor" // services that are handed data and keep none of it for us
)

// Erasure is how data goes when its owner's account is erased.
type Erasure string

// The ways. WithTenant needs no look-up of its own: erasure walks both
// partitions of the tenant and its prefix in the bucket.
const (
	WithTenant  Erasure = "deleted with the tenant's partitions or prefix"
	ByReference Erasure = "deleted by the key that the tenant's own item names, before that item"
	ByExpiry    Erasure = "expires by itself, within the time that its reason gives"
	NothingKept Erasure = "holds nothing that names a person"
)

// Place is one kind of item, object or record.
type Place struct {
	Store      Store
	Kind       string   // constant beginning of the sort key, directory key or object name
	Key        string   // pattern of the whole key
	Attributes []string // those that hold personal data; nil where there are none
	What       string
	Why        string
	Found      string // how it is found from the tenant
	Erased     Erasure
}

// Personal reports whether the place holds personal data at all.
func (p Place) Personal() bool { return len(p.Attributes) > 0 }

const inData = "in the tenant's data partition T#<tenant>"

// Declaration lists every place. What is not in it must hold no personal data.
func Declaration() []Place {
	return slices.Concat(accountPlaces(), creatorPlaces(), meteringPlaces(), elsewhere())
}

// Declared returns the place of an item kind in a store.
func Declared(store Store, kind string) (Place, bool) {
	all := Declaration()
	i := slices.IndexFunc(all, func(p Place) bool { return p.Store == store && p.Kind == kind })
	if i < 0 {
		return Place{}, false
	}
	return all[i], true
}

func accountPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "USER#", Key: "A#<tenant> / USER#<user>", Attributes: []string{"email", "sessions"},
			What: "mail address, role, open sessions with the minute they were last seen", Why: "to sign in and stay signed in",
			Found: "in the tenant's credentials partition A#<tenant>", Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "KEY#", Key: "A#<tenant> / KEY#<key>",
			What: "hash of an API key, its state and the minute of its last use", Why: "to let programs in",
			Found: "in the tenant's credentials partition A#<tenant>", Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "TENANT", Key: "T#<tenant> / TENANT",
			What: "plan, status, time of creation", Why: "to know what the account may do", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "SUBSCRIPTION", Key: "T#<tenant> / SUBSCRIPTION",
			What: "state of the subscription", Why: "to know what is paid for", Found: inData, Erased: WithTenant,
		},
		{
			Store: Directory, Kind: "ADDR#", Key: "ADDR#<address>", Attributes: []string{"pk"},
			What: "mail address, and the tenant and user it signs in to", Why: "to find the account of an address",
			Found: "by the address in USER#<user>", Erased: ByReference,
		},
		{
			Store: Directory, Kind: "MAILRATE#", Key: "MAILRATE#<address>", Attributes: []string{"pk"},
			What: "mail address, how often it asked for mail, hash of its current sign-in link",
			Why:  "to bound mail to an address; kept a little over an hour", Found: "by the address in USER#<user>", Erased: ByReference,
		},
		{
			Store: Directory, Kind: "LINK#", Key: "LINK#<hash of the token>", Attributes: []string{"email"},
			What: "mail address a sign-in link was sent to, and the page it opens", Why: "to sign in by link; kept 15 minutes",
			Found: "the current one by the hash in MAILRATE#<address>; older ones no longer work and expire", Erased: ByExpiry,
		},
		{
			Store: Directory, Kind: "RATE#", Key: "RATE#<network address>", Attributes: []string{"pk"},
			What: "network address of callers without a session, and their request rate", Why: "to bound abuse; kept two minutes",
			Found: "belongs to no account: it is written before anybody is known", Erased: ByExpiry,
		},
		{
			Store: Directory, Kind: "SLOTS#", Key: "SLOTS#render",
			What: "how many renders of all accounts are unfinished", Why: "to bound what runs at once", Found: "belongs to no account", Erased: NothingKept,
		},
	}
}

func creatorPlaces() []Place {
	const inPrefix = "under the tenant's prefix tenants/<tenant>/"
	return []Place{
		{
			Store: Platform, Kind: "PROJECT#", Key: "T#<tenant> / PROJECT#<project>", Attributes: []string{"title", "scenes"},
			What: "what the person wrote: title, texts, picture prompts", Why: "to make the video", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "JOB#", Key: "T#<tenant> / JOB#<job>", Attributes: []string{"title"},
			What: "title, progress and outcome of a render", Why: "to render it and to show it", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "SOURCE#", Key: "T#<tenant> / SOURCE#<job>", Attributes: []string{"project"},
			What: "copy of the project as it is rendered", Why: "a later edit must not change a running render", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "IMAGE#", Key: "T#<tenant> / IMAGE#<image>",
			What: "where a preview picture lies; its prompt is not kept", Why: "to use it in a scene without paying twice", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "UPLOAD#", Key: "T#<tenant> / UPLOAD#<upload>", Attributes: []string{"filename"},
			What: "name, kind, size and state of a file that the person uploaded", Why: "to list it and to use it in a video", Found: inData, Erased: WithTenant,
		},
		{
			Store: Media, Kind: "incoming/", Key: "tenants/<tenant>/incoming/<upload>", Attributes: []string{"content"},
			What: "an uploaded file until it was looked at", Why: "to look at it before it is used; removed then, or after half an hour", Found: inPrefix, Erased: WithTenant,
		},
		{
			Store: Media, Kind: "uploads/", Key: "tenants/<tenant>/uploads/<upload>", Attributes: []string{"content"},
			What: "the person's own pictures and music", Why: "to use them in videos", Found: inPrefix, Erased: WithTenant,
		},
		{
			Store: Media, Kind: "images/", Key: "tenants/<tenant>/images/<image>", Attributes: []string{"content"},
			What: "pictures made from the person's prompts", Why: "to show and use them", Found: inPrefix, Erased: WithTenant,
		},
		{
			Store: Media, Kind: "jobs/", Key: "tenants/<tenant>/jobs/<job>/…", Attributes: []string{"content"},
			What: "videos, captions, thumbnails and their parts", Why: "they are what the person came for", Found: inPrefix, Erased: WithTenant,
		},
	}
}

func meteringPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "IDEM#", Key: "T#<tenant> / IDEM#<hash of the user and the key>",
			What: "hashes of an Idempotency-Key and of its request, and the id that it led to", Why: "to do a repeated request once; kept a day",
			Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "NOTICE#", Key: "T#<tenant> / NOTICE#<month>#<metric>#<percent>",
			What: "that the owner was told by mail how much is used", Why: "to tell it once; kept a month longer than its month",
			Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "USAGE#", Key: "T#<tenant> / USAGE#<month> and USAGE#level",
			What: "counters of what was used and reserved", Why: "to hold the quota", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "LEDGER#", Key: "T#<tenant> / LEDGER#<month>#<id>#<n>",
			What: "one row per unit used, with ids only", Why: "to prove the counters", Found: inData, Erased: WithTenant,
		},
		{
			Store: Platform, Kind: "ARCHIVE#", Key: "T#<tenant> / ARCHIVE#<month>",
			What: "number and digest of the month's last archived segment", Why: "to order the segments", Found: inData, Erased: WithTenant,
		},
		{
			Store: Ledger, Kind: "tenants/", Key: "tenants/<tenant>/<month>/<segment>.jsonl",
			What:  "copies of the ledger's rows: ids of tenant and subjects, amounts, times",
			Why:   "to prove what was charged; locked for the retention that the installation chose",
			Found: "under the tenant's prefix; with the tenant erased, its ids lead to nobody", Erased: NothingKept,
		},
	}
}

func elsewhere() []Place {
	return []Place{
		{
			Store: Workflow, Kind: "render", Key: "execution <job>-<attempt>",
			What: "ids of tenant, job and scene", Why: "histories outlive an erasure, so nothing else may enter them",
			Found: "by the job's id", Erased: NothingKept,
		},
		{
			Store: Logs, Kind: "lines", Key: "one line per request or step",
			What: "ids, codes, durations", Why: "to find out what went wrong", Found: "by tenant id", Erased: NothingKept,
		},
		{
			Store: Processor, Kind: "Amazon SES", Key: "one mail", Attributes: []string{"recipient", "content"},
			What: "mail address and the mail's text, for the delivery", Why: "to deliver sign-in mail",
			Found: "not kept; addresses that bounce stay on the account's suppression list, found by the address in USER#<user>", Erased: ByReference,
		},
		{
			Store: Processor, Kind: "Amazon Polly and Bedrock", Key: "one request", Attributes: []string{"text", "prompt"},
			What: "texts to speak and prompts to draw, for the length of a call", Why: "to make narration and pictures",
			Found: "not kept", Erased: ByExpiry,
		},
	}
}
