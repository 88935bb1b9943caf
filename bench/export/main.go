// Command export measures what packing an export costs, beside two other ways
// over the same bytes and against the same stand-in for S3, in turn: copying
// each object at S3, and downloading all, `zip -0`, and uploading the archive.
// It prints ratios, and fails when our archive is not whole.
//
//	go run ./bench/export [-mib 512] [-rounds 3]
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/objectstore"
	"github.com/devotionalai/platform/tests/packing"
)

const preface = `Read ratios only. Objects, copies and archives are at a stand-in for S3 in one process on this machine, and
nobody waits for a network: what is left is how often bytes are moved. All ways move two objects at once.
The stand-in keeps no zeros, of which the objects are full, and copies within itself: its side costs little,
that of a copy next to nothing. What is downloaded to be zipped is written to the disk in full.
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench/export:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) (err error) {
	mib := flag.Int("mib", 512, "how much is exported, in MiB")
	rounds := flag.Int("rounds", 3, "how often each way is measured, in turn")
	flag.Parse()
	dir, err := os.MkdirTemp("", "bench-export-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	b, err := open(ctx, dir, max(*mib/8, 1))
	if err != nil {
		return err
	}
	defer b.server.Close()
	ways := []way{{"an export packs it", b.ours}, {"S3 copies each object", b.copies}, {"download, " + b.zipper() + ", upload", b.byHand}}
	fmt.Print(preface)
	times := make([][]time.Duration, len(ways))
	for range *rounds {
		for i, w := range ways {
			begun := time.Now()
			if err := w.do(ctx); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
			times[i] = append(times[i], time.Since(begun))
		}
	}
	if err := b.whole(); err != nil {
		return err
	}
	b.print(ways, times)
	return nil
}

type way struct {
	name string
	do   func(context.Context) error
}

// bench is a tenant's objects at the stand-in.
type bench struct {
	dir    string
	packer string // program
	store  *objectstore.Store
	server *httptest.Server
	load   packing.Load
	videos int
}

func open(ctx context.Context, dir string, videos int) (*bench, error) {
	b := &bench{dir: dir, videos: videos, packer: filepath.Join(dir, "packer")}
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.packer, "./tests/packing/packer").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build the packer: %w: %s", err, out)
	}
	spool := filepath.Join(dir, "spool")
	if err := os.Mkdir(spool, 0o700); err != nil {
		return nil, err
	}
	b.store = objectstore.New(spool)
	load, err := packing.Fill(b.store, filepath.Join(dir, "layout"), slices.Repeat([]int64{8 << 20}, videos))
	if err != nil {
		return nil, err
	}
	b.load = load
	b.server = httptest.NewServer(http.Handler(b.store))
	return b, nil
}

// print shows the median of each way beside ours.
func (b *bench) print(ways []way, times [][]time.Duration) {
	median := func(i int) time.Duration {
		slices.Sort(times[i])
		return times[i][len(times[i])/2]
	}
	fmt.Printf("\n%d objects, %d MiB\n", b.videos, b.load.Bytes>>20)
	for i, w := range ways {
		fmt.Printf("%-40s %8s  %5.2f\n", w.name, median(i).Round(time.Millisecond), float64(median(i))/float64(cmp.Or(median(0), 1)))
	}
}

// whole verifies the archive that the last round made.
func (b *bench) whole() error {
	path := filepath.Join(b.dir, "ours.zip")
	if err := b.store.Save("ours.zip", path); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	_, err = zipfile.Verify(f, b.load.Sum.Size)
	return errors.Join(err, f.Close())
}
