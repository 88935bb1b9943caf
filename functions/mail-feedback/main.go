// mail-feedback hears that mail came back, or that somebody complained about it,
// and keeps that the address is to be sent no more.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail/feedback"
)

type config struct {
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"`
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, feedback.Event) (struct{}, error), error) {
	rt.Does(tenant.Feedback)
	count := func(suppressed int) { rt.Metrics.Add(metric.MailSuppressed, float64(suppressed), boot.Count, nil) }
	keeper := auth.MailFeedback{Store: dynamo.NewSuppressions(dynamo.NewClient(rt.AWS, "", c.Directory)), Count: count}
	return func(ctx context.Context, e feedback.Event) (struct{}, error) {
		told, kind := e.Suppressions()
		rt.Metrics.Add(metric.MailFeedback, 1, boot.Count, map[string]string{"kind": string(kind)})
		return struct{}{}, keeper.Take(ctx, told)
	}, nil
}
