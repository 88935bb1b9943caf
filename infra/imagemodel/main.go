// Command imagemodel says whether Bedrock still offers a picture model in a
// region, with the credentials of the environment. It exits 1 when the model is
// absent or about to be withdrawn.
//
//	go run ./infra/imagemodel us-east-1 amazon.nova-canvas-v1:0
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/devotionalai/platform/shared/technologies/bedrock/catalog"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "imagemodel:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	if len(args) != 2 {
		return errors.New("usage: imagemodel REGION MODEL")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load AWS settings: %w", err)
	}
	state, err := catalog.Offered(ctx, cfg, args[0], args[1])
	switch {
	case err != nil:
		return err
	case state == catalog.Active:
		fmt.Println(args[1], "is offered in", args[0])
		return nil
	case state == catalog.Legacy:
		return fmt.Errorf("%s is offered in %s, but is about to be withdrawn", args[1], args[0])
	}
	return fmt.Errorf("%s is not offered in %s", args[1], args[0])
}
