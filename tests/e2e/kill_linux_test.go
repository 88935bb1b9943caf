package e2e_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// longText keeps the voice step at work for a while.
var longText = strings.Repeat("He restores my soul. He guides me in the paths of righteousness for his name’s sake. ", 5)

// TestKilledStep kills the process of a render step midway: the job still ends
// and nothing stays reserved.
func TestKilledStep(t *testing.T) {
	p := shared(t)
	for function, text := range map[string]string{
		"render-voice": longText, "render-segment": shortText, "render-assemble": shortText,
	} {
		t.Run(function, func(t *testing.T) {
			c := signIn(t, p.URL)
			project := c.project(text, "I will fear no evil, for you are with me.")
			warm := workOf(t, function)
			job := c.must(202, "POST", "/api/v1/projects/"+project+"/render", nil)["job_id"].(string)
			if !killAtWork(t, function, warm) {
				t.Fatalf("no process of %s was seen at work; the job is %v", function, c.must(200, "GET", "/api/v1/jobs/"+job, nil))
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

const shortText = "He restores my soul. He guides me in the paths of righteousness for his name’s sake."

// killAtWork waits until a process of the function works and kills it: one that
// encodes has an ffmpeg below it, another one spends processor time. A process
// that is kept warm does neither.
func killAtWork(t *testing.T, function string, warm map[int]int) bool {
	t.Helper()
	for end := time.Now().Add(2 * time.Minute); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		for pid, ticks := range workOf(t, function) {
			if function == "render-voice" {
				if ticks < warm[pid]+3 { // a warm one's own housekeeping
					continue
				}
			} else if !hasChildren(pid) {
				continue
			}
			if syscall.Kill(pid, syscall.SIGKILL) == nil {
				return true
			}
		}
	}
	return false
}

// workOf is the processor time that each process of a function has used, in
// clock ticks of the kernel (10 ms).
func workOf(t *testing.T, function string) map[int]int {
	t.Helper()
	work := map[int]int{}
	for _, pid := range processesOf(t, function) {
		stat, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil {
			continue // it has just ended
		}
		// After the name in parentheses; proc(5) counts utime and stime as 14 and 15.
		fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
		user, err1 := strconv.Atoi(fields[11])
		system, err2 := strconv.Atoi(fields[12])
		if err := errors.Join(err1, err2); err != nil {
			t.Fatal(err)
		}
		work[pid] = user + system
	}
	return work
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
