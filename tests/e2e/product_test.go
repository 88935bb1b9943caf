package e2e_test

import (
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
	"github.com/devotionalai/platform/tests/launch"
)

// kept is a product that is stopped and started on the same data.
type kept struct {
	*launch.Running
	options launch.Options
}

// restart starts it. Its own address is part of its tokens and links: it does not
// move.
func (k *kept) restart(t *testing.T) {
	t.Helper()
	var err error
	if k.Running, err = launch.Product(k.options); err != nil {
		t.Fatalf("start: %v", err)
	}
	k.options.Settings["PORT"], k.options.Settings["EMULATOR_PORT"] = portOf(k.URL), portOf(k.Product.Emulator.Endpoint)
}

func (k *kept) stop(t *testing.T) {
	t.Helper()
	if err := k.Close(); err != nil {
		t.Fatalf("stop: %v", err)
	}
}

// command runs the program of make backup or make restore where its .data is the
// product's, with somebody's answers.
func (k *kept) command(t *testing.T, name, answers string, env ...string) (string, error) {
	t.Helper()
	built := filepath.Join(t.TempDir(), name)
	build := exec.CommandContext(t.Context(), "go", "build", "-o", built, "./infra/local/"+name)
	build.Dir = blueprint.Root()
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	cmd := exec.CommandContext(t.Context(), built)
	cmd.Dir, cmd.Stdin = filepath.Dir(k.Data), strings.NewReader(answers)
	cmd.Env = append(append(os.Environ(), "YES=", "FILE="), env...)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func portOf(url string) string { return url[strings.LastIndex(url, ":")+1:] }

// TestStopsAndStartsKeepData: what a person has outlives a restart in the middle of
// a render, and a deployment. At last the product's emulator is taken away.
func TestStopsAndStartsKeepData(t *testing.T) {
	p := &kept{options: launch.Options{Settings: raised(nil), Data: filepath.Join(t.TempDir(), ".data")}}
	p.restart(t)
	c := signIn(t, p.URL)
	project := c.project("The grass withers, the flower fades; but the word of our God stands forever.", "Comfort my people.")
	job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if j := c.must(200, "GET", "/api/v1/jobs/"+job, nil); j["status"] == "running" && j["progress"].(float64) > 5 {
			break
		}
	}
	p.stop(t)
	p.restart(t)
	t.Run("a restart midway", func(t *testing.T) { restartMidway(t, c, project, job) })
	p.stop(t)
	t.Run("a deployment", func(t *testing.T) { deploymentKeepsData(t, p, c, project) })
	backup := filepath.Join(t.TempDir(), "backup.tar.gz")
	if said, err := p.command(t, "backup", "", "FILE="+backup); err != nil || !strings.Contains(said, backup) {
		t.Fatalf("make backup: %v\n%s", err, said)
	}
	written := c.project("Weeping may stay for the night, but joy comes in the morning.")
	awaitSave(t, p.Data)
	t.Run("nothing works without the emulator", func(t *testing.T) { nothingWorksWithoutTheEmulator(t, p.Running, c) })
	p.stop(t)
	p.restart(t)
	c.refresh()
	for _, id := range []string{project, written} {
		if r := c.do("GET", "/api/v1/projects/"+id, nil); r.status != 200 {
			t.Errorf("a project after kill -9 of what keeps it: %d %s", r.status, r.body)
		}
	}
	if said, err := p.command(t, "restore", "", "FILE="+backup, "YES=1"); err == nil || !strings.Contains(said, "running already") {
		t.Errorf("a restore while it runs: %v\n%s", err, said)
	}
	p.stop(t)
	t.Run("a restore", func(t *testing.T) { restoreBringsBack(t, p, c, backup, project, written) })
}

