package bedrock

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/devotionalai/platform/shared/domains/render"
)

// family is how a maker's models are asked, and how they answer. A picture that
// the maker's filter held back is in either family an answer like any other.
type family struct {
	request func(model, prompt string, aspect render.Aspect) ([]byte, error)
	read    func(body []byte) (render.Picture, error)
}

type model struct {
	id string
	family
}

// The beginnings of the names of models, by family. infra/ grants these.
const (
	nova        = "amazon.nova-canvas-"
	titan       = "amazon.titan-image-generator-"
	stableImage = "stability.stable-image-"
	stable3     = "stability.sd3-"
)

// Prefixes are the beginnings of the names of all models that are spoken to.
func Prefixes() []string { return []string{nova, titan, stableImage, stable3} }

// generates leaves out what of Stability's services changes a picture and makes none.
func generates(id string) bool {
	return strings.HasPrefix(id, stable3) || strings.HasPrefix(id, stableImage+"core-") || strings.HasPrefix(id, stableImage+"ultra-")
}

// Speaks reports whether a model is of a known family.
func Speaks(id string) bool {
	_, ok := familyOf(id)
	return ok
}

func familyOf(id string) (family, bool) {
	switch {
	case strings.HasPrefix(id, nova), strings.HasPrefix(id, titan):
		return family{request: askAmazon, read: readAmazon}, true
	case generates(id):
		return family{request: askStability, read: readStability}, true
	}
	return family{}, false
}

// unwanted keeps lettering out: the captions are ours.
const unwanted = "text, letters, watermark, logo, frame"

// What Amazon's models take.
const (
	mostNova   = 1000 // characters of a prompt; it refuses more than 1,024
	mostTitan  = 500  // of 512
	amazonSeed = 858993459
)

type amazonRequest struct {
	TaskType string       `json:"taskType"`
	Params   amazonParams `json:"textToImageParams"`
	Config   amazonConfig `json:"imageGenerationConfig"`
}

type amazonParams struct {
	Text         string `json:"text"`
	NegativeText string `json:"negativeText"`
}

type amazonConfig struct {
	NumberOfImages int    `json:"numberOfImages"`
	Width          int    `json:"width"`
	Height         int    `json:"height"`
	Quality        string `json:"quality"`
	Seed           uint32 `json:"seed"`
}

func askAmazon(id, prompt string, aspect render.Aspect) ([]byte, error) {
	most, size := mostNova, novaSize
	if strings.HasPrefix(id, titan) {
		most, size = mostTitan, titanSize
	}
	width, height := size(aspect)
	return json.Marshal(amazonRequest{
		TaskType: "TEXT_IMAGE",
		Params:   amazonParams{Text: shorten(prompt, most), NegativeText: unwanted},
		Config:   amazonConfig{NumberOfImages: 1, Width: width, Height: height, Quality: "standard", Seed: hash(prompt) % amazonSeed},
	})
}

// novaSize is the largest of the aspect below the model's four megapixels, in
// multiples of 16 as it asks; the encoder crops what is over.
func novaSize(aspect render.Aspect) (width, height int) {
	switch aspect {
	case render.Portrait:
		return 1088, 1920
	case render.Square:
		return 1440, 1440
	}
	return 1920, 1088
}

// titanSize is the nearest in the model's list of sizes.
func titanSize(aspect render.Aspect) (width, height int) {
	switch aspect {
	case render.Portrait:
		return 768, 1280
	case render.Square:
		return 1024, 1024
	}
	return 1280, 768
}

func readAmazon(body []byte) (render.Picture, error) {
	var a struct {
		Images []string `json:"images"` // base64
		Error  string   `json:"error"`  // why a picture that was made is held back
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return render.Picture{}, failed(fmt.Errorf("read answer: %w", err))
	}
	if a.Error != "" && filtered(a.Error) {
		return render.Picture{}, promptRefused(errors.New("the picture was held back"))
	}
	return first(a.Images)
}

// What Stability's models take.
const mostStability = 10000 // characters of a prompt

type stabilityRequest struct {
	Prompt         string `json:"prompt"`
	NegativePrompt string `json:"negative_prompt,omitempty"`
	AspectRatio    string `json:"aspect_ratio"`
	Seed           uint32 `json:"seed"`
	OutputFormat   string `json:"output_format"`
}

func askStability(id, prompt string, aspect render.Aspect) ([]byte, error) {
	ratio := "16:9"
	switch aspect {
	case render.Portrait:
		ratio = "9:16"
	case render.Square:
		ratio = "1:1"
	}
	r := stabilityRequest{
		Prompt: shorten(prompt, mostStability), AspectRatio: ratio, OutputFormat: "jpeg",
		Seed: hash(prompt)%(math.MaxUint32-1) + 1, // 0 is chance
	}
	if strings.HasPrefix(id, stable3) {
		r.NegativePrompt = unwanted // the others do not all take one
	}
	return json.Marshal(r)
}

func readStability(body []byte) (render.Picture, error) {
	var a struct {
		Images  []string  `json:"images"`         // base64
		Reasons []*string `json:"finish_reasons"` // null of a picture that is there
	}
	if err := json.Unmarshal(body, &a); err != nil {
		return render.Picture{}, failed(fmt.Errorf("read answer: %w", err))
	}
	if len(a.Reasons) > 0 && a.Reasons[0] != nil && *a.Reasons[0] != "" {
		if filtered(*a.Reasons[0]) {
			return render.Picture{}, promptRefused(errors.New(*a.Reasons[0]))
		}
		return render.Picture{}, failed(fmt.Errorf("the model ended with %q", *a.Reasons[0]))
	}
	return first(a.Images)
}

// first decodes the one picture that was asked for.
func first(images []string) (render.Picture, error) {
	if len(images) == 0 {
		return render.Picture{}, failed(errors.New("no picture in the answer"))
	}
	data, err := base64.StdEncoding.DecodeString(images[0])
	if err != nil {
		return render.Picture{}, failed(fmt.Errorf("decode picture: %w", err))
	}
	switch {
	case strings.HasPrefix(string(data), "\x89PNG"):
		return render.Picture{Data: data, ContentType: "image/png"}, nil
	case strings.HasPrefix(string(data), "\xff\xd8\xff"):
		return render.Picture{Data: data, ContentType: "image/jpeg"}, nil
	}
	return render.Picture{}, failed(errors.New("what was answered is no picture"))
}
