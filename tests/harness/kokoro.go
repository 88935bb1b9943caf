package harness

import (
	"os"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// Kokoro returns where the natural voice is, fetched when it is not: from
// ONNXRUNTIME_LIBRARY, KOKORO_MODEL, KOKORO_VOCABULARY and KOKORO_VOICES, or in the
// checkout's own tools.
func Kokoro(t testing.TB) toolbox.Kokoro {
	t.Helper()
	given := toolbox.Kokoro{
		Library: os.Getenv("ONNXRUNTIME_LIBRARY"), Model: os.Getenv("KOKORO_MODEL"),
		Vocabulary: os.Getenv("KOKORO_VOCABULARY"), Voices: os.Getenv("KOKORO_VOICES"),
	}
	if given.Library != "" && given.Model != "" && given.Vocabulary != "" && given.Voices != "" {
		return given
	}
	found, _, err := toolbox.InstallKokoro(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatalf("fetch the natural voice (make tools shows more): %v", err)
	}
	return found
}
