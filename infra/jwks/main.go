// Command jwks reads the signing secret from standard input and prints the
// public keys that belong to it, for the stack's parameter JwtPublicKeys.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"github.com/devotionalai/platform/shared/domains/auth"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "jwks:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	secret, err := io.ReadAll(io.LimitReader(in, 4096))
	if err != nil {
		return fmt.Errorf("read secret: %w", err)
	}
	keys, err := auth.PublicJWKS(bytes.TrimSpace(secret))
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(out, keys)
	return err
}
