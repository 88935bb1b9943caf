package emulator

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// step says in a file that it works, how many work and at which priority, and works
// until it is let go.
const step = `
import os, time
def handler(event, context):
    folder, name = event.get("folder"), event.get("name")
    if not name:
        return {"nice": os.getpriority(os.PRIO_PROCESS, 0)}
    open(os.path.join(folder, "working-" + name), "w").close()
    working = len([f for f in os.listdir(folder) if f.startswith("working-")])
    with open(os.path.join(folder, "new-" + name), "w") as file:
        file.write("%d %d" % (working, os.getpriority(os.PRIO_PROCESS, 0)))
    os.rename(os.path.join(folder, "new-" + name), os.path.join(folder, "began-" + name))
    while not os.path.exists(os.path.join(folder, "go-" + name)):
        time.sleep(0.01)
    os.remove(os.path.join(folder, "working-" + name))
    return {}
`

// workflow has two steps: one that may take its time, and a short one that ends it. What is allowed for
// the first is less than what some of the test's runs wait.
const workflow = `{"StartAt": "Work", "TimeoutSeconds": 600, "States": {
	"Work": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": %d, "ResultPath": null, "Next": "End",
		"Parameters": {"FunctionName": "long", "Payload": {"folder.$": "$.folder", "name.$": "$$.Execution.Name"}}},
	"End": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "TimeoutSeconds": 60, "End": true,
		"Parameters": {"FunctionName": "short", "Payload": {"folder": ""}}}}}`

// longer is a workflow that lasts longer than an impatient step may.
const longer = `{"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 21, "End": true}}}`

type world struct {
	*testing.T
	folder  string
	lambdas *lambda.Client
	flows   *sfn.Client
}

// TestStepsWaitForPlaces starts a tenant's runs, more than there are places, and then one of another
// tenant's: no more work than there are places, the other's is next, and its wait is not its step's time.
func TestStepsWaitForPlaces(t *testing.T) {
	w := begin(t)
	cores := runtime.GOMAXPROCS(0)
	w.machine("patient", fmt.Sprintf(workflow, 300))
	w.machine("impatient", fmt.Sprintf(workflow, 20))
	w.machine("longer", longer)
	for n := range cores {
		w.start("patient", "greedy", fmt.Sprintf("greedy-%d", n))
	}
	for n := range cores {
		w.await(fmt.Sprintf("began-greedy-%d", n))
	}
	others := []string{"more-0", "more-1", "more-2", "modest-0"}
	for _, name := range others {
		w.write("go-" + name)
		tenant, _, _ := strings.Cut(name, "-")
		w.start("impatient", strings.Replace(tenant, "more", "greedy", 1), name)
	}
	w.start("longer", "", "longer-0")
	if status := w.end("longer", "longer-0"); status != sfntypes.ExecutionStatusSucceeded {
		t.Fatalf("the wait ended as %s", status)
	}
	own, err := syscall.Getpriority(syscall.PRIO_PROCESS, 0)
	if err != nil {
		t.Fatal(err)
	}
	if nice := w.call("short"); nice != 20-own {
		t.Errorf("a call that somebody waits for is answered at niceness %d, the emulator has %d", nice, 20-own)
	}
	if nice := w.call("heavy"); nice != min(20-own+5, 19) {
		t.Errorf("a call that works for long is answered at niceness %d, the emulator has %d", nice, 20-own)
	}
	for n := range cores {
		w.write(fmt.Sprintf("go-greedy-%d", n))
		w.succeeds("patient", fmt.Sprintf("greedy-%d", n))
	}
	for _, name := range others {
		w.succeeds("impatient", name)
	}
	slices.SortFunc(others, func(a, b string) int { return w.began(a).Compare(w.began(b)) })
	if others[0] != "modest-0" {
		t.Errorf("places were given in the order %v: the other tenant's run waited for more than one of them", others)
	}
	w.checkMost(cores, 20-own)
}

// checkMost looks how many steps worked when each began.
func (w *world) checkMost(places, own int) {
	w.Helper()
	files, err := filepath.Glob(filepath.Join(w.folder, "began-*"))
	if err != nil || len(files) != places+4 {
		w.Fatalf("%d steps began: %v", len(files), err)
	}
	for _, file := range files {
		var working, nice int
		said, err := os.ReadFile(file)
		if _, scanned := fmt.Sscan(string(said), &working, &nice); err != nil || scanned != nil {
			w.Fatalf("%s says %q: %v", file, said, err)
		}
		if working > places || nice != min(own+10, 19) {
			w.Errorf("%s: %d steps worked in %d places, at niceness %d where the emulator has %d", filepath.Base(file), working, places, nice, own)
		}
	}
}

