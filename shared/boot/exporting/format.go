// Package exporting makes exports of ZIP archives: it joins the rules of exports
// with the format, and with where things are kept. Only what makes exports links it.
package exporting

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/devotionalai/platform/shared/domains/export"
	"github.com/devotionalai/platform/shared/technologies/zipfile"
)

// Zip is the format of exports. It implements export.Format.
type Zip struct{}

// ManifestName implements export.Format.
func (Zip) ManifestName() string { return zipfile.ManifestName }

// Begin implements export.Format.
func (Zip) Begin(layout, manifest io.Writer) export.Book {
	return &book{Namer: zipfile.NewNamer(), layout: zipfile.NewLayoutWriter(layout), manifest: zipfile.NewManifestWriter(manifest)}
}

// book implements export.Book.
type book struct {
	*zipfile.Namer
	layout   *zipfile.LayoutWriter
	manifest *zipfile.ManifestWriter
}

// Add implements export.Book.
func (b *book) Add(e export.Entry) error {
	if err := b.manifest.Add(zipfile.ManifestFile{Path: e.Path, SHA256: e.SHA256, Size: e.Size, Source: e.Source}); err != nil {
		return err
	}
	return b.add(e)
}

func (b *book) add(e export.Entry) error {
	return b.layout.Add(zipfile.Entry{
		Name: e.Path, Size: e.Size, CRC32: e.CRC32, ModTime: e.Time, SHA256: e.SHA256, Version: e.Version,
	}, e.From)
}

// EndManifest implements export.Book.
func (b *book) EndManifest() error { return b.manifest.Close() }

// End implements export.Book.
func (b *book) End(manifest export.Entry) (int64, error) {
	if err := b.add(manifest); err != nil {
		return 0, err
	}
	sum, err := b.layout.Close()
	return sum.Size, err
}

// Write implements export.Format.
func (Zip) Write(ctx context.Context, w io.Writer, layout io.ReaderAt, size, from, to int64, open export.Opener) error {
	l, err := zipfile.OpenLayout(layout, size)
	if err != nil {
		return err
	}
	err = zipfile.WriteRange(ctx, w, l, from, to, func(line zipfile.Line, offset, length int64) (io.ReadCloser, error) {
		return open(export.Entry{
			Path: line.Name, Size: line.Size, From: line.Source, Version: line.Version,
			Sums: export.Sums{CRC32: line.CRC32, SHA256: line.SHA256},
		}, offset, length)
	})
	var changed *zipfile.SourceError
	if errors.As(err, &changed) {
		return fmt.Errorf("%w: %w", export.ErrSource, err)
	}
	return err
}
