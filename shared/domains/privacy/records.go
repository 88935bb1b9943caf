package privacy

import (
	"slices"
	"time"
)

// MailService is the kind of what the mail service is handed.
const MailService = "Amazon SES"

// recordPlaces lie outside the tables and buckets.
func recordPlaces() []Place { return slices.Concat(ownRecords(), processorPlaces()) }

func ownRecords() []Place {
	return []Place{
		{
			Store: Workflow, Kind: "render", Key: "<job>-<attempt>", Owner: Tenant,
			What: "ids of account, job and scene, in the history of an execution", Why: "to run the steps of a render or a publication",
			Export: Withheld, Withheld: "holds ids only, all of which are exported",
			Erasure: Kept, Kept: &Retention{Ground: "no personal data", Reason: "ids that lead to nobody once the account is erased", Until: "90 days, which AWS keeps histories"},
			Expires: 90 * 24 * time.Hour,
		},
		{
			Store: Logs, Kind: "undelivered", Key: "undelivered/<line>", Owner: Person,
			What: "event that no function could take, in a queue that a person looks into; one of mail that came back, or an operator's release, names the mail address",
			Why:  "to handle it once the cause is repaired",
			Fields: []Field{
				{Name: "recipient", Means: "mail address that mail came back from, that complained, or that is to be released", Personal: true},
			},
			Export: Withheld, Withheld: "is not kept: the account page shows what came of it",
			Erasure: ByExpiry, Expires: 14 * 24 * time.Hour,
		},
		{
			Store: Logs, Kind: "upload-checks", Key: "upload-checks/<line>", Owner: Tenant,
			What: "ids of account and upload, in the queue of files that are to be decoded", Why: "to have a file decoded before it is taken",
			Export: Withheld, Withheld: "holds ids only, all of which are exported",
			Erasure: ByExpiry, Expires: 24 * time.Hour,
		},
		{
			Store: Logs, Kind: "uploads-unchecked", Key: "uploads-unchecked/<line>", Owner: Tenant,
			What: "ids of account and upload, of files whose check failed three times, in a queue that a person looks into", Why: "to find out why, once the cause is known",
			Export: Withheld, Withheld: "holds ids only, all of which are exported",
			Erasure: ByExpiry, Expires: 14 * 24 * time.Hour,
		},
		{
			Store: Logs, Kind: "lines", Key: "<line>", Owner: Tenant,
			What: "ids, codes and durations, one line per request or step", Why: "to find out what went wrong",
			Export: Withheld, Withheld: "holds ids only, all of which are exported",
			Erasure: Kept, Kept: &Retention{Ground: "no personal data", Reason: "ids that lead to nobody once the account is erased", Until: "as long as logs are kept (LogRetentionDays)"},
		},
	}
}

// processorPlaces are with services that are handed data.
func processorPlaces() []Place {
	return []Place{
		{
			Store: Processor, Kind: MailService, Key: "<mail>", Owner: Person,
			What: "mail address and the mail's text, for the delivery", Why: "to deliver mail",
			Fields: []Field{
				{Name: "recipient", Means: "mail address", Personal: true},
				{Name: "content", Means: "text of the mail", Personal: true},
			},
			Export: Withheld, Withheld: "was delivered, and is not kept",
			// What may remain is the address on the account's suppression list.
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "USER#", Field: "email", Variable: "mail"},
		},
		{
			Store: Processor, Kind: "Stripe", Key: "<customer>", Owner: Tenant,
			What: "customer, subscriptions, payments and invoices of an account that bought something", Why: "to take money, and to prove that it was taken",
			Fields: []Field{
				{Name: "email", Means: "mail address of the owner who bought", Personal: true},
				{Name: "payment", Means: "card and address, which the person gave to Stripe and never to us", Personal: true},
			},
			Export: Withheld, Withheld: "is Stripe's own, which shows it in its portal; what was paid is exported from here",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "BILLING", Field: "customer", Variable: "customer"},
		},
		{
			Store: Processor, Kind: "Stripe's records", Key: "<invoice>", Owner: Tenant,
			What: "invoices and payments at Stripe, of an account that bought something", Why: "to prove that it was paid",
			Export: Withheld, Withheld: "is Stripe's own; what was paid is exported from here",
			Erasure: Kept, Kept: &Retention{
				Ground: "Art. 17(3)(b) GDPR", Reason: "tax and trade law ask for invoices; the customer that they name was deleted",
				Until: "as long as tax and trade law ask for",
			},
		},
		{
			Store: Processor, Kind: "Amazon Polly and Bedrock", Key: "<request>", Owner: Person,
			What: "texts to speak and prompts to draw, for the length of a call", Why: "to make narration and pictures",
			Fields: []Field{
				{Name: "text", Means: "text of a scene", Personal: true},
				{Name: "prompt", Means: "description of a picture", Personal: true},
			},
			Export: Withheld, Withheld: "is not kept",
			Erasure: ByExpiry, Expires: time.Minute,
		},
		youTubeRecord(),
	}
}
