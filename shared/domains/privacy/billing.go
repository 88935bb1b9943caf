package privacy

import "time"

// billingPlaces hold what an account pays for. Cards, names and addresses of
// invoices are the payment service's; none of them is kept here.
func billingPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "SUBSCRIPTION", Key: "T#<tenant> / SUBSCRIPTION", Owner: Tenant,
			What: "state of the subscription as the payment service last told it", Why: "to know what is paid for",
			Fields: []Field{
				{Name: "status", Means: "state of what was bought: free, or the payment service's word for it"},
				{Name: "created_at", Means: "microseconds since 1970"},
				{Name: "plan", Means: "what was bought: free, pro or enterprise"},
				{Name: "subscription", Means: "the payment service's id of it"},
				{Name: "period_end", Means: "until when it is paid, milliseconds since 1970"},
				{Name: "trial_end", Means: "until when it is free of charge, milliseconds since 1970"},
				{Name: "cancel_at_end", Means: "whether it ends with the period"},
				{Name: "disputes", Means: "the payment service's ids of invoices whose payment is disputed"},
				{Name: "refused", Means: "the payment service's ids of second subscriptions, which were ended and paid back"},
				{Name: "grants", Means: "invoices paid so far"},
				{Name: "revision", Means: "number of changes"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "GRANT", Key: "T#<tenant> / GRANT", Owner: Tenant,
			What: "plan that an operator granted, and until when", Why: "to keep an agreement whatever was bought",
			Fields: []Field{
				{Name: "plan", Means: "free, pro or enterprise"},
				{Name: "until", Means: "when it ends, milliseconds since 1970; absent: when an operator ends it"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "BILLING", Key: "T#<tenant> / BILLING", Owner: Tenant,
			What: "the account's customer id at the payment service, and its open checkout", Why: "to be one customer, and to open one checkout at a time",
			Fields: []Field{
				{Name: "customer", Means: "the payment service's id of the account"},
				{Name: "attempt", Means: "number of checkouts begun"},
				{Name: "checkout", Means: "the payment service's id of the open one"},
				{Name: "checkout_url", Means: "its page", Secret: true},
				{Name: "checkout_revision", Means: "the subscription's number of changes when it was begun"},
				{Name: "checkout_trial", Means: "whether it may begin with a trial"},
				{Name: "checkout_plan", Means: "what it sells"},
				{Name: "checkout_until", Means: "when it closes, milliseconds since 1970"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
	}
}

// paymentPlaces hold what the payment service told of, and whose its customers are.
func paymentPlaces() []Place {
	return []Place{
		{
			Store: Platform, Kind: "INVOICE#", Key: "T#<tenant> / INVOICE#<invoice>", Owner: Tenant,
			What: "invoices that were paid", Why: "to grant each once, and to prove what was paid",
			Fields: []Field{
				{Name: "plan", Means: "what it paid for"},
				{Name: "amount", Means: "paid, in hundredths of the currency"},
				{Name: "currency", Means: "ISO 4217, lower case"},
				{Name: "at", Means: "when it was paid, milliseconds since 1970"},
				{Name: "period_end", Means: "until when it paid, milliseconds since 1970"},
				{Name: "refunded", Means: "paid back, in hundredths of the currency"},
			},
			Export: AsItem, Erasure: ByPartition,
		},
		{
			Store: Platform, Kind: "HOOK#", Key: "T#<tenant> / HOOK#<event>", Owner: Tenant,
			What: "events of the payment service, by ids", Why: "to apply each once, and to apply again what failed",
			Fields: []Field{
				{Name: "type", Means: "what happened"},
				{Name: "object", Means: "the payment service's id of what it happened to"},
				{Name: "customer", Means: "the payment service's id of the account"},
				{Name: "invoice", Means: "the payment service's id of the invoice that it concerns"},
				{Name: "created", Means: "when it happened, milliseconds since 1970"},
				{Name: "at", Means: "when it was heard, milliseconds since 1970"},
				{Name: "status", Means: "received, applied or failed"},
				{Name: "tries", Means: "how often it was handed on"},
			},
			Export: AsItem, Erasure: ByPartition, Expires: 30 * 24 * time.Hour,
		},
		{
			Store: Directory, Kind: "CUSTOMER#", Key: "CUSTOMER#<customer>", Owner: Tenant,
			What: "the account of a customer of the payment service", Why: "to find whose an event is",
			Fields: []Field{
				{Name: "pk", Means: "the payment service's id of the account, after CUSTOMER#"},
				{Name: "tenant", Means: "id of the account"},
			},
			Export: Withheld, Withheld: "repeats what the account's own item says",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "BILLING", Field: "customer", Variable: "customer"},
		},
	}
}
