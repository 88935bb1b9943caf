package main

import (
	"testing"

	"github.com/devotionalai/platform/tests/contract"
)

func TestContract(t *testing.T) { contract.HTTP(t, build) }

// TestRefusal: make bench-calls shows what it costs.
func TestRefusal(t *testing.T) { contract.Refusal(t, build) }
