package chaos_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/tests/harness"
)

var update = flag.Bool("update", false, "write docs/chaos.md")

// TestTheDocsHaveEachRow holds docs/chaos.md to the rows: after a change,
// go test ./tests/chaos -run TestTheDocsHaveEachRow -update writes it.
func TestTheDocsHaveEachRow(t *testing.T) {
	file, want := filepath.Join(root(), "docs", "chaos.md"), document(sentences(t))
	if *update {
		harness.Must(t, os.WriteFile(file, []byte(want), 0o600))
	}
	got, err := os.ReadFile(file)
	harness.Must(t, err)
	if string(got) != want {
		t.Error("docs/chaos.md is not what the rows say; write it with go test ./tests/chaos -run TestTheDocsHaveEachRow -update")
	}
	if rows := len(faults()); rows < 100 {
		t.Errorf("only %d faults are declared", rows)
	}
	for _, f := range faults() {
		if meaning()[f.service] == "" || serviceNames()[f.service] == "" || endings()[f.act.name] == "" {
			t.Errorf("%s: the docs say nothing of it", f.name())
		}
	}
}

const preface = `# When something fails

What the product does when something that it rests on fails while people use it. Each row is a fault that ` + "`make chaos`" + ` plants in
the running product: a stand between the functions and what they call makes AWS's services, Stripe and YouTube slow (two seconds a call more),
busy (half of the calls are refused in the service's own words), down (connections break, or a 503 comes), or has them talk rubbish (a page
of HTML, or the true answer cut off in its middle, after its effect). A person does one act meanwhile and sends each request again, under the same
Idempotency-Key, as the web app does. In the end no job runs, nothing is reserved, and the ledger is what counters, segments and files say; minutes and
seconds are those of the videos, who bought has one subscription and one charge, and an export opens: nothing is lost, whatever failed.

What is down, talks rubbish, is gone or has a wrong clock is so for %.0f seconds, or until the act is done if that is sooner, and in any case until somebody has met it; what is slow,
busy, stuck or taken stays so until the act is done or has met what the row must show, for %.0f minutes at most. The few rows of an ordinary run and of ` + "`make proofs`" + ` let the
former last %.0f seconds. A row whose fault nobody met fails.

Beside the codes that a row names, every call may be answered 503 ` + "[`unavailable`](errors/unavailable.md)" + ` while the fault lasts, which the web app calls
“%s” and tries again, or 409 ` + "[`idempotency_in_progress`](errors/idempotency_in_progress.md)" + ` and ` + "[`conflict`](errors/conflict.md)" + ` where the first try is still at work. None is answered
500. How long it took in a run, and what was answered how often, is in the table that ` + "`make chaos`" + ` prints and keeps in out/chaos.md. This page is made of the
rows (tests/chaos/faults_test.go).
`

// document is docs/chaos.md.
func document(said map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, preface, outage.Seconds(), longest.Minutes(), blip.Seconds(), said[string(problem.Unavailable)])
	var services []string
	for _, f := range faults() {
		if !slices.Contains(services, f.service) {
			services = append(services, f.service)
		}
	}
	for _, service := range services {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n", serviceNames()[service], meaning()[service])
		var ways []way
		for _, f := range faults() {
			if f.service == service && !slices.Contains(ways, f.way) {
				ways = append(ways, f.way)
			}
		}
		for _, w := range ways {
			section(&b, service, w, said)
		}
	}
	return b.String()
}

