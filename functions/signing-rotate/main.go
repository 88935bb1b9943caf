// signing-rotate takes the four steps in which Secrets Manager rotates the
// signing secret.
package main

import (
	"context"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
)

type config struct {
	SecretARN string `env:"JWT_SECRET_ARN,required,notEmpty"`
	Directory string `env:"DIRECTORY_TABLE,required,notEmpty"` // the document of public keys
}

func main() { boot.Worker(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (func(context.Context, auth.RotationStep) (struct{}, error), error) {
	rt.Does(tenant.Rotate)
	rotator := auth.Rotator{
		SecretID: c.SecretARN, Versions: secretstore.New(rt.AWS, c.SecretARN),
		Keys: dynamo.NewSigningKeys(dynamo.NewClient(rt.AWS, "", c.Directory)), Now: rt.Now, Wait: boot.Wait,
	}
	return func(ctx context.Context, step auth.RotationStep) (struct{}, error) {
		return struct{}{}, rotator.Run(ctx, step)
	}, nil
}
