package chaos_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// world is the running product with everything between its functions and what
// they call.
type world struct {
	product *launch.Running
	between *between
	encoder *encoder
}

// newWorld starts the product. Pictures and narration are asked of Bedrock and
// Polly, whose stand-ins stand between; times to live are short enough to be met.
func newWorld(t *testing.T) *world {
	t.Helper()
	folder := t.TempDir()
	e, err := newEncoder(folder, harness.FFmpeg(t))
	harness.Must(t, err)
	w := &world{between: newBetween(), encoder: e}
	t.Cleanup(w.between.close) // after the product
	w.product = launch.ForTest(t, launch.Options{Between: w.between.stand, Settings: map[string]string{
		"RATE_LIMIT_ANONYMOUS_PER_MINUTE": "100000", "RATE_LIMIT_USER_PER_SECOND": "1000", "MAGIC_LINK_PER_ADDRESS_PER_HOUR": "1000",
		"MAX_RUNNING_JOBS_PER_TENANT": "1",
		"IMAGE_PROVIDER":              "bedrock", "VOICE_PROVIDER": "polly", "IMAGE_TIMEOUT": "5s",
		"FFMPEG_PATH": e.path(), "ENCODE_STALL_TIMEOUT": "8s",
	}})
	return w
}

// links are the tokens of the sign-in links mailed to a person, the newest first.
func (w *world) links(p *person) (tokens []string) {
	mails, err := w.product.Mails(context.WithoutCancel(p.t.Context()), p.address)
	if err != nil {
		p.fatalf("read the mail: %v", err)
	}
	for _, m := range mails {
		if found := linkLine.FindStringSubmatch(m.Text); found != nil {
			tokens = append(tokens, found[1])
		}
	}
	return tokens
}

// call invokes a function of the product past everything that is planted in front.
func call[Answer any](t *testing.T, w *world, name string, ask any) (answer Answer) {
	t.Helper()
	raw, err := json.Marshal(ask)
	harness.Must(t, err)
	out, err := w.product.Stack.Invoke(t.Context(), w.product.Package, name, raw)
	harness.Must(t, err)
	harness.Must(t, json.Unmarshal(out, &answer))
	return answer
}

// sweeping has what is overdue seen to more often than once a minute, as long as
// ctx lasts.
func (w *world) sweeping(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(5 * time.Second):
		}
		_, _ = w.product.Stack.Invoke(ctx, w.product.Package, "work-sweep", []byte("{}")) // it may fail: much does here
	}
}

// nothingLost holds the ledger of every tenant against counters, segments and
// files, and waits until the stream has caught up.
func (w *world) nothingLost(t *testing.T) {
	t.Helper()
	var left, tenants int
	for end := time.Now().Add(2 * time.Minute); ; {
		left, tenants = 0, 0
		for ask := (metering.ReconcileRequest{All: true, Full: true, Stale: 20}); ; {
			report := call[metering.ReconcileReport](t, w, "ledger-reconcile", ask)
			left += len(report.Failed) + len(report.Slots)
			for _, found := range report.Tenants {
				tenants++
				left += found.Count
				for _, month := range found.Months {
					left += month.Unarchived
				}
				if time.Now().After(end) && found.Count > 0 {
					t.Errorf("tenant %s: %+v", found.Tenant, found.Differences)
				}
			}
			if ask.Cursor = report.Cursor; ask.Cursor == "" {
				break
			}
		}
		if left == 0 || time.Now().After(end) {
			break
		}
		time.Sleep(2 * time.Second)
	}
	t.Logf("ledger: %d tenants, %d differences", tenants, left)
	if left > 0 || tenants == 0 {
		t.Errorf("%d differences between the ledgers of %d tenants and what there is", left, tenants)
	}
}

// sentences are what the web app says of each code, in the one place that it has
// for them.
func sentences(t *testing.T) map[string]string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(root(), "frontend", "src", "api", "problem.ts"))
	harness.Must(t, err)
	found := map[string]string{}
	for _, m := range sentenceLine.FindAllStringSubmatch(string(raw), -1) {
		found[m[1]] = m[2]
	}
	return found
}
