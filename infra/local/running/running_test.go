package running

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// emulatorWith is an emulator that has one function, which answers what it is asked.
func emulatorWith(t *testing.T, function string) (port int) {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /_ministack/health", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		if r.PathValue("name") != "devotional-"+function {
			w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
			w.WriteHeader(http.StatusNotFound)
			return
		}
		var asked bytes.Buffer
		_, _ = asked.ReadFrom(r.Body)
		_, _ = w.Write(asked.Bytes())
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.Listener.Addr().(*net.TCPAddr).Port
}

// nobody is a port that nothing listens on.
func nobody(t *testing.T) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port
}

func TestACommandSaysWhatCameOfIt(t *testing.T) {
	act := func(ctx context.Context, p *Product) error {
		answer, err := Ask[map[string]string](ctx, p, "echo-get", map[string]string{"say": "hello"})
		if err == nil {
			_, err = fmt.Fprintln(p.Out, answer["say"])
		}
		return err
	}
	there, bare, none := emulatorWith(t, "echo-get"), emulatorWith(t, "another"), nobody(t)
	order, check := Command{Name: "echo", Usage: "usage: make echo SAY=hello"}, Command{Name: "echo", Checks: "hold"}
	for name, c := range map[string]struct {
		command   Command
		port      int
		misread   error
		act       func(context.Context, *Product) error
		code      int
		out, said string
	}{
		"done":                        {order, there, nil, act, 0, "hello\n", ""},
		"misread":                     {order, there, errors.New("SAY is missing"), act, 2, "", "make echo: SAY is missing\nusage: make echo SAY=hello\n"},
		"failed":                      {order, there, nil, func(context.Context, *Product) error { return errors.New("no") }, 1, "", "make echo: no\n"},
		"no emulator":                 {order, none, nil, act, 1, "", "make echo: start the product with make run\n"},
		"no product":                  {order, bare, nil, act, 1, "", "make echo: start the product with make run\n"},
		"does not hold":               {check, there, nil, func(context.Context, *Product) error { return errors.New("differs") }, 1, "", "make echo: differs\n"},
		"no emulator to look at":      {check, none, nil, act, 2, "", fmt.Sprintf("make echo: nothing to hold: start the product with make run (looked at EMULATOR_PORT %d)\n", none)},
		"no product to look at":       {check, bare, nil, act, 2, "", fmt.Sprintf("make echo: nothing to hold: start the product with make run (looked at EMULATOR_PORT %d)\n", bare)},
		"settings that cannot be had": {order, -1, nil, act, 1, "", "make echo: EMULATOR_PORT is not a port number\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var out, said strings.Builder
			code := c.command.run(t.Context(), []string{"EMULATOR_PORT=" + strconv.Itoa(c.port)}, &out, &said, c.misread, c.act)
			if code != c.code || out.String() != c.out || said.String() != c.said {
				t.Errorf("%d %q %q, want %d %q %q", code, out.String(), said.String(), c.code, c.out, c.said)
			}
		})
	}
}
