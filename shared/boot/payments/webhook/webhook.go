// Package webhook composes what hears of the payment service's events. It is apart
// from package payments, so that who only calls the service links no HTTP handlers.
package webhook

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/boot/payments"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
)

// New makes it.
func New(rt *boot.Runtime, s payments.Settings, customers billing.Customers, inbox billing.Inbox) (httpapi.PaymentEvents, error) {
	events := httpapi.PaymentEvents{
		Customers: customers, Inbox: inbox, Signature: stripepay.SignatureHeader, Now: rt.Now,
		Passed: func(name, kind string) {
			rt.Metrics.Add(metric.Name(name), 1, boot.Count, map[string]string{"type": kind})
		},
		Refused: func(ctx context.Context, err error) {
			if problem.Is(err, problem.WebhookInvalid) {
				rt.Metrics.Add(metric.WebhookInvalid, 1, boot.Count, nil)
				rt.Log.WarnContext(ctx, "event refused", "error", err.Error())
			}
		},
	}
	service, err := s.Service(rt)
	if service != nil {
		events.Source = service
	}
	return events, err
}
