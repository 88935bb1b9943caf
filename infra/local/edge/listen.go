package edge

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"
	"time"
)

// Server serves one port on some of the machine's addresses.
type Server struct {
	http      *http.Server
	listeners []net.Listener
	failed    chan error
}

// Listen takes the port, so that a taken one is known before minutes of work.
// localhost is IPv6 for some clients and IPv4 for others: both are served, and so
// are the addresses that are given beside them.
func Listen(port int, beside ...string) (*Server, error) {
	return ListenAt(port, append([]string{"127.0.0.1", "::1"}, beside...)...)
}

// ListenAt takes the port on these addresses alone.
func ListenAt(port int, addresses ...string) (*Server, error) {
	s := &Server{failed: make(chan error, len(addresses))}
	for _, host := range addresses {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			s.listeners = append(s.listeners, l)
			continue
		}
		if errors.Is(err, syscall.EADDRINUSE) {
			s.close()
			return nil, fmt.Errorf("port %d is taken by another program; stop it, or choose another with PORT= or EMULATOR_PORT=", port)
		}
		if host != "::1" {
			s.close()
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

// Outside are the addresses that bind stands for, loopback left out: an
// unspecified one is each that the machine has now, of either family. "" is none.
func Outside(bind string) ([]string, error) {
	at, err := netip.ParseAddr(bind)
	switch {
	case bind == "":
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read the address to listen on: %w", err)
	case at.IsLoopback():
		return nil, nil
	case !at.IsUnspecified():
		return []string{at.String()}, nil
	}
	all, err := net.InterfaceAddrs()
	if err != nil {
		return nil, fmt.Errorf("look for the machine's addresses: %w", err)
	}
	var outside []string
	for _, a := range all {
		prefix, err := netip.ParsePrefix(a.String())
		if err != nil || prefix.Addr().IsLoopback() || prefix.Addr().IsLinkLocalUnicast() {
			continue
		}
		outside = append(outside, prefix.Addr().String())
	}
	return outside, nil
}

// Failed answers an error when a listener breaks; never for a server that is not.
func (s *Server) Failed() <-chan error {
	if s == nil {
		return nil
	}
	return s.failed
}

// Stop lets running requests end for a moment, then closes.
func (s *Server) Stop() {
	if s == nil {
		return
	}
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
