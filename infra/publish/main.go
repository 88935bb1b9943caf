// Command publish builds the web app and brings it to a deployed stack, with the
// credentials of the environment: make deploy-web STACK=name. It can be repeated
// at any time, after a failure too.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/infra/local/progress"
	"github.com/devotionalai/platform/infra/local/webapp"
	"github.com/devotionalai/platform/infra/website"
)

const totalTimeout = 15 * time.Minute

func main() {
	stack := flag.String("stack", "", "name of the deployed stack")
	dist := flag.String("dist", "", "folder of a web app that is built already; without it the app is built")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, totalTimeout)
	defer cancel()
	if err := publish(ctx, *stack, *dist); err != nil {
		fmt.Fprintln(os.Stderr, "make deploy-web:", err)
		os.Exit(1)
	}
}

func publish(ctx context.Context, stack, dist string) error {
	if stack == "" {
		return errors.New("which stack? make deploy-web STACK=devotional-production")
	}
	steps, app := progress.To(os.Stdout, 4), webapp.In(".")
	err := steps.Do("web app", func(say func(string)) (string, error) {
		if dist != "" {
			return "built before", nil
		}
		fresh, err := app.Build(ctx, say)
		if fresh {
			return "built", err
		}
		return "unchanged", err
	})
	if err != nil {
		return err
	}
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("load AWS settings: %w", err)
	}
	var to target
	err = steps.Do("stack", func(func(string)) (string, error) {
		to, err = find(ctx, cfg, stack)
		return to.bucket, err
	})
	if err != nil {
		return err
	}
	var did uploaded
	err = steps.Do("upload", func(say func(string)) (string, error) {
		files, err := website.Read(cmp.Or(dist, app.Dist()))
		if err != nil {
			return "", err
		}
		did, err = bucket{s3: s3Client(cfg), name: to.bucket}.upload(ctx, files, say)
		return fmt.Sprintf("%d written, %d as they were; nothing removed", did.written, len(files)-did.written), err
	})
	if err != nil {
		return err
	}
	return steps.Do("caches", func(func(string)) (string, error) {
		return "told to forget the old index", forget(ctx, cfg, to.distribution, did.index)
	})
}

// target is where a stack's web app lies.
type target struct{ bucket, distribution string }

func find(ctx context.Context, cfg aws.Config, stack string) (target, error) {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	out, err := cloudformation.NewFromConfig(cfg).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(stack)})
	if err != nil {
		return target{}, fmt.Errorf("ask for the stack %s: %w", stack, err)
	}
	var to target
	for _, o := range out.Stacks[0].Outputs {
		switch aws.ToString(o.OutputKey) {
		case "WebBucket":
			to.bucket = aws.ToString(o.OutputValue)
		case "DistributionId":
			to.distribution = aws.ToString(o.OutputValue)
		}
	}
	if to.bucket == "" || to.distribution == "" {
		return target{}, fmt.Errorf("the stack %s has no WebBucket and DistributionId among its outputs: deploy it with Mode=aws first", stack)
	}
	return to, nil
}

func s3Client(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil || cfg.BaseEndpoint != nil })
}

// forget makes the content network ask for the index anew. Every path of the app
// is the index to its caches. The same version asked for again is no second
// request: it goes by the reference.
func forget(ctx context.Context, cfg aws.Config, distribution, version string) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	_, err := cloudfront.NewFromConfig(cfg).CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
		DistributionId: aws.String(distribution),
		InvalidationBatch: &types.InvalidationBatch{
			CallerReference: aws.String("index-" + version),
			Paths:           &types.Paths{Quantity: aws.Int32(1), Items: []string{"/" + website.Index}},
		},
	})
	if err != nil {
		return fmt.Errorf("make the caches forget the old index (run this again; nothing is lost): %w", err)
	}
	return nil
}
