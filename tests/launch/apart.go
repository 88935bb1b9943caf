package launch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/devotionalai/platform/infra/local/emulator"
)

// apartEnv tells a test's program that it is to be a product and no test.
const apartEnv = "DEVOTIONAL_LAUNCH_APART"

// Apart is a product in a process of its own, which can be killed as a whole while
// the test goes on.
type Apart struct {
	URL      string
	Endpoint string        // of its emulator
	Ready    time.Duration // from its start until every endpoint answered

	emulator int // process
	cmd      *exec.Cmd
	end      io.Closer
	gone     bool // its process ids may be others' by now
}

// told is what the product's process says when it is ready.
type told struct {
	URL, Endpoint string
	Emulator      int
	Ready         time.Duration
	Err           string
}

// BeApart makes this process the product that StartApart asks for. It returns at once
// in a test's own process; TestMain calls it first.
func BeApart() {
	asked, is := os.LookupEnv(apartEnv)
	if !is {
		return
	}
	var o Options
	err := json.Unmarshal([]byte(asked), &o)
	var p *Running
	began := time.Now()
	if err == nil {
		p, err = Product(o)
	}
	answer := told{Ready: time.Since(began)}
	if err != nil {
		answer.Err = err.Error()
	} else {
		answer.URL, answer.Endpoint, answer.Emulator = p.URL, p.Product.Emulator.Endpoint, p.Product.Emulator.PID()
	}
	if err := json.NewEncoder(os.Stdout).Encode(answer); err != nil || answer.Err != "" {
		os.Exit(1)
	}
	_, _ = io.Copy(io.Discard, os.Stdin) // until the test ends it, or itself
	if err := p.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "stop:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// StartApart starts a product on kept data in another process of this test's program.
// Options that are no data, like Alter, are not handed on.
func StartApart(o Options) (*Apart, error) {
	o.Alter, o.Out, o.Between = nil, nil, nil
	asked, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	a := &Apart{cmd: exec.Command(self)}
	a.cmd.Env = append(os.Environ(), apartEnv+"="+string(asked))
	a.cmd.Stderr = os.Stderr
	a.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if a.end, err = a.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := a.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := a.cmd.Start(); err != nil {
		return nil, err
	}
	var said told
	if err := json.NewDecoder(bufio.NewReader(out)).Decode(&said); err != nil || said.Err != "" {
		return nil, fmt.Errorf("start the product apart: %v %s", err, said.Err)
	}
	a.URL, a.Endpoint, a.Ready, a.emulator = said.URL, said.Endpoint, said.Ready, said.Emulator
	return a, nil
}

// Stop ends it in order.
func (a *Apart) Stop() error {
	a.gone = true
	return errors.Join(a.end.Close(), a.cmd.Wait())
}

// Kill ends all of its processes with signal 9: the runner, the emulator, the
// functions and what they started. They are halted first, so that none is left to
// see another end and to save. It answers the moment from which on nothing was done,
// once they are gone.
func (a *Apart) Kill() time.Time {
	if a.gone {
		return time.Now()
	}
	a.gone = true
	all := map[int]bool{}
	for _, first := range []int{a.cmd.Process.Pid, a.emulator} {
		all[first] = true
		_ = syscall.Kill(first, syscall.SIGSTOP) // ended already, perhaps
	}
	halted := time.Now()
	for before := 0; before < len(all); {
		before = len(all)
		for _, pid := range childrenOf(all) {
			all[pid] = true
			_ = syscall.Kill(pid, syscall.SIGSTOP)
		}
	}
	for pid := range all {
		_ = syscall.Kill(pid, syscall.SIGKILL)
	}
	_ = a.cmd.Wait() // says that it was killed
	_ = a.end.Close()
	a.awaitPorts()
	return halted
}

// awaitPorts returns once the ports are free again: a process with many threads holds
// them for a while after its end can be seen.
func (a *Apart) awaitPorts() {
	end := time.Now().Add(30 * time.Second)
	for _, address := range []string{a.URL, a.Endpoint} {
		port, _ := strconv.Atoi(address[strings.LastIndexByte(address, ':')+1:])
		for emulator.Free(port) != nil && time.Now().Before(end) {
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// childrenOf lists the processes whose parent is one of these.
func childrenOf(parents map[int]bool) (pids []int) {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, path := range stats {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // it ended meanwhile
		}
		// pid (name) state ppid …; the name may hold spaces.
		fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
		parent, err1 := strconv.Atoi(fields[1])
		pid, err2 := strconv.Atoi(filepath.Base(filepath.Dir(path)))
		if err1 == nil && err2 == nil && parents[parent] && !parents[pid] {
			pids = append(pids, pid)
		}
	}
	return pids
}
