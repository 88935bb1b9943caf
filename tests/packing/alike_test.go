package packing_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/harness"
)

// randomArchive has entries of random names, sizes and times, and answers their SHA-256.
func randomArchive(t *testing.T, path string, seed uint64, entries int) map[string]string {
	t.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	letters := []rune("aäZ 23.-詩\u0301/=é")
	var layout bytes.Buffer
	w, n := zipfile.NewLayoutWriter(&layout), zipfile.NewNamer()
	texts, sums := map[string]string{}, map[string]string{}
	for i := range entries {
		text, name := make([]byte, r.IntN(50)*r.IntN(20)), make([]rune, r.IntN(12))
		for j := range text {
			text[j] = byte(r.Uint32())
		}
		for j := range name {
			name[j] = letters[r.IntN(len(letters))]
		}
		e := zipfile.Entry{Name: n.Name("files", string(name)), Size: int64(len(text)), CRC32: crc32.ChecksumIEEE(text)}
		if i%2 == 0 {
			e.ModTime = time.Unix(r.Int64N(1<<33), 0)
		}
		sum, source := sha256.Sum256(text), fmt.Sprint(i)
		texts[source], sums[e.Name] = string(text), hex.EncodeToString(sum[:])
		if err := w.Add(e, source); err != nil {
			t.Fatal(err)
		}
	}
	sum, err := w.Close()
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, layout.Bytes(), sum.Size, texts)
	return sums
}

func TestEveryReaderReadsTheSame(t *testing.T) {
	harness.Proof(t)
	sizes := []int{1, 300}
	if harness.InFull() {
		sizes = append(sizes, 129, 65_536)
	}
	for i, entries := range sizes {
		t.Run(fmt.Sprintf("%d entries", entries), func(t *testing.T) {
			archive := filepath.Join(t.TempDir(), "x.zip")
			agree(t, archive, randomArchive(t, archive, uint64(i), entries))
		})
	}
}
