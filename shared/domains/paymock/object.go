package paymock

// object is one of Stripe's, as its JSON. What could be expanded is an id.
type object = map[string]any

// orNull is null for nothing.
func orNull[T comparable](v T) any {
	var none T
	if v == none {
		return nil
	}
	return v
}

// orEmpty is {} for no map.
func orEmpty(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return m
}

func list(address string, data []object) object {
	if data == nil {
		data = []object{}
	}
	return object{"object": "list", "url": address, "has_more": false, "data": data}
}

func (d *Document) customerObject() object {
	c := d.Customer
	if c.Deleted {
		return object{"id": c.ID, "object": "customer", "deleted": true}
	}
	return object{
		"id": c.ID, "object": "customer", "created": c.Created, "livemode": false, "email": orNull(c.Email), "name": orNull(c.Name),
		"description": orNull(c.Description), "metadata": orEmpty(c.Metadata), "balance": d.Balance, "currency": "usd", "delinquent": d.owes(),
	}
}

func (d *Document) owes() bool {
	return find(d.Invoices, func(i *Invoice) bool { return i.Status == "open" && i.Attempts > 0 }) != nil
}

func priceObject(p Price) object {
	return object{
		"id": p.ID, "object": "price", "active": true, "billing_scheme": "per_unit", "currency": p.Currency, "livemode": false, "metadata": object{},
		"nickname": p.Name, "product": "prod_" + p.ID, "type": "recurring", "unit_amount": p.Cents,
		"recurring": object{"interval": "month", "interval_count": 1, "usage_type": "licensed"},
	}
}

func (d *Document) sessionObject(s *Session) object {
	price, _ := d.price(s.Price)
	paid, total := "unpaid", price.Cents
	if s.TrialDays > 0 {
		total = 0
	}
	if s.Status == "complete" {
		if paid = "paid"; total == 0 {
			paid = "no_payment_required"
		}
	}
	address := any(nil)
	if s.Status == "open" {
		address = d.setting.Base + "/checkout/" + s.ID
	}
	return object{
		"id": s.ID, "object": "checkout.session", "mode": "subscription", "status": s.Status, "payment_status": paid, "url": address,
		"created": s.Created, "expires_at": s.Expires, "customer": d.Customer.ID, "subscription": orNull(s.Subscription), "invoice": orNull(s.Invoice),
		"client_reference_id": orNull(s.Reference), "metadata": orEmpty(s.Metadata), "success_url": s.SuccessURL, "cancel_url": s.CancelURL,
		"currency": price.Currency, "amount_subtotal": total, "amount_total": total, "livemode": false, "payment_method_types": []string{"card"},
		"ui_mode": "hosted",
	}
}

func (d *Document) portalObject(p *Portal) object {
	return object{
		"id": p.ID, "object": "billing_portal.session", "customer": d.Customer.ID, "created": p.Created, "livemode": false,
		"return_url": orNull(p.ReturnURL), "url": d.setting.Base + "/portal/" + p.ID,
	}
}

func (d *Document) subscriptionObject(s *Subscription) object {
	price, _ := d.price(s.Price)
	var cancelAt int64
	if s.CancelAtEnd {
		cancelAt = s.End
	}
	return object{
		"id": s.ID, "object": "subscription", "status": s.Status, "customer": d.Customer.ID, "created": s.Created, "start_date": s.Created,
		"billing_cycle_anchor": s.Anchor, "current_period_start": s.Start, "current_period_end": s.End, "currency": price.Currency,
		"trial_start": orNull(s.TrialStart), "trial_end": orNull(s.TrialEnd), "cancel_at_period_end": s.CancelAtEnd, "cancel_at": orNull(cancelAt),
		"canceled_at": orNull(s.CanceledAt), "ended_at": orNull(s.EndedAt), "cancellation_details": object{"reason": orNull(s.Reason), "comment": nil, "feedback": nil},
		"collection_method": "charge_automatically", "latest_invoice": orNull(s.Latest), "livemode": false, "metadata": orEmpty(s.Metadata),
		"items": list("/v1/subscription_items?subscription="+s.ID, []object{{
			"id": s.Item, "object": "subscription_item", "created": s.Created, "metadata": object{}, "price": priceObject(price), "quantity": 1, "subscription": s.ID,
		}}),
	}
}

