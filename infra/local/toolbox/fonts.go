package toolbox

import (
	"archive/tar"
	"bytes"
	"cmp"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// fontPackage is one line of the list of fonts.
type fontPackage struct{ integrity, name, file string }

// Fonts are those of infra/layers/ffmpeg/fonts.txt, as far as they could be had.
type Fonts struct {
	Folder  string
	Lacking []string // files that are not there
	Why     error    // of the first of them
	Fresh   bool     // some were fetched
}

// InstallFonts makes root/.tools/fonts whole, or fails. It answers the folder, and
// whether it had to fetch.
func InstallFonts(ctx context.Context, root string, say func(string)) (string, bool, error) {
	fonts, err := FetchFonts(ctx, root, say)
	return fonts.Folder, fonts.Fresh, errors.Join(err, fonts.Why)
}

// FetchFonts makes root/.tools/fonts: the fonts and their licence, fetched by npm,
// which keeps to the machine's registry and proxies. What cannot be had now is
// named, and tried again by the next call.
func FetchFonts(ctx context.Context, root string, say func(string)) (Fonts, error) {
	dir, err := folder(root, "fonts")
	if err != nil {
		return Fonts{}, fmt.Errorf("find checkout: %w", err)
	}
	list, err := os.ReadFile(filepath.Join(root, "infra", "layers", "ffmpeg", "fonts.txt"))
	if err != nil {
		return Fonts{}, fmt.Errorf("read the list of fonts: %w", err)
	}
	wanted, err := fontPackages(string(list))
	if err != nil {
		return Fonts{}, err
	}
	sum := sha256.Sum256(list)
	return fillFonts(ctx, dir, hex.EncodeToString(sum[:]), wanted, say, func(ctx context.Context, p fontPackage, dir string) error {
		return patiently(ctx, func(ctx context.Context) error { return p.fetch(ctx, dir) })
	})
}

// fillFonts fetches what is not there yet of the list that has a sum. Unlike once it
// keeps what an earlier call got of it: there may be no network today.
func fillFonts(ctx context.Context, dir, sum string, wanted []fontPackage, say func(string), fetch fontFetch) (Fonts, error) {
	fonts := Fonts{Folder: dir}
	stamp, begun := filepath.Join(dir, "installed"), filepath.Join(dir, "begun")
	if stamped(stamp, sum) {
		return fonts, nil
	}
	unlock, err := lock(dir + ".lock")
	if err != nil {
		return Fonts{}, err
	}
	defer unlock()
	if stamped(stamp, sum) {
		return fonts, nil
	}
	if !stamped(begun, sum) {
		if err := errors.Join(os.RemoveAll(dir), os.MkdirAll(dir, 0o755)); err != nil {
			return Fonts{}, fmt.Errorf("make font folder: %w", err)
		}
		if err := os.WriteFile(begun, []byte(sum), 0o644); err != nil {
			return Fonts{}, fmt.Errorf("begin font folder: %w", err)
		}
	}
	wanted = slices.DeleteFunc(wanted, func(p fontPackage) bool {
		_, err := os.Stat(filepath.Join(dir, path.Base(p.file)))
		return err == nil
	})
	fonts.Lacking, fonts.Why = fetchFonts(ctx, dir, wanted, say, fetch)
	fonts.Fresh = len(fonts.Lacking) < len(wanted)
	if fonts.Why != nil {
		return fonts, context.Cause(ctx)
	}
	return fonts, os.WriteFile(stamp, []byte(sum), 0o644)
}

// fontFetch leaves a package's font in a folder.
type fontFetch func(ctx context.Context, p fontPackage, dir string) error

// fontsPatience bounds the download of all fonts: a run goes on without what has
// not come by then.
const fontsPatience = 5 * time.Minute

// fetchFonts names the files that it could not get, and why the first one not. When
// not one comes, the network is not there and the rest is not asked for.
func fetchFonts(ctx context.Context, dir string, wanted []fontPackage, say func(string), fetch fontFetch) ([]string, error) {
	ctx, stop := context.WithTimeoutCause(ctx, fontsPatience, errSlow)
	defer stop()
	var group errgroup.Group
	group.SetLimit(fetchesAtOnce)
	var done, failed atomic.Int32
	errs := make([]error, len(wanted))
	for i, p := range wanted {
		group.Go(func() error {
			if failed.Load() > 0 && done.Load() == 0 {
				errs[i] = fmt.Errorf("fetch %s: not tried", p.name)
				return nil
			}
			if err := fetch(ctx, p, dir); err != nil {
				failed.Add(1)
				errs[i] = fmt.Errorf("fetch %s: %w", p.name, errors.Join(err, context.Cause(ctx)))
				return nil
			}
			say(fmt.Sprintf("fetched %d of %d fonts", done.Add(1), len(wanted)))
			return nil
		})
	}
	_ = group.Wait()
	var lacking []string
	var why error
	for i, err := range errs {
		if err != nil {
			lacking = append(lacking, path.Base(wanted[i].file))
			why = cmp.Or(why, err)
		}
	}
	return lacking, why
}

func fontPackages(list string) ([]fontPackage, error) {
	var all []fontPackage
	for line := range strings.Lines(list) {
		fields := strings.Fields(line)
		switch {
		case len(fields) == 0 || fields[0] == "#":
		case len(fields) == 3 && strings.HasPrefix(fields[0], "sha512-"):
			all = append(all, fontPackage{fields[0], fields[1], fields[2]})
		default:
			return nil, fmt.Errorf("read the list of fonts: %q is no sum, package and file", strings.TrimSpace(line))
		}
	}
	return all, nil
}

// fetch leaves the one file in dir; the package, with its many weights, goes.
func (p fontPackage) fetch(ctx context.Context, dir string) error {
	scratch, err := os.MkdirTemp(dir, "fetch-")
	if err != nil {
		return fmt.Errorf("make scratch folder: %w", err)
	}
	defer func() { _ = os.RemoveAll(scratch) }()
	quiet := func(string) {}
	err = run(ctx, quiet, "npm", "pack", "--silent", "--ignore-scripts", "--fetch-retries", "0", "--cache", filepath.Join(scratch, "cache"), "--pack-destination", scratch, p.name)
	if err != nil {
		return fmt.Errorf("npm pack (npm comes with Node): %w", err)
	}
	found, err := filepath.Glob(filepath.Join(scratch, "*.tgz"))
	if err != nil || len(found) != 1 {
		return errors.New("npm left no package")
	}
	raw, err := os.ReadFile(found[0])
	if err != nil {
		return fmt.Errorf("read package: %w", err)
	}
	return p.unpack(raw, dir)
}

// unpack holds the package to its sum and takes the font and its licence out.
func (p fontPackage) unpack(raw []byte, dir string) error {
	sum := sha512.Sum512(raw)
	if got := "sha512-" + base64.StdEncoding.EncodeToString(sum[:]); got != p.integrity {
		return fmt.Errorf("it is not the package that is wanted: its sum is %s", got)
	}
	unzipped, err := gzip.NewReader(bytes.NewReader(raw))
	if err != nil {
		return fmt.Errorf("open package: %w", err)
	}
	into := map[string]string{"package/" + p.file: path.Base(p.file), "package/LICENSE_FONT": "OFL.txt"}
	seen := false
	for files := tar.NewReader(unzipped); ; {
		header, err := files.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("read package: %w", err)
		}
		name, wanted := into[header.Name]
		if !wanted {
			continue
		}
		content, err := io.ReadAll(files)
		if err != nil {
			return fmt.Errorf("read %s: %w", header.Name, err)
		}
		// Several packages at once leave the same licence: each write is whole.
		part, err := os.CreateTemp(dir, "part-")
		if err != nil {
			return fmt.Errorf("make font: %w", err)
		}
		_, err = part.Write(content)
		if err := errors.Join(err, part.Chmod(0o644), part.Close()); err != nil {
			return fmt.Errorf("write font: %w", err)
		}
		if err := os.Rename(part.Name(), filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("write font: %w", err)
		}
		seen = seen || name != "OFL.txt"
	}
	if !seen {
		return fmt.Errorf("it has no %s", p.file)
	}
	return nil
}
