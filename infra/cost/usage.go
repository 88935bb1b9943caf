package main

import (
	"fmt"
	"strconv"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/tariff"
)

// What one of a thousand users does in a month, who renders nothing.
const (
	users       = 1000
	userCalls   = 400 // of the API, a picture of the app's own not counted
	userMails   = 2
	callSeconds = 0.06
	callMemory  = 256
	callReads   = 2
	callWrites  = 3
	callLogKB   = 1.2
	edgePerCall = 1.5 // the app's files come by the edge too
)

// thousand is what a month of a thousand users costs beyond the fixed, without renders.
func thousand() []tariff.Part {
	const calls = users * userCalls
	written := 0.0
	for _, m := range metric.All() {
		if m.When == metric.Traffic {
			written++
		}
	}
	return []tariff.Part{
		{What: "the edge and its firewall", USD: calls * edgePerCall / 1e6 * (edgeMillion.USD + edgeFunctions.USD + webMillion.USD)},
		{What: "the API", USD: calls / 1e6 * apiMillion.USD},
		{What: "functions", USD: calls/1e6*callMillion.USD + calls*callSeconds*callMemory/1024*functionGBs.USD},
		{What: "records", USD: calls / 1e6 * (callReads*readMillion.USD + callWrites*writeMillion.USD)},
		{What: "logs", USD: calls * callLogKB / 1e6 * logGB.USD},
		{What: "mails", USD: users * userMails / 1e3 * mailThousand.USD},
		{What: fmt.Sprintf("%.0f metrics that are written every hour", written), USD: written * customMetric.USD},
	}
}

// What one of a thousand users makes in a month, as docs/scale.md has it: videos of so
// many scenes, each with a picture and ten seconds long, spoken from end to end.
const (
	userVideos   = 3
	videoScenes  = 6
	sceneSeconds = 10
	// ownVoiceMinute is the time of render-voice's function with Kokoro (docs/adr/0038).
	ownVoiceMinute = 0.0018
	sceneMB        = 5 // a sixth of what a minute has
)

// videos is what those of a thousand users cost, stored for the first month, beyond their
// calls: with pictures and voices of models that are paid for each, and with our own.
func videos(s tariff.Sources) []tariff.Part {
	const scenes = users * userVideos * videoScenes
	bill := s.Of(tariff.Use{
		Pictures: scenes, NarratedSeconds: scenes * sceneSeconds, RenderedMinutes: scenes * sceneSeconds / 60, StoredMB: scenes * sceneMB,
	})
	if !s.Neural {
		bill.Narration = scenes * sceneSeconds / 60 * ownVoiceMinute
	}
	return []tariff.Part{
		{What: fmt.Sprintf("%d pictures", scenes), USD: bill.Pictures},
		{What: fmt.Sprintf("%d hours of narration", scenes*sceneSeconds/3600), USD: bill.Narration},
		{What: fmt.Sprintf("%d rendered minutes", scenes*sceneSeconds/60), USD: bill.Rendering},
		{What: fmt.Sprintf("%d GB stored", scenes*sceneMB/1000), USD: bill.Storage},
	}
}

// free is what a tenant of the free plan costs who uses up all of it.
func free(d deployment) ([]tariff.Part, error) {
	quotas := map[string]float64{}
	for _, name := range []string{"QuotaImagesCount", "QuotaTtsSeconds", "QuotaRenderMinutes", "QuotaStorageMb"} {
		n, err := strconv.ParseFloat(d.values[name], 64)
		if err != nil {
			return nil, fmt.Errorf("the template's parameter %s is no number: %q", name, d.values[name])
		}
		quotas[name] = n
	}
	bill := tariff.Sources{Painted: true, Neural: true}.Of(tariff.Use{
		Pictures: quotas["QuotaImagesCount"], NarratedSeconds: quotas["QuotaTtsSeconds"],
		RenderedMinutes: quotas["QuotaRenderMinutes"], StoredMB: quotas["QuotaStorageMb"],
	})
	return []tariff.Part{
		{What: fmt.Sprintf("%.0f pictures", quotas["QuotaImagesCount"]), USD: bill.Pictures},
		{What: fmt.Sprintf("%.0f s of narration", quotas["QuotaTtsSeconds"]), USD: bill.Narration},
		{What: fmt.Sprintf("%.0f rendered minutes", quotas["QuotaRenderMinutes"]), USD: bill.Rendering},
		{What: fmt.Sprintf("%.0f MB stored", quotas["QuotaStorageMb"]), USD: bill.Storage},
	}, nil
}
