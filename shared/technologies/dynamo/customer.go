package dynamo

import (
	"context"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo/table"
)

// Customers finds whose a customer of the payment service is.
type Customers struct{ *Client }

// NewCustomers needs the directory table only.
func NewCustomers(c *Client) *Customers { return &Customers{c} }

// TenantOf implements billing.Customers.
func (s *Customers) TenantOf(ctx context.Context, customer string) (tenant.ID, error) {
	it, err := s.Get(tenant.WithNobody(ctx), "look up customer", s.Directory, customerKey(customer))
	if err == nil && it == nil {
		err = problem.New(problem.NotFound, "There is no such customer.")
	}
	return tenant.ID(table.ReadStr(it, attrTenantID)), err
}
