package chaos_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/render"
)

// fault is a row of the table: what fails in which way, what a person does
// meanwhile, and what they may be answered instead of what they asked for.
type fault struct {
	service string
	way     way
	act     act
	codes   []problem.Code // beside those that any call may end with, see always
	must    problem.Code   // is among what they meet; "" where the product copes alone
	warns   string         // what the finished video says of itself
	or      []string       // what it may say instead of nothing
	at      []string       // the functions that are concerned, where it is not all of them
}

// always are what any call may be answered while something is down: the reply is
// passing, the same call succeeds later, and nothing has happened twice.
func always() []problem.Code {
	return []problem.Code{problem.Unavailable, problem.IdempotencyInProgress, problem.Conflict}
}

func (f fault) name() string {
	return fmt.Sprintf("%s: %s, while a person %s", serviceNames()[f.service], f.way, f.act.name)
}

// may says whether a person may meet a code under the fault.
func (f fault) may(code problem.Code) bool {
	return code == f.must || slices.Contains(f.codes, code) || slices.Contains(always(), code) || f.personal() && code == unreachable
}

// personal is a fault that the person's own connection has, or may meet: files go
// to S3 from the browser.
func (f fault) personal() bool { return f.service == "network" || f.service == "s3" }

// serviceNames are how a person calls what fails; the order of groups is that of
// their sections.
func serviceNames() map[string]string {
	return map[string]string{
		"dynamodb": "DynamoDB", "s3": "S3", "sqs": "SQS", "states": "Step Functions", "ses": "SES", "secretsmanager": "Secrets Manager",
		"kms": "KMS", "sts": "STS", "bedrock": "The picture models (Bedrock)", "polly": "The narration (Polly)", "stripe": "Stripe", "youtube": "YouTube",
		"encoder": "The encoder", "network": "The person's network", "slots": "The render slots", "clock": "A function's clock", "poison": "A poisoned message",
	}
}

// faults are all rows that a fault between services makes. Rows that stand in one
// group fail at the same time, each person meeting one of them.
func faults() (all []fault) {
	all = named()
	for _, w := range []way{slow, throttles, down, rubbish} {
		all = append(all, everyWay(w)...)
	}
	return slices.Concat(all, ofTheNetwork(), ofClocks(), ofMessages())
}

// named are the specification's own.
func named() []fault {
	return []fault{
		{service: "bedrock", way: hangs, act: preview, must: problem.ImageTimeout},
		{service: "bedrock", way: hangs, act: renders, must: problem.ImageTimeout},
		{service: "polly", way: oneVoice, act: renders, warns: render.WarnFallbackVoice},
		{service: "polly", way: noVoice, act: renders, warns: render.WarnCaptionsOnly},
		{service: "encoder", way: stuckOnce, act: renders},
		{service: "encoder", way: stuck, act: renders, must: problem.EncodeStalled},
		{service: "encoder", way: diskFull, act: renders, must: problem.StorageFull},
		{service: "slots", way: taken, act: rendersTwice, must: problem.TooManyJobs},
		{service: "slots", way: noneLeft, act: rendersBeside, must: problem.TooBusy},
	}
}

// everyWay are the services, each of which fails in a way, in groups that share
// nothing a person of the group does.
func everyWay(w way) []fault {
	mail := []problem.Code{problem.MailFailed, problem.LinkInvalid}
	pictures := []problem.Code{problem.ServiceBusy, problem.ImageFailed, problem.ImageTimeout}
	speech := []problem.Code{problem.ServiceBusy}
	plainer := []string{render.WarnFallbackVoice, render.WarnCaptionsOnly}
	money := []problem.Code{problem.PaymentFailed, problem.SubscriptionExists}
	channel := []problem.Code{problem.YouTubeRefused, problem.InvalidInput}
	link := []problem.Code{problem.LinkInvalid}
	return []fault{
		{service: "dynamodb", way: w, act: reads},
		{service: "dynamodb", way: w, act: edits, codes: []problem.Code{problem.PreconditionFailed}},
		{service: "dynamodb", way: w, act: signsIn, codes: link},
		{service: "dynamodb", way: w, act: renders},
		{service: "s3", way: w, act: uploads, codes: []problem.Code{problem.UploadMissing}},
		{service: "s3", way: w, act: preview, codes: pictures},
		{service: "s3", way: w, act: renders},
		{service: "states", way: w, act: exports, codes: []problem.Code{problem.ExportRunning}},
		{service: "states", way: w, act: renders},
		{service: "sqs", way: w, act: buys, codes: money},
		{service: "sqs", way: w, act: uploads},
		{service: "ses", way: w, act: signsIn, codes: mail},
		{service: "ses", way: w, act: invites, codes: append(mail, problem.AlreadyMember)},
		{service: "secretsmanager", way: w, act: signsIn, codes: link, at: []string{"magic-link-verify"}},
		{service: "secretsmanager", way: w, act: buys, codes: money, at: []string{"billing-checkout", "stripe-webhook", "billing-apply"}},
		{service: "sts", way: w, act: reads},
		{service: "kms", way: w, act: connects, codes: channel},
		{service: "bedrock", way: w, act: preview, codes: pictures},
		{service: "bedrock", way: w, act: renders, codes: pictures},
		{service: "polly", way: w, act: renders, codes: speech, or: plainer},
		{service: "stripe", way: w, act: buys, codes: money},
		{service: "youtube", way: w, act: publishes, codes: append(channel, problem.PublishFailed)},
	}
}

