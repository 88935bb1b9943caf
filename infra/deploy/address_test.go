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
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"

	"github.com/devotionalai/platform/infra/stages"
)

// stackWith is one that is there.
func stackWith(parameters, outputs map[string]string) *deployed {
	d := &deployed{}
	for name, value := range parameters {
		d.Parameters = append(d.Parameters, types.Parameter{ParameterKey: aws.String(name), ParameterValue: aws.String(value)})
	}
	for name, value := range outputs {
		d.Outputs = append(d.Outputs, types.Output{OutputKey: aws.String(name), OutputValue: aws.String(value)})
	}
	return d
}

// TestWhereTheProductIs without a domain: nowhere until CloudFront has given a name,
// then there, and an address that somebody chose stays.
func TestWhereTheProductIs(t *testing.T) {
	named := map[string]string{"DistributionName": "d1.cloudfront.net"}
	for name, c := range map[string]struct {
		before  *deployed
		given   map[string]string
		url     string // given to the stack; "" leaves it as it is
		unknown bool
	}{
		"a new stack":            {nil, nil, "https://devotional-trial.invalid", true},
		"after its creation":     {stackWith(map[string]string{"AppUrl": "https://devotional-trial.invalid"}, named), nil, "https://d1.cloudfront.net", false},
		"a creation without one": {stackWith(map[string]string{"AppUrl": "https://devotional-trial.invalid"}, nil), nil, "https://devotional-trial.invalid", true},
		"a stack as it was":      {stackWith(map[string]string{"AppUrl": "https://d1.cloudfront.net"}, named), nil, "", false},
		"a chosen address":       {stackWith(map[string]string{"AppUrl": "https://own.example.com"}, named), nil, "", false},
		"a given address":        {nil, map[string]string{"AppUrl": "https://own.example.com"}, "", false},
		"a given certificate":    {nil, map[string]string{"CertificateArn": "arn:c"}, "https://devotional-trial.invalid", true},
	} {
		at, err := findAddress(t.Context(), account{}, "", "devotional-trial", c.given, c.before)
		if err != nil || at.parameters["AppUrl"] != c.url || at.unknown != c.unknown {
			t.Errorf("%s: %+v (%v)", name, at, err)
		}
	}
	at, err := findAddress(t.Context(), account{}, "own.example.com", "devotional-trial", map[string]string{"CertificateArn": "arn:c"}, nil)
	if err != nil || at.parameters["AppUrl"] != "https://own.example.com" || at.unknown {
		t.Errorf("a domain with a given certificate: %+v (%v)", at, err)
	}
}

// acmWith stands in for ACM: a list of them, "" for an account that may not ask for
// one, and the record that one waits for.
func acmWith(t *testing.T, list string) account {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, action, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
		if action == "RequestCertificate" && strings.Contains(list, "PENDING") {
			t.Error("another one is asked for")
		}
		switch says := map[string]string{
			"ListCertificates": cmp.Or(list, `{}`), "RequestCertificate": `{"CertificateArn": "arn:asked"}`,
			"DescribeCertificate": `{"Certificate": {"DomainValidationOptions": [{"ResourceRecord": {"Name": "_proof.", "Type": "CNAME", "Value": "_it.aws"}}]}}`,
		}[action]; {
		case action == "RequestCertificate" && list == "":
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `{"__type": "AccessDeniedException", "message": "no"}`)
		default:
			fmt.Fprint(w, says)
		}
	}))
	t.Cleanup(server.Close)
	return account{AWS: aws.Config{Region: fallback, BaseEndpoint: aws.String(server.URL), Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}}
}

// TestACertificateIsAskedForOnce: none, and one is; one that waits is not asked for again;
// one that is issued is taken; and who may not ask is told how.
func TestACertificateIsAskedForOnce(t *testing.T) {
	const one = `{"CertificateSummaryList": [{"CertificateArn": "arn:there", "DomainName": "a.example.com", "Status": %q}]}`
	for list, want := range map[string][2]string{
		`{"CertificateSummaryList": []}`:       {"", "_proof. CNAME _it.aws"},
		fmt.Sprintf(one, "PENDING_VALIDATION"): {"", "_proof. CNAME _it.aws"},
		fmt.Sprintf(one, "ISSUED"):             {"arn:there", ""},
		"":                                     {"", "aws acm request-certificate --region us-east-1 --validation-method DNS --domain-name a.example.com"},
	} {
		arn, missing, err := certificate(t.Context(), acmWith(t, list), "a.example.com", nil, nil)
		if err != nil || arn != want[0] || !strings.Contains(missing, want[1]) || (arn == "") == (missing == "") {
			t.Errorf("%q: %q, %q, %v", list, arn, missing, err)
		}
	}
}

