// Command webassets draws the pictures of the web app's template gallery from
// the templates' own prompts: make web-assets. What it writes is committed, so
// that a build of the web app needs neither Go nor the painter.
package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	_ "image/png" // what a painter may answer with
	"os"
	"path/filepath"

	"golang.org/x/image/draw"

	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/drawing"
)

const (
	folder        = "frontend/public/templates"
	width, height = 640, 360
	quality       = 76 // some 20 kB a picture
)

func main() {
	for _, t := range project.Templates() {
		if err := paint(context.Background(), t); err != nil {
			fmt.Fprintln(os.Stderr, "make web-assets:", err)
			os.Exit(1)
		}
	}
}

func paint(ctx context.Context, t project.Template) error {
	picture, err := drawing.New().Paint(ctx, t.Scenes[0].Prompt(), render.Landscape)
	if err != nil {
		return fmt.Errorf("paint %s: %w", t.ID, err)
	}
	large, _, err := image.Decode(bytes.NewReader(picture.Data))
	if err != nil {
		return fmt.Errorf("decode picture of %s: %w", t.ID, err)
	}
	small := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.CatmullRom.Scale(small, small.Bounds(), large, large.Bounds(), draw.Src, nil)
	var out bytes.Buffer
	if err := jpeg.Encode(&out, small, &jpeg.Options{Quality: quality}); err != nil {
		return fmt.Errorf("encode picture of %s: %w", t.ID, err)
	}
	path := filepath.Join(folder, t.ID+".jpg")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	fmt.Printf("%s  %.1f kB\n", path, float64(out.Len())/1000)
	return os.WriteFile(path, out.Bytes(), 0o644)
}
