// Command schemacheck sends the running product requests that are made from
// docs/openapi.json: those that it allows must not be refused for what they are,
// and those that it does not allow must be: make schema-check.
package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/devotionalai/platform/infra/local/settings"
	"github.com/devotionalai/platform/infra/local/toolbox"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	chosen, err := settings.Load(os.Environ(), ".env")
	if err == nil {
		err = run(ctx, fmt.Sprintf("http://localhost:%d", chosen.Port), os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "make schema-check:", err)
		os.Exit(1)
	}
}

// dear are not called: what they begin takes minutes, or mails.
const dear = "^(project-render|job-retry|image-create|magic-link-request|member-invite)$"

func run(ctx context.Context, product string, more []string) error {
	root, err := os.Getwd()
	if err != nil {
		return err
	}
	schemathesis, err := toolbox.InstallSchema(ctx, root, func(line string) { fmt.Println(line) })
	if err != nil {
		return err
	}
	c := client{product: product}
	if err := c.signIn(ctx, "schema-check@example.com"); err != nil {
		return err
	}
	project, err := c.project(ctx)
	if err != nil {
		return err
	}
	own := filepath.Join(root, "infra", "local", "schemacheck")
	args := []string{
		"--config-file", filepath.Join(own, "schemathesis.toml"), "run", filepath.Join(root, "docs", "openapi.json"), "--url", product,
		"--header", "Authorization: Bearer " + c.token, "--phases", "coverage,fuzzing", "--max-examples", "25", "--rate-limit", "9/s",
		"--checks", strings.Join([]string{"not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
			"positive_data_acceptance", "negative_data_rejection"}, ","),
		"--continue-on-failure", "--warnings", "off", "--exclude-operation-id-regex", dear,
	}
	check := exec.CommandContext(ctx, schemathesis, append(args, more...)...)
	check.Dir = filepath.Dir(schemathesis) // it keeps notes where it runs
	check.Env = append(os.Environ(), "PYTHONPATH="+own, "PYTHONDONTWRITEBYTECODE=1", "SCHEMA_PROJECT="+project)
	check.Stdout, check.Stderr = os.Stdout, os.Stderr
	return check.Run()
}
