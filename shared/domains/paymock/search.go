package paymock

import (
	"context"
	"regexp"
)

// tenantQuery is the one query that the stand-in answers.
var tenantQuery = regexp.MustCompile(`^metadata\['tenant_id'\]:'([0-9A-Za-z_-]{1,64})'$`)

// searchCustomers finds a tenant's customers. Documents lie by their customers alone; so
// those are looked at that the product's own names of its requests make: the first, and
// each that replaced one which was gone.
func (b *Book) searchCustomers(ctx context.Context, query string) (Answer, error) {
	m := tenantQuery.FindStringSubmatch(query)
	if m == nil {
		return Answer{}, invalid("query", "", "The stand-in searches for metadata['tenant_id'] alone.")
	}
	var found []object
	for key := "customer-" + m[1]; ; {
		id := customerFor(key)
		d, _, err := b.load(ctx, id)
		switch {
		case err != nil:
			return Answer{}, err
		case d.revision == 0:
			page := list("/v1/customers/search", found)
			page["object"], page["next_page"] = "search_result", nil
			return answered(page, nil)
		case !d.Customer.Deleted && d.Customer.Metadata["tenant_id"] == m[1]:
			found = append(found, d.customerObject())
		}
		key = "customer-" + m[1] + "-after-" + id
	}
}
