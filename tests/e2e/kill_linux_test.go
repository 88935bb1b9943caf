package e2e_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestKilledStep kills the process of a render step midway: the job still ends
// and nothing stays reserved.
func TestKilledStep(t *testing.T) {
	p := shared(t)
	for _, function := range []string{"render-voice", "render-segment", "render-assemble"} {
		t.Run(function, func(t *testing.T) {
			c := signIn(t, p.URL)
			project := c.project("He restores my soul. He guides me in the paths of righteousness for his name’s sake.", "I will fear no evil, for you are with me.")
			job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
			if !killWhenBusy(t, c, job, function) {
				t.Fatalf("no process of %s was seen at work", function)
			}
			ended := c.ended(job, 5*time.Minute)
			if ended["status"] != "succeeded" && (ended["status"] != "failed" || ended["error"] == nil) {
				t.Errorf("the job ended as %v", ended)
			}
			for _, metric := range []string{"images_count", "tts_seconds", "render_minutes"} {
				if _, reserved := c.usage(metric); reserved != 0 {
					t.Errorf("%s: %v still reserved", metric, reserved)
				}
			}
		})
	}
}

// killWhenBusy waits until a process of the function works on the job and kills
// it. A step that encodes has an ffmpeg below it; the voice step is at work when
// the job says so.
func killWhenBusy(t *testing.T, c *client, job, function string) bool {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if function == "render-voice" {
			if c.must(200, "GET", "/api/v1/jobs/"+job, nil)["step"] != "voice" {
				continue
			}
		}
		for _, pid := range processesOf(t, function) {
			if function != "render-voice" && !hasChildren(pid) {
				continue // kept warm, without work
			}
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				return true
			}
		}
	}
	return false
}

// processesOf lists the processes of a function, found by their environment.
func processesOf(t *testing.T, function string) []int {
	t.Helper()
	environs, err := filepath.Glob("/proc/[0-9]*/environ")
	if err != nil {
		t.Fatal(err)
	}
	var pids []int
	for _, path := range environs {
		folder := filepath.Dir(path)
		exe, err := os.Readlink(filepath.Join(folder, "exe"))
		if err != nil || filepath.Base(exe) != "bootstrap" {
			continue
		}
		env, err := os.ReadFile(path)
		if err != nil {
			continue // it has just ended
		}
		for _, v := range bytes.Split(env, []byte{0}) {
			name, ok := bytes.CutPrefix(v, []byte("AWS_LAMBDA_FUNCTION_NAME="))
			pid, err := strconv.Atoi(filepath.Base(folder))
			if ok && err == nil && strings.Contains(string(name), function) {
				pids = append(pids, pid)
			}
		}
	}
	return pids
}

func hasChildren(pid int) bool {
	lists, _ := filepath.Glob(filepath.Join("/proc", strconv.Itoa(pid), "task", "*", "children"))
	for _, path := range lists {
		if children, err := os.ReadFile(path); err == nil && len(bytes.TrimSpace(children)) > 0 {
			return true
		}
	}
	return false
}