// TestAnotherDomainWaitsForItsCertificate: meanwhile the one that people use stays,
// with its certificate.
func TestAnotherDomainWaitsForItsCertificate(t *testing.T) {
	a := acmWith(t, `{"CertificateSummaryList": []}`)
	outputs := map[string]string{"DistributionName": "d1.cloudfront.net"}
	works := stackWith(map[string]string{"AppUrl": "https://own.example.com", "CertificateArn": "arn:c"}, outputs)
	remembers := stackWith(map[string]string{"AppUrl": "https://own.example.com", "CertificateArn": "arn:c"}, outputs)
	remembers.Tags = []types.Tag{{Key: aws.String(stages.DomainTag), Value: aws.String("new.example.com")}}
	for name, c := range map[string]struct {
		domain string
		before *deployed
		url    string // given to the stack; "" leaves it as it is
	}{
		"another domain":            {"new.example.com", works, ""},
		"the next deployment":       {"", remembers, ""},
		"a first domain":            {"new.example.com", stackWith(map[string]string{"AppUrl": "https://d1.cloudfront.net", "CertificateArn": ""}, outputs), "https://d1.cloudfront.net"},
		"a domain that has its own": {"own.example.com", works, "https://own.example.com"},
	} {
		at, err := findAddress(t.Context(), a, c.domain, "devotional-trial", nil, c.before)
		if err != nil || at.parameters["AppUrl"] != c.url || at.unknown {
			t.Errorf("%s: %+v (%v)", name, at, err)
		}
		if c.url == "" && (len(at.parameters) > 0 || at.domain != "new.example.com" || !strings.Contains(at.told, "_proof. CNAME _it.aws, then make deploy again") || !strings.Contains(at.told, "https://own.example.com")) {
			t.Errorf("%s: %+v", name, at)
		}
	}
}

// TestWhoSends: the address that was given once, until SET or the section has another.
// MAIL, which a pipeline gives each time, takes nothing back.
func TestWhoSends(t *testing.T) {
	if _, _, err := mailParameters(options{}, nil, nil); err == nil {
		t.Error("a new stack was to be made without a sender")
	}
	const mail = "a@example.com"
	own := stackWith(map[string]string{"MailFrom": "Name <b@example.com>", "AlarmMail": "ops@example.com"}, nil)
	for name, c := range map[string]struct {
		mail   string
		given  map[string]string
		before *deployed
		made   map[string]string
		stays  int
	}{
		"a new stack":          {mail, nil, nil, map[string]string{"MailFrom": mail, "AlarmMail": mail}, 0},
		"a given sender":       {mail, map[string]string{"MailFrom": "Name <b@example.com>"}, nil, map[string]string{"AlarmMail": mail}, 0},
		"given alarms":         {mail, map[string]string{"AlarmMail": "ops@example.com"}, nil, map[string]string{"MailFrom": mail}, 0},
		"nobody is to hear":    {mail, map[string]string{"AlarmMail": ""}, nil, map[string]string{"MailFrom": mail}, 0},
		"no address again":     {"", nil, stackWith(map[string]string{"MailFrom": mail}, nil), nil, 0},
		"a stack of its own":   {mail, nil, own, nil, 2},
		"a stack without ears": {mail, nil, stackWith(map[string]string{"MailFrom": mail, "AlarmMail": ""}, nil), map[string]string{"AlarmMail": mail}, 0},
	} {
		all, stays, err := mailParameters(options{mail: c.mail}, c.given, c.before)
		if err != nil || len(all) != len(c.made) || len(stays) != c.stays {
			t.Errorf("%s: %v, %v stay (%v)", name, all, stays, err)
		}
		for parameter, value := range c.made {
			if all[parameter] != value {
				t.Errorf("%s: %s is %q, not %q", name, parameter, all[parameter], value)
			}
		}
	}
}
