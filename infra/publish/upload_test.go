package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfntypes "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/devotionalai/platform/infra/website"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// watched is the emulator's S3; it notes what was written, in order, and fails
// for one key.
type watched struct {
	*s3.Client
	fail string

	mu   sync.Mutex
	keys []string
}

func (w *watched) PutObject(ctx context.Context, in *s3.PutObjectInput, o ...func(*s3.Options)) (*s3.PutObjectOutput, error) {
	if *in.Key == w.fail {
		return nil, errors.New("the line is cut")
	}
	out, err := w.Client.PutObject(ctx, in, o...)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys = append(w.keys, *in.Key)
	return out, err
}

// took answers what was written since the last call.
func (w *watched) took() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	keys := w.keys
	w.keys = nil
	return keys
}

func newBucket(t *testing.T) (bucket, *watched) {
	t.Helper()
	w := &watched{Client: s3Client(harness.Start(t).AWS)}
	name := "web-" + strings.ToLower(rand.Text())
	if _, err := w.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: aws.String(name)}); err != nil {
		t.Fatal(err)
	}
	_, err := w.PutBucketVersioning(t.Context(), &s3.PutBucketVersioningInput{
		Bucket: aws.String(name), VersioningConfiguration: &types.VersioningConfiguration{Status: types.BucketVersioningStatusEnabled},
	})
	if err != nil {
		t.Fatal(err)
	}
	return bucket{s3: w, name: name}, w
}

// built is a web app whose script has a name of its own per build.
func built(t *testing.T, version string) []website.File {
	t.Helper()
	dist := t.TempDir()
	script := "assets/app-" + version + ".js"
	for name, body := range map[string]string{
		"index.html":             `<script src="/` + script + `"></script>`,
		script:                   "load(" + version + ")",
		"assets/font-same.woff2": "font",
		"favicon.svg":            "<svg/>",
	} {
		path := filepath.Join(dist, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	files, err := website.Read(dist)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func upload(t *testing.T, b bucket, files []website.File) uploaded {
	t.Helper()
	did, err := b.upload(t.Context(), files, func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	return did
}

func (w *watched) read(t *testing.T, b bucket, key string) (body, kind, cache string) {
	t.Helper()
	out, err := w.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String(b.name), Key: aws.String(key)})
	if err != nil {
		t.Fatalf("%s: %v", key, err)
	}
	defer out.Body.Close()
	raw, err := io.ReadAll(out.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw), aws.ToString(out.ContentType), aws.ToString(out.CacheControl)
}

func TestPublishing(t *testing.T) {
	t.Parallel()
	b, w := newBucket(t)
	first := upload(t, b, built(t, "one"))
	if keys := w.took(); len(keys) != 4 || keys[3] != "index.html" || first.written != 4 || first.index == "" {
		t.Errorf("wrote %v and said %+v", keys, first)
	}
	const forever = "public, max-age=31536000, immutable"
	for key, want := range map[string]string{
		"index.html":             "text/html; charset=utf-8|no-cache",
		"favicon.svg":            "image/svg+xml|no-cache",
		"assets/app-one.js":      "text/javascript; charset=utf-8|" + forever,
		"assets/font-same.woff2": "font/woff2|" + forever,
	} {
		if _, kind, cache := w.read(t, b, key); kind+"|"+cache != want {
			t.Errorf("%s is kept as %s|%s", key, kind, cache)
		}
	}

	again := upload(t, b, built(t, "one"))
	if keys := w.took(); len(keys) != 0 || again.written != 0 || again.index != first.index {
		t.Errorf("the same build again wrote %v and said %+v after %+v", keys, again, first)
	}

	second := upload(t, b, built(t, "two"))
	keys := w.took()
	slices.Sort(keys)
	if fmt.Sprint(keys) != "[assets/app-two.js index.html]" || second.index == first.index {
		t.Errorf("another build wrote %v and said %+v", keys, second)
	}
	if body, _, _ := w.read(t, b, "index.html"); !strings.Contains(body, "app-two.js") {
		t.Errorf("the index is %s", body)
	}
	w.read(t, b, "assets/app-one.js") // open pages still need it
}

// TestNoIndexWithoutItsFiles: an upload that fails leaves the old app whole, and
// the next one ends it.
func TestNoIndexWithoutItsFiles(t *testing.T) {
	t.Parallel()
	b, w := newBucket(t)
	upload(t, b, built(t, "one"))
	for _, key := range []string{"assets/app-two.js", "index.html"} {
		w.fail = key
		if _, err := b.upload(t.Context(), built(t, "two"), func(string) {}); err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s could not be written: %v", key, err)
		}
		if body, _, _ := w.read(t, b, "index.html"); !strings.Contains(body, "app-one.js") {
			t.Errorf("without %s the index is %s", key, body)
		}
	}
	w.fail = ""
	upload(t, b, built(t, "two"))
	if body, _, _ := w.read(t, b, "index.html"); !strings.Contains(body, "app-two.js") {
		t.Errorf("after all the index is %s", body)
	}
}

// TestWrongHeadersAreRepaired: an object with the right bytes under another
// content type is written again.
func TestWrongHeadersAreRepaired(t *testing.T) {
	t.Parallel()
	b, w := newBucket(t)
	files := built(t, "one")
	upload(t, b, files)
	files[len(files)-1].ContentType = "text/plain"
	upload(t, b, files)
	if did := upload(t, b, built(t, "one")); did.written != 1 {
		t.Errorf("%+v", did)
	}
	if _, kind, _ := w.read(t, b, "index.html"); kind != "text/html; charset=utf-8" {
		t.Errorf("the index is %s", kind)
	}
}

// deployed makes a stack of infra/edge.yaml alone in the emulator. Its outputs
// have the names that the root template hands on.
func deployed(t *testing.T, e *harness.Emulator) string {
	t.Helper()
	template, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "edge.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	name := "edge-" + strings.ToLower(rand.Text())
	in := &cloudformation.CreateStackInput{StackName: aws.String(name), TemplateBody: aws.String(string(template))}
	for key, value := range map[string]string{
		"Prefix": name, "AppUrl": "https://devotional.example", "CertificateArn": "", "ApiId": "abc", "MediaBucket": "media",
		"OriginSecret": strings.Repeat("s", 32), "RequestsPerFiveMinutes": "3000", "WebAclArn": "", "AccessLogBucket": "",
		"FirewallCommon": "off", "FirewallBadInputs": "off", "FirewallReputation": "off",
	} {
		in.Parameters = append(in.Parameters, cfntypes.Parameter{ParameterKey: aws.String(key), ParameterValue: aws.String(value)})
	}
	client := cloudformation.NewFromConfig(e.AWS)
	if _, err := client.CreateStack(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	wait := cloudformation.NewStackCreateCompleteWaiter(client, func(o *cloudformation.StackCreateCompleteWaiterOptions) { o.MinDelay = 100 * time.Millisecond })
	if err := wait.Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: aws.String(name)}, time.Minute); err != nil {
		t.Fatalf("deploy infra/edge.yaml: %v", err)
	}
	return name
}

