// Command saminvoke runs one function in SAM CLI's container with a sample
// event: make sam-invoke FN=health-get EVENT=events/health-get/ok.json.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

func main() {
	fn, event := "", ""
	if len(os.Args) > 1 {
		fn = os.Args[1]
	}
	if len(os.Args) > 2 {
		event = os.Args[2]
	}
	if err := invoke(context.Background(), fn, event); err != nil {
		fmt.Fprintln(os.Stderr, "make sam-invoke:", err)
		os.Exit(1)
	}
}

func invoke(ctx context.Context, fn, event string) error {
	id, err := artifacts.LogicalID("template.yaml", fn)
	if err != nil {
		return err
	}
	if event == "" {
		samples, err := filepath.Glob(filepath.Join("events", fn, "*.json"))
		if err != nil || len(samples) == 0 {
			return fmt.Errorf("no sample in events/%s: give EVENT=", fn)
		}
		event = samples[0]
	}
	if err := exec.CommandContext(ctx, "docker", "info").Run(); err != nil {
		return errors.New("SAM CLI runs functions in a container, and no Docker engine answers (docker info)")
	}
	sam, _, err := toolbox.InstallSAM(ctx, ".", func(line string) { fmt.Fprintln(os.Stderr, line) })
	if err != nil {
		return err
	}
	for _, args := range [][]string{
		{"build", id},
		{"local", "invoke", id, "-e", event, "--docker-network", "host", "--parameter-overrides", developerSettings()},
	} {
		cmd := exec.CommandContext(ctx, sam, args...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		cmd.Env = append(os.Environ(), "SAM_CLI_TELEMETRY=0", "CGO_ENABLED=0", "GOFLAGS=-trimpath -buildvcs=false -ldflags=-s -tags=lambda.norpc")
		if err := cmd.Run(); err != nil {
			return fmt.Errorf("sam %s: %w", strings.Join(args[:1], " "), err)
		}
	}
	return nil
}

// developerSettings are the parameters without a default. The container calls
// the emulator of make run where a function calls AWS.
func developerSettings() string {
	return strings.Join([]string{
		"ParameterKey=Stage,ParameterValue=local", "ParameterKey=Mode,ParameterValue=local",
		"ParameterKey=AppUrl,ParameterValue=http://localhost:8000",
		"ParameterKey=JwtSecretArn,ParameterValue=devotional/local/jwt",
		"ParameterKey=OriginSecret,ParameterValue=" + strings.Repeat("0", 32),
		"ParameterKey=MailFrom,ParameterValue=no-reply@devotional.local",
	}, " ")
}