func ofTheNetwork() (all []fault) {
	for _, w := range []way{cut, deafened} {
		all = append(all,
			fault{service: "network", way: w, act: edits, codes: []problem.Code{problem.PreconditionFailed}},
			fault{service: "network", way: w, act: uploads},
			fault{service: "network", way: w, act: buys, codes: []problem.Code{problem.SubscriptionExists}},
			fault{service: "network", way: w, act: exports, codes: []problem.Code{problem.ExportRunning}},
		)
	}
	return all
}

// The ways of clocks, and that of the slots.
const (
	ahead    way = "an hour ahead"
	behind   way = "an hour behind"
	taken    way = "all taken"
	noneLeft way = "all of everybody taken"
)

// ofClocks are functions an hour apart from the others. What one of them has signed
// or counted is read by another; nobody may be locked out when it is right again.
func ofClocks() []fault {
	out := []problem.Code{problem.Unauthenticated, problem.SessionEnded, problem.LinkInvalid}
	return []fault{
		{service: "clock", way: ahead, act: reads, codes: out, at: []string{"project-list"}},
		{service: "clock", way: behind, act: reads, codes: out, at: []string{"project-list"}},
		{service: "clock", way: ahead, act: signsInAndReads, codes: out, at: []string{"magic-link-verify"}},
		{service: "clock", way: behind, act: signsInAndReads, codes: out, at: []string{"magic-link-request"}},
		{service: "clock", way: ahead, act: renders, codes: append(out, problem.RenderInterrupted), at: []string{"work-sweep"}},
		{service: "clock", way: behind, act: renders, codes: out, at: []string{"render-settle"}},
		{service: "clock", way: behind, act: rendersTwice, codes: slices.Concat(out, []problem.Code{problem.TooManyJobs}), at: []string{"project-render"}},
	}
}

// ofMessages are messages that no reader understands, before those of a person.
func ofMessages() []fault {
	return []fault{
		{service: "poison", way: "upload-checks", act: uploads},
		{service: "poison", way: "billing", act: buys},
		{service: "poison", way: "the table's stream", act: renders},
		{service: "poison", way: "render-event", act: renders},
		{service: "poison", way: "storage-correct", act: uploads},
		{service: "poison", way: "mail-feedback", act: signsIn},
	}
}

// windows are the rows in the groups that fail at once: one service, or several of
// which a person of the group needs one alone.
func windows(all []fault) (groups [][]fault) {
	apart := map[string]string{
		"secretsmanager": "secrets", "ses": "queues", "sqs": "queues", "states": "workflows", "sts": "rights", "kms": "rights",
		"bedrock": "partners", "polly": "partners", "stripe": "partners", "youtube": "partners",
	}
	at := map[string]int{}
	for _, f := range all {
		key := apart[f.service]
		if key == "" || f.way == hangs || f.way == oneVoice || f.way == noVoice {
			key = f.service
		}
		if f.service == "clock" || f.service == "poison" || f.service == "encoder" {
			key += "/" + f.act.name
		}
		key += "/" + string(f.way)
		if f.service == "bedrock" && f.act.name == renders.name || f.service == "polly" {
			key += "/" + f.service // each render asks both
		}
		i, known := at[key]
		if !known {
			i = len(groups)
			at[key], groups = i, append(groups, nil)
		}
		groups[i] = append(groups[i], f)
	}
	return groups
}

// sentenceOf is what the web app says of a code.
func sentenceOf(sentences map[string]string, code string) string {
	if code == unreachable {
		return "DevotionalAI could not be reached. Check your connection and try again."
	}
	_, code, coded := strings.Cut(code, " ")
	if !coded {
		return ""
	}
	return sentences[code]
}
