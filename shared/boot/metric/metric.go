// Package metric declares the product's metrics, each once. What is not declared
// here is not counted, and what is counted has no other dimension than is said
// here: CloudWatch takes the price of a metric for each value of a dimension.
// The function that writes one is a property of its line, which the logs find.
package metric

// Namespace is where all of them are.
const Namespace = "DevotionalAI"

// Name is a metric's name.
type Name string

// The metrics. What two of them are to each other stands on one line of the log, a
// zero included: an alarm on an average, or on both, then lacks neither.
const (
	JobsSucceeded      Name = "JobsSucceeded"
	JobsFailed         Name = "JobsFailed"         // 1 or 0 for each attempt that ended, but for those below and the canceled ones
	JobsRefused        Name = "JobsRefused"        // ended for a reason that the owner mends
	OldestRender       Name = "OldestRender"       // seconds since the oldest attempt was asked for that has not ended, once that is unusual
	ScenesWithoutVoice Name = "ScenesWithoutVoice" // 1 or 0 for each scene that a voice was to read
	PicturesDrawn      Name = "PicturesDrawn"      // instead of being painted
	PicturesDenied     Name = "PicturesDenied"     // previews that no model could be had for
	VoicesDenied       Name = "VoicesDenied"
	LinksMailed        Name = "LinksMailed"
	LinksNotMailed     Name = "LinksNotMailed" // for a reason that is ours
	SignIns            Name = "SignIns"
	MailRefused        Name = "MailRefused"   // by a limit of the one who asks, or because the address takes none
	MailSandboxed      Name = "MailSandboxed" // because SES takes mail to verified addresses alone
	MailUndeliverable  Name = "MailUndeliverable"
	MailFeedback       Name = "MailFeedback"
	MailSuppressed     Name = "MailSuppressed"

	RequestDuration Name = "RequestDuration" // of endpoints that keep nobody waiting; its samples are their requests
	FunctionErrors  Name = "FunctionErrors"  // errors that nobody expected, and panics
	MessagesFailed  Name = "MessagesFailed"
	RightsMissing   Name = "RightsMissing"
	StoreThrottled  Name = "StoreThrottled"
	StoreSlow       Name = "StoreSlow"
	WorkflowsDied   Name = "WorkflowsDied"

	RecordsDiffer    Name = "RecordsDiffer" // of the ledger, of slots, of the record of acts
	RecordsUnchecked Name = "RecordsUnchecked"
	FilesOfNoAccount Name = "FilesOfNoAccount"
	ErasuresUndone   Name = "ErasuresUndone"

	WebhookInvalid         Name = "WebhookInvalid"
	WebhookUnknownType     Name = "WebhookUnknownType"
	WebhookUnknownCustomer Name = "WebhookUnknownCustomer"
)

// When tells when a metric is written. It is paid for the hours in which it is.
type When int

// The kinds.
const (
	Trouble When = iota // only when something is not as it should be
	Traffic             // as people use the product, so in every hour of a busy month
)

// Metric is a declaration.
type Metric struct {
	Name Name
	When When
	By   string // the property that is a dimension beside the stage; "" is none. Its values are few, and known.
}

// All lists every metric.
func All() []Metric {
	return []Metric{
		{Name: JobsSucceeded, When: Traffic},
		{Name: JobsFailed, When: Traffic, By: "code"},
		{Name: JobsRefused},
		{Name: OldestRender},
		{Name: ScenesWithoutVoice, When: Traffic},
		{Name: PicturesDrawn},
		{Name: PicturesDenied},
		{Name: VoicesDenied},
		{Name: LinksMailed, When: Traffic},
		{Name: LinksNotMailed},
		{Name: SignIns, When: Traffic},
		{Name: MailRefused},
		{Name: MailSandboxed},
		{Name: MailUndeliverable},
		{Name: MailFeedback},
		{Name: MailSuppressed},
		{Name: RequestDuration, When: Traffic},
		{Name: FunctionErrors},
		{Name: MessagesFailed},
		{Name: RightsMissing},
		{Name: StoreThrottled},
		{Name: StoreSlow},
		{Name: WorkflowsDied},
		{Name: RecordsDiffer},
		{Name: RecordsUnchecked},
		{Name: FilesOfNoAccount},
		{Name: ErasuresUndone},
		{Name: WebhookInvalid},
		{Name: WebhookUnknownType},
		{Name: WebhookUnknownCustomer},
	}
}

// Of is a metric's declaration; of one that is not declared, its name alone.
func Of(name Name) Metric {
	for _, m := range All() {
		if m.Name == name {
			return m
		}
	}
	return Metric{Name: name}
}
