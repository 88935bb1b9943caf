// Package bedrock paints pictures with the image models of Amazon Bedrock. It
// speaks to two families (families.go), asks the models that it is given in their
// order, and passes over one that the account may not use or that is gone. What a
// region offers is asked by the package catalog, by an operator.
package bedrock

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

const (
	// passedOver is how long a process does not ask a model again that the account
	// may not use: granting access helps within the hour, without a deployment.
	passedOver = time.Hour
	// attempts of one call: a step or a caller that is told of the load comes back
	// later, and does not hold a function meanwhile.
	attempts = 2
)

// Painter is the render.Painter over Bedrock.
type Painter struct {
	client *bedrockruntime.Client
	models []model
	now    func() time.Time

	mu   sync.Mutex
	over map[string]unusable // by id
}

var _ render.Painter = (*Painter)(nil)

// unusable is why a model is not asked, and until when.
type unusable struct {
	cause error
	until time.Time
}

// New returns a painter that prefers the first of models. region is the models',
// which is often not the stack's. It fails on none, and on one of no known family.
func New(cfg aws.Config, models []string, region string, now func() time.Time) (*Painter, error) {
	p := &Painter{now: now, over: map[string]unusable{}}
	for _, id := range models {
		f, ok := familyOf(id)
		if !ok {
			return nil, fmt.Errorf("picture model %q is of no family that is spoken here", id)
		}
		p.models = append(p.models, model{id: id, family: f})
	}
	if len(p.models) == 0 {
		return nil, errors.New("no picture model is named")
	}
	p.client = bedrockruntime.NewFromConfig(cfg, func(o *bedrockruntime.Options) {
		o.Region, o.RetryMaxAttempts = region, attempts
	})
	return p, nil
}

// Paint implements render.Painter. The seed follows from the prompt, so that a
// repeated step paints the same picture, as long as the same model answers.
func (p *Painter) Paint(ctx context.Context, prompt string, aspect render.Aspect) (render.Picture, error) {
	var why []error
	for _, m := range p.models {
		if cause := p.passes(m.id); cause != nil {
			why = append(why, cause)
			continue
		}
		picture, err := p.ask(ctx, m, prompt, aspect)
		if !errors.Is(err, errUnusable) {
			return picture, err
		}
		err = fmt.Errorf("%s: %w", m.id, err)
		p.passOver(m.id, err)
		why = append(why, err)
	}
	return render.Picture{}, render.NoPainter(errors.Join(why...))
}

func (p *Painter) ask(ctx context.Context, m model, prompt string, aspect render.Aspect) (render.Picture, error) {
	body, err := m.request(m.id, prompt, aspect)
	if err != nil {
		return render.Picture{}, failed(fmt.Errorf("encode request: %w", err))
	}
	out, err := p.client.InvokeModel(ctx, &bedrockruntime.InvokeModelInput{
		ModelId: aws.String(m.id), Body: body,
		ContentType: aws.String("application/json"), Accept: aws.String("application/json"),
	})
	if err != nil {
		return render.Picture{}, refusal(ctx, err)
	}
	return m.read(out.Body)
}

// passes returns why a model is not asked now, nil when it is.
func (p *Painter) passes(id string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if over, ok := p.over[id]; ok && p.now().Before(over.until) {
		return over.cause
	}
	return nil
}

func (p *Painter) passOver(id string, cause error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.over[id] = unusable{cause: cause, until: p.now().Add(passedOver)}
}

func failed(cause error) error {
	return problem.Wrap(problem.ImageFailed, "The picture could not be painted. Try again.", cause)
}

// shorten keeps the first most characters of a prompt.
func shorten(prompt string, most int) string {
	if r := []rune(prompt); len(r) > most {
		return string(r[:most])
	}
	return prompt
}

// hash is the same for equal prompts.
func hash(prompt string) uint32 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(prompt))
	return h.Sum32()
}
