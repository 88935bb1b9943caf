package structure_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/tests/blueprint"
)

// watched is a metric that an alarm reads.
type watched struct {
	namespace, name, stat string
	dimensions            map[string]string
}

func (r watched) String() string { return r.namespace + " " + r.name }

// alarms are those of all templates, by template and id.
func alarms(t *testing.T) map[string]blueprint.Resource {
	t.Helper()
	all := map[string]blueprint.Resource{}
	for _, r := range load(t).Resources("AWS::CloudWatch::Alarm") {
		all[r.Template.File+" "+r.ID] = r
	}
	if len(all) < 20 {
		t.Fatalf("%d alarms: are they still found?", len(all))
	}
	return all
}

// reads are the metrics that an alarm reads: one of its own, or those of its
// expressions.
func reads(r blueprint.Resource) []watched {
	if r.Properties["MetricName"] != nil {
		return []watched{readOf(r.Properties, r.Properties["Statistic"])}
	}
	var all []watched
	queries, _ := r.Properties["Metrics"].([]any)
	for _, q := range queries {
		stat, _ := q.(blueprint.Map)["MetricStat"].(blueprint.Map)
		if one, ok := stat["Metric"].(blueprint.Map); ok {
			all = append(all, readOf(one, stat["Stat"]))
		}
	}
	return all
}

func readOf(m blueprint.Map, stat any) watched {
	r := watched{namespace: text(m["Namespace"]), name: text(m["MetricName"]), stat: fmt.Sprint(stat), dimensions: map[string]string{}}
	list, _ := m["Dimensions"].([]any)
	for _, d := range list {
		one, _ := d.(blueprint.Map)
		r.dimensions[text(one["Name"])] = text(one["Value"])
	}
	return r
}

// text is a value, or what a Ref or Sub is made from.
func text(v any) string {
	if m, ok := v.(blueprint.Map); ok {
		for _, k := range []string{"Ref", "Fn::Sub"} {
			if s, ok := m[k].(string); ok {
				return s
			}
		}
	}
	return fmt.Sprint(v)
}

// TestEveryAlarmCanBeStruck: something writes the metric that it reads, with the
// dimensions that it reads it by. One on a name that nobody writes never rings.
func TestEveryAlarmCanBeStruck(t *testing.T) {
	b := load(t)
	for name, a := range alarms(t) {
		all := reads(a)
		if len(all) == 0 {
			t.Errorf("%s reads no metric", name)
		}
		for _, r := range all {
			if why := silent(b, r); why != "" {
				t.Errorf("%s: %s: %s", name, r, why)
			}
		}
	}
}

// silent says why nothing writes a metric; "" when something does.
func silent(b *blueprint.Blueprint, r watched) string {
	if r.namespace == metric.Namespace {
		m := metric.Of(metric.Name(r.name))
		if !slices.Contains(metric.All(), m) {
			return "shared/boot/metric does not declare it"
		}
		if len(r.dimensions) != 1 || r.dimensions["stage"] != "Stage" {
			return fmt.Sprintf("it is written with the dimension stage, not %v", r.dimensions)
		}
		return ""
	}
	if !strings.HasPrefix(r.namespace, "AWS/") {
		for _, f := range b.Resources("AWS::Logs::MetricFilter") {
			for _, made := range f.Properties["MetricTransformations"].([]any) {
				one, _ := made.(blueprint.Map)
				if text(one["MetricNamespace"]) == r.namespace && one["MetricName"] == r.name && len(r.dimensions) == 0 {
					return ""
				}
			}
		}
		return "no metric filter writes it"
	}
	return silentService(b, r)
}

// silentService is the same of what AWS writes itself.
func silentService(b *blueprint.Blueprint, r watched) string {
	ours := func(dimension string) string { return strings.TrimPrefix(r.dimensions[dimension], "${Prefix}-") }
	switch r.String() {
	case "AWS/Lambda Invocations":
		if _, there := b.Function(ours("FunctionName")); there {
			return ""
		}
	case "AWS/Lambda IteratorAge":
		if f, there := b.Function(ours("FunctionName")); there && len(f.EventsOf("DynamoDB")) > 0 {
			return ""
		}
	case "AWS/SQS ApproximateNumberOfMessagesVisible":
		for _, q := range b.Resources("AWS::SQS::Queue") {
			if text(q.Properties["QueueName"]) == r.dimensions["QueueName"] {
				return ""
			}
		}
	case "AWS/Lambda Throttles":
		if len(r.dimensions) == 0 {
			return ""
		}
	case "AWS/ApiGateway 5xx":
		if r.dimensions["ApiId"] == "Api" {
			return ""
		}
	case "AWS/CloudFront 5xxErrorRate":
		if r.dimensions["DistributionId"] == "DistributionId" && r.dimensions["Region"] == "Global" {
			return ""
		}
	case "AWS/Usage ResourceCount":
		if r.dimensions["Resource"] == "ConcurrentExecutions" && r.dimensions["Service"] == "Lambda" {
			return ""
		}
	}
	return fmt.Sprintf("nothing here is known to write it by %v (or add it to this test)", r.dimensions)
}

var runbook = regexp.MustCompile(` See docs/SAAS_DEPLOYMENT\.md, "([^"]+)"\.$`)

