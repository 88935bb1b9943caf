package privacy

// payMockPlaces hold what the payment service's stand-in keeps where none is
// configured: the other side of what billingPlaces hold.
func payMockPlaces() []Place {
	return []Place{
		{
			Store: Directory, Kind: "PAYMOCK#", Key: "PAYMOCK#<customer>", Owner: Tenant,
			What: "all that the payment service's stand-in knows of a customer, in mock mode only", Why: "to play the payment service where none is configured",
			Fields: []Field{
				{Name: "pk", Means: "the stand-in's id of the account, after PAYMOCK#"},
				{Name: "document", Means: "customer with its mail address, pages, subscriptions, invoices and events, as JSON", Personal: true, Secret: true},
				{Name: "revision", Means: "number of changes"},
			},
			Export: Withheld, Withheld: "is the payment service's side, and names pages that act for the account; nobody was charged",
			Erasure: ByReference, Found: &Reference{Store: Platform, Kind: "BILLING", Field: "customer", Variable: "customer"},
		},
	}
}
