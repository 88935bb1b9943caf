package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/infra/deploy/gradual"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

// built is where sam build puts what is deployed.
const built = ".aws-sam/build/template.yaml"

// packed is a product that CloudFormation can reach.
type packed struct {
	template string                      // address of the root template
	told     string                      // what was done
	left     []string                    // what an emulator leaves out
	finish   func(context.Context) error // what an emulator is told after the stack
}

// pack builds the product with SAM CLI and uploads it. Names of objects are sums of
// their contents: what another stage of the account has is not uploaded again, and
// an unchanged function is not deployed again.
func pack(ctx context.Context, a account, o options, values map[string]string, say func(string)) (packed, error) {
	sam, _, err := toolbox.InstallSAM(ctx, ".", say)
	if err != nil {
		return packed{}, err
	}
	told := "built"
	if o.built {
		if _, err := os.Stat(built); err != nil {
			return packed{}, errors.New("BUILT=1, and " + built + " is not there: make build first")
		}
		told = "as it was built before"
	} else if err := run(ctx, say, nil, "make", "--no-print-directory", "build"); err != nil {
		return packed{}, fmt.Errorf("build: %w", err)
	}
	root, err := gradually(o.shift, values)
	if err != nil {
		return packed{}, err
	}
	bucket, err := artifacts(ctx, a)
	if err != nil {
		return packed{}, err
	}
	file := filepath.Join(filepath.Dir(filepath.Dir(built)), "packaged-"+o.stage+".yaml")
	err = run(ctx, say, []string{"AWS_REGION=" + a.AWS.Region, "SAM_CLI_TELEMETRY=0"}, sam, "package",
		"--template-file", root, "--s3-bucket", bucket, "--s3-prefix", "code", "--output-template-file", file,
		"--region", a.AWS.Region, "--language-extensions", "--no-progressbar")
	if err != nil {
		return packed{}, fmt.Errorf("upload: %w", err)
	}
	body, err := os.ReadFile(file)
	if err != nil {
		return packed{}, fmt.Errorf("read the packed template: %w", err)
	}
	sum := sha256.Sum256(body)
	key := "templates/" + hex.EncodeToString(sum[:]) + ".yaml"
	if _, err := objects(a).PutObject(ctx, &s3.PutObjectInput{Bucket: aws.String(bucket), Key: aws.String(key), Body: bytes.NewReader(body)}); err != nil {
		return packed{}, fmt.Errorf("upload the template: %w", plain(err))
	}
	at := "https://" + bucket + ".s3." + a.AWS.Region + "." + domainOf(a.AWS.Region) + "/" + key
	if a.Endpoint != "" {
		at = a.Endpoint + "/" + bucket + "/" + key
	}
	return packed{template: at, told: told + ", in the bucket " + bucket, finish: func(context.Context) error { return nil }}, nil
}

// gradually answers the root template to deploy: what was built, or beside it one that
// lets callers over step by step. The values of parameters go into it as a digest.
func gradually(shift string, values map[string]string) (string, error) {
	if shift == "" {
		return built, nil
	}
	made, err := gradual.Template(built, values, shift)
	if err != nil {
		return "", fmt.Errorf("let callers over step by step: %w", err)
	}
	to := filepath.Join(filepath.Dir(built), "release.yaml")
	return to, os.WriteFile(to, made, 0o600)
}

func domainOf(region string) string {
	if strings.HasPrefix(region, "cn-") {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

func objects(a account) *s3.Client {
	return s3.NewFromConfig(a.AWS, func(o *s3.Options) { o.UsePathStyle = a.Endpoint != "" })
}

// artifacts is the account's bucket of what was built, for all stages. What is in it
// is never removed: a deployment that is taken back fetches the former code from it.
func artifacts(ctx context.Context, a account) (string, error) {
	name, client := "devotional-artifacts-"+a.ID+"-"+a.AWS.Region, objects(a)
	in := &s3.CreateBucketInput{Bucket: aws.String(name)}
	if a.AWS.Region != "us-east-1" { // S3 takes no name for its first region
		in.CreateBucketConfiguration = &types.CreateBucketConfiguration{LocationConstraint: types.BucketLocationConstraint(a.AWS.Region)}
	}
	// Asked for as its owner: a bucket of that name in another account is never written to.
	if _, err := client.HeadBucket(ctx, &s3.HeadBucketInput{Bucket: aws.String(name), ExpectedBucketOwner: aws.String(a.ID)}); err == nil {
		return name, nil
	}
	if _, err := client.CreateBucket(ctx, in); err != nil && !named(err, "BucketAlreadyOwnedByYou") {
		return "", fmt.Errorf("make the bucket %s for what is built: %w", name, plain(err))
	}
	_, err := client.PutPublicAccessBlock(ctx, &s3.PutPublicAccessBlockInput{
		Bucket: aws.String(name), PublicAccessBlockConfiguration: &types.PublicAccessBlockConfiguration{
			BlockPublicAcls: aws.Bool(true), BlockPublicPolicy: aws.Bool(true), IgnorePublicAcls: aws.Bool(true), RestrictPublicBuckets: aws.Bool(true),
		},
	})
	if err != nil {
		return "", fmt.Errorf("close the bucket %s to the public: %w", name, plain(err))
	}
	return name, nil
}

// run shows a program's lines as progress, and its last ones where it fails.
func run(ctx context.Context, say func(string), environ []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Env = append(os.Environ(), environ...)
	var last tail
	cmd.Stdout = io.MultiWriter(&last, lines(say))
	cmd.Stderr = cmd.Stdout
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s (%w)", strings.TrimSpace(string(last)), err)
	}
	return nil
}

// lines says each piece that is written.
type lines func(string)

func (l lines) Write(p []byte) (int, error) {
	text := strings.TrimSpace(string(p))
	if i := strings.LastIndexByte(text, '\n'); i >= 0 {
		text = text[i+1:]
	}
	if text != "" {
		l(text)
	}
	return len(p), nil
}

// tail keeps the end of what is written.
type tail []byte

func (t *tail) Write(p []byte) (int, error) {
	*t = append(*t, p...)
	if over := len(*t) - 2000; over > 0 {
		*t = (*t)[over:]
	}
	return len(p), nil
}
