package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// take adds one where there is room. A script runs alone, so it is exact while
// its one server lives; nothing here asks it to keep what it counted.
const take = `local n = tonumber(redis.call('GET', KEYS[1]) or '0')
if n + 1 > tonumber(ARGV[1]) then return 0 end
redis.call('INCR', KEYS[1])
return 1`

// valkey is a server on a socket of its own, and a connection for each caller.
type valkey struct {
	cmd  *exec.Cmd
	tie  io.Closer
	dir  string
	free chan *connection
}

func startValkey(ctx context.Context, program string, callers int) (*valkey, error) {
	dir, err := os.MkdirTemp("", "valkey-")
	if err != nil {
		return nil, fmt.Errorf("make folder: %w", err)
	}
	socket := filepath.Join(dir, "socket")
	v := &valkey{dir: dir, free: make(chan *connection, callers)}
	v.cmd = exec.Command("/bin/sh", "-c", tied, "sh", program,
		"--port", "0", "--unixsocket", socket, "--dir", dir, "--save", "", "--appendonly", "no", "--loglevel", "warning")
	if v.tie, err = begin(v.cmd); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	for range callers {
		c, err := connect(ctx, socket)
		if err != nil {
			return nil, errors.Join(err, v.close())
		}
		v.free <- c
	}
	return v, nil
}

func (v *valkey) close() error {
	err := finish(v.cmd, v.tie)
	return errors.Join(err, os.RemoveAll(v.dir))
}

func (v *valkey) ask(_ context.Context, id string, limit int64) (answer, error) {
	c := <-v.free
	defer func() { v.free <- c }()
	said, err := c.call("EVAL", take, "1", id, strconv.FormatInt(limit, 10))
	if err == nil && said == ":1" {
		return admitted, nil
	}
	if err == nil && said != ":0" {
		err = errors.New(said)
	}
	return refused, err
}

// connection speaks as much of Redis' protocol as numbers need.
type connection struct {
	net.Conn
	in *bufio.Reader
}

// connect waits until the server listens.
func connect(ctx context.Context, socket string) (*connection, error) {
	for begun := time.Now(); ; time.Sleep(20 * time.Millisecond) {
		c, err := net.Dial("unix", socket)
		if err == nil {
			return &connection{Conn: c, in: bufio.NewReader(c)}, nil
		}
		if ctx.Err() != nil || time.Since(begun) > 10*time.Second {
			return nil, err
		}
	}
}

// call answers the first line of the reply.
func (c *connection) call(words ...string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, w := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(w), w)
	}
	if _, err := io.WriteString(c, b.String()); err != nil {
		return "", err
	}
	line, err := c.in.ReadString('\n')
	return strings.TrimSpace(line), err
}
