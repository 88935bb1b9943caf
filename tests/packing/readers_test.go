package packing_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// reader is a program, or Go itself, that reads archives. Either function is nil
// where it cannot do that.
type reader struct {
	name    string
	sums    func(archive string, more ...string) (map[string]string, error) // SHA-256 by name, of all entries; or of those of at most so many bytes
	extract func(archive, to string) error                                  // carelessly: where the names say
}

// readers are those at hand. Go, Python and Java are on every machine that runs
// these tests; others are named when they are not.
func readers(t *testing.T) []reader {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatalf("this test needs Python: %v", err)
	}
	java, _, err := toolbox.InstallDynamoDB(context.Background(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatalf("this test needs Java, which `make dynamodb` installs: %v", err)
	}
	all := []reader{{"Go", goSums, goExtract}, program("Python", python, "testdata/readzip.py"), program("Java", java.Java, "-cp", "testdata", "ReadZip")}
	var missing []string
	for _, other := range []struct {
		names   []string
		extract []string // before the archive, before the folder
		test    []string
	}{
		{[]string{"unzip"}, []string{"-q", "ARCHIVE", "-d", "FOLDER"}, []string{"-tqq", "ARCHIVE"}},
		{[]string{"7zz", "7z", "7za"}, []string{"x", "-y", "-bd", "-oFOLDER", "ARCHIVE"}, []string{"t", "-y", "-bd", "ARCHIVE"}},
		{[]string{"bsdtar"}, []string{"-xf", "ARCHIVE", "-C", "FOLDER"}, nil},
		{[]string{"busybox"}, []string{"unzip", "-q", "ARCHIVE", "-d", "FOLDER"}, nil},
	} {
		path, ok := first(other.names)
		if !ok && other.names[0] == "7zz" && runtime.GOOS+runtime.GOARCH == "linuxamd64" {
			path, err = toolbox.InstallSevenZip(t.Context(), blueprint.Root(), func(string) {})
			if ok = err == nil; !ok {
				t.Errorf("install 7-Zip: %v", err)
			}
		}
		if ok {
			all = append(all, tool(path, other.extract, other.test))
		} else {
			missing = append(missing, other.names[0])
		}
	}
	if len(missing) > 0 {
		t.Logf("not on this machine, and so not asked: %s", strings.Join(missing, ", "))
	}
	return all
}

func first(names []string) (string, bool) {
	for _, n := range names {
		if path, err := exec.LookPath(n); err == nil {
			return path, true
		}
	}
	return "", false
}

// run runs a program in a language that has all letters.
func run(name string, args ...string) ([]byte, error) {
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C.UTF-8")
	var failed bytes.Buffer
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("%s: %w: %.500s %.500s", filepath.Base(name), err, failed.Bytes(), out)
	}
	return out, nil
}

// program is one of testdata.
func program(name, path string, args ...string) reader {
	call := func(more ...string) ([]byte, error) { return run(path, append(args[:len(args):len(args)], more...)...) }
	return reader{name, func(archive string, more ...string) (map[string]string, error) {
		out, err := call(append([]string{"sums", archive}, more...)...)
		all := map[string]string{}
		for line := range strings.Lines(string(out)) {
			sum, name, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "  ")
			all[name] = sum
		}
		return all, err
	}, func(archive, to string) error {
		_, err := call("extract", archive, to)
		return err
	}}
}

// tool is a program that only says whether an archive is whole, if it has a word for that.
func tool(path string, extract, test []string) reader {
	put := func(args []string, archive, to string) []string {
		var all []string
		for _, a := range args {
			all = append(all, strings.NewReplacer("ARCHIVE", archive, "FOLDER", to).Replace(a))
		}
		return all
	}
	r := reader{name: filepath.Base(path), extract: func(archive, to string) error {
		_, err := run(path, put(extract, archive, to)...)
		return err
	}}
	if test != nil {
		r.sums = func(archive string, _ ...string) (map[string]string, error) {
			_, err := run(path, put(test, archive, "")...)
			return nil, err
		}
	}
	return r
}

func goSums(archive string, _ ...string) (map[string]string, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	all := map[string]string{}
	for _, f := range z.File {
		sum := sha256.New()
		r, err := f.Open()
		if err == nil {
			_, err = io.Copy(sum, r)
		}
		if err != nil {
			return nil, errors.Join(err, z.Close())
		}
		all[f.Name] = hex.EncodeToString(sum.Sum(nil))
	}
	return all, z.Close()
}

func goExtract(archive, to string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	for _, f := range z.File {
		data, err := fs.ReadFile(z, f.Name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(to+"/"+f.Name), 0o755)
		}
		if err == nil {
			err = os.WriteFile(to+"/"+f.Name, data, 0o644)
		}
		if err != nil {
			return errors.Join(err, z.Close())
		}
	}
	return z.Close()
}

// agree holds what every reader finds to what is wanted.
func agree(t *testing.T, archive string, want map[string]string) {
	t.Helper()
	var asked []string
	for _, r := range readers(t) {
		if r.sums == nil {
			continue
		}
		got, err := r.sums(archive)
		if err != nil {
			t.Errorf("%s: %v", r.name, err)
			continue
		}
		asked = append(asked, r.name)
		if got == nil {
			continue // says only that all is well
		}
		for name, sum := range want {
			if got[name] != sum {
				t.Errorf("%s reads %q as %s, want %s", r.name, name, got[name], sum)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s finds %d entries, want %d", r.name, len(got), len(want))
		}
	}
	t.Logf("%d entries alike in %s", len(want), strings.Join(asked, ", "))
}
