package main

import (
	"fmt"
	"strconv"

	"github.com/devotionalai/platform/shared/boot/metric"
)

// What a rendered minute is made of. The scenes of the product's own templates have
// 137 characters on average, and a voice reads 850 a minute.
const (
	minuteCharacters = 850
	minutePictures   = minuteCharacters / 137.0
	// One scene's picture, voice, body and fade, and its share of what is once a job.
	sceneTransitions = 14
	// Functions of a minute at 1080p, in GB-seconds: pictures are waited for, and the
	// rest encodes, with 1769 and 3008 MB.
	minuteGBs = minutePictures*8*1.73 + 60*2.94
	// Of the finished minute and its parts.
	minuteGB     = 0.03
	minuteWrites = minutePictures * 30
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

// part is a share of a price.
type part struct {
	What string
	USD  float64
}

func sum(parts []part) float64 {
	all := 0.0
	for _, p := range parts {
		all += p.USD
	}
	return all
}

// minute is the price of a rendered minute of video, with painted pictures and a
// neural voice.
func minute() []part {
	return []part{
		{"pictures", minutePictures * picture.USD},
		{"voice", minuteCharacters / 1e6 * speechMillion.USD},
		{"functions", minuteGBs * functionGBs.USD},
		{"workflow", minutePictures * sceneTransitions / 1e6 * stepMillion.USD},
		{"records", minuteWrites / 1e6 * writeMillion.USD},
		{"stored a month, and seen once", minuteGB * (storedGB.USD + sentGB.USD)},
	}
}

// thousand is what a month of a thousand users costs beyond the fixed, without renders.
func thousand() []part {
	const calls = users * userCalls
	written := 0.0
	for _, m := range metric.All() {
		if m.When == metric.Traffic {
			written++
		}
	}
	return []part{
		{"the edge and its firewall", calls * edgePerCall / 1e6 * (edgeMillion.USD + edgeFunctions.USD + webMillion.USD)},
		{"the API", calls / 1e6 * apiMillion.USD},
		{"functions", calls/1e6*callMillion.USD + calls*callSeconds*callMemory/1024*functionGBs.USD},
		{"records", calls / 1e6 * (callReads*readMillion.USD + callWrites*writeMillion.USD)},
		{"logs", calls * callLogKB / 1e6 * logGB.USD},
		{"mails", users * userMails / 1e3 * mailThousand.USD},
		{fmt.Sprintf("%.0f metrics that are written every hour", written), written * customMetric.USD},
	}
}

// free is what a tenant of the free plan costs who uses up all of it.
func free(d deployment) ([]part, error) {
	quotas := map[string]float64{}
	for _, name := range []string{"QuotaImagesCount", "QuotaTtsSeconds", "QuotaRenderMinutes", "QuotaStorageMb"} {
		n, err := strconv.ParseFloat(d.values[name], 64)
		if err != nil {
			return nil, fmt.Errorf("the template's parameter %s is no number: %q", name, d.values[name])
		}
		quotas[name] = n
	}
	rendered := 0.0
	for _, p := range minute()[2:] { // pictures and voice have quotas of their own
		rendered += p.USD
	}
	return []part{
		{fmt.Sprintf("%.0f pictures", quotas["QuotaImagesCount"]), quotas["QuotaImagesCount"] * picture.USD},
		{fmt.Sprintf("%.0f s of narration", quotas["QuotaTtsSeconds"]), quotas["QuotaTtsSeconds"] / 60 * minuteCharacters / 1e6 * speechMillion.USD},
		{fmt.Sprintf("%.0f rendered minutes", quotas["QuotaRenderMinutes"]), quotas["QuotaRenderMinutes"] * rendered},
		{fmt.Sprintf("%.0f MB stored", quotas["QuotaStorageMb"]), quotas["QuotaStorageMb"] / 1000 * storedGB.USD},
	}, nil
}
