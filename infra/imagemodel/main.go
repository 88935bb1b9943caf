// Command imagemodel says which picture models a region of Bedrock offers, and
// whether the account may use those that are named, with the credentials of the
// environment. It exits 1 when none of them can paint for long. With -paint it asks
// the named ones for one picture each, which is paid: in a new account this first
// call is what subscribes to a maker's model.
//
//	go run ./infra/imagemodel us-west-2
//	go run ./infra/imagemodel us-west-2 stability.stable-image-core-v1:1,stability.sd3-5-large-v1:0
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/bedrock"
	"github.com/devotionalai/platform/shared/technologies/bedrock/catalog"
)

func main() {
	paint := flag.Bool("paint", false, "ask each model for one picture")
	flag.Parse()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		err = run(ctx, cfg, os.Stdout, *paint, flag.Args())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "imagemodel:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cfg aws.Config, out io.Writer, paint bool, args []string) error {
	switch len(args) {
	case 1:
		return list(ctx, catalog.In(cfg, args[0]), out)
	case 2:
		return check(ctx, cfg, out, paint, args[0], strings.Split(args[1], ","))
	}
	return fmt.Errorf("usage: imagemodel [-paint] REGION [MODEL,MODEL…]")
}

// list writes what the region offers, and what of it can be named.
func list(ctx context.Context, offered catalog.Catalog, out io.Writer) error {
	models, err := offered.Painters(ctx)
	if err != nil {
		return err
	}
	known := 0
	for _, id := range models {
		if !bedrock.Speaks(id) {
			fmt.Fprintln(out, id, "of no family that is spoken here")
			continue
		}
		state, err := offered.Offered(ctx, id)
		if err != nil {
			return err
		}
		known++
		fmt.Fprintln(out, id, state)
	}
	if known == 0 {
		return fmt.Errorf("the region has no picture model of a known family: choose another BedrockRegion, or ImageProvider=drawing")
	}
	return nil
}

// check writes how each named model stands, and fails when none can paint for long.
func check(ctx context.Context, cfg aws.Config, out io.Writer, paint bool, region string, models []string) error {
	usable := 0
	for _, id := range models {
		if !bedrock.Speaks(id) {
			return fmt.Errorf("%s is of no family that is spoken here", id)
		}
		state, err := catalog.In(cfg, region).Offered(ctx, id)
		if err != nil {
			return err
		}
		fmt.Fprintln(out, id, state)
		paints := state == catalog.Active
		if paint && state != catalog.Absent {
			err := onePicture(ctx, cfg, region, id)
			if err != nil {
				fmt.Fprintln(out, "  does not paint:", err)
			} else {
				fmt.Fprintln(out, "  paints")
			}
			paints = err == nil && state != catalog.Legacy
		}
		if paints {
			usable++
		}
	}
	if usable == 0 {
		return fmt.Errorf("no model of %s can be counted on in %s: every picture would be drawn", strings.Join(models, ","), region)
	}
	return nil
}

func onePicture(ctx context.Context, cfg aws.Config, region, model string) error {
	painter, err := bedrock.New(cfg, []string{model}, region, time.Now)
	if err != nil {
		return err
	}
	_, err = painter.Paint(ctx, "a quiet lake below mountains at dawn", render.Landscape)
	return err
}
