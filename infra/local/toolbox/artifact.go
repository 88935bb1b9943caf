package toolbox

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// artifact is one file as repositories of Java programs name it.
type artifact struct {
	sum         string // SHA-256
	coordinates string // group:artifact[:extension[:classifier]]:version
}

// artifacts reads a list in the form of sha256sum, coordinates for names.
func artifacts(list string) ([]artifact, error) {
	var all []artifact
	for line := range strings.Lines(list) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		sum, coordinates, ok := strings.Cut(line, "  ")
		if parts := strings.Count(coordinates, ":"); !ok || parts < 2 || parts > 4 {
			return nil, fmt.Errorf("read the list of jars: %q is no sum and coordinates", line)
		}
		all = append(all, artifact{sum, coordinates})
	}
	return all, nil
}

// file is its name: artifact-version[-classifier].extension.
func (a artifact) file() string {
	parts := strings.Split(a.coordinates, ":")
	name, extension := parts[1]+"-"+parts[len(parts)-1], "jar"
	if len(parts) > 3 {
		extension = parts[2]
	}
	if len(parts) > 4 {
		name += "-" + parts[3]
	}
	return name + "." + extension
}

// check holds a file to the sum.
func (a artifact) check(path string) error {
	raw, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("read what was fetched: %w", err)
	}
	if sum := sha256.Sum256(raw); hex.EncodeToString(sum[:]) != a.sum {
		return fmt.Errorf("it is not the file that is wanted: its SHA-256 is %x", sum)
	}
	return nil
}

const (
	fetchesAtOnce = 6
	fetchTries    = 4
)

// fetcher fetches artifacts with the program maven-artifact, which keeps to the
// machine's proxies and certificates.
type fetcher struct {
	python string
	dir    string
	say    func(string)
}

// all fetches until one fails for good.
func (f fetcher) all(ctx context.Context, files []artifact) error {
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(fetchesAtOnce)
	for i, a := range files {
		group.Go(func() error {
			if within.Err() != nil {
				return nil // another one's failure says why
			}
			f.say(fmt.Sprintf("fetching DynamoDB Local: %d of %d files", i+1, len(files)))
			if err := patiently(within, func(ctx context.Context) error { return f.fetch(ctx, a) }); err != nil {
				return fmt.Errorf("fetch %s: %w", a.coordinates, err)
			}
			return nil
		})
	}
	return errors.Join(group.Wait(), ctx.Err())
}

// patiently tries again what a network may have broken.
func patiently(ctx context.Context, fetch func(context.Context) error) error {
	for try := 1; ; try++ {
		err := fetch(ctx)
		if err == nil || try == fetchTries {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Second << (try - 1)):
		}
	}
}

// fetch leaves the file in the folder only when it is the right one.
func (f fetcher) fetch(ctx context.Context, a artifact) error {
	to := filepath.Join(f.dir, a.file())
	part := to + ".part" // without an earlier one's remains, which would be held for the file itself
	if err := os.RemoveAll(part); err != nil {
		return fmt.Errorf("clear the way: %w", err)
	}
	if err := run(ctx, func(string) {}, f.python, "-m", "maven_artifact.main", a.coordinates, part); err != nil {
		return err
	}
	if err := a.check(part); err != nil {
		return err
	}
	return os.Rename(part, to)
}
