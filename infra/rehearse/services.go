package main

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/infra/capacity"
	"github.com/devotionalai/platform/shared/technologies/bedrock/catalog"
)

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
	perSecond, known := p.capacity().Speech(ctx)
	if !known {
		return finding{State: ok, Said: fmt.Sprintf("%d neural voices; %d requests a second unless raised (the quota could not be read)", len(out.Voices), capacity.PollyRate)}
	}
	if perSecond < capacity.PollyRate {
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
	model, best, err := p.capacity().Painter(ctx)
	if err != nil {
		return blind("bedrock:GetFoundationModel, bedrock:GetFoundationModelAvailability", err)
	}
	if model != "" {
		said := fmt.Sprintf("%s may be used in %s", model, region)
		if perMinute, known := p.capacity().PicturesAMinute(ctx, model); known {
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

func at(p place, region string) place {
	p.AWS.Region = region
	return p
}
