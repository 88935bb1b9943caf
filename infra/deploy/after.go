package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

// publish brings the web app to the stack.
func publish(ctx context.Context, a account, o options, stack string, say func(string)) (string, error) {
	args := []string{"run", "./infra/publish", "-stack", stack}
	told := "built and published"
	if o.web != "" {
		folder, err := filepath.Abs(o.web)
		if err != nil {
			return "", err
		}
		args, told = append(args, "-dist", folder), "published from "+o.web
	}
	if err := run(ctx, say, []string{"AWS_REGION=" + a.AWS.Region}, "go", args...); err != nil {
		return "", fmt.Errorf("publish the web app (the stack stands; make deploy-web does this alone): %w", err)
	}
	return told, nil
}

const samplesPatience = 15 * time.Minute

// samples has the narrators' samples made that are missing. A voice that does not
// speak now is tried again each day: it is no reason to fail.
func samples(ctx context.Context, a account, function string) string {
	if function == "" {
		return "this stack has no samples"
	}
	ctx, cancel := context.WithTimeout(ctx, samplesPatience)
	defer cancel()
	cfg := a.AWS.Copy()
	client := lambda.NewFromConfig(cfg, func(o *lambda.Options) {
		o.HTTPClient = &http.Client{Timeout: samplesPatience}
		o.RetryMaxAttempts = 1
	})
	out, err := client.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(function), Payload: []byte("{}")})
	switch {
	case err != nil:
		return fmt.Sprintf("not all made, tried again each day (%v)", plain(err))
	case out.FunctionError != nil:
		return fmt.Sprintf("not all made, tried again each day (%.200s)", out.Payload)
	}
	return "made"
}

// check tries the deployed product.
func check(ctx context.Context, a account, now *deployed, secret string, say func(string)) (string, error) {
	app, api, distribution := now.parameter("AppUrl"), now.output("ApiUrl"), now.output("DistributionName")
	if a.Endpoint == "" {
		client, err := visitor(app, distribution)
		if err != nil {
			return "", err
		}
		if err := smoke(ctx, a, client, expectations(app, api), say); err != nil {
			return "", err
		}
		return "health, keys, web app; 403 past the edge", nil
	}
	at, err := url.Parse(app)
	if err != nil {
		return "", fmt.Errorf("AppUrl: %w", err)
	}
	client := &http.Client{Transport: standIn{a, at.Host, now.output("ApiId"), secret, now.output("WebBucket")}}
	if err := smoke(ctx, a, client, expectations(app, api), say); err != nil {
		return "", err
	}
	return "health, keys, web app; 403 past the edge (a stand-in does the edge's work)", nil
}
