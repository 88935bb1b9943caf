package structure_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
)

// webhookWaits is how long the caller of a Function URL may be taken to wait for
// an answer, in seconds; then it sends again.
const webhookWaits = 10

// lossesOf says how something that a function was called with could be lost, or
// hold up what follows, when the function fails.
func lossesOf(f blueprint.Function) []string {
	if _, raw := f.URL(); raw || onAPI(f) || calledByWorkflow(f) {
		return nil // the caller hears of it
	}
	streams, queues := f.EventsOf("DynamoDB"), f.EventsOf("SQS")
	var faults []string
	for _, stream := range streams {
		if onFailure(stream) == nil || stream["MaximumRetryAttempts"] == nil || !partial(stream) {
			faults = append(faults, "reads a stream: without bounded retries, an OnFailure destination and partial failures one bad record holds up all that follow, or is lost")
		}
	}
	for _, source := range queues {
		faults = append(faults, queueLosses(f, source)...)
	}
	invoke, _ := f.Properties["EventInvokeConfig"].(blueprint.Map)
	if len(streams)+len(queues) == 0 && onFailure(invoke) == nil {
		faults = append(faults, "is called by events and has no OnFailure destination: what fails would be lost")
	}
	return faults
}

func onFailure(of blueprint.Map) any {
	destinations, _ := of["DestinationConfig"].(blueprint.Map)
	return destinations["OnFailure"]
}

func partial(source blueprint.Map) bool {
	return flat(source["FunctionResponseTypes"]) == "ReportBatchItemFailures "
}

// queueLosses looks at an SQS event and the queue that it reads, which is in the
// function's own template.
func queueLosses(f blueprint.Function, source blueprint.Map) []string {
	var faults []string
	if !partial(source) {
		faults = append(faults, "reads a queue without ReportBatchItemFailures: one bad message brings back the whole batch")
	}
	queue, ok := f.Target(source["Queue"])
	if !ok || queue.Type != "AWS::SQS::Queue" {
		return append(faults, "reads a queue that its template does not declare")
	}
	redrive, _ := queue.Properties["RedrivePolicy"].(blueprint.Map)
	dead, found := f.Target(redrive["deadLetterTargetArn"])
	if !found || dead.Type != "AWS::SQS::Queue" || redrive["maxReceiveCount"] == nil {
		faults = append(faults, "reads a queue without a RedrivePolicy to a dead-letter queue: a bad message comes back until it expires, and is lost")
	}
	if hidden, _ := queue.Properties["VisibilityTimeout"].(int); hidden < 6*f.Timeout {
		faults = append(faults, "reads a queue whose VisibilityTimeout is not six times the function's timeout: a message that is still worked on is handed over again")
	}
	if queue.Properties["FifoQueue"] == true {
		faults = append(faults, "reads a FIFO queue: boot.Queue handles a batch side by side, which breaks its order")
	}
	return faults
}

// rawFaults says where the template and the rows of raw functions differ.
func rawFaults(b *blueprint.Blueprint, rows []httpapi.Raw) []string {
	var faults []string
	routes := map[string]string{}
	for _, row := range rows {
		key := row.Method + " " + row.Path
		switch whole := filepath.Clean(row.Path); {
		case row.Below() && (row.Method != httpapi.AnyMethod || whole+"/" != row.Path || !strings.HasPrefix(row.Path, "/mock/")):
			faults = append(faults, row.Name+": a row of all below a path takes any method, and lies below /mock/: nothing else is there")
		case !row.Below() && (row.Method == "" || row.Method == httpapi.AnyMethod || whole != row.Path || !strings.HasPrefix(row.Path, "/webhooks/")):
			faults = append(faults, row.Name+": a row names one method and a clean path below /webhooks/, which the local edge passes on")
		}
		if other := routes[key]; other != "" {
			faults = append(faults, row.Name+": "+key+" is "+other+"'s")
		}
		routes[key] = row.Name
		if f, ok := b.Function(row.Name); !ok {
			faults = append(faults, row.Name+": no template deploys it")
		} else if _, raw := f.URL(); !raw {
			faults = append(faults, row.Name+": it has a row in httpapi.RawEndpoints() and no FunctionUrlConfig")
		}
	}
	for _, f := range b.Functions {
		config, raw := f.URL()
		i := slices.IndexFunc(rows, func(r httpapi.Raw) bool { return r.Name == f.Name })
		switch {
		case !raw && f.LocalRoute() != "":
			faults = append(faults, f.Name+": it has a LocalRoute and no FunctionUrlConfig")
		case !raw:
		case i < 0:
			faults = append(faults, f.Name+": it has a FunctionUrlConfig and no row in httpapi.RawEndpoints()")
		case f.LocalRoute() != rows[i].Method+" "+rows[i].Path:
			faults = append(faults, f.Name+": Metadata LocalRoute is "+f.LocalRoute()+", its row says "+rows[i].Method+" "+rows[i].Path)
		case onAPI(f):
			faults = append(faults, f.Name+": it is behind a Function URL and the HTTP API; boot serves one of them")
		case config["AuthType"] != "NONE" || config["InvokeMode"] != nil:
			faults = append(faults, f.Name+": boot.URL answers callers without AWS credentials, in one piece: AuthType NONE and no InvokeMode")
		}
	}
	return faults
}

func TestTemplateAndRawRowsAgree(t *testing.T) {
	for _, fault := range rawFaults(load(t), httpapi.RawEndpoints()) {
		t.Error(fault)
	}
}