// restoreBringsBack: the backup was made while the product ran. What came after it is
// gone, what was before is there, with its files.
func restoreBringsBack(t *testing.T, p *kept, c *client, backup, before, after string) {
	for want, c := range map[string][]string{"usage: ": {"y\n", "FILE="}, "nothing was changed": {"n\n", "FILE=" + backup}, "no such file": {"y\n", "FILE=" + backup + ".gone"}} {
		if said, err := p.command(t, "restore", c[0], c[1]); err == nil || !strings.Contains(said, want) {
			t.Errorf("make restore %s: %v\n%s", c[1], err, said)
		}
	}
	if said, err := p.command(t, "restore", "y\n", "FILE="+backup); err != nil || !strings.Contains(said, "Go on? [y/N]") {
		t.Fatalf("make restore: %v\n%s", err, said)
	}
	p.restart(t)
	for id, status := range map[string]int{before: 200, after: 404} {
		if r := c.do("GET", "/api/v1/projects/"+id, nil); r.status != status {
			t.Errorf("after the restore: %d, want %d: %s", r.status, status, r.body)
		}
	}
	for _, listed := range c.must(200, "GET", "/api/v1/jobs", nil)["items"].([]any) {
		job := c.must(200, "GET", "/api/v1/jobs/"+listed.(map[string]any)["id"].(string), nil)
		if video, is := job["video"].(map[string]any); is {
			get(t, video["url"].(string))
		}
	}
	p.stop(t)
}

// awaitSave waits until what is there now is saved.
func awaitSave(t *testing.T, data string) {
	t.Helper()
	now := float64(time.Now().UnixMicro()) / 1e6
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		var saved struct{ At float64 }
		raw, err := os.ReadFile(filepath.Join(data, "state", "saved"))
		if err == nil && json.Unmarshal(raw, &saved) == nil && saved.At > now {
			return
		}
	}
	t.Fatal("nothing was saved in a minute")
}

// restartMidway: the product was stopped in the middle of a render and started
// again on the same data. The person is still signed in and the job ends.
func restartMidway(t *testing.T, c *client, project, job string) {
	ended := c.ended(job, 6*time.Minute)
	if ended["status"] != "succeeded" && (ended["status"] != "failed" || ended["error"] == nil) {
		t.Errorf("the job ended as %v", ended)
	}
	if _, reserved := c.usage("render_minutes"); reserved != 0 {
		t.Errorf("%v minutes still reserved", reserved)
	}
	c.must(200, "GET", "/api/v1/projects/"+project, nil)
}

// deploymentKeepsData changes every template between two starts: the stack is
// updated in place, and nobody loses an account or a project.
func deploymentKeepsData(t *testing.T, p *kept, c *client, project string) {
	altered := 0
	p.options.Alter = func(_ string, source []byte) []byte {
		altered++
		return []byte(strings.Replace(string(source), "Description: DevotionalAI", "Description: The DevotionalAI", 1))
	}
	p.restart(t)
	if altered < 3 {
		t.Errorf("only %d templates were altered", altered)
	}
	c.refresh()
	c.must(200, "GET", "/api/v1/projects/"+project, nil)
}

