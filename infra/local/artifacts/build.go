// Package artifacts turns the checkout into what a stack is made of: function
// archives and templates that point at them.
package artifacts

import (
	"archive/zip"
	"compress/flate"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

// Functions are the built archives: by function name, the hex SHA-256 of the
// zip under Dir.
type Functions struct {
	Dir    string            `json:"-"`
	Source string            `json:"source"` // digest of what they were built from
	Digest map[string]string `json:"digest"`
}

// Archive is where a function's zip lies.
func (f Functions) Archive(name string) string { return filepath.Join(f.Dir, name+".zip") }

// Build compiles every function of the checkout and zips it as Lambda wants
// it: one executable named bootstrap. Nothing is done when the sources are what
// they were; the answer's second value says whether something was built.
func Build(ctx context.Context, root string, say func(string)) (Functions, bool, error) {
	f := Functions{Dir: filepath.Join(root, ".build", "functions"), Digest: map[string]string{}}
	if err := os.MkdirAll(f.Dir, 0o755); err != nil {
		return f, false, fmt.Errorf("make build folder: %w", err)
	}
	unlock, err := oneBuilder(filepath.Join(root, ".build", "lock"))
	if err != nil {
		return f, false, err
	}
	defer unlock()
	source, err := sourceDigest(root)
	if err != nil {
		return f, false, err
	}
	record := filepath.Join(f.Dir, recordName)
	if kept, ok := readRecord(record); ok && kept.Source == source && archivesExist(f.Dir, kept) {
		kept.Dir = f.Dir
		return kept, false, nil
	}
	f.Source = source
	names, err := functionNames(root)
	if err != nil {
		return f, false, err
	}
	if len(names) == 0 {
		return f, false, errors.New("no functions in functions/")
	}
	bin := filepath.Join(root, ".build", "bin")
	say(fmt.Sprintf("compiling %d functions", len(names)))
	if err := compile(ctx, root, bin); err != nil {
		return f, false, err
	}
	if err := f.archiveAll(bin, names, say); err != nil {
		return f, false, err
	}
	raw, err := json.Marshal(f)
	if err != nil {
		return f, false, err
	}
	return f, true, os.WriteFile(record, raw, 0o644)
}

// Kept answers what Build made before, without a look at the sources: where they
// are not, as in an image, nothing can be built.
func Kept(root string) (Functions, error) {
	dir := filepath.Join(root, ".build", "functions")
	kept, ok := readRecord(filepath.Join(dir, recordName))
	if !ok || !archivesExist(dir, kept) {
		return Functions{}, fmt.Errorf("%s holds no built functions", dir)
	}
	kept.Dir = dir
	return kept, nil
}

// recordName is the file beside the archives that says what they are.
const recordName = "built.json"

// oneBuilder waits for its turn: test packages and a run may build at once.
func oneBuilder(path string) (func(), error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o644)
	if err != nil {
		return nil, fmt.Errorf("open build lock: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); err != nil {
		return nil, errors.Join(fmt.Errorf("take build lock: %w", err), f.Close())
	}
	return func() { f.Close() }, nil
}

// compile is one invocation for all: packages are shared, and the linker runs
// on every core. The binaries are for this machine, which is what the emulator
// runs; a deployment to AWS builds for Linux (sam build).
func compile(ctx context.Context, root, bin string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -buildid=", "-tags", "lambda.norpc", "-o", bin+string(filepath.Separator), "./functions/...")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if err := os.MkdirAll(bin, 0o755); err != nil {
		return fmt.Errorf("make build folder: %w", err)
	}
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("compile functions:\n%s", strings.TrimSpace(string(out)))
	}
	return nil
}

func functionNames(root string) ([]string, error) {
	mains, err := filepath.Glob(filepath.Join(root, "functions", "*", "main.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, m := range mains {
		names = append(names, filepath.Base(filepath.Dir(m)))
	}
	return names, nil
}

func (f Functions) archiveAll(bin string, names []string, say func(string)) error {
	digests := make([]string, len(names))
	var group errgroup.Group
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, name := range names {
		group.Go(func() error {
			var err error
			digests[i], err = zipBootstrap(filepath.Join(bin, name), f.Archive(name))
			say("packed " + name)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for i, name := range names {
		f.Digest[name] = digests[i]
	}
	return nil
}

// zipBootstrap writes the same bytes for the same binary, so that the archive's
// digest says whether the code changed.
func zipBootstrap(binary, archive string) (string, error) {
	in, err := os.Open(binary)
	if err != nil {
		return "", fmt.Errorf("open built function: %w", err)
	}
	defer in.Close()
	out, err := os.Create(archive + ".new")
	if err != nil {
		return "", fmt.Errorf("create archive: %w", err)
	}
	sum := sha256.New()
	if err := writeZip(io.MultiWriter(out, sum), in); err != nil {
		return "", errors.Join(fmt.Errorf("write archive: %w", err), out.Close())
	}
	if err := out.Close(); err != nil {
		return "", fmt.Errorf("close archive: %w", err)
	}
	if err := os.Rename(archive+".new", archive); err != nil {
		return "", fmt.Errorf("place archive: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func writeZip(out io.Writer, bootstrap io.Reader) error {
	z := zip.NewWriter(out)
	// Speed over size: the archive travels over loopback only.
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(w, flate.BestSpeed)
	})
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)}
	header.SetMode(0o755)
	w, err := z.CreateHeader(header)
	if err != nil {
		return err
	}
	if _, err := io.Copy(w, bootstrap); err != nil {
		return err
	}
	return z.Close()
}

func readRecord(path string) (Functions, bool) {
	var f Functions
	raw, err := os.ReadFile(path)
	return f, err == nil && json.Unmarshal(raw, &f) == nil
}

func archivesExist(dir string, f Functions) bool {
	for name := range f.Digest {
		if _, err := os.Stat(filepath.Join(dir, name+".zip")); err != nil {
			return false
		}
	}
	return len(f.Digest) > 0
}

// sourceDigest covers everything that can reach a function's binary: sources,
// embedded files, the module's requirements and the compiler. Asking the
// compiler instead costs seconds: a binary without build id is never up to date.
func sourceDigest(root string) (string, error) {
	sum := sha256.New()
	fmt.Fprintln(sum, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	var files []string
	for _, top := range []string{"functions", "shared", "docs"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.Type().IsRegular() && !strings.HasSuffix(path, "_test.go") && !read(path) {
				files = append(files, path)
			}
			return nil
		})
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("read sources: %w", err)
		}
	}
	files = append(files, filepath.Join(root, "go.mod"), filepath.Join(root, "go.sum"))
	slices.Sort(files)
	for _, path := range files {
		raw, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("read source: %w", err)
		}
		name, err := filepath.Rel(root, path) // the same whatever way the root is told
		if err != nil {
			return "", fmt.Errorf("name source: %w", err)
		}
		fmt.Fprintf(sum, "%s %d\n", filepath.ToSlash(name), len(raw))
		sum.Write(raw)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// read tells that a file is for people to read, and in no binary.
func read(path string) bool {
	return strings.HasSuffix(path, ".md") || strings.HasSuffix(path, ".png")
}