func begin(t *testing.T) *world {
	t.Helper()
	p, c, _ := started(t, false)
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	w := &world{T: t, folder: t.TempDir(), lambdas: lambda.NewFromConfig(c), flows: sfn.NewFromConfig(c)}
	w.function("long", 300, 128)
	w.function("short", 10, 128)
	w.function("heavy", 10, 1024)
	return w
}

// started is an emulator with a folder of its own, which the test stops.
func started(t *testing.T, persist bool) (*Process, aws.Config, string) {
	t.Helper()
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	dir := t.TempDir()
	p, err := Start(t.Context(), Config{Python: tools.Python, Port: port, Dir: dir, Persist: persist})
	if err != nil {
		t.Fatal(err)
	}
	return p, Client(p.Endpoint), dir
}

func (w *world) function(name string, seconds, megabytes int32) {
	w.Helper()
	var code bytes.Buffer
	z := zip.NewWriter(&code)
	f, err := z.Create("step.py")
	if err == nil {
		_, err = f.Write([]byte(step))
	}
	if err == nil {
		err = z.Close()
	}
	if err == nil {
		_, err = w.lambdas.CreateFunction(w.Context(), &lambda.CreateFunctionInput{
			FunctionName: &name, Runtime: lambdatypes.RuntimePython312, Handler: aws.String("step.handler"), Timeout: &seconds, MemorySize: &megabytes,
			Role: aws.String("arn:aws:iam::000000000000:role/any"), Code: &lambdatypes.FunctionCode{ZipFile: code.Bytes()},
		})
	}
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) machine(name, definition string) {
	w.Helper()
	if _, err := w.flows.CreateStateMachine(w.Context(), &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: aws.String("arn:aws:iam::000000000000:role/any"),
	}); err != nil {
		w.Fatal(err)
	}
}

func (w *world) start(machine, tenant, name string) {
	w.Helper()
	input, err := json.Marshal(map[string]string{"tenant_id": tenant, "folder": w.folder})
	if err != nil {
		w.Fatal(err)
	}
	if _, err := w.flows.StartExecution(w.Context(), &sfn.StartExecutionInput{
		StateMachineArn: aws.String("arn:aws:states:us-east-1:000000000000:stateMachine:" + machine), Name: &name, Input: aws.String(string(input)),
	}); err != nil {
		w.Fatal(err)
	}
}

// end waits for an execution's end.
func (w *world) end(machine, name string) (status sfntypes.ExecutionStatus) {
	w.Helper()
	w.until(func() bool {
		e, err := w.flows.DescribeExecution(w.Context(), &sfn.DescribeExecutionInput{
			ExecutionArn: aws.String("arn:aws:states:us-east-1:000000000000:execution:" + machine + ":" + name),
		})
		if err != nil {
			w.Fatal(err)
		}
		status = e.Status
		return status != sfntypes.ExecutionStatusRunning
	})
	return status
}

func (w *world) succeeds(machine, name string) {
	w.Helper()
	if status := w.end(machine, name); status != sfntypes.ExecutionStatusSucceeded {
		w.Errorf("%s ended as %s", name, status)
	}
}

// call calls a function past any workflow, as the API does, and answers its niceness.
func (w *world) call(name string) int {
	w.Helper()
	out, err := w.lambdas.Invoke(w.Context(), &lambda.InvokeInput{FunctionName: &name, Payload: []byte("{}")})
	if err != nil {
		w.Fatal(err)
	}
	var said struct{ Nice *int }
	if err := json.Unmarshal(out.Payload, &said); err != nil || said.Nice == nil {
		w.Fatalf("%s answered %s", name, out.Payload)
	}
	return *said.Nice
}

func (w *world) write(name string) {
	w.Helper()
	if err := os.WriteFile(filepath.Join(w.folder, name), nil, 0o600); err != nil {
		w.Fatal(err)
	}
}

func (w *world) await(name string) {
	w.Helper()
	w.until(func() bool {
		_, err := os.Stat(filepath.Join(w.folder, name))
		return err == nil
	})
}

// began is when a step began.
func (w *world) began(name string) time.Time {
	w.Helper()
	info, err := os.Stat(filepath.Join(w.folder, "began-"+name))
	if err != nil {
		w.Fatal(err)
	}
	return info.ModTime()
}

func (w *world) until(done func() bool) {
	w.Helper()
	for end := time.Now().Add(2 * time.Minute); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			w.Fatal("this has not come about")
		}
	}
}
