package paymock

import (
	"net/url"
	"slices"
	"strings"
)

// byID renders what an id of this customer's stands for.
func (d *Document) byID(id string) (object, bool) {
	kind, _, _ := strings.Cut(id, "_")
	switch kind {
	case "cus":
		return d.customerObject(), id == d.Customer.ID
	case "sub":
		return rendered(d.subscription(id), d.subscriptionObject)
	case "in":
		return rendered(d.invoice(id), d.invoiceObject)
	case "pi":
		return rendered(d.intent(id), d.intentObject)
	case "ch":
		return rendered(d.charge(id), d.chargeObject)
	case "re":
		return rendered(d.refund(id), d.refundObject)
	case "dp":
		return rendered(d.dispute(id), d.disputeObject)
	case "cs":
		return rendered(d.session(id), d.sessionObject)
	case "evt":
		return rendered(d.event(id), d.eventObject)
	}
	return nil, false
}

func rendered[T any](v *T, render func(*T) object) (object, bool) {
	if v == nil {
		return nil, false
	}
	return render(v), true
}

// expand puts the objects into an answer that a form asks for: expand[]=a.b, and
// from lists data.a.
func (d *Document) expand(answer object, form url.Values) error {
	var paths []string
	for param, values := range form {
		if strings.HasPrefix(param, "expand[") {
			paths = append(paths, values...)
		}
	}
	slices.Sort(paths) // what lies above comes first
	for _, path := range paths {
		steps := strings.Split(path, ".")
		if len(steps) > 4 || !d.into(answer, steps) {
			return invalid("expand[]", "", "This property cannot be expanded (%s).", path)
		}
	}
	return nil
}

// into walks from an object along a path; false where there is nothing to expand.
func (d *Document) into(at object, steps []string) bool {
	if len(steps) == 0 {
		return true
	}
	member, rest := steps[0], steps[1:]
	if at["object"] == "charge" && member == "refunds" && at[member] == nil {
		at[member] = list("/v1/charges/"+at["id"].(string)+"/refunds", d.refundsOf(at["id"].(string)))
	}
	switch v := at[member].(type) {
	case string:
		found, ok := d.byID(v)
		if !ok {
			return false
		}
		at[member] = found
		return d.into(found, rest)
	case object:
		return d.into(v, rest)
	case []object:
		for _, each := range v {
			if !d.into(each, rest) {
				return false
			}
		}
		return true
	case nil:
		_, known := at[member]
		return known
	}
	return false
}

func (d *Document) refundsOf(charge string) []object {
	var all []object
	for _, r := range slices.Backward(d.Refunds) {
		if charge == "" || r.Charge == charge {
			all = append(all, d.refundObject(r))
		}
	}
	return all
}
