package main

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
)

func TestProofsAreFoundByTheirMark(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	const text = `package x

func TestMarked(t *testing.T) {
	harness.Proof(t)
}

func TestPlain(t *testing.T) { t.Log("harness.Proof(t)") }

func helper(t *testing.T) {
	harness.Proof(t)
}
`
	for _, file := range []string{"tests/a/a_test.go", "tests/b/b.go"} {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	found, err := find("tests")
	if want := map[string][]string{"tests/a": {"TestMarked"}}; err != nil || !reflect.DeepEqual(found, want) {
		t.Errorf("found %v (%v), want %v", found, err, want)
	}
}
