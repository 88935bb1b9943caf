package harness

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/shared/domains/openwork"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/workflow"
	"github.com/devotionalai/platform/shared/technologies/stepfn"
	"github.com/devotionalai/platform/tests/blueprint"
)

const anyRole = "arn:aws:iam::000000000000:role/workflow"

// Function is one that a state machine calls, with what it is told.
type Function func(ctx context.Context, told []byte) (any, error)

// Step makes a function of a step, which does the act.
func Step[In, Out any](act tenant.Act, run func(context.Context, In) (Out, error)) Function {
	return func(ctx context.Context, told []byte) (any, error) {
		var in In
		if err := json.Unmarshal(told, &in); err != nil {
			return nil, fmt.Errorf("read what the step is told: %w", err)
		}
		return run(tenant.Doing(ctx, act), in)
	}
}

// Workflow is a state machine on the emulator, by its definition as it is deployed.
// The emulator runs it, and has this process do the work of its functions. It
// cannot pass on the name of a function's error: each is one that is not tried
// again.
type Workflow struct {
	*stepfn.Machine
	States []string // of the definition, but for those within a Map

	t       *testing.T
	sfn     *sfn.Client
	arn     string
	mu      sync.Mutex
	serve   map[tenant.ID]map[string]Function
	started map[tenant.ID][]string // executions, in order
}

// Deploy makes the state machine that infra/statemachines defines under a name.
func (e *Emulator) Deploy(t *testing.T, name string) *Workflow {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	Must(t, err)
	text, err := b.Definition(name)
	Must(t, err)
	w := &Workflow{t: t, sfn: sfn.NewFromConfig(e.AWS), serve: map[tenant.ID]map[string]Function{}, started: map[tenant.ID][]string{}}
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	var parsed struct{ States map[string]any }
	Must(t, json.Unmarshal(text, &parsed))
	for state := range parsed.States {
		w.States = append(w.States, state)
	}
	suffix := "-" + strings.ToLower(tenant.NewID())
	definition := regexp.MustCompile(`\$\{(\w+)Arn\}`).ReplaceAllStringFunc(string(text), func(variable string) string {
		function := strings.TrimSuffix(strings.TrimPrefix(variable, "${"), "Arn}")
		return e.function(t, function+suffix, server.URL+"/"+function)
	})
	made, err := w.sfn.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(name + suffix), Type: types.StateMachineTypeStandard, RoleArn: aws.String(anyRole), Definition: aws.String(definition),
	})
	Must(t, err)
	w.arn = aws.ToString(made.StateMachineArn)
	w.Machine = stepfn.New(e.AWS, w.arn)
	return w
}

// function makes a function whose calls the emulator hands on, and answers its ARN.
func (e *Emulator) function(t *testing.T, name, url string) string {
	t.Helper()
	client := lambda.NewFromConfig(e.AWS)
	if there, err := client.GetFunction(t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String(name)}); err == nil {
		return aws.ToString(there.Configuration.FunctionArn) // two states call it
	}
	var code bytes.Buffer
	Must(t, zip.NewWriter(&code).Close())
	made, err := client.CreateFunction(t.Context(), &lambda.CreateFunctionInput{
		FunctionName: aws.String(name), Runtime: lambdatypes.RuntimeProvidedal2023, Handler: aws.String("bootstrap"),
		Role: aws.String(anyRole), Timeout: aws.Int32(300), Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
		Environment: &lambdatypes.Environment{Variables: map[string]string{"MINISTACK_LAMBDA_PROXY_URL": url}},
	})
	Must(t, err)
	return aws.ToString(made.FunctionArn)
}

// Serve has a tenant's executions call these functions from now on. A name is that
// of the variable in the definition, without Arn.
func (w *Workflow) Serve(id tenant.ID, functions map[string]Function) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.serve[id] = functions
}

// Start notes the execution.
func (w *Workflow) Start(ctx context.Context, name string, in workflow.Input) error {
	w.mu.Lock()
	if all := w.started[in.TenantID]; !slices.Contains(all, name) {
		w.started[in.TenantID] = append(all, name)
	}
	w.mu.Unlock()
	return w.Machine.Start(ctx, name, in)
}

// Started are the executions of a tenant, the last of which works on its run now.
func (w *Workflow) Started(id tenant.ID) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.started[id])
}

// ServeHTTP calls a function for the emulator.
func (w *Workflow) ServeHTTP(answer http.ResponseWriter, r *http.Request) {
	told, err := io.ReadAll(r.Body)
	var in workflow.Input
	if err == nil {
		err = json.Unmarshal(told, &in)
	}
	name := strings.TrimPrefix(r.URL.Path, "/")
	w.mu.Lock()
	do, known := w.serve[in.TenantID][name]
	w.mu.Unlock()
	if err != nil || !known {
		w.t.Errorf("%s is called with %s, which nobody serves: %v", name, told, err)
		http.Error(answer, name, http.StatusNotFound)
		return
	}
	out, err := do(context.WithoutCancel(r.Context()), told)
	if err != nil {
		http.Error(answer, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(answer).Encode(out)
}

// Of narrows an index of open work to a tenant's: a sweep of one case must not see
// to what another has under way.
func Of(id tenant.ID, all openwork.Index) openwork.Index { return of{id, all} }

type of struct {
	id tenant.ID
	openwork.Index
}

func (o of) Overdue(ctx context.Context, kind openwork.Kind, now time.Time, cursor string) ([]openwork.Entry, string, error) {
	page, next, err := o.Index.Overdue(ctx, kind, now, cursor)
	return slices.DeleteFunc(page, func(e openwork.Entry) bool { return e.Tenant != o.id }), next, err
}

// Ended waits until no execution of a tenant runs any more.
func (w *Workflow) Ended(t *testing.T, id tenant.ID) {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		running := false
		for _, execution := range w.Started(id) {
			state, err := w.State(t.Context(), execution)
			Must(t, err)
			running = running || state == workflow.Running
		}
		if !running {
			return
		}
	}
	t.Fatalf("the executions %v do not end", w.Started(id))
}

// Entered are the states that an execution has entered so far, in order.
func (w *Workflow) Entered(t *testing.T, execution string) (states []string) {
	t.Helper()
	pages := sfn.NewGetExecutionHistoryPaginator(w.sfn, &sfn.GetExecutionHistoryInput{
		ExecutionArn: aws.String(strings.Replace(w.arn, ":stateMachine:", ":execution:", 1) + ":" + execution),
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		Must(t, err)
		for _, event := range page.Events {
			if event.StateEnteredEventDetails != nil {
				states = append(states, aws.ToString(event.StateEnteredEventDetails.Name))
			}
		}
	}
	return states
}
