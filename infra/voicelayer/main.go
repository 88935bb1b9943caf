// Command voicelayer puts together the Lambda layer of the voices, from the files
// that a local run speaks with: make voice-layer.
package main

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"

	"github.com/devotionalai/platform/infra/baseimage"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/shared/technologies/kokoro"
)

// The functions that speak have no other layer; a binary takes up to 40 MB.
const (
	mostUnpacked = baseimage.Unpacked
	ofFunction   = 40 << 20
)

func main() {
	if err := run(context.Background(), filepath.Join("out", "voice-layer.zip")); err != nil {
		fmt.Fprintln(os.Stderr, "make voice-layer:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, to string) error {
	if runtime.GOOS+"/"+runtime.GOARCH != "linux/amd64" {
		return fmt.Errorf("the functions run on linux/amd64: make it there or in a container of it, not on %s/%s", runtime.GOOS, runtime.GOARCH)
	}
	say := func(line string) { fmt.Fprintln(os.Stderr, line) }
	tools, _, err := toolbox.Install(ctx, ".", say)
	if err != nil {
		return err
	}
	k, _, err := toolbox.InstallKokoro(ctx, ".", say)
	if err != nil {
		return err
	}
	all, err := contents(tools, k)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	unpacked, packed, err := pack(all, to)
	if err != nil {
		return err
	}
	if unpacked+ofFunction > mostUnpacked {
		return fmt.Errorf("the layer unpacks to %.0f MB: with a function beside it that is more than Lambda's %d", mib(unpacked), mostUnpacked>>20)
	}
	fmt.Printf(`%s: %.0f MB, unpacked %.0f MB of Lambda's %d. It is larger than what can be sent directly; with a bucket of yours:

  aws s3 cp %s s3://BUCKET/voice-layer.zip
  aws lambda publish-layer-version --layer-name devotionalai-voice --compatible-runtimes provided.al2023 \
    --compatible-architectures x86_64 --content S3Bucket=BUCKET,S3Key=voice-layer.zip --query LayerVersionArn --output text

Give the ARN that this prints as VoiceLayerArn, with VoiceProvider=kokoro.
`, to, mib(packed), mib(unpacked), mostUnpacked>>20, to)
	return nil
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

// contents are the files of the layer: where each lies here, by its name below
// /opt, which template.yaml knows.
func contents(tools toolbox.Tools, k toolbox.Kokoro) (map[string]string, error) {
	all := map[string]string{
		"voice/libespeak-ng.so": tools.EspeakLibrary, "voice/libonnxruntime.so": k.Library,
		"voice/model.onnx": k.Model, "voice/vocabulary.json": k.Vocabulary,
	}
	for _, name := range kokoro.Files() {
		all[path.Join("voice/voices", name)] = filepath.Join(k.Voices, name)
	}
	err := filepath.WalkDir(tools.EspeakData, func(file string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		name, err := filepath.Rel(tools.EspeakData, file)
		all[path.Join("voice/espeak-ng-data", filepath.ToSlash(name))] = file
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("list espeak-ng's data: %w", err)
	}
	return all, nil
}

// pack writes the files into an archive, and answers what they take before and after.
func pack(files map[string]string, to string) (unpacked, packed int64, err error) {
	out, err := os.Create(to)
	if err != nil {
		return 0, 0, fmt.Errorf("pack: %w", err)
	}
	defer out.Close()
	archive := zip.NewWriter(out)
	for name, file := range files {
		n, err := add(archive, name, file)
		if err != nil {
			return 0, 0, fmt.Errorf("pack %s: %w", name, err)
		}
		unpacked += n
	}
	if err := archive.Close(); err != nil {
		return 0, 0, fmt.Errorf("pack: %w", err)
	}
	stat, err := out.Stat()
	if err != nil {
		return 0, 0, fmt.Errorf("pack: %w", err)
	}
	return unpacked, stat.Size(), nil
}

func add(archive *zip.Writer, name, file string) (int64, error) {
	from, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer from.Close()
	header := &zip.FileHeader{Name: name, Method: zip.Deflate}
	header.SetMode(0o644)
	to, err := archive.CreateHeader(header)
	if err != nil {
		return 0, err
	}
	return io.Copy(to, from)
}
