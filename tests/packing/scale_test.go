package packing_test

import (
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/objectstore"
	"github.com/devotionalai/platform/tests/packing"
)

const mib = 1 << 20

// mostMemory is what packing may take at most, whatever the archive's size.
const mostMemory = 128 * mib

// sizes are a tenant's objects: one that needs numbers of 8 bytes in full, and
// others before it and after it.
func sizes() (all []int64) {
	huge, videos := int64(200*mib), 6
	if harness.InFull() {
		huge, videos = 4096*mib+12_345, 10
	}
	for i := range videos {
		all = append(all, int64(8*mib+i*1001), int64(i*37), 0)
	}
	return append(append(all[:len(all):len(all)], huge), all...)
}

func TestALargeArchiveTakesLittleMemory(t *testing.T) {
	harness.Proof(t)
	dir := t.TempDir()
	store := objectstore.New(t.TempDir())
	server := httptest.NewServer(store)
	t.Cleanup(server.Close)
	load, err := packing.Fill(store, filepath.Join(dir, "layout"), sizes())
	if err != nil {
		t.Fatal(err)
	}
	memory := pack(t, builtPacker(t), server.URL, load.Layout)
	counts := store.Counts()
	if counts.Read != load.Bytes {
		t.Errorf("%d bytes were read of sources that have %d", counts.Read, load.Bytes)
	}
	if counts.Sent != load.Sum.Size || store.Unfinished() != 0 {
		t.Errorf("%d bytes were stored of an archive of %d; %d uploads are unfinished", counts.Sent, load.Sum.Size, store.Unfinished())
	}
	if memory > mostMemory {
		t.Errorf("it took %d MiB of memory, at most %d", memory/mib, mostMemory/mib)
	}
	archive := filepath.Join(dir, "export.zip")
	if err := store.Save("export.zip", archive); err != nil {
		t.Fatal(err)
	}
	r := whole(t, archive)
	if r.Size != load.Sum.Size || r.Entries != load.Sum.Entries {
		t.Errorf("it is %+v, want %+v", r, load.Sum)
	}
	large(t, archive, r.Entries)
	t.Logf("%d rounds held: %d entries, %d MiB, peak memory %d MiB", 1, r.Entries, r.Size/mib, memory/mib)
}

// eager has the collector run before more than this is in use. Left to itself it waits
// until the heap is twice what is held, so that the peak says how long a process has
// run: two buffers of 16 MiB are held, and up to 66 MiB are taken in the end.
const eager = "GOMEMLIMIT=40MiB"

// slack is how far peaks may lie apart for nothing: what the collector had not come
// to, stacks, and pages of the program that were touched.
const slack = 6 * mib

// Four times the bytes, or hundreds of times the entries, take no more memory: what
// is held are the parts that are being made.
func TestMemoryDoesNotGrowWithTheArchive(t *testing.T) {
	harness.Proof(t)
	huge, entries := int64(256*mib), 1000
	if harness.InFull() {
		huge, entries = 4096*mib+12_345, 5000
	}
	packer, least, most := builtPacker(t), int64(0), int64(0)
	for _, sizes := range [][]int64{{huge / 4, 1}, {huge, 1}, slices.Repeat([]int64{huge / 4 / int64(entries)}, entries)} {
		store := objectstore.New(t.TempDir())
		server := httptest.NewServer(store)
		t.Cleanup(server.Close)
		load, err := packing.Fill(store, filepath.Join(t.TempDir(), "layout"), sizes)
		harness.Must(t, err)
		memory := pack(t, packer, server.URL, load.Layout, eager)
		t.Logf("%d entries, %d MiB: peak memory %.1f MiB", load.Sum.Entries, load.Sum.Size/mib, float64(memory)/mib)
		if most = max(most, memory); least == 0 || memory < least {
			least = memory
		}
	}
	if most-least > slack {
		t.Errorf("between %.1f and %.1f MiB are taken, which is more than %d MiB apart", float64(least)/mib, float64(most)/mib, slack/mib)
	}
}

// large has others read it: whole where that is quick, else all but the largest.
func large(t *testing.T, archive string, entries int64) {
	t.Helper()
	for _, r := range readers(t) {
		if r.sums == nil || r.name == "Go" { // which whole has read
			continue
		}
		found, err := r.sums(archive, strconv.Itoa(100*mib))
		if err != nil || found != nil && len(found) != int(entries)-1 {
			t.Errorf("%s finds %d entries besides the large one, want %d (%v)", r.name, len(found), entries-1, err)
		}
	}
}

// whole verifies an archive.
func whole(t *testing.T, path string) zipfile.Report {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	about, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	r, err := zipfile.Verify(f, about.Size())
	if err != nil {
		t.Error(err)
	}
	return r
}

// builtPacker is the path of the packer.
func builtPacker(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "packer")
	build := exec.Command("go", "build", "-o", path, "./tests/packing/packer")
	build.Dir = blueprint.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the packer: %v: %s", err, out)
	}
	return path
}

// pack packs to export.zip in a process of its own, with settings of Go's runtime,
// and answers its peak memory.
func pack(t *testing.T, packer, endpoint, layout string, settings ...string) (memory int64) {
	t.Helper()
	run := exec.Command(packer, "-endpoint", endpoint, "-layout", layout, "-to", "export.zip")
	run.Env = append(os.Environ(), settings...)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("pack: %v: %s", err, out)
	}
	kilobytes, err := peak(string(out))
	if err != nil {
		t.Fatalf("pack says %q: %v", out, err)
	}
	return kilobytes << 10
}

func peak(text string) (int64, error) {
	fields := strings.Fields(text)
	if len(fields) != 3 || fields[0] != "VmHWM:" || fields[2] != "kB" {
		return 0, fmt.Errorf("this is no peak of memory; it is measured on Linux only")
	}
	return strconv.ParseInt(fields[1], 10, 64)
}
