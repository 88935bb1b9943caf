package httpapi

import (
	"context"
	"crypto/subtle"
	"net"
	"net/http"

	"github.com/devotionalai/platform/shared/domains/problem"
)

// fromEdge reports whether a request came through our own edge: it has one of the
// secrets that are live. All are compared, so that time tells nothing.
func (e Edge) fromEdge(r *http.Request) bool {
	sent, same := []byte(r.Header.Get("X-Origin-Secret")), 0
	for _, live := range e.OriginSecrets {
		if live != "" {
			same |= subtle.ConstantTimeCompare(sent, []byte(live))
		}
	}
	return same == 1
}

// pastEdge refuses what came to the API's own address, where the edge is the only way
// in: no firewall stands before it, and its rates are those of a few peers.
func (s server) pastEdge(r *http.Request) error {
	if !s.EdgeOnly || s.fromEdge(r) {
		return nil
	}
	return problem.New(problem.Forbidden, "The API answers at "+s.AppURL+" alone.")
}

// ViewerAddress is the address of the person at the far end: the edge's word
// when it proves itself with a live secret of the origin, else the peer's address.
func (e Edge) ViewerAddress(r *http.Request) string {
	if e.fromEdge(r) {
		if ip := net.ParseIP(r.Header.Get("X-Viewer-Address")); ip != nil {
			return bucketAddress(ip)
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil {
		return bucketAddress(ip)
	}
	return "unknown"
}

// bucketAddress folds an IPv6 address to its /64: one subscriber owns all of it.
func bucketAddress(ip net.IP) string {
	if v4 := ip.To4(); v4 != nil {
		return v4.String()
	}
	return ip.Mask(net.CIDRMask(64, 128)).String()
}

type viewerKey struct{}

// viewed keeps the viewer's address for the handler.
func (s server) viewed(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), viewerKey{}, s.ViewerAddress(r)))
}

// Viewer is the network address that the call came from. It is personal: it goes
// into the items that are declared to hold it, and into no log.
func (c *Call) Viewer() string {
	address, _ := c.http.Context().Value(viewerKey{}).(string)
	return address
}