// trial is a made-up template: the product has no such function yet.
const trial = `
Globals: {Function: {Timeout: 9}}
Resources:
  HookReceive:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x, LocalRoute: POST /webhooks/trial}
    Properties:
      CodeUri: functions/hook-receive/
      FunctionUrlConfig: {AuthType: NONE}
  OrderWork:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/order-work/
      Events:
        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, FunctionResponseTypes: [ReportBatchItemFailures]}}
  Orders:
    Type: AWS::SQS::Queue
    Properties: {VisibilityTimeout: 54, RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}}
  Dead: {Type: AWS::SQS::Queue}
`

func made(t *testing.T, template string) *blueprint.Blueprint {
	t.Helper()
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "template.yaml"), []byte(template), 0o644); err != nil {
		t.Fatal(err)
	}
	b, err := blueprint.Load(root)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// faultsOf are those of every function, and of the rows.
func faultsOf(b *blueprint.Blueprint, rows []httpapi.Raw) []string {
	all := rawFaults(b, rows)
	for _, f := range b.Functions {
		all = append(all, lossesOf(f)...)
	}
	return all
}

// TestRawFunctionsAndQueuesAreHeld breaks the made-up template in one place at a
// time; each is found.
func TestRawFunctionsAndQueuesAreHeld(t *testing.T) {
	t.Parallel()
	row := httpapi.Raw{Name: "hook-receive", Method: "POST", Path: "/webhooks/trial"}
	if faults := faultsOf(made(t, trial), []httpapi.Raw{row}); len(faults) > 0 {
		t.Fatalf("the sound template is refused: %q", faults)
	}
	if f, _ := made(t, trial).Function("hook-receive"); f.LocalRoute() != "POST /webhooks/trial" || f.Timeout >= webhookWaits {
		t.Errorf("the function reads as %+v", f)
	}
	for _, c := range []struct{ name, old, new, want string }{
		{"another path", "LocalRoute: POST /webhooks/trial", "LocalRoute: POST /webhooks/other", "LocalRoute is"},
		{"no path", ", LocalRoute: POST /webhooks/trial", "", "LocalRoute is"},
		{"no Function URL", "      FunctionUrlConfig: {AuthType: NONE}\n", "", "no FunctionUrlConfig"},
		{"signed callers", "AuthType: NONE", "AuthType: AWS_IAM", "AuthType NONE"},
		{"streamed answers", "AuthType: NONE", "AuthType: NONE, InvokeMode: RESPONSE_STREAM", "no InvokeMode"},
		{"behind the API too", "FunctionUrlConfig: {AuthType: NONE}", "FunctionUrlConfig: {AuthType: NONE}\n      Events: {Call: {Type: HttpApi, Properties: {Method: GET, Path: /api/x}}}", "the HTTP API"},
		{"another function's name", "functions/hook-receive/", "functions/hook-take/", "no row"},
		{"no partial failures", ", FunctionResponseTypes: [ReportBatchItemFailures]", "", "brings back the whole batch"},
		{"no dead-letter queue", ", RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}", "", "dead-letter"},
		{"a dead-letter queue that is none", "deadLetterTargetArn: !GetAtt Dead.Arn", "deadLetterTargetArn: !GetAtt OrderWork.Arn", "dead-letter"},
		{"visible too soon", "VisibilityTimeout: 54", "VisibilityTimeout: 30", "VisibilityTimeout"},
		{"in order", "VisibilityTimeout: 54", "VisibilityTimeout: 54, FifoQueue: true", "FIFO"},
		{"a queue of nobody", "Queue: !GetAtt Orders.Arn", "Queue: !GetAtt Lost.Arn", "does not declare"},
		{"no events at all", "      Events:\n        Orders: {Type: SQS, Properties: {Queue: !GetAtt Orders.Arn, FunctionResponseTypes: [ReportBatchItemFailures]}}\n", "", "no OnFailure"},
	} {
		if !strings.Contains(trial, c.old) {
			t.Fatalf("%s: the template has no %q", c.name, c.old)
		}
		faults := faultsOf(made(t, strings.Replace(trial, c.old, c.new, 1)), []httpapi.Raw{row})
		if !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, c.want) }) {
			t.Errorf("%s: %q", c.name, faults)
		}
	}
	for name, rows := range map[string][]httpapi.Raw{
		"no FunctionUrlConfig": {row, {Name: "order-work", Method: "POST", Path: "/webhooks/orders"}},
		"no template deploys":  {row, {Name: "gone", Method: "POST", Path: "/webhooks/gone"}},
		"is hook-receive's":    {row, {Name: "order-work", Method: "POST", Path: "/webhooks/trial"}},
		"below /webhooks/":     {{Name: "hook-receive", Method: "POST", Path: "/api/trial"}},
		"names one method":     {{Name: "hook-receive", Method: "ANY", Path: "/webhooks/trial"}},
		"below /mock/":         {{Name: "hook-receive", Method: "ANY", Path: "/api/trial/"}},
		"takes any method":     {{Name: "hook-receive", Method: "POST", Path: "/mock/trial/"}},
		"nothing else is":      {{Name: "hook-receive", Method: "ANY", Path: "/mock//trial/"}},
		"and no row":           nil,
	} {
		if faults := rawFaults(made(t, trial), rows); !slices.ContainsFunc(faults, func(f string) bool { return strings.Contains(f, name) }) {
			t.Errorf("%s: %q", name, faults)
		}
	}
}
