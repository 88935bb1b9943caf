package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/devotionalai/platform/infra/stages"
)

// answer is what a stand-in says to one operation. A Code is a refusal of that name.
type answer struct {
	Status int
	Code   string
	Body   string
}

func says(body string) answer { return answer{http.StatusOK, "", body} }

func refuses(status int, code string) answer { return answer{status, code, ""} }

const (
	host         = "app.devotionalai.example"
	distribution = "d1.cloudfront.net"
	deployedAs   = `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>devotional-trial</StackName><CreationTime>2026-11-01T00:00:00Z</CreationTime><StackStatus>%s</StackStatus><Outputs>` +
		`<member><OutputKey>DistributionName</OutputKey><OutputValue>` + distribution + `</OutputValue></member><member><OutputKey>DistributionId</OutputKey><OutputValue>OURS</OutputValue></member>` +
		`</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
	distributions = `<DistributionList><Marker></Marker><MaxItems>100</MaxItems><IsTruncated>false</IsTruncated><Quantity>1</Quantity><Items><DistributionSummary><Id>%s</Id>` +
		`<Aliases><Quantity>1</Quantity><Items><CNAME>` + host + `</CNAME></Items></Aliases></DistributionSummary></Items></DistributionList>`
	verified = `{"VerifiedForSendingStatus":%t,"DkimAttributes":{"SigningEnabled":true,"Status":%q,"Tokens":["one","two","three"]}}`
	summary  = `{"CertificateSummaryList":[{"CertificateArn":"arn:aws:acm:us-east-1:1:certificate/c","DomainName":%q,"Status":%q}]}`
)

// whole are the answers to an account that lacks nothing, with the stack deployed.
func whole() map[string]answer {
	return map[string]answer{
		"GetCallerIdentity":                             says(`<GetCallerIdentityResponse><GetCallerIdentityResult><Account>000000000001</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`),
		"DescribeStacks":                                says(fmt.Sprintf(deployedAs, "UPDATE_COMPLETE")),
		"GetTemplateSummary":                            says(`<GetTemplateSummaryResponse><GetTemplateSummaryResult></GetTemplateSummaryResult></GetTemplateSummaryResponse>`),
		"DescribeSecret":                                says(`{"Name":"devotional/trial/jwt"}`),
		"GetAccountSettings":                            says(`{"AccountLimit":{"ConcurrentExecutions":1000}}`),
		"GetAccount":                                    says(`{"ProductionAccessEnabled":true,"SendingEnabled":true,"EnforcementStatus":"HEALTHY","SendQuota":{"Max24HourSend":50000,"MaxSendRate":14}}`),
		"GetEmailIdentity " + host:                      refuses(http.StatusNotFound, "NotFoundException"),
		"GetEmailIdentity no-reply@" + host:             refuses(http.StatusNotFound, "NotFoundException"),
		"GetEmailIdentity " + parent:                    says(fmt.Sprintf(verified, true, "SUCCESS")),
		"ListCertificates":                              says(fmt.Sprintf(summary, "*."+parent, "ISSUED")),
		"DescribeCertificate":                           says(`{"Certificate":{"DomainValidationOptions":[{"DomainName":"` + host + `","ResourceRecord":{"Name":"_proof.` + host + `","Type":"CNAME","Value":"_it.acm-validations.aws"}}]}}`),
		"ListDistributions":                             says(fmt.Sprintf(distributions, "OURS")),
		"DescribeVoices":                                says(`{"Voices":[{"Id":"Joanna"},{"Id":"Matthew"}]}`),
		"GetFoundationModel":                            says(`{"modelDetails":{"modelArn":"a","modelId":"m","modelLifecycle":{"status":"ACTIVE"}}}`),
		"GetFoundationModelAvailability":                says(`{"agreementAvailability":{"status":"AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`),
		"ListServiceQuotas polly":                       says(`{"Quotas":[{"QuotaName":"SynthesizeSpeech requests per second, neural voices","Value":8}]}`),
		"ListServiceQuotas bedrock":                     says(`{"Quotas":[{"QuotaName":"On-demand model inference requests per minute for Stability.ai Stable Image Core","Value":90}]}`),
		"ListRequestedServiceQuotaChangeHistoryByQuota": says(`{"RequestedQuotas":[]}`),
	}
}

const parent = "devotionalai.example"

// operation names what a request asks for, whichever protocol it speaks.
func operation(r *http.Request, body string) string {
	if _, op, is := strings.Cut(r.Header.Get("X-Amz-Target"), "."); is {
		for _, service := range []string{"polly", "bedrock"} {
			if op == "ListServiceQuotas" && strings.Contains(body, `"`+service+`"`) {
				return op + " " + service
			}
		}
		return op
	}
	if form, err := url.ParseQuery(body); err == nil && form.Has("Action") {
		return form.Get("Action")
	}
	for _, rest := range []struct{ prefix, op string }{
		{"/2016-08-19/account-settings", "GetAccountSettings"},
		{"/v2/email/account", "GetAccount"},
		{"/v2/email/identities/", "GetEmailIdentity "},
		{"/v1/voices", "DescribeVoices"},
		{"/foundation-models/", "GetFoundationModel"},
		{"/foundation-model-availability/", "GetFoundationModelAvailability"},
		{"/2020-05-31/distribution", "ListDistributions"},
	} {
		if named, is := strings.CutPrefix(r.URL.Path, rest.prefix); is {
			if strings.HasSuffix(rest.op, " ") {
				return rest.op + named
			}
			return rest.op
		}
	}
	return r.Method + " " + r.URL.Path
}

// standIn answers as AWS's services do, each in its own protocol.
func standIn(t *testing.T, answers map[string]answer) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		op := operation(r, string(body))
		a, known := answers[op]
		if !known {
			t.Errorf("the stand-in does not know %q (%s)", op, body)
			a = refuses(http.StatusNotImplemented, "UnknownOperation")
		}
		if op == "ListCertificates" && !strings.Contains(string(body), `"EC_prime256v1"`) {
			a = says(`{"CertificateSummaryList":[]}`) // ACM lists RSA alone to who does not ask for others
		}
		query := op == "GetCallerIdentity" || op == "DescribeStacks" || op == "GetTemplateSummary" || op == "ListDistributions"
		if a.Code != "" && query {
			a.Body = "<ErrorResponse><Error><Type>Sender</Type><Code>" + a.Code + "</Code><Message>no</Message></Error></ErrorResponse>"
		} else if a.Code != "" {
			w.Header().Set("X-Amzn-Errortype", a.Code)
			a.Body = fmt.Sprintf(`{"__type":%q,"message":"no"}`, a.Code)
		}
		w.Header().Set("Content-Type", map[bool]string{true: "text/xml", false: "application/x-amz-json-1.1"}[query])
		w.WriteHeader(a.Status)
		_, _ = w.Write([]byte(a.Body))
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region: "us-east-1", BaseEndpoint: &server.URL, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("id", "secret", ""),
	}
}

