package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"time"
)

// lambda is a stand-in of Lambda's runtime API, and of the one service that a
// function asks before it is ready. It hands out no event.
type lambda struct {
	endpoint string // host:port
	ready    chan time.Time
	failed   chan string
	server   *http.Server
}

// patience is how long a function may take to start.
const patience = 30 * time.Second

func newLambda() (*lambda, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &lambda{endpoint: listener.Addr().String(), ready: make(chan time.Time, 1), failed: make(chan string, 1)}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(_ http.ResponseWriter, r *http.Request) {
		l.ready <- time.Now()
		<-r.Context().Done() // until the process has gone
	})
	mux.HandleFunc("POST /2018-06-01/runtime/init/error", func(_ http.ResponseWriter, r *http.Request) {
		said, _ := io.ReadAll(r.Body)
		l.failed <- string(said)
	})
	mux.HandleFunc("POST /", secretsManager)
	l.server = &http.Server{Handler: mux}
	go func() { _ = l.server.Serve(listener) }() // until close
	return l, nil
}

func (l *lambda) close() error { return l.server.Close() }

// secretsManager answers the read of a signing secret, and nothing else.
func secretsManager(w http.ResponseWriter, r *http.Request) {
	target := r.Header.Get("X-Amz-Target")
	if target != "secretsmanager.GetSecretValue" {
		http.Error(w, "a function that starts may not ask for "+target, http.StatusNotImplemented)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(map[string]string{"ARN": "arn", "Name": "secret", "VersionId": "1", "SecretString": secret})
}

// start runs a binary until it asks for its first event, and ends it.
func (l *lambda) start(ctx context.Context, path string, variables []string) (time.Duration, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var said bytes.Buffer
	cmd := exec.CommandContext(ctx, path)
	cmd.Stdout, cmd.Stderr = &said, &said
	cmd.Env = append([]string{"AWS_LAMBDA_RUNTIME_API=" + l.endpoint}, variables...)
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = cmd.Wait() // it is killed, or said why it ended
	}()
	var at time.Time
	var problem string
	select {
	case at = <-l.ready:
	case problem = <-l.failed:
	case <-ended:
		problem = "it ended"
	case <-ctx.Done():
		problem = "it did not ask for an event"
	}
	cancel()
	<-ended
	if problem != "" {
		return 0, errors.New(strings.TrimSpace(fmt.Sprintf("%s %.500s", problem, said.String())))
	}
	return at.Sub(began), nil
}
