// Command jwks prints the public keys that belong to a signing secret, for the
// stack's parameter JwtPublicKeys: go run ./infra/local/jwks < secret.txt
package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
)

func main() {
	if err := run(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "jwks:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, out io.Writer) error {
	secret, err := io.ReadAll(in)
	if err != nil {
		return fmt.Errorf("read secret: %w", err)
	}
	// A file ends in a line break that is not the secret's.
	keys, err := auth.PublicJWKS([]byte(strings.TrimRight(string(secret), "\r\n")))
	if err != nil {
		return fmt.Errorf("derive keys: %w", err)
	}
	_, err = fmt.Fprintln(out, keys)
	return err
}
