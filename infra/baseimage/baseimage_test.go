package baseimage

import (
	"debug/elf"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// ofFunction is the most that a function's own program takes.
const ofFunction = 40 << 20

// TestTheEncoderRunsInTheImage: the pinned build, and a build of one's own where
// there is one.
func TestTheEncoderRunsInTheImage(t *testing.T) {
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	files := []string{tools.Ffmpeg}
	if own := filepath.Join(blueprint.Root(), "infra", "layers", "ffmpeg", "bin", "ffmpeg"); exists(own) {
		files = append(files, own)
	}
	for _, file := range files {
		lacks, err := Lacks(file)
		harness.Must(t, err)
		if len(lacks) > 0 {
			t.Errorf("ffmpeg asks for %v", lacks)
		}
	}
	fonts := harness.Fonts(t)
	whole := size(t, files[len(files)-1]) + ofFunction
	for _, name := range fontsOfTheLayer(t) {
		whole += size(t, filepath.Join(fonts, name))
	}
	if whole > Unpacked {
		t.Errorf("a function with its encoder and fonts has %d MB of %d", whole>>20, Unpacked>>20)
	}
	t.Logf("encoder, fonts and program: %d MB of %d", whole>>20, Unpacked>>20)
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

func size(t *testing.T, file string) int64 {
	t.Helper()
	info, err := os.Stat(file)
	harness.Must(t, err)
	return info.Size()
}

// fontsOfTheLayer are the files that its Makefile takes.
func fontsOfTheLayer(t *testing.T) []string {
	t.Helper()
	list, err := os.ReadFile(filepath.Join(blueprint.Root(), "infra", "layers", "ffmpeg", "fonts.txt"))
	harness.Must(t, err)
	var names []string
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); len(fields) == 3 && strings.HasPrefix(line, "sha512-") {
			names = append(names, filepath.Base(fields[2]))
		}
	}
	if len(names) == 0 {
		t.Fatal("fonts.txt names no fonts")
	}
	return names
}

// TestWhatTheImageLacksIsNamed: versions one above what it has, a library that it
// does not have, another system's loader.
func TestWhatTheImageLacksIsNamed(t *testing.T) {
	for _, c := range []struct {
		library, version string
		want             bool
	}{
		{"libc.so.6", "GLIBC_2.34", true}, {"libc.so.6", "GLIBC_2.4", true}, {"libc.so.6", "GLIBC_2.2.5", true},
		{"libc.so.6", "GLIBC_2.35", false}, {"libc.so.6", "GLIBC_2.38", false}, {"libm.so.6", "GLIBC_2.35", false}, {"libc.so.6", promiseless, false},
		{"libstdc++.so.6", "GLIBCXX_3.4", true}, {"libstdc++.so.6", "GLIBCXX_3.4.29", true}, {"libstdc++.so.6", "GLIBCXX_3.4.30", false},
		{"libstdc++.so.6", "CXXABI_1.3.13", true}, {"libstdc++.so.6", "CXXABI_1.3.14", false}, {"libstdc++.so.6", "CXXABI_FLOAT128", false},
		{"libgcc_s.so.1", "GCC_7.0.0", true}, {"libgcc_s.so.1", "GCC_12.0.0", false},
		{"libgomp.so.1", "GOMP_1.0", false}, {"libc.so.6", "GLIBCXX_3.4", false},
	} {
		if got := has(c.library, c.version); got != c.want {
			t.Errorf("%s of %s: %v", c.version, c.library, got)
		}
	}
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	program, err := os.ReadFile(tools.EspeakLibrary)
	harness.Must(t, err)
	spoiled := strings.NewReplacer("libgcc_s.so.1\x00", "libgcc_t.so.1\x00", "GLIBC_2.29\x00", "GLIBC_2.49\x00").Replace(string(program))
	file := filepath.Join(t.TempDir(), "libespeak-ng.so")
	harness.Must(t, os.WriteFile(file, []byte(spoiled), 0o600))
	lacks, err := Lacks(file)
	harness.Must(t, err)
	if want := []string{"GCC_3.0 of libgcc_t.so.1", "GLIBC_2.49 of libm.so.6", "the library libgcc_t.so.1"}; !slices.Equal(lacks, want) {
		t.Errorf("a spoiled library lacks %q, want %q", lacks, want)
	}
	encoder, err := elf.Open(tools.Ffmpeg)
	harness.Must(t, err)
	defer encoder.Close()
	if loader := loaderOf(encoder); loader != interpreter {
		t.Errorf("the encoder's loader is %q", loader)
	}
}

func TestWhatIsNative(t *testing.T) {
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	harness.Must(t, err)
	empty := filepath.Join(t.TempDir(), "empty")
	harness.Must(t, os.WriteFile(empty, nil, 0o600))
	for file, want := range map[string]bool{tools.Ffmpeg: true, tools.EspeakLibrary: true, filepath.Join(blueprint.Root(), "go.mod"): false, empty: false} {
		if got, err := Native(file); got != want || err != nil {
			t.Errorf("%s: %v, %v", filepath.Base(file), got, err)
		}
	}
	if _, err := Native(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there is taken for another kind")
	}
}