func (d *Document) invoiceObject(i *Invoice) object {
	var lines []object
	for _, l := range i.Lines {
		price, _ := d.price(l.Price)
		lines = append(lines, object{
			"id": l.ID, "object": "line_item", "type": "subscription", "amount": l.Amount, "currency": i.Currency, "description": l.Text, "livemode": false,
			"metadata": object{}, "period": object{"start": l.Start, "end": l.End}, "price": priceObject(price), "proration": l.Proration, "quantity": 1,
			"subscription": i.Subscription,
		})
	}
	paid, left := int64(0), i.Due
	if i.Status == "paid" {
		paid, left = i.Due, 0
	}
	return object{
		"id": i.ID, "object": "invoice", "customer": d.Customer.ID, "customer_email": orNull(d.Customer.Email), "subscription": i.Subscription,
		"billing_reason": i.Reason, "status": i.Status, "paid": i.Status == "paid", "currency": i.Currency, "created": i.Created, "livemode": false,
		"total": i.Total, "subtotal": i.Total, "amount_due": i.Due, "amount_paid": paid, "amount_remaining": left,
		"starting_balance": i.Starting, "ending_balance": i.Ending, "attempted": i.Attempts > 0, "attempt_count": i.Attempts, "auto_advance": i.NextTry > 0,
		"next_payment_attempt": orNull(i.NextTry), "charge": orNull(i.Charge), "payment_intent": orNull(i.Intent), "collection_method": "charge_automatically",
		"period_start": i.Created, "period_end": i.Created, "metadata": object{}, "number": "MOCK-" + i.ID[len(i.ID)-6:],
		"lines": list("/v1/invoices/"+i.ID+"/lines", lines),
		"status_transitions": object{
			"finalized_at": i.Created, "paid_at": orNull(i.PaidAt), "voided_at": orNull(i.VoidedAt), "marked_uncollectible_at": nil,
		},
	}
}

func (d *Document) intentObject(i *Invoice) object {
	status := "requires_payment_method"
	switch {
	case i.Confirm:
		status = "requires_action"
	case i.Status == "paid":
		status = "succeeded"
	case i.Status == "void":
		status = "canceled"
	}
	return object{
		"id": i.Intent, "object": "payment_intent", "amount": i.Due, "currency": i.Currency, "created": i.Created, "customer": d.Customer.ID,
		"invoice": i.ID, "latest_charge": orNull(i.Charge), "livemode": false, "metadata": object{}, "status": status,
	}
}

func (d *Document) chargeObject(c *Charge) object {
	status, code, message := "succeeded", any(nil), any(nil)
	if c.Failed {
		status, code, message = "failed", "card_declined", declined().Message
	}
	return object{
		"id": c.ID, "object": "charge", "amount": c.Amount, "amount_captured": c.Amount, "amount_refunded": c.Refunded, "captured": !c.Failed,
		"created": c.Created, "currency": c.Currency, "customer": d.Customer.ID, "invoice": c.Invoice, "payment_intent": d.invoice(c.Invoice).Intent,
		"paid": !c.Failed, "status": status, "failure_code": code, "failure_message": message, "refunded": !c.Failed && c.Refunded == c.Amount,
		"disputed": c.Dispute != "", "dispute": orNull(c.Dispute), "livemode": false, "metadata": object{},
	}
}

func (d *Document) refundObject(r *Refund) object {
	c := d.charge(r.Charge)
	return object{
		"id": r.ID, "object": "refund", "amount": r.Amount, "charge": r.Charge, "payment_intent": d.invoice(c.Invoice).Intent, "created": r.Created,
		"currency": c.Currency, "metadata": orEmpty(r.Metadata), "reason": orNull(r.Reason), "status": "succeeded",
	}
}

// disputeObject names no customer, as Stripe's does not.
func (d *Document) disputeObject(p *Dispute) object {
	c := d.charge(p.Charge)
	return object{
		"id": p.ID, "object": "dispute", "amount": p.Amount, "charge": p.Charge, "payment_intent": d.invoice(c.Invoice).Intent, "created": p.Created,
		"currency": c.Currency, "livemode": false, "metadata": object{}, "reason": "fraudulent", "status": p.Status,
	}
}

func (d *Document) eventObject(e *Event) object {
	waiting := 0
	if !e.Sent {
		waiting = 1
	}
	return object{
		"id": e.ID, "object": "event", "api_version": APIVersion, "created": e.Created, "type": e.Type, "livemode": false,
		"pending_webhooks": waiting, "request": object{"id": nil, "idempotency_key": nil}, "data": object{"object": e.Data},
	}
}
