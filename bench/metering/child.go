package main

import (
	"errors"
	"io"
	"os"
	"os/exec"
	"syscall"
)

// tied runs a program until standard input ends, which it does with this
// process, however that ends.
const tied = `"$@" </dev/null & read -r _; kill -9 $!`

// begin starts a child that ends when the returned pipe is closed. It is not
// in our group: Ctrl-C reaches us alone, so that all ends in order.
func begin(cmd *exec.Cmd) (io.WriteCloser, error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return in, cmd.Start()
}

// finish closes a child's input and waits for it; how it ends does not matter.
func finish(cmd *exec.Cmd, in io.Closer) error {
	err := in.Close()
	var ended *exec.ExitError
	if waited := cmd.Wait(); !errors.As(waited, &ended) {
		err = errors.Join(err, waited)
	}
	return err
}
