package product

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/devotionalai/platform/infra/local/archive"
	"github.com/devotionalai/platform/infra/local/emulator"
)

// Restore makes a data folder what a backup holds. The archive is read whole before
// anything is touched; what is there now is set aside beside it and never removed.
// Unless yes is said before, in is asked.
func Restore(dir, file string, yes bool, in io.Reader, out io.Writer) (err error) {
	dir, err = dataFolder(dir)
	if err != nil {
		return err
	}
	whole, err := os.Open(file)
	if err != nil {
		return err
	}
	defer func() { _ = whole.Close() }() // was only read
	report, err := archive.Verify(whole)
	if err != nil {
		return fmt.Errorf("%s is not restored: %w", file, err)
	}
	unlock, err := lockData(dir)
	if err != nil {
		return fmt.Errorf("%w; stop it first", err)
	}
	defer unlock()
	emulator.Loss(dir) // ends what a killed run left; it saves
	aside := dir + time.Now().Format(".before-20060102-150405")
	now, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	something := len(now) > 1 // besides the lock
	fmt.Fprintf(out, "%s: %s, as of %s\n", file, sizeOf(report), report.Made.Local().Format(time.DateTime))
	if something && !yes && !agreed(in, out, fmt.Sprintf("What is in %s now is set aside as %s. Go on? [y/N] ", dir, aside)) {
		return errors.New("nothing was changed; YES=1 agrees beforehand")
	}
	fresh, err := unpack(whole, dir, report)
	if err != nil {
		return oneLine(err)
	}
	if err := exchange(dir, fresh, aside); err != nil {
		return errors.Join(err, os.RemoveAll(fresh))
	}
	if something {
		fmt.Fprintf(out, "what was there lies in %s; remove it when it is not needed any more\n", aside)
	} else if err := os.RemoveAll(aside); err != nil {
		return err
	}
	fmt.Fprintln(out, "restored; make run starts from it")
	return nil
}

func agreed(in io.Reader, out io.Writer, question string) bool {
	fmt.Fprint(out, question)
	line, _ := bufio.NewReader(in).ReadString('\n') // an end without an answer is no
	answer := strings.ToLower(strings.TrimSpace(line))
	return answer == "y" || answer == "yes"
}

// unpack writes the archive into a new folder beside the data, and has it on the
// disk when it returns.
func unpack(whole io.ReadSeeker, dir string, want archive.Report) (fresh string, err error) {
	if err := enoughSpace(filepath.Dir(dir), uint64(want.Bytes)+spaceToRun); err != nil {
		return "", err
	}
	fresh = dir + ".restoring"
	if err := os.RemoveAll(fresh); err != nil { // of one that was interrupted
		return "", err
	}
	if err := os.Mkdir(fresh, 0o700); err != nil {
		return "", err
	}
	if _, err = whole.Seek(0, io.SeekStart); err == nil {
		_, err = archive.Unpack(whole, fresh)
	}
	if err != nil {
		return "", errors.Join(err, os.RemoveAll(fresh))
	}
	unix.Sync()
	return fresh, nil
}

// exchange puts fresh in the place of dir, and dir aside.
func exchange(dir, fresh, aside string) error {
	if err := os.Rename(dir, aside); err != nil {
		return fmt.Errorf("set the present data aside (a folder that is mounted cannot be): %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return errors.Join(fmt.Errorf("put the restored data in place: %w", err), os.Rename(aside, dir))
	}
	return nil
}
