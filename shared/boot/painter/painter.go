// Package painter makes the configured Painter.
package painter

import (
	"fmt"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/technologies/bedrock"
	"github.com/devotionalai/platform/shared/technologies/drawing"
)

// Settings name the painter; Bedrock's are unused where pictures are drawn.
type Settings struct {
	Provider string        `env:"IMAGE_PROVIDER,required,notEmpty"` // drawing or bedrock
	Models   []string      `env:"BEDROCK_IMAGE_MODEL"`              // the first that the account may use paints
	Region   string        `env:"BEDROCK_REGION"`
	Timeout  time.Duration `env:"IMAGE_TIMEOUT" envDefault:"20s"` // for one picture
}

// New makes the Painter.
func New(rt *boot.Runtime, s Settings) (render.Painter, error) {
	switch s.Provider {
	case "drawing":
		return drawing.Painter{}, nil
	case "bedrock":
		return bedrock.New(rt.AWS, s.Models, s.Region, rt.Now)
	}
	return nil, fmt.Errorf("settings: IMAGE_PROVIDER is neither drawing nor bedrock")
}

// Sketcher makes the Painter that is left when no model is.
func Sketcher() render.Painter { return drawing.Painter{} }
