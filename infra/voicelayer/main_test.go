package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/baseimage"
	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// Every library of the layer runs where functions do, and it has room beside one.
func TestTheLayerRunsInTheImage(t *testing.T) {
	library, data := harness.Espeak(t)
	all, err := contents(toolbox.Tools{EspeakLibrary: library, EspeakData: data}, harness.Kokoro(t))
	harness.Must(t, err)
	native, whole := 0, int64(ofFunction)
	for name, file := range all {
		info, err := os.Stat(file)
		harness.Must(t, err)
		whole += info.Size()
		is, err := baseimage.Native(file)
		harness.Must(t, err)
		if !is {
			continue
		}
		native++
		lacks, err := baseimage.Lacks(file)
		harness.Must(t, err)
		if len(lacks) > 0 {
			t.Errorf("%s asks for %v", name, lacks)
		}
	}
	if native != 2 {
		t.Errorf("%d native files; libespeak-ng and libonnxruntime are two", native)
	}
	if whole > baseimage.Unpacked {
		t.Errorf("the voices and a function have %d MB of %d", whole>>20, baseimage.Unpacked>>20)
	}
}

// Every place that the template names is in the layer.
func TestTheTemplateKnowsWhatIsInTheLayer(t *testing.T) {
	library, data := harness.Espeak(t)
	all, err := contents(toolbox.Tools{EspeakLibrary: library, EspeakData: data}, harness.Kokoro(t))
	harness.Must(t, err)
	for name, file := range all {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	template, err := os.ReadFile(filepath.Join(blueprint.Root(), "template.yaml"))
	harness.Must(t, err)
	places := regexp.MustCompile(`If \[VoiceLayer, /opt/([^,]+),`).FindAllStringSubmatch(string(template), -1)
	if len(places) != 6 {
		t.Errorf("the template names %d places of the layer", len(places))
	}
	for _, place := range places {
		found := false
		for name := range all {
			found = found || name == place[1] || strings.HasPrefix(name, place[1]+"/")
		}
		if !found {
			t.Errorf("/opt/%s is not in the layer", place[1])
		}
	}
}
