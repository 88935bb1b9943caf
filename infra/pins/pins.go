//go:build pins

// Package pins holds module versions that the product has settled on before
// its first use of them, so that go.mod is the one place for versions. It is
// never built.
package pins

import (
	_ "github.com/stripe/stripe-go/v76" // billing; version 76 is pinned to API version 2023-10-16
)
