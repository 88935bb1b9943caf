package exporting_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/boot/exporting"
	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/s3files"
	"github.com/devotionalai/platform/tests/harness"
)

// many is a bucket of so many small segments that nobody had to write: the
// emulator would need minutes to take them, and as many to hand them out.
type many int

func (n many) segment(i int) (export.Object, []byte) {
	content := fmt.Appendf(nil, "{\"row\":%d}\n", i)
	month := fmt.Sprintf("%04d-%02d", 2000+i/10_000, 1+i/1000%10)
	return export.Object{Name: fmt.Sprintf("%s/%08d.jsonl", month, i), Size: int64(len(content)), Version: strconv.Itoa(i)}, content
}

func (n many) Objects(_ context.Context, _ tenant.ID, _ string, visit func([]export.Object) error) error {
	for i := 0; i < int(n); i += 1000 {
		var page []export.Object
		for j := i; j < min(i+1000, int(n)); j++ {
			o, _ := n.segment(j)
			page = append(page, o)
		}
		if err := visit(page); err != nil {
			return err
		}
	}
	return nil
}

func (n many) content(o export.Object) ([]byte, error) {
	i, err := strconv.Atoi(o.Version)
	_, content := n.segment(i)
	return content, err
}

func (n many) Sums(_ context.Context, _ tenant.ID, o export.Object) (export.Sums, bool, error) {
	content, err := n.content(o)
	sum := sha256.Sum256(content)
	return export.Sums{CRC32: crc32.ChecksumIEEE(content), SHA256: hex.EncodeToString(sum[:])}, true, err
}

func (n many) OpenVersion(_ context.Context, _ tenant.ID, o export.Object, from, count int64) (io.ReadCloser, error) {
	content, err := n.content(o)
	return io.NopCloser(bytes.NewReader(content[from : from+count])), err
}

// What the process that makes an export is told, in its environment.
const (
	childOrder = "EXPORTING_CHILD" // endpoint, table, bucket, tenant, export, number of segments
	peakMark   = "peak KiB "
)

// TestMakesAnExportInAProcessOfItsOwn is no test: it is the process that the next
// one measures.
func TestMakesAnExportInAProcessOfItsOwn(t *testing.T) {
	order := strings.Fields(os.Getenv(childOrder))
	if len(order) != 6 {
		return
	}
	cfg := harness.At(order[0]).AWS
	count, err := strconv.Atoi(order[5])
	harness.Must(t, err)
	store, files := dynamo.NewExports(dynamo.NewClient(cfg, order[1], "")), s3files.New(cfg, order[2])
	in := workflow.Input{TenantID: tenant.ID(order[3]), JobID: order[4], Attempt: 1}
	ctx := tenant.WithTenant(tenant.Doing(t.Context(), tenant.Export), in.TenantID)
	warn := func(_ context.Context, err error) { t.Error(err) }
	listed, err := export.ReadStep{
		Store: store, Items: store, Files: files, Ledger: many(count), Format: exporting.Zip{}, Now: time.Now, Warn: warn,
	}.Run(ctx, in)
	harness.Must(t, err)
	for _, slice := range listed.Slices {
		_, err := export.NewPackStep(store, files, many(count), exporting.Zip{}, time.Now).Run(ctx, export.PackInput{Input: in, Slice: slice})
		harness.Must(t, err)
	}
	_, err = export.NewCloseStep(store, files, time.Now).Run(ctx, in)
	harness.Must(t, err)
	var used syscall.Rusage
	harness.Must(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	fmt.Println(peakMark + strconv.FormatInt(used.Maxrss, 10))
}

// More than 65,535 files are what a ZIP needs its newer form for. The process that
// lists and packs them stays small.
func TestManyFilesNeedLittleMemory(t *testing.T) {
	harness.Proof(t)
	count := 3_000
	if harness.InFull() {
		count = 70_000
	}
	w := newWorld(t, newLand(t))
	p := w.product()
	e, err := p.start("")
	harness.Must(t, err)
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestMakesAnExportInAProcessOfItsOwn$")
	child.Env = append(os.Environ(), childOrder+"="+strings.Join([]string{w.Endpoint, w.Platform, w.Bucket, string(w.who.Tenant), e.ID, strconv.Itoa(count)}, " "))
	out, err := child.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	_, peak, found := strings.Cut(string(out), peakMark)
	peak, _, _ = strings.Cut(peak, "\n")
	kib, err := strconv.Atoi(peak)
	if !found || err != nil {
		t.Fatalf("it says nothing of its memory: %s", out)
	}
	_, err = p.settle.Run(p.ctx(), export.SettleInput{Input: workflow.Input{TenantID: w.who.Tenant, JobID: e.ID, Attempt: 1}})
	harness.Must(t, err)
	files := p.whole(e.ID)
	if len(files) < count {
		t.Errorf("%d files", len(files))
	}
	if harness.InFull() && kib > 128<<10 {
		t.Errorf("its peak was %d MiB", kib>>10)
	}
	t.Logf("%d files, %d bytes, peak %d MiB", len(files), p.export(e.ID).Size, kib>>10)
}
