package edge

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// Server serves one port on both loopback addresses.
type Server struct {
	http      *http.Server
	listeners []net.Listener
	failed    chan error
}

// Listen takes the port, so that a taken one is known before minutes of work.
// localhost is IPv6 for some clients and IPv4 for others: both are served.
func Listen(port int) (*Server, error) {
	s := &Server{failed: make(chan error, 2)}
	for _, host := range []string{"127.0.0.1", "::1"} {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			s.listeners = append(s.listeners, l)
			continue
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			s.close()
			return nil, fmt.Errorf("port %d is taken by another program; stop it, or choose another with PORT=", port)
		}
		if host == "127.0.0.1" {
			return nil, fmt.Errorf("listen on port %d: %w", port, err)
		}
		// A machine without IPv6.
	}
	return s, nil
}

// Serve starts answering with handler.
func (s *Server) Serve(handler http.Handler) {
	s.http = &http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		ErrorLog: log.New(discard{}, "", 0), // broken connections of clients are not the person's concern
	}
	for _, l := range s.listeners {
		go func() {
			if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				s.failed <- fmt.Errorf("serve %s: %w", l.Addr(), err)
			}
		}()
	}
}

type discard struct{}

func (discard) Write(b []byte) (int, error) { return len(b), nil }

// Failed answers an error when a listener breaks.
func (s *Server) Failed() <-chan error { return s.failed }

// Stop lets running requests end for a moment, then closes.
func (s *Server) Stop() {
	if s.http == nil {
		s.close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		_ = s.http.Close() // only connections that we are done with
	}
}

func (s *Server) close() {
	for _, l := range s.listeners {
		_ = l.Close() // nothing was accepted on it
	}
}
