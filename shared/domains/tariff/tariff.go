// Package tariff is what a unit of what tenants use costs on AWS: each price that
// follows from use, and how much of it goes into a picture, a spoken character, a
// rendered minute and a stored byte. It says nothing of what is paid whether or not
// anybody comes, which infra/cost reckons.
package tariff

// List prices in us-east-1, in US dollars, by the pages of AWS that are named. Read in
// November 2026: functions, DynamoDB, what is sent, and the voice. The others are as
// they have been listed for years, and were not read again then.
const (
	Picture       = 0.04         // a picture of Stable Image Core: https://aws.amazon.com/bedrock/pricing/
	SpeechMillion = 16.00        // a million characters of a neural voice: https://aws.amazon.com/polly/pricing/
	FunctionGBs   = 0.0000166667 // a GB-second of a function (x86): https://aws.amazon.com/lambda/pricing/
	StepMillion   = 25.00        // a million transitions of a standard workflow: https://aws.amazon.com/step-functions/pricing/
	WriteMillion  = 0.625        // a million write units on demand: https://aws.amazon.com/dynamodb/pricing/on-demand/
	StoredGB      = 0.023        // a GB stored, a month: https://aws.amazon.com/s3/pricing/
	SentGB        = 0.09         // a GB sent to the internet: https://aws.amazon.com/s3/pricing/
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

// Part is a share of a cost.
type Part struct {
	What string
	USD  float64
}

// Sum is what parts come to.
func Sum(parts []Part) float64 {
	all := 0.0
	for _, p := range parts {
		all += p.USD
	}
	return all
}

// Minute is the cost of a rendered minute of video, with painted pictures and a
// neural voice. Pictures and voice, which are counted by themselves too, come first.
func Minute() []Part {
	return []Part{
		{"pictures", minutePictures * Picture},
		{"voice", minuteCharacters / 1e6 * SpeechMillion},
		{"functions", minuteGBs * FunctionGBs},
		{"workflow", minutePictures * sceneTransitions / 1e6 * StepMillion},
		{"records", minuteWrites / 1e6 * WriteMillion},
		{"stored a month, and seen once", minuteGB * (StoredGB + SentGB)},
	}
}

// Use is what a tenant took in a month, in the units of its counters.
type Use struct {
	Pictures, NarratedSeconds, RenderedMinutes float64
	StoredMB                                   float64 // of a million bytes, for the month
}

// Sources is who makes what costs by the piece.
type Sources struct {
	Painted bool // pictures are painted by a model that is paid for each; else drawn here
	Neural  bool // the voice is paid by the character; else it is spoken here
}

// Bill is what a month's use costs.
type Bill struct{ Pictures, Narration, Rendering, Storage float64 }

// USD is all of it.
func (b Bill) USD() float64 { return b.Pictures + b.Narration + b.Rendering + b.Storage }

// Of reckons what use costs. What a minute takes of pictures, voice and storage is not
// in its rendering: their counters have it.
func (s Sources) Of(u Use) Bill {
	b := Bill{Rendering: u.RenderedMinutes * (Sum(Minute()[2:]) - minuteGB*StoredGB), Storage: u.StoredMB / 1000 * StoredGB}
	if s.Painted {
		b.Pictures = u.Pictures * Picture
	}
	if s.Neural {
		b.Narration = u.NarratedSeconds / 60 * minuteCharacters / 1e6 * SpeechMillion
	}
	return b
}
