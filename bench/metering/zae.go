package main

import (
	"bufio"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
)

//go:embed zae.py
var zaeScript string

// zae runs zae-limiter in a Python of its own: a cell goes in as a line of JSON,
// a tally comes out as one.
type zae struct {
	cmd  *exec.Cmd
	in   io.WriteCloser
	out  *bufio.Reader
	once func() error
}

func startZae(python, endpoint string) (*zae, error) {
	z := &zae{cmd: exec.Command(python, "-c", zaeScript, endpoint)}
	z.cmd.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.Getenv("HOME"), "AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_DEFAULT_REGION=us-east-1", "AWS_EC2_METADATA_DISABLED=true",
	}
	out, err := z.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if z.in, err = begin(z.cmd); err != nil {
		return nil, err
	}
	z.out = bufio.NewReader(out)
	z.once = sync.OnceValue(func() error { return finish(z.cmd, z.in) })
	return z, nil
}

func (z *zae) close() error { return z.once() }

func (z *zae) measure(ctx context.Context, c cell) (tally, error) {
	defer context.AfterFunc(ctx, func() { _ = z.close() })() // its pipe would not hear of Ctrl-C
	if err := json.NewEncoder(z.in).Encode(c); err != nil {
		return tally{}, fmt.Errorf("zae-limiter: %w", err)
	}
	line, err := z.out.ReadBytes('\n')
	if err != nil {
		return tally{}, fmt.Errorf("zae-limiter: %w", err)
	}
	var answer struct {
		tally
		Error string `json:"error"`
	}
	if err := json.Unmarshal(line, &answer); err != nil {
		return tally{}, fmt.Errorf("zae-limiter: %w", err)
	}
	if answer.Error != "" {
		return tally{}, errors.New("zae-limiter: " + answer.Error)
	}
	return answer.tally, nil
}
