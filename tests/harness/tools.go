// Package harness gives tests the real tools and the real stack that the
// product runs on, and says in one sentence what to do when they are missing.
package harness

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// FFmpeg returns the path of the ffmpeg program: FFMPEG_PATH, or the one that
// `make tools` installed into the checkout. A test without it fails.
func FFmpeg(t testing.TB) string {
	t.Helper()
	if path, ok := os.LookupEnv("FFMPEG_PATH"); ok && path != "" {
		return path
	}
	if path, ok := tool("imageio_ffmpeg/binaries/ffmpeg-*"); ok {
		return path
	}
	t.Fatal("this test needs ffmpeg: run `make tools`, or set FFMPEG_PATH to the program")
	return ""
}

// Espeak returns the paths of the espeak-ng library and of its data folder:
// ESPEAK_LIBRARY and ESPEAK_DATA, or those that `make tools` installed.
func Espeak(t testing.TB) (library, data string) {
	t.Helper()
	library, data = os.Getenv("ESPEAK_LIBRARY"), os.Getenv("ESPEAK_DATA")
	if library == "" {
		library, _ = tool("espeakng_loader/libespeak-ng.*")
	}
	if data == "" {
		data, _ = tool("espeakng_loader/espeak-ng-data")
	}
	if library == "" || data == "" {
		t.Fatal("this test needs espeak-ng: run `make tools`, or set ESPEAK_LIBRARY to the shared library and ESPEAK_DATA to its data folder")
	}
	return library, data
}

// tool finds a file of a pinned Python package in the checkout's own tools.
func tool(pattern string) (string, bool) {
	found, err := filepath.Glob(filepath.Join(blueprint.Root(), ".tools", "venv", "lib", "python3*", "site-packages", pattern))
	if err != nil || len(found) == 0 {
		return "", false
	}
	return found[0], true
}

// Fonts returns the folder of the fonts that are not compiled in: FONTS, or the
// one of the checkout's tools, which is filled when it is not there.
func Fonts(t testing.TB) string {
	t.Helper()
	if folder := os.Getenv("FONTS"); folder != "" {
		return folder
	}
	folder, _, err := toolbox.InstallFonts(context.Background(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatalf("this test needs the fonts (make tools shows more): %v", err)
	}
	return folder
}
