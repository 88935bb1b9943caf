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