// names is a DNS of these addresses alone.
type names map[string]string

func (n names) LookupHost(_ context.Context, host string) ([]string, error) {
	if ip, there := n[host]; there {
		return []string{ip}, nil
	}
	return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
}

// checkout makes a folder in which the machine lacks nothing.
func checkout(t *testing.T) string {
	t.Helper()
	root := t.TempDir()
	for _, file := range []string{"infra/local/preflight.sh", ".tools/sam/bin/sam", ".aws-sam/build/Workers/FfmpegLayer/bin/ffmpeg"} {
		write(t, filepath.Join(root, file), "#!/bin/sh\nexit 0\n")
	}
	return root
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// wholeAt is a place where nothing lacks, but for what changes.
func wholeAt(t *testing.T, changes map[string]answer) place {
	t.Helper()
	answers := whole()
	maps.Copy(answers, changes)
	all, err := stages.Parameters(filepath.Join("..", "..", "template.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	w := wish{Stage: "trial", Stack: "devotional-trial", Domain: host, Mail: "no-reply@" + host}
	if err := w.complete(); err != nil {
		t.Fatal(err)
	}
	return place{
		AWS: standIn(t, answers), Wish: w, Defaults: defaultsOf(all), Root: checkout(t),
		Resolver: names{host: "192.0.2.1", distribution: "192.0.2.1"}, Program: func(name string) (string, error) { return "/usr/bin/" + name, nil },
	}
}
