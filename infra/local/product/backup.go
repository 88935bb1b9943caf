package product

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/devotionalai/platform/infra/local/archive"
	"github.com/devotionalai/platform/infra/local/emulator"
)

// passing is of a data folder what is a run's alone, and no data.
var passing = []string{lockName, backupLock, "emulator.json", "log", "tmp", "snapshot"}

// backupLock is held by a backup: two would share the folder of the snapshot.
const backupLock = "backup.lock"

// backupsDir is where backups lie when nothing else is said, beside the data.
const backupsDir = "backups"

// Backup archives a data folder into a file, one that is named after the moment when
// no other is said. A running product goes on meanwhile: what is archived is as it was
// at one moment.
func Backup(ctx context.Context, dir, file string, out io.Writer) error {
	dir, err := dataFolder(dir)
	if err != nil {
		return err
	}
	if _, err := os.Stat(filepath.Join(dir, "secrets.json")); err != nil {
		return fmt.Errorf("there is nothing to back up: no product has run in %s", dir)
	}
	now := time.Now()
	if file == "" {
		file = filepath.Join(filepath.Dir(dir), backupsDir, now.Format("data-20060102-150405")+".tar.gz")
	}
	if file, err = filepath.Abs(file); err != nil {
		return err
	}
	if strings.HasPrefix(file, dir+string(filepath.Separator)) {
		return fmt.Errorf("%s lies in what is to be backed up: choose another place with FILE=", file)
	}
	unlock, err := lockIn(dir, backupLock)
	if errors.Is(err, errInUse) {
		return errors.New("another backup of it is being made")
	}
	if err != nil {
		return err
	}
	defer unlock()
	sources, done, err := sourcesOf(ctx, dir)
	if err != nil {
		return err
	}
	report, err := archiveInto(ctx, file, now, sources)
	if err = errors.Join(err, done()); err != nil {
		return oneLine(err)
	}
	fmt.Fprintf(out, "%s: %s, as of %s. There are secrets in it: whoever reads it can sign in as anybody.\nmake restore FILE=%[1]s brings it back.\n",
		file, sizeOf(report), now.Format(time.DateTime))
	return nil
}

// dataFolder is where a data folder really lies: it may be a link.
func dataFolder(dir string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("find data folder: %w", err)
	}
	real, err := filepath.EvalSymlinks(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, nil
	}
	return real, err
}

// sourcesOf finds what is to be archived, and keeps it as it is until done is called.
func sourcesOf(ctx context.Context, dir string) (sources []archive.Source, done func() error, err error) {
	unlock, err := lockData(dir)
	if err == nil {
		emulator.Loss(dir) // ends one that outlived its runner, and saves
		return []archive.Source{{Path: dir}}, func() error { unlock(); return nil }, nil
	}
	if !errors.Is(err, errInUse) {
		return nil, nil, err
	}
	folder, err := emulator.Snapshot(ctx, dir)
	if err != nil {
		return nil, nil, fmt.Errorf("%s is in use, but cannot be copied now: %w", dir, err)
	}
	sources = []archive.Source{{Path: dir}}
	for _, name := range []string{"state", "s3"} {
		sources = append(sources, archive.Source{Path: filepath.Join(folder, name), Name: name})
	}
	return sources, func() error { return os.RemoveAll(folder) }, nil
}

// leftOut says what of the sources is no part of a backup: what passes with a run,
// files that are half written, and what the snapshot has instead.
func leftOut(sources []archive.Source) func(string) bool {
	running := len(sources) > 1
	seen := map[string]bool{}
	return func(name string) bool {
		if running && (name == "state" || name == "s3") && !seen[name] {
			seen[name] = true // the folder in use comes first
			return true
		}
		return slices.Contains(passing, name) || name == "state/next.writing" ||
			strings.HasSuffix(name, ".tmp") || strings.HasPrefix(name, "mail/") && strings.HasSuffix(name, ".new") || name == "secrets.json.new"
	}
}

// archiveInto writes an archive beside its place, reads it again, and moves it there
// when it is whole. A file that is there already stays.
func archiveInto(ctx context.Context, file string, now time.Time, sources []archive.Source) (report archive.Report, err error) {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return report, fmt.Errorf("make folder for backups: %w", err)
	}
	if _, err := os.Lstat(file); err == nil {
		return report, fmt.Errorf("%s is there already: a backup replaces nothing", file)
	}
	part, err := os.CreateTemp(folder, ".backup-*") // its owner's alone, as it stays
	if err != nil {
		return report, err
	}
	defer func() { err = errors.Join(err, part.Close(), os.Remove(part.Name())) }()
	if report, err = archive.Write(ctx, part, now, sources, leftOut(sources)); err != nil {
		return report, err
	}
	if err := part.Sync(); err != nil {
		return report, err
	}
	if _, err := part.Seek(0, io.SeekStart); err != nil {
		return report, err
	}
	if _, err := archive.Verify(part); err != nil {
		return report, fmt.Errorf("what was written does not read back: %w", err)
	}
	// A second name rather than another one: that would replace a file which came meanwhile.
	err = os.Link(part.Name(), file)
	if err == nil || errors.Is(err, fs.ErrExist) {
		return report, err
	}
	return report, copyTo(file, part) // where there are no second names
}

func copyTo(file string, from io.ReadSeeker) error {
	if _, err := from.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(to, from)
	if err = errors.Join(err, to.Sync(), to.Close()); err != nil {
		return errors.Join(err, os.Remove(file))
	}
	return nil
}

func sizeOf(r archive.Report) string {
	return fmt.Sprintf("%d files, %.1f MB", r.Files, float64(r.Bytes)/1e6)
}
