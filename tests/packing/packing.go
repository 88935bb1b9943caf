// Package packing makes archives of objects that nobody holds: what proofs and
// benchmarks of an export's size pack.
package packing

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"time"

	"github.com/devotionalai/platform/shared/technologies/zipfile"
	"github.com/devotionalai/platform/tests/objectstore"
)

// Load is a tenant's objects, as the layout of their archive.
type Load struct {
	Layout string // path of the layout
	Sum    zipfile.Summary
	Bytes  int64 // of all files
}

// Fill puts objects of these sizes into a store and lays out their archive, with
// its manifest, in a new file.
func Fill(store *objectstore.Store, layout string, sizes []int64) (l Load, err error) {
	f, err := os.Create(layout)
	if err != nil {
		return l, err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	l.Layout = layout
	var manifest bytes.Buffer
	w, m, namer := zipfile.NewLayoutWriter(f), zipfile.NewManifestWriter(&manifest), zipfile.NewNamer()
	add := func(e zipfile.Entry, key string) error {
		l.Bytes += e.Size
		return w.Add(e, key)
	}
	for i, size := range sizes {
		key := fmt.Sprintf("tenants/t/jobs/%06d/video.mp4", i)
		e := zipfile.Entry{Size: size, ModTime: time.Unix(1_790_000_000, 0), Version: store.Add(key, size, nil)}
		e.Name = namer.Name("files", fmt.Sprintf("Psalm %d – Vidéo", i%1000), "video.mp4")
		if err := measured(&e, store, key); err != nil {
			return l, err
		}
		if err := errors.Join(add(e, key), m.Add(zipfile.ManifestFile{Path: e.Name, SHA256: e.SHA256, Size: size, Source: key})); err != nil {
			return l, err
		}
	}
	if err := m.Close(); err != nil {
		return l, err
	}
	e := zipfile.Entry{Name: zipfile.ManifestName, Size: int64(manifest.Len()), CRC32: crc32.ChecksumIEEE(manifest.Bytes())}
	e.Version = store.AddBytes("tenants/t/exports/manifest.json", manifest.Bytes(), nil)
	if err := add(e, "tenants/t/exports/manifest.json"); err != nil {
		return l, err
	}
	l.Sum, err = w.Close()
	return l, err
}

// measured takes an object's checksums, as they would be in its metadata.
func measured(e *zipfile.Entry, store *objectstore.Store, key string) error {
	r, err := store.Bytes(key, e.Version)
	if err != nil {
		return err
	}
	c, s := crc32.NewIEEE(), sha256.New()
	_, err = io.CopyBuffer(io.MultiWriter(c, s), struct{ io.Reader }{r}, make([]byte, 64<<10))
	e.CRC32, e.SHA256 = c.Sum32(), hex.EncodeToString(s.Sum(nil))
	return errors.Join(err, r.Close())
}
