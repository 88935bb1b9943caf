// canary walks through the product as a caller does, on a schedule.
package main

import (
	"context"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/canary"
	"github.com/devotionalai/platform/shared/technologies/productapi"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

type config struct {
	AppURL  string `env:"APP_URL,required,notEmpty"`
	KeyARN  string `env:"CANARY_KEY_ARN"` // secret with an API key of the account made for it; empty walks nowhere
	Project string `env:"CANARY_PROJECT"` // of that account
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, struct{}) (canary.Report, error), error) {
	return func(ctx context.Context, _ struct{}) (canary.Report, error) {
		if c.KeyARN == "" {
			return canary.Report{}, nil
		}
		key, err := secretstore.New(rt.AWS, c.KeyARN).CurrentSecret(ctx)
		if err != nil {
			return canary.Report{}, err
		}
		product := productapi.New(c.AppURL, strings.TrimSpace(string(key)))
		return canary.Walk{Product: product, Project: c.Project, Patience: 12 * time.Minute, Now: rt.Now, Wait: boot.Wait}.Run(ctx)
	}, nil
}
