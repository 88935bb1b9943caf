package crowd

import (
	"bytes"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/devotionalai/platform/infra/local/emulator"
)

// tick is the unit of processor time in /proc.
const tick = 10 * time.Millisecond

// look reads what the product of a data folder takes, and the edge's process. What
// ends meanwhile is left out.
func look(data string, edge int) (s snapshot) {
	pids := emulator.Processes(data)
	for i, pid := range pids {
		p, own, children, ok := stat(pid)
		if !ok {
			continue
		}
		switch name := function(pid); {
		case i == 0:
			p.name = emulatorName
			s.emulator, s.functions = own, s.functions+children // of those that have ended
		case name != "" && !strings.HasPrefix(p.name, "ffmpeg"):
			p.name = name
			s.functions += own + children
		default:
			p.name = encoderName
			s.functions += own
		}
		s.processes = append(s.processes, p)
	}
	if p, own, _, ok := stat(edge); ok {
		p.name = edgeName
		s.edge = own
		s.processes = append(s.processes, p)
	}
	return s
}

// stat answers a process with its program's name, and its processor time and that of
// its ended children.
func stat(pid int) (p process, own, children time.Duration, ok bool) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	begin, end := bytes.IndexByte(raw, '('), bytes.LastIndexByte(raw, ')')
	if err != nil || begin < 0 || end < begin {
		return p, 0, 0, false
	}
	fields := strings.Fields(string(raw[end+1:]))
	if len(fields) < 22 {
		return p, 0, 0, false
	}
	number := func(i int) int64 {
		n, _ := strconv.ParseInt(fields[i], 10, 64)
		return n
	}
	p = process{name: string(raw[begin+1 : end]), pid: pid, bytes: number(21) * int64(os.Getpagesize())}
	return p, time.Duration(number(11)+number(12)) * tick, time.Duration(number(13)+number(14)) * tick, true
}

// function is the name of the function whose process this is, or is of its children.
func function(pid int) string {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/environ", pid))
	if err != nil {
		return ""
	}
	for _, line := range strings.Split(string(raw), "\x00") {
		if name, ok := strings.CutPrefix(line, "AWS_LAMBDA_FUNCTION_NAME="); ok {
			return name
		}
	}
	return ""
}
