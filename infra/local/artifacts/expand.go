package artifacts

import (
	"bytes"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

//go:embed expand.py
var expander string

// Expander applies the SAM transform to nested templates. CloudFormation does
// it for every template; the emulator for the root alone.
type Expander struct {
	Python string // of the environment that holds the emulator
	Cache  string // folder; a Python start per template would be felt at every start
}

// Expand answers the transformed template, which is JSON.
func (e Expander) Expand(template []byte) ([]byte, error) {
	kept := filepath.Join(e.Cache, digest(append([]byte(expander), template...))+".json")
	if body, err := os.ReadFile(kept); err == nil {
		return body, nil
	}
	cmd := exec.Command(e.Python, "-c", expander)
	var said bytes.Buffer
	cmd.Stdin, cmd.Stderr = bytes.NewReader(template), &said
	cmd.Env = append(os.Environ(), "AWS_DEFAULT_REGION=us-east-1")
	body, err := cmd.Output()
	if err != nil {
		lines := strings.Split(strings.TrimSpace(said.String()), "\n")
		return nil, fmt.Errorf("transform nested template: %s", lines[len(lines)-1])
	}
	if err := os.MkdirAll(e.Cache, 0o755); err != nil {
		return nil, fmt.Errorf("make cache folder: %w", err)
	}
	if err := os.WriteFile(kept, body, 0o644); err != nil {
		return nil, fmt.Errorf("keep transformed template: %w", err)
	}
	return body, nil
}
