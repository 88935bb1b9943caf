package webapp

import (
	"regexp"
	"strings"
)

var (
	colours = regexp.MustCompile("\x1b\\[[0-9;]*[A-Za-z]")
	// What vite's compiler and npm say the reason is. npm begins with lines that
	// say nothing to a person, and ends with where its log is.
	reason = regexp.MustCompile(`^(?:\[[\w:-]+\]|npm (?:error|ERR!)(?: network)?) (.+)`)
	empty  = regexp.MustCompile(`^npm (?:error|ERR!) (?:code|errno|syscall|type|path|A complete log)\b`)
	// Where in the sources, as the compiler draws it.
	place = regexp.MustCompile(`\[ (\S+:\d+:\d+) \]`)
)

// listener hears a program's lines, shows each as progress, and remembers what
// a person should read when the program fails.
type listener struct {
	say    func(string)
	part   string // of a line that has not ended
	last   string // line
	reason string
	place  string
}

// Write never fails: a program must not stop because its words cannot be shown.
func (l *listener) Write(b []byte) (int, error) {
	lines := strings.Split(l.part+string(b), "\n")
	for _, line := range lines[:len(lines)-1] {
		l.hear(line)
	}
	l.part = lines[len(lines)-1]
	return len(b), nil
}

func (l *listener) hear(line string) {
	line = strings.TrimSpace(colours.ReplaceAllString(line, ""))
	if line == "" {
		return
	}
	l.say(line)
	l.last = line
	if found := reason.FindStringSubmatch(line); l.reason == "" && found != nil && !empty.MatchString(line) {
		l.reason = found[1]
	}
	if found := place.FindStringSubmatch(line); l.place == "" && found != nil {
		l.place = found[1]
	}
}

// why is one line.
func (l *listener) why() string {
	l.hear(l.part)
	l.part = ""
	switch {
	case l.reason == "":
		return l.last
	case l.place != "":
		return l.place + ": " + l.reason
	}
	return l.reason
}
