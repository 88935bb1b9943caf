package main

import (
	"testing"

	"github.com/devotionalai/platform/tests/contract"
)

func TestContract(t *testing.T) { contract.Worker(t, build) }
