package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/tests/blueprint"
)

const (
	bare   = "bare"
	secret = "a secret of at least thirty-two bytes"
)

// build compiles the functions and the bare handler as a deployment does.
func build(ctx context.Context, dir string, names []string) error {
	args := []string{"build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-tags", "lambda.norpc", "-o", dir + string(filepath.Separator), "./bench/init/" + bare}
	for _, name := range names {
		args = append(args, "./functions/"+name)
	}
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = blueprint.Root(), append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build: %w\n%s", err, out)
	}
	return nil
}

// environment gives a function the variables of its template. What a deployment
// makes (a table, a bucket) is a name that nothing answers to: no function asks
// for it before it is ready.
type environment struct {
	templates *blueprint.Blueprint
	chosen    map[string]string // parameters that have no default, or another one here
	endpoint  string
}

func newEnvironment(endpoint string) (environment, error) {
	templates, err := blueprint.Load(blueprint.Root())
	if err != nil {
		return environment{}, err
	}
	chosen := map[string]string{
		"Stage": "local", "Mode": "local", "AppUrl": "http://localhost:8000",
		"OriginSecret": strings.Repeat("o", 32), "MailFrom": "no-reply@devotional.local", "SecureCookies": "false",
		"ImageProvider": "drawing", "VoiceProvider": "espeak",
		// As where plans are sold: switched off, nothing of the payment service is made.
		"BillingMode": "stripe", "StripeSecretArn": "made-by-the-deployment", "StripePricePro": "price_pro",
	}
	if err := declared(templates, chosen); err != nil {
		return environment{}, err
	}
	return environment{templates: templates, endpoint: endpoint, chosen: chosen}, nil
}

// declared refuses a choice for a parameter that the root template does not
// have: it would choose nothing, and the function would start with something else.
func declared(templates *blueprint.Blueprint, chosen map[string]string) error {
	for name := range chosen {
		if templates.Templates[0].Section("Parameters")[name] == nil {
			return fmt.Errorf("template.yaml has no parameter %s", name)
		}
	}
	return nil
}

func (e environment) of(name string) ([]string, error) {
	f, ok := e.templates.Function(name)
	if !ok {
		return nil, fmt.Errorf("no template deploys %s", name)
	}
	lines := []string{
		"AWS_LAMBDA_FUNCTION_NAME=" + name, "AWS_REGION=us-east-1", "AWS_ENDPOINT_URL=http://" + e.endpoint,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
	}
	for variable, v := range f.Environment {
		lines = append(lines, variable+"="+e.resolve(f.Template, v))
	}
	return lines, nil
}

func (e environment) resolve(in *blueprint.Template, v any) string {
	m, ok := v.(blueprint.Map)
	if !ok {
		return fmt.Sprint(v)
	}
	name, _ := m["Ref"].(string)
	if value, ok := e.chosen[name]; ok {
		return value
	}
	parameter, _ := in.Section("Parameters")[name].(blueprint.Map)
	if fallback, ok := parameter["Default"]; ok {
		return fmt.Sprint(fallback)
	}
	return "made-by-the-deployment"
}
