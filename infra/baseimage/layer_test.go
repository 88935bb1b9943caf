package baseimage

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// debian is a python3 as Debian has it: with venv, and without pip outside of one.
const debian = `#!/bin/sh
case "$1 $2" in
"-m pip") echo "No module named pip" >&2; exit 1 ;;
"-m venv") mkdir -p "$3/bin" && cp "$BIN/inside" "$3/bin/python" ;;
*) exec "$REAL" "$@" ;;
esac
`

// inside is the python of a virtual environment, whose pip has the one package.
const inside = `#!/bin/sh
if [ "$1 $2" = "-m pip" ]; then cp "$BIN/imageio_ffmpeg-1-py3-none-any.whl" wheel/; else exec "$REAL" "$@"; fi
`

const npm = `#!/bin/sh
cp "$BIN/font.tgz" packed/
`

// TestTheLayerIsBuiltWithWhatPreflightFinds: no pip beside Python, no openssl, and all
// the same a font is held to its sum.
func TestTheLayerIsBuiltWithWhatPreflightFinds(t *testing.T) {
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	bin, font := t.TempDir(), fontPackage(t)
	for name, body := range map[string][]byte{
		"python3": []byte(debian), "inside": []byte(inside), "npm": []byte(npm), "font.tgz": font, "imageio_ffmpeg-1-py3-none-any.whl": wheel(t),
	} {
		harness.Must(t, os.WriteFile(filepath.Join(bin, name), body, 0o755))
	}
	for _, name := range []string{"sh", "make", "mkdir", "rm", "cp", "install", "grep", "tar", "gzip", "cat"} {
		path, err := exec.LookPath(name)
		harness.Must(t, err)
		harness.Must(t, os.Symlink(path, filepath.Join(bin, name)))
	}
	build := func(sum []byte) (string, string, error) {
		at, out := t.TempDir(), t.TempDir()
		text, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "layers", "ffmpeg", "Makefile"))
		harness.Must(t, err)
		harness.Must(t, os.WriteFile(filepath.Join(at, "Makefile"), text, 0o600))
		list := "sha512-" + base64.StdEncoding.EncodeToString(sum) + " a-font@1 700Bold/F.ttf\n"
		harness.Must(t, os.WriteFile(filepath.Join(at, "fonts.txt"), []byte(list), 0o600))
		cmd := exec.CommandContext(t.Context(), "make", "--no-print-directory", "build-FfmpegLayer", "ARTIFACTS_DIR="+out)
		cmd.Dir, cmd.Env = at, []string{"PATH=" + bin, "BIN=" + bin, "REAL=" + tools.Python}
		said, err := cmd.CombinedOutput()
		return out, string(said), err
	}
	sum := sha512.Sum512(font)
	out, said, err := build(sum[:])
	if err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	for _, file := range []string{"bin/ffmpeg", "fonts/F.ttf", "fonts/OFL.txt"} {
		if _, err := os.Stat(filepath.Join(out, file)); err != nil {
			t.Error(err)
		}
	}
	sum[0]++
	if _, said, err := build(sum[:]); err == nil || !strings.Contains(said, "a-font@1 is another one than fonts.txt names") {
		t.Errorf("a font of another sum: %v\n%s", err, said)
	}
}

// fontPackage is one of npm's with a font.
func fontPackage(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	w := tar.NewWriter(z)
	for _, name := range []string{"package/700Bold/F.ttf", "package/LICENSE_FONT"} {
		harness.Must(t, w.WriteHeader(&tar.Header{Name: name, Mode: 0o644, Size: 1, Typeflag: tar.TypeReg}))
		_, err := io.WriteString(w, "f")
		harness.Must(t, err)
	}
	harness.Must(t, w.Close())
	harness.Must(t, z.Close())
	return packed.Bytes()
}

// wheel is a package of Python's with a program.
func wheel(t *testing.T) []byte {
	t.Helper()
	var packed bytes.Buffer
	w := zip.NewWriter(&packed)
	_, err := w.Create("imageio_ffmpeg/binaries/ffmpeg-linux-x86_64-v7")
	harness.Must(t, err)
	harness.Must(t, w.Close())
	return packed.Bytes()
}
