// Package erasure owns how an account, or what is of one of its members, is
// erased: asked for, thought over, done in steps that each may be repeated, looked
// through for what is left, and certified. What there is to erase, and in which
// way, shared/domains/privacy declares. It must not know where data is kept.
package erasure

import (
	"time"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// Subject is what is erased.
type Subject string

// The subjects.
const (
	Account Subject = "account" // the tenant with all that it holds
	Member  Subject = "member"  // what is of one of its users: address, sessions, what leads to them
)

// Status is the life of an erasure.
type Status string

// The statuses, in their order. There is no way back from Running.
const (
	Waiting  Status = "waiting" // for the time of its effect; everything works as before
	Running  Status = "running" // frozen; the steps go on until all is gone
	Erased   Status = "erased"  // done, with a certificate
	Canceled Status = "canceled"
)

// Step is what a running erasure does now.
type Step string

// The steps, in their order: each may be done again, and the last that was begun is
// kept.
const (
	StepFreeze   Step = "freeze"   // refuse writes, end sessions and keys, stop what runs, settle the quota
	StepPayments Step = "payments" // end the subscription at once, delete the customer at the payment service
	StepChannels Step = "channels" // take back the access to a channel
	StepEvidence Step = "evidence" // copy what is to be kept into the locked bucket: ledger, record of acts
	StepObjects  Step = "objects"  // objects with all versions, unfinished uploads, exports
	StepItems    Step = "items"    // what the directory holds, then both partitions
	StepQuiet    Step = "quiet"    // wait for what was under way when it was frozen
	StepScan     Step = "scan"     // look for what is left; what is found goes back to StepObjects
	StepCertify  Step = "certify"  // write the certificate and the ledger of who was erased
	NothingNow   Step = ""         // waiting, or ended
)

// Erasure is one that was asked for.
type Erasure struct {
	ID          string
	Subject     Subject
	User        auth.UserID // with Member: whose
	AskedBy     auth.UserID
	Receipt     auth.LinkHash // of the receipt's token; "" without a receipt
	Keep        auth.LinkHash // of the mailed token that takes it back; "" once it cannot be, or never could
	Attempt     int           // 1, and one more each time that its executions were given up
	Restarts    int           // executions of this attempt that died and were replaced
	Rounds      int           // scans that found something
	Status      Status
	Step        Step
	Users       []string // ids of those whose data went, sorted
	Told        []string // processors that were told, sorted
	Leads       []Lead   // where items led that have gone
	Erased      Tally    // so far
	AskedAt     time.Time
	EffectiveAt time.Time // until then it can be taken back
	BegunAt     time.Time // zero while it waits
	FrozenAt    time.Time // when the last of what ran was stopped; zero until then
	SoughtAt    time.Time // when the last search at the payment service began whose finds are ended; zero until then
	SeekingAt   time.Time // when the search there began that goes on; zero for none
	SeekAfter   string    // after what it goes on; "" is the start
	DueAt       time.Time // when the sweeper must look; zero once nothing is left to do
}

// Ended reports whether nothing is left to do.
func (e Erasure) Ended() bool { return e.Status != Waiting && e.Status != Running }

// Run is the erasure's present attempt, as the workflow sees it.
func (e Erasure) Run(id tenant.ID) workflow.Run {
	return workflow.Run{
		Input:    workflow.Input{TenantID: id, JobID: e.ID, Attempt: e.Attempt},
		Restarts: e.Restarts, Waiting: e.Status == Waiting, Ended: e.Ended(), DueAt: e.DueAt,
	}
}

// New is an erasure that waits until a moment. Its tokens' hashes are the caller's
// to add.
func New(subject Subject, user, askedBy auth.UserID, now, effective time.Time) Erasure {
	now = now.UTC().Truncate(time.Microsecond)
	effective = effective.UTC().Truncate(time.Microsecond)
	return Erasure{
		ID: tenant.IDAt(now), Subject: subject, User: user, AskedBy: askedBy, Attempt: 1, Status: Waiting,
		AskedAt: now, EffectiveAt: effective, DueAt: effective,
	}
}

// Receipt is what whoever has its token is shown: ids alone.
type Receipt struct {
	Erasure     string
	Status      Status
	Step        Step
	AskedAt     time.Time
	EffectiveAt time.Time
	Certificate *Certificate // nil until all is gone
}

// Counts are what was erased.
type Counts struct {
	Items      int64 `json:"items"`   // of both tables
	Objects    int64 `json:"objects"` // versions and marks of deletion counted one by one
	Bytes      int64 `json:"bytes"`   // of those
	Unfinished int64 `json:"unfinished_uploads"`
}

// ReceiptLife is how long a receipt shows how its erasure stands, counted from when
// it was asked for, and again from its end.
const ReceiptLife = 30 * 24 * time.Hour

// Fresh is how old the session may be that asks for an erasure.
const Fresh = time.Hour

// Certificate says what was erased and what was not. It names nobody: ids alone.
type Certificate struct {
	Erasure     string    `json:"erasure_id"`
	Tenant      string    `json:"tenant_id"`
	Subject     Subject   `json:"subject"`
	Users       []string  `json:"user_ids"` // whose, opaque
	AskedAt     time.Time `json:"asked_at"`
	BegunAt     time.Time `json:"begun_at"`
	ErasedAt    time.Time `json:"erased_at"`
	Erased      []Erasing `json:"erased"` // by place of the declaration
	Counts      Counts    `json:"counts"`
	Kept        []Keeping `json:"kept"`
	Told        []string  `json:"told"`            // processors that were told: Stripe, Google, Amazon SES
	Leftovers   int       `json:"leftovers"`       // found by the last scan of the tenant's partitions, of where they led, and of its files, all versions; always 0
	BackupsGone time.Time `json:"backups_gone_at"` // when the last backup that may still hold the data has expired
	NotRecalled string    `json:"not_recalled"`    // what nobody can take back: mail that was delivered, videos at the person's own channel
}

// Erasing is what was erased of one place.
type Erasing struct {
	What  string `json:"what"` // as the declaration says it
	Store string `json:"store"`
	Count int64  `json:"count"`
}

// Keeping is what stays of one place.
type Keeping struct {
	What   string `json:"what"`
	Ground string `json:"ground"` // by article
	Reason string `json:"reason"`
	Until  string `json:"until"`
}
