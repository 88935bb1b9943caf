package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// TestWhatWasBuiltIsUploaded: SAM CLI itself packs what it built, with a template that
// loops and nests as ours do; packed again it is the same, so that stages of one
// account get the same bytes.
func TestWhatWasBuiltIsUploaded(t *testing.T) {
	e := harness.Start(t)
	root := t.TempDir()
	for _, name := range []string{".tools", "infra"} {
		harness.Must(t, os.Symlink(filepath.Join(blueprint.Root(), name), filepath.Join(root, name)))
	}
	for name, text := range map[string]string{
		"template.yaml": "Transform: AWS::Serverless-2016-10-31\nResources:\n" +
			"  F: {Type: AWS::Serverless::Function, Properties: {CodeUri: F, Handler: bootstrap, Runtime: provided.al2023}}\n" +
			"  Nested: {Type: AWS::Serverless::Application, Properties: {Location: Nested/template.yaml}}\n",
		"F/bootstrap": "not run here",
		"Nested/template.yaml": "Transform: AWS::LanguageExtensions\nResources:\n  Fn::ForEach::Queues:\n    - Name\n    - [One, Two]\n" +
			"    - Queue${Name}: {Type: AWS::SQS::Queue}\n",
	} {
		file := filepath.Join(root, filepath.Dir(built), name)
		harness.Must(t, os.MkdirAll(filepath.Dir(file), 0o755))
		harness.Must(t, os.WriteFile(file, []byte(text), 0o755))
	}
	t.Chdir(root)
	for _, variable := range e.Environ() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	a := account{AWS: e.AWS, ID: "000000000000", Endpoint: e.Endpoint}
	packedOnce := func() (at, body string) {
		p, err := pack(t.Context(), a, options{stage: "trial", built: true}, nil, func(string) {})
		harness.Must(t, err)
		return p.template, read(t, a, p.template)
	}
	at, body := packedOnce()
	if !strings.Contains(body, "s3://devotional-artifacts-000000000000-us-east-1/code/") || !strings.Contains(body, "/code/") || strings.Contains(body, "Location: Nested") {
		t.Errorf("packed is\n%s", body)
	}
	if again, _ := packedOnce(); again != at {
		t.Errorf("packed again it is %s, not %s", again, at)
	}
}

// read fetches what lies at an address of the bucket of artifacts.
func read(t *testing.T, a account, at string) string {
	t.Helper()
	bucket, key, _ := strings.Cut(strings.TrimPrefix(at, a.Endpoint+"/"), "/")
	out, err := objects(a).GetObject(context.Background(), &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	harness.Must(t, err)
	defer out.Body.Close()
	body, err := io.ReadAll(out.Body)
	harness.Must(t, err)
	return string(body)
}