// TestEveryAlarmHasItsRunbook: who is woken reads what to do, and finds it.
func TestEveryAlarmHasItsRunbook(t *testing.T) {
	doc, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "SAAS_DEPLOYMENT.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, after, there := strings.Cut(string(doc), "\n## When an alarm rings\n")
	if !there {
		t.Fatal("docs/SAAS_DEPLOYMENT.md has no section When an alarm rings")
	}
	books, _, _ := strings.Cut(after, "\n## ")
	named := map[string]bool{}
	for name, a := range alarms(t) {
		found := runbook.FindStringSubmatch(text(a.Properties["AlarmDescription"]))
		if found == nil {
			t.Errorf("%s: its description does not end with: See docs/SAAS_DEPLOYMENT.md, \"a section\".", name)
			continue
		}
		named[found[1]] = true
		if !strings.Contains(books, "\n### "+found[1]+"\n") {
			t.Errorf("%s: docs/SAAS_DEPLOYMENT.md has no section ### %s under When an alarm rings", name, found[1])
		}
	}
	for line := range strings.SplitSeq(books, "\n") {
		if title, is := strings.CutPrefix(line, "### "); is && !named[title] {
			t.Errorf("docs/SAAS_DEPLOYMENT.md: no alarm leads to %q", title)
		}
	}
}

// TestWhatWaitsForAnOperatorRings: what an operator alone can mend rings from the
// first on, and what people cause themselves never does.
func TestWhatWaitsForAnOperatorRings(t *testing.T) {
	thresholds := map[string]string{}
	for _, a := range alarms(t) {
		for _, r := range reads(a) {
			thresholds[r.name] = r.stat + " above " + fmt.Sprint(a.Properties["Threshold"])
			if a.Properties["AlarmActions"] == nil {
				t.Errorf("%s tells nobody", a.ID)
			}
		}
	}
	for _, name := range []metric.Name{
		metric.PicturesDrawn, metric.PicturesDenied, metric.VoicesDenied, metric.LinksNotMailed, metric.RightsMissing, metric.FunctionErrors, metric.WorkflowsDied,
		metric.FilesOfNoAccount, metric.ErasuresUndone, metric.RecordsDiffer, metric.RecordsUnchecked,
	} {
		if got := thresholds[string(name)]; got != "Sum above 0" {
			t.Errorf("%s: no alarm from the first on (%q)", name, got)
		}
	}
	for _, name := range []metric.Name{metric.JobsFailed, metric.ScenesWithoutVoice} {
		if got := thresholds[string(name)]; got != "Average above 0.1" {
			t.Errorf("%s: no alarm on the share that failed (%q)", name, got)
		}
	}
	if got := thresholds[string(metric.OldestRender)]; got != "Maximum above 3600" {
		t.Errorf("a render that waits for hours rings nowhere (%q)", got)
	}
	for _, name := range []metric.Name{metric.JobsRefused, metric.MailRefused, metric.MailSandboxed, metric.MailFeedback, metric.MailSuppressed} {
		if got := thresholds[string(name)]; got != "" {
			t.Errorf("%s is for people to cause, and rings (%s)", name, got)
		}
	}
}

// TestADeathThatNobodyNoticesRings: every dead-letter queue, every workflow, and the
// sweep that everything else relies on.
func TestADeathThatNobodyNoticesRings(t *testing.T) {
	b := load(t)
	seen := map[string]bool{}
	for _, a := range alarms(t) {
		for _, r := range reads(a) {
			seen[r.dimensions["QueueName"]+r.dimensions["FunctionName"]] = true
		}
	}
	for _, q := range b.Resources("AWS::SQS::Queue") {
		name := text(q.Properties["QueueName"])
		if q.Properties["RedrivePolicy"] == nil && !seen[name] {
			t.Errorf("%s: what lies there is noticed by nobody", name)
		}
	}
	if !seen["${Prefix}-work-sweep"] {
		t.Error("nobody notices that the sweep does not run")
	}
	f, _ := b.Function("render-event")
	events := fmt.Sprint(f.EventsOf("EventBridgeRule"))
	for _, m := range b.Resources("AWS::Serverless::StateMachine") {
		if !strings.Contains(events, "map[Ref:"+m.ID+"]") {
			t.Errorf("%s: render-event does not hear of its executions, and so counts none that died", m.ID)
		}
	}
}

// TestTheDashboardShowsWhatIsWritten: a chart of a name that nobody writes stays empty,
// and looks as if all were well.
func TestTheDashboardShowsWhatIsWritten(t *testing.T) {
	b := load(t)
	shown := 0
	for _, d := range b.Resources("AWS::CloudWatch::Dashboard") {
		var body struct {
			Widgets []struct {
				Properties struct{ Metrics [][]any }
			}
		}
		if err := json.Unmarshal([]byte(text(d.Properties["DashboardBody"])), &body); err != nil {
			t.Fatalf("%s: %v", d.ID, err)
		}
		for _, w := range body.Widgets {
			var namespace any
			for _, m := range w.Properties.Metrics {
				if m[0] == "..." {
					continue // the one before, by another dimension or statistic
				}
				if m[0] != "." {
					namespace = m[0]
				}
				if namespace != metric.Namespace {
					continue
				}
				shown++
				if name := metric.Name(fmt.Sprint(m[1])); !slices.Contains(metric.All(), metric.Of(name)) {
					t.Errorf("%s shows %s, which nobody writes", d.ID, name)
				}
			}
		}
	}
	if shown < 10 {
		t.Errorf("%d of the product's own metrics are shown", shown)
	}
}