func TestIntoADeployedStack(t *testing.T) {
	t.Parallel()
	e := harness.Start(t)
	to, err := find(t.Context(), e.AWS, deployed(t, e))
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{Client: s3Client(e.AWS)}
	b := bucket{s3: w, name: to.bucket}
	for _, version := range []string{"one", "one", "two"} {
		if err := forget(t.Context(), e.AWS, to.distribution, upload(t, b, built(t, version)).index); err != nil {
			t.Fatalf("%s: %v", version, err)
		}
	}
	list, err := cloudfront.NewFromConfig(e.AWS).ListInvalidations(t.Context(), &cloudfront.ListInvalidationsInput{DistributionId: aws.String(to.distribution)})
	if err != nil {
		t.Fatal(err)
	}
	if n := aws.ToInt32(list.InvalidationList.Quantity); n != 2 {
		t.Errorf("%d invalidations for two builds", n)
	}
}

func TestAStackWithoutAWebAppIsRefused(t *testing.T) {
	t.Parallel()
	e := harness.Start(t)
	if _, err := find(t.Context(), e.AWS, "no-such-stack"); err == nil || !strings.Contains(err.Error(), "no-such-stack") {
		t.Errorf("no stack: %v", err)
	}
	// A local stack: what is for AWS alone is not in it.
	local := "Resources: {Queue: {Type: AWS::SQS::Queue}}\nOutputs: {MediaBucket: {Value: media}}"
	name := "local-" + strings.ToLower(rand.Text())
	if _, err := cloudformation.NewFromConfig(e.AWS).CreateStack(t.Context(), &cloudformation.CreateStackInput{StackName: aws.String(name), TemplateBody: aws.String(local)}); err != nil {
		t.Fatal(err)
	}
	if _, err := find(t.Context(), e.AWS, name); err == nil || !strings.Contains(err.Error(), "Mode=aws") {
		t.Errorf("no web app: %v", err)
	}
}