// section is a fault kind of a service with its rows.
func section(b *strings.Builder, service string, w way, said map[string]string) {
	fmt.Fprintf(b, "\n### %s: %s\n\n| the person | may be answered | and reads | well again | lost |\n|---|---|---|---|---|\n", serviceNames()[service], w)
	for _, f := range faults() {
		if f.service != service || f.way != w {
			continue
		}
		var answers, read []string
		for _, code := range append(slices.Clone(f.codes), f.must) {
			if code != "" {
				answers = append(answers, fmt.Sprintf("%d [`%s`](errors/%s.md)", problem.Status(code), code, code))
				read = append(read, said[string(code)])
			}
		}
		if f.personal() {
			answers, read = append(answers, "nothing at all"), append(read, sentenceOf(said, unreachable))
		}
		if f.warns != "" {
			answers = append(answers, "a video with the warning `"+f.warns+"`")
		}
		if len(f.or) > 0 {
			answers = append(answers, "a video with the warning `"+strings.Join(f.or, "` or `")+"`")
		}
		if len(answers) == 0 {
			answers = []string{"–"}
		}
		if len(read) == 0 {
			read = []string{"–"}
		}
		lost := "nothing"
		if service == "poison" {
			lost += "; " + poisons()[w].String()
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", f.act.name, strings.Join(answers, ", "), strings.Join(read, " "), endings()[f.act.name], lost)
	}
}

// endings are how each act becomes well.
func endings() map[string]string {
	atOnce := "with the next try after the fault"
	worked := "by the step's own retries, else by the sweep within minutes; a failed job goes on where it was"
	return map[string]string{
		reads.name: atOnce, edits.name: "the editor saves again by itself; nothing typed is lost", signsIn.name: "with the next mail", invites.name: atOnce,
		signsInAndReads.name: "with the next mail", preview.name: "with the next try, paid once", uploads.name: "the file is sent on where it was",
		renders.name: worked, rendersTwice.name: "when the first is done", rendersBeside.name: "when one of the others is done", buys.name: "with the next try, or when the payment service's word has come; paid once",
		exports.name: worked, connects.name: "with the next consent", publishes.name: worked + ", as one video",
	}
}

// meaning says of each service what the product does without it.
func meaning() map[string]string {
	return map[string]string{
		"dynamodb":       "Each call is tried three times, with pauses of less than a second; then the answer is 503 with Retry-After. Writes are conditional, or carry the request's key: the same request later does what was asked for once.",
		"s3":             "Calls are tried again by the SDK. What a person sends goes to S3 from the browser, which sends it again; what S3 then tells of a file is counted when its event comes.",
		"states":         "An execution that could not be started is answered like any other: the job is in the index of open work, and the sweep starts it.",
		"sqs":            "What could not be handed on stays in the index of open work, from where the sweep hands it on again.",
		"ses":            "The person reads at once that the mail did not go, and asks for another; earlier links are dead then.",
		"secretsmanager": "A process keeps what it has read for minutes, so that only one that begins meanwhile needs it.",
		"kms":            "The key seals and opens the refresh tokens of connected channels, and nothing else.",
		"sts":            "The rights of a tenant are cached per process until shortly before they end.",
		"bedrock":        "A picture that takes longer than IMAGE_TIMEOUT is given up, tried once more, and then said to be too slow; a busy model is waited for by the render, and told of in a preview. A model that the account may not use is passed over.",
		"polly":          "Where the chosen voice fails, another of its language reads the scene, then captions stand alone; the video says so.",
		"stripe":         "A checkout is asked for under one key until it is answered. What was paid is heard of by events, which come again until they are taken.",
		"youtube":        "The upload goes on where YouTube says that it stands, in one session: it is one video, however often it was interrupted.",
		"encoder":        "An encoder that reports no progress for ENCODE_STALL_TIMEOUT is killed, and its step tried again. A disk that is full ends the job with the reason; what is finished is kept.",
		"slots":          "One account makes as many videos at once as its plan allows; the next is refused before anything is counted, with Retry-After. So is one when all accounts together have as many as MAX_RUNNING_JOBS.",
		"network":        "The web app keeps what is typed on the device, and gives each intention one key until it is answered (ADR 0005, 0007). The browser's own tests are tests/e2e/browser/offline.spec.ts and uploads.spec.ts.",
		"clock":          "Functions of AWS share its time to milliseconds. One whose clock is an hour off refuses tokens, or signs such as the others refuse; when it is right again nobody stays locked out: a rate that no right clock can have counted counts as none (shared/domains/ratelimit).",
		"poison":         "A message that no reader understands fails alone, is tried as often as its queue says, and waits where an alarm watches (docs/SAAS_DEPLOYMENT.md); one that names nothing of the product's is done with. Those behind it pass.",
	}
}
