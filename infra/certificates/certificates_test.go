package certificates

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
)

func TestCertificatesHoldForTheirNames(t *testing.T) {
	of := types.CertificateSummary{DomainName: aws.String("example.com"), SubjectAlternativeNameSummaries: []string{"example.com", "*.example.com"}}
	for host, want := range map[string]bool{
		"example.com": true, "app.example.com": true, "APP.example.com": true, "a.b.example.com": false, "example.org": false, "badexample.com": false,
	} {
		if HoldsFor(of, host) != want {
			t.Errorf("%s: %v", host, !want)
		}
	}
}
