// Command exportverify holds an archive that an export made to what it says of
// itself, without the product: make export-verify FILE=…. It prints what it
// looked at, and ends with 1 at the first thing that is not as it should be.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"text/tabwriter"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

func main() {
	if len(os.Args) != 2 || os.Args[1] == "" {
		fmt.Fprintln(os.Stderr, "usage: make export-verify FILE=export.zip")
		os.Exit(2)
	}
	if err := verify(os.Stdout, os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "export-verify:", err)
		os.Exit(1)
	}
}

func verify(out io.Writer, path string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }() // was only read
	about, err := file.Stat()
	if err != nil {
		return err
	}
	report, err := zipfile.Verify(file, about.Size())
	return errors.Join(print(out, report, err == nil), err)
}

// print shows how much of each held. What a difference kept from being looked at
// is short of its number.
func print(out io.Writer, r zipfile.Report, whole bool) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\thold\tof")
	for _, row := range []struct {
		what     string
		hold, of int64
	}{
		{"entries that lie one after the other, both headers alike", r.Headers, r.Entries},
		{"names that are safe, and only once there", r.Names, r.Entries},
		{"CRC-32 of entries", r.CRC32s, r.Entries},
		{"files that the manifest lists", r.Manifest.Files, max(r.Entries-1, 0)},
		{"SHA-256 of files", r.SHA256s, max(r.Entries-1, 0)},
	} {
		fmt.Fprintf(w, "%s\t%d\t%d\n", row.what, row.hold, row.of)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	if !whole {
		return nil
	}
	_, err := fmt.Fprintf(out, "\nThe archive is whole: %d bytes, %d of them in files.\nSHA-256 of its manifest.json: %s\n", r.Size, r.Bytes, r.Manifest.SHA256)
	return err
}
