package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/shared/technologies/bedrock/catalog"
)

const pollyRate = 8 // neural requests a second of an account that nobody raised it for

func voice(ctx context.Context, p place) finding {
	if p.Values["VoiceProvider"] != "polly" {
		return finding{State: ok, Said: "Polly does not read; VoiceProvider=" + p.Values["VoiceProvider"]}
	}
	out, err := polly.NewFromConfig(p.AWS).DescribeVoices(ctx, &polly.DescribeVoicesInput{Engine: types.EngineNeural})
	if err != nil {
		return blind("polly:DescribeVoices", err)
	}
	if len(out.Voices) == 0 {
		return finding{State: lacks, Said: "Polly has no neural voices in " + p.AWS.Region, Commands: []string{"export AWS_REGION=us-east-1   # or VoiceProvider=kokoro, with the layer of make voice-layer"}}
	}
	perSecond, known := rate(ctx, p, "polly", "SynthesizeSpeech", "neural")
	if !known {
		return finding{State: ok, Said: fmt.Sprintf("%d neural voices; %d requests a second unless raised (the quota could not be read)", len(out.Voices), pollyRate)}
	}
	if perSecond < pollyRate {
		return finding{State: less, Said: fmt.Sprintf("%d neural voices, but %.0f requests a second: renders wait for each other", len(out.Voices), perSecond), Commands: []string{
			"aws service-quotas list-service-quotas --service-code polly --query \"Quotas[?contains(QuotaName,'eural')]\"",
		}}
	}
	return finding{State: ok, Said: fmt.Sprintf("%d neural voices, %.0f requests a second", len(out.Voices), perSecond)}
}

// pictures: without a model they are drawn, and not charged.
func pictures(ctx context.Context, p place) finding {
	if p.Values["ImageProvider"] != "bedrock" {
		return finding{State: ok, Said: "drawn; ImageProvider=" + p.Values["ImageProvider"]}
	}
	region, models := p.Values["BedrockRegion"], p.Values["BedrockImageModel"]
	model, best, err := paintedBy(ctx, p)
	if err != nil {
		return blind("bedrock:GetFoundationModel, bedrock:GetFoundationModelAvailability", err)
	}
	if model != "" {
		said := fmt.Sprintf("%s may be used in %s", model, region)
		if perMinute, known := picturesAMinute(ctx, p, model); known {
			said += fmt.Sprintf(", %.0f pictures a minute", perMinute)
		}
		return finding{State: ok, Said: said}
	}
	if best == catalog.Closed {
		return finding{State: less, Said: "pictures would be drawn: the account has not agreed to the terms of any model", Commands: []string{
			"go run ./infra/imagemodel -paint " + region + " " + models + "   # some cents; the first call agrees",
		}}
	}
	return finding{
		State: less, Said: "pictures would be drawn: no model of BedrockImageModel can be counted on in " + region + " (" + best.String() + ")",
		Commands: []string{"go run ./infra/imagemodel " + region + "   # name one of what it lists as BedrockImageModel, or give ImageProvider=drawing"},
	}
}

// paintedBy is the first model that may be used, "" for none, and how the best of them
// stands.
func paintedBy(ctx context.Context, p place) (model string, best catalog.State, err error) {
	for model := range strings.SplitSeq(p.Values["BedrockImageModel"], ",") {
		state, err := catalog.In(p.AWS, p.Values["BedrockRegion"]).Offered(ctx, model)
		if err != nil || state == catalog.Active {
			return model, state, err
		}
		best = max(best, state)
	}
	return "", best, nil
}

// picturesAMinute is the account's quota of a model; false when nobody knows.
func picturesAMinute(ctx context.Context, p place, model string) (float64, bool) {
	return rate(ctx, at(p, p.Values["BedrockRegion"]), "bedrock", append([]string{"on-demand", "requests per minute"}, words(model)...)...)
}

func at(p place, region string) place {
	p.AWS.Region = region
	return p
}

// words are those of a model's id that the name of its quota has:
// stability.stable-image-core-v1:1 is Stable Image Core there.
func words(model string) []string {
	_, name, _ := strings.Cut(model, ".")
	var all []string
	for w := range strings.SplitSeq(name, "-") {
		if !strings.HasPrefix(w, "v1") && !strings.HasPrefix(w, "v2") {
			all = append(all, w)
		}
	}
	return all
}
