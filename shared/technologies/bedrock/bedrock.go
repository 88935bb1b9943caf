// Package bedrock paints pictures with an Amazon Bedrock image model that takes
// the TEXT_IMAGE task in any size up to four megapixels (Nova Canvas). Whether a
// model is still offered is asked by the package catalog, by an operator.
package bedrock

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime/types"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

const (
	maxPrompt = 1000      // characters; the models refuse more than 1,024
	maxSeed   = 858993459 // the largest that the models take
	// unwanted keeps lettering out: the captions are ours.
	unwanted = "text, letters, watermark, logo, frame"
)

// Painter is the render.Painter over Bedrock.
type Painter struct {
	client *bedrockruntime.Client
	model  string
}

var _ render.Painter = (*Painter)(nil)

// New returns a painter. region is the model's, which is often not the stack's.
func New(cfg aws.Config, model, region string) *Painter {
	client := bedrockruntime.NewFromConfig(cfg, func(o *bedrockruntime.Options) { o.Region = region })
	return &Painter{client: client, model: model}
}

type request struct {
	TaskType string `json:"taskType"`
	Params   params `json:"textToImageParams"`
	Config   config `json:"imageGenerationConfig"`
}

type params struct {
	Text         string `json:"text"`
	NegativeText string `json:"negativeText"`
}

type config struct {
	NumberOfImages int    `json:"numberOfImages"`
	Width          int    `json:"width"`
	Height         int    `json:"height"`
	Quality        string `json:"quality"`
	Seed           uint32 `json:"seed"`
}

type answer struct {
	Images []string `json:"images"` // base64 PNG
	Error  string   `json:"error"`  // set when the prompt was refused
}

// Paint implements render.Painter. The seed follows from the prompt, so that a
// repeated step paints the same picture.
func (p *Painter) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	width, height := size(aspect)
	body, err := json.Marshal(request{
		TaskType: "TEXT_IMAGE",
		Params:   params{Text: shorten(prompt), NegativeText: unwanted},
		Config:   config{NumberOfImages: 1, Width: width, Height: height, Quality: "standard", Seed: seed(prompt)},
	})
	if err != nil {
		return render.Picture{}, failed(fmt.Errorf("encode request: %w", err))
	}
	out, err := p.client.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{
		ModelId: aws.String(p.model), Body: body,
		ContentType: aws.String("application/json"), Accept: aws.String("application/json"),
	})
	missing := problem.MissingRight("paint", err)
	switch {
	case missing != nil:
		return render.Picture{}, missing
	case err != nil && tooSlow(ctx, err):
		return render.Picture{}, problem.Wrap(problem.ImageTimeout, "The picture took too long to paint. Try again.", err)
	case err != nil:
		return render.Picture{}, failed(err)
	}
	return picture(out.Body)
}

// tooSlow knows our own deadline and the model's.
func tooSlow(ctx context.Context, err error) bool {
	var model *types.ModelTimeoutException
	return errors.Is(err, context.DeadlineExceeded) || errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.As(err, &model)
}

func picture(body []byte) (render.Picture, error) {
	var a answer
	if err := json.Unmarshal(body, &a); err != nil {
		return render.Picture{}, failed(fmt.Errorf("read answer: %w", err))
	}
	if a.Error != "" || len(a.Images) == 0 {
		return render.Picture{}, failed(errors.New("no picture in the answer"))
	}
	data, err := base64.StdEncoding.DecodeString(a.Images[0])
	if err != nil {
		return render.Picture{}, failed(fmt.Errorf("decode picture: %w", err))
	}
	return render.Picture{Data: data, ContentType: "image/png"}, nil
}

func failed(cause error) error {
	return problem.Wrap(problem.ImageFailed, "The picture could not be painted. Try again, or change its description.", cause)
}

func shorten(prompt string) string {
	if r := []rune(prompt); len(r) > maxPrompt {
		return string(r[:maxPrompt])
	}
	return prompt
}

func seed(prompt string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(prompt))
	return h.Sum32() % maxSeed
}

// size is the largest of the aspect below the models' pixel limit, in multiples
// of 16 as they ask; the encoder crops what is over.
func size(aspect render.Aspect) (width, height int) {
	switch aspect {
	case render.Portrait:
		return 1088, 1920
	case render.Square:
		return 1440, 1440
	}
	return 1920, 1088
}
