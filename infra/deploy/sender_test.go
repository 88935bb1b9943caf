package main

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
)

// TestAnUnconfirmedSenderIsAskedAgain: its link may have expired. A verified one is
// left alone, and so is one of a verified domain or of a domain below it.
func TestAnUnconfirmedSenderIsAskedAgain(t *testing.T) {
	const at = "/v2/email/identities"
	for name, c := range map[string]struct {
		from  string          // "" is owner@example.com
		knows map[string]bool // identity: whether it is verified
		calls string
		told  string
	}{
		"a new address":                  {"", nil, "POST " + at, "link that AWS has sent to it: until"},
		"an unconfirmed one":             {"", map[string]bool{"owner@example.com": false}, "DELETE " + at + "/owner@example.com POST " + at, "once more"},
		"a verified one":                 {"", map[string]bool{"owner@example.com": true}, "", "verified"},
		"one of a verified domain":       {"", map[string]bool{"example.com": true, "owner@example.com": false}, "", "verified"},
		"one of a domain to be":          {"", map[string]bool{"example.com": false}, "POST " + at, "link that AWS has sent to it: until"},
		"one below a verified domain":    {"no-reply@mail.example.com", map[string]bool{"example.com": true}, "", "verified"},
		"one of a domain below, unknown": {"no-reply@mail.example.com", map[string]bool{"mail.example.com": false, "example.com": true}, "", "verified"},
		"one below a domain to be":       {"no-reply@mail.example.com", map[string]bool{"example.com": false}, "POST " + at, "link that AWS has sent to it: until"},
		"one beside a verified domain":   {"no-reply@badexample.com", map[string]bool{"example.com": true}, "POST " + at, "link that AWS has sent to it: until"},
	} {
		var calls []string
		ses := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method != http.MethodGet {
				calls = append(calls, r.Method+" "+r.URL.Path)
				fmt.Fprint(w, `{}`)
				return
			}
			verified, known := c.knows[strings.TrimPrefix(r.URL.Path, at+"/")]
			if strings.HasPrefix(r.URL.Path, at) && !known {
				w.Header().Set("X-Amzn-ErrorType", "NotFoundException")
				w.WriteHeader(http.StatusNotFound)
			}
			fmt.Fprintf(w, `{"VerifiedForSendingStatus": %t, "ProductionAccessEnabled": true}`, verified)
		}))
		a := account{AWS: aws.Config{Region: fallback, BaseEndpoint: aws.String(ses.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}}
		told, err := askForSender(t.Context(), a, "Name <"+cmp.Or(c.from, "owner@example.com")+">")
		ses.Close()
		if err != nil || strings.Join(calls, " ") != c.calls || !strings.Contains(told, c.told) {
			t.Errorf("%s: %q after %q (%v)", name, told, calls, err)
		}
	}
}