// nothingWorksWithoutTheEmulator: there is no second path around the functions, so
// that what works locally is what is deployed.
func nothingWorksWithoutTheEmulator(t *testing.T, p *launch.Running, c *client) {
	if err := syscall.Kill(p.Product.Emulator.PID(), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	for _, route := range httpapi.Routes() {
		if route.Pattern == "/" {
			continue
		}
		r, err := c.try(route.Method, pathParam.ReplaceAllString(route.Pattern, "01ARZ3NDEKTSV4RRFFQ69G5FAV"), nil)
		if err == nil && r.status < 500 {
			t.Errorf("%s %s still answers: %d", route.Method, route.Pattern, r.status)
		}
	}
}

// TestPoliciesAreEnoughAndNoMore runs the main job with the emulator enforcing
// every function's policy, then without one action.
func TestPoliciesAreEnoughAndNoMore(t *testing.T) {
	t.Run("enough", func(t *testing.T) {
		p := launch.ForTest(t, launch.Options{Settings: raised(nil), Auth: true})
		c := signIn(t, p.URL)
		for range 2 { // the second time it is replayed
			picture := c.must(200, "POST", "/api/v1/images", map[string]string{"prompt": "a hill", "aspect": "1:1"}, "Idempotency-Key", "picture")
			get(t, picture["url"].(string))
			c.must(201, "POST", "/api/v1/projects", map[string]string{"template_id": "be-still"}, "Idempotency-Key", "project")
		}
		project := c.project("Be still, and know that I am God.")
		c.must(200, "POST", "/api/v1/projects/"+project+"/quote", nil)
		c.must(200, "GET", "/api/v1/voices", nil)
		job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil, "Idempotency-Key", "render")["job_id"].(string)
		c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil, "Idempotency-Key", "render")
		ended := c.ended(job, 4*time.Minute)
		if ended["status"] != "succeeded" {
			t.Fatalf("under enforced policies the job ended as %v", ended)
		}
		get(t, ended["video"].(map[string]any)["url"].(string))
		c.must(204, "DELETE", "/api/v1/jobs/"+job+"/video", nil)
		c.must(200, "GET", "/api/v1/projects", nil)
		c.must(204, "DELETE", "/api/v1/projects/"+project, nil)
		c.refresh()
		c.must(204, "POST", "/api/auth/logout", nil, "X-Requested-With", "e2e")
		archived(t, p)
	})
	t.Run("one action less", func(t *testing.T) {
		removed := 0
		p := launch.ForTest(t, launch.Options{Settings: raised(nil), Auth: true, Alter: func(file string, source []byte) []byte {
			if file != "template.yaml" {
				return source
			}
			start := without(string(source), "ProjectRender", "states:StartExecution", "states:DescribeExecution")
			both := without(start, "UsageGet", ", !Ref TenantAccess", "")
			if start != string(source) && both != start {
				removed++
			}
			return []byte(both)
		}})
		if removed == 0 {
			t.Fatal("the template has no such actions")
		}
		c := signIn(t, p.URL)
		if r := c.do("GET", "/api/usage", nil); r.status < 500 {
			t.Errorf("usage without the tenant role: %d %s", r.status, r.body)
		}
		project := c.project("Be still.")
		job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
		// The start was refused before the answer came; the sweeper, whose own policy is whole, makes it good.
		if started := executions(t, p); len(started) != 0 {
			t.Errorf("executions without states:StartExecution: %v", started)
		}
		if j := c.must(200, "GET", "/api/v1/jobs/"+job, nil); j["status"] != "queued" {
			t.Errorf("a render started without states:StartExecution: %v", j["status"])
		}
	})
}

// executions are the names of all that the workflow service has started.
func executions(t *testing.T, p *launch.Running) []string {
	t.Helper()
	client := sfn.NewFromConfig(p.AWS())
	machines, err := client.ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{})
	harness.Must(t, err)
	if len(machines.StateMachines) == 0 {
		t.Fatal("no state machine is deployed")
	}
	var names []string
	for _, machine := range machines.StateMachines {
		listed, err := client.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: machine.StateMachineArn})
		harness.Must(t, err)
		for _, e := range listed.Executions {
			names = append(names, aws.ToString(e.Name))
		}
	}
	return names
}

// without replaces a piece of one resource of the template.
func without(template, resource, piece, instead string) string {
	from := strings.Index(template, "\n  "+resource+":")
	if from < 0 {
		return template
	}
	to := len(template)
	if next := regexp.MustCompile(`\n  [A-Za-z]`).FindStringIndex(template[from+3:]); next != nil {
		to = from + 3 + next[0]
	}
	return template[:from] + strings.Replace(template[from:to], piece, instead, 1) + template[to:]
}

// TestSignInSurvivesScanners opens the mailed link as a mail scanner would.
func TestSignInSurvivesScanners(t *testing.T) {
	p := shared(t)
	c := newClient(t, p.URL)
	token := c.linkToken("scanned@example.com")
	for range 50 {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			c.do(method, "/auth/verify?token="+token, nil)
			c.do(method, "/api/auth/magic-link/verify?token="+token, nil)
		}
	}
	c.must(200, "POST", "/api/auth/magic-link/verify", map[string]string{"token": token})
	r := c.do("POST", "/api/auth/magic-link/verify", map[string]string{"token": token})
	if r.status != 401 || r.json["code"] != "link_invalid" {
		t.Errorf("the second use: %d %s", r.status, r.body)
	}
}
