package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

func of(t *testing.T, found []told, name string) told {
	t.Helper()
	i := slices.IndexFunc(found, func(f told) bool { return f.Name == name })
	if i < 0 {
		t.Fatalf("nothing is told of %s", name)
	}
	return found[i]
}

// TestAnAccountThatLacksNothing: every check sees, and the parameters are those that
// the template has by itself.
func TestAnAccountThatLacksNothing(t *testing.T) {
	p := known(t.Context(), wholeAt(t, nil))
	found := look(t.Context(), p)
	for _, f := range found {
		if f.State != ok && f.Name != "disk" { // the disk is this machine's own
			t.Errorf("%s: %s, %s", f.Name, f.State, f.Said)
		}
	}
	// As many renders as its 90 pictures a minute suffice for.
	for _, want := range []string{"RenderWidth=" + p.Defaults["RenderWidth"], "MaxRunningJobs=7"} {
		if !slices.Contains(of(t, found, "functions").Give, want) {
			t.Errorf("a whole account is given %v, not %s", of(t, found, "functions").Give, want)
		}
	}
	if !strings.Contains(of(t, found, "pictures").Said, "90 pictures a minute") || !strings.Contains(of(t, found, "voice").Said, "8 requests a second") {
		t.Errorf("of rates: %q, %q", of(t, found, "pictures").Said, of(t, found, "voice").Said)
	}
}

// lacking is one thing that an account or machine lacks, and what is to be said of it.
type lacking struct {
	what    string
	changes map[string]answer
	place   func(*place)
	check   string
	state   state
	said    string
	command string
}

func lackings() []lacking {
	missing := refuses(http.StatusNotFound, "ResourceNotFoundException")
	gone := refuses(http.StatusBadRequest, "ValidationError")
	theirs := map[string]answer{"GetEmailIdentity mail.example": missing404(), "GetEmailIdentity me@mail.example": missing404()}
	return []lacking{
		{"credentials", one("GetCallerIdentity", refuses(http.StatusForbidden, "InvalidClientTokenId")), nil, "credentials", lacks, "InvalidClientTokenId", "aws configure sso"},
		{"a region", nil, func(p *place) { p.AWS.Region = "" }, "region", less, "no region", "export AWS_REGION=us-east-1"},
		{"a firewall elsewhere", nil, func(p *place) { p.AWS.Region = "eu-central-1" }, "region", less, "eu-central-1", "aws wafv2 create-web-acl --region us-east-1 --scope CLOUDFRONT"},
		{"functions at once", one("GetAccountSettings", says(`{"AccountLimit":{"ConcurrentExecutions":10}}`)), nil, "functions", less, "10 at once: 1 renders at a time, each 1 wide", "--quota-code L-B99A9384 --desired-value 1000"},
		{"the sandbox left", one("GetAccount", says(`{"ProductionAccessEnabled":false,"SendingEnabled":true}`)), nil, "mail", less, "sandbox", "aws sesv2 put-account-details --production-access-enabled"},
		{"the sandbox left by production", map[string]answer{"GetAccount": says(`{"ProductionAccessEnabled":false,"SendingEnabled":true}`), "DescribeStacks": gone}, func(p *place) { p.Wish.Stage = "production" }, "mail", lacks, "sandbox", "aws sesv2 put-account-details"},
		{"the sandbox left by a production that is there", one("GetAccount", says(`{"ProductionAccessEnabled":false,"SendingEnabled":true}`)), func(p *place) { p.Wish.Stage = "production" }, "mail", less, "sandbox", "aws sesv2 put-account-details"},
		{"an address at a mail service", theirs, func(p *place) { p.Wish.Mail = "me@mail.example" }, "sender", lacks, "does not know me@mail.example", "create-email-identity --email-identity me@mail.example "},
		{"an address that MailFrom names", theirs, func(p *place) { p.Given = map[string]string{"MailFrom": "Me <me@mail.example>"} }, "sender", lacks, "does not know me@mail.example", "create-email-identity --email-identity me@mail.example "},
		{"an address at all", nil, func(p *place) { p.Wish.Mail = "" }, "sender", lacks, "nobody has said", "MAIL=<address>"},
		{"no certificate that is given", one("ListCertificates", says(`{}`)), func(p *place) { p.Given = map[string]string{"CertificateArn": "arn"} }, "certificate", ok, "as given", ""},
		{"no voice of Polly with another's", one("DescribeVoices", says(`{"Voices":[]}`)), func(p *place) { p.Given = map[string]string{"VoiceProvider": "espeak"} }, "voice", ok, "VoiceProvider=espeak", ""},
		{"no models where the stack draws", map[string]answer{"GetFoundationModel": missing, "DescribeStacks": having("ImageProvider", "drawing")}, nil, "pictures", ok, "ImageProvider=drawing", ""},
		{"no firewall that is given", nil, func(p *place) { p.AWS.Region, p.Given = "eu-central-1", map[string]string{"WebAclArn": "arn"} }, "region", ok, "of yours", ""},
		{"sending", one("GetAccount", says(`{"ProductionAccessEnabled":true,"SendingEnabled":false,"EnforcementStatus":"SHUTDOWN"}`)), nil, "mail", lacks, "stopped", "aws support describe-cases"},
		{"a sender", one("GetEmailIdentity "+parent, missing404()), nil, "sender", lacks, "does not know", "aws sesv2 create-email-identity --email-identity " + host},
		{"the sender's link", map[string]answer{"GetEmailIdentity " + parent: missing404(), "GetEmailIdentity no-reply@" + host: says(`{"VerifiedForSendingStatus":false}`)}, nil, "sender", lacks, "waits for the link", "aws sesv2 get-email-identity --email-identity no-reply@" + host},
		{"the sender's domain", map[string]answer{"GetEmailIdentity " + parent: missing404(), "GetEmailIdentity no-reply@" + host: says(`{"VerifiedForSendingStatus":true}`)}, nil, "sender", less, "verified by itself", "aws sesv2 create-email-identity --email-identity " + host},
		{"a domain of one's own", nil, func(p *place) { p.Wish.Domain = "" }, "certificate", ok, "CloudFront's own name", ""},
		{"the sender's records", one("GetEmailIdentity "+parent, says(fmt.Sprintf(verified, false, "PENDING"))), nil, "sender", lacks, "not verified", "two._domainkey." + parent},
		{"nothing below a verified domain", one("GetEmailIdentity "+host, says(fmt.Sprintf(verified, false, "PENDING"))), nil, "sender", ok, parent + " is verified", ""},
		{"signatures", one("GetEmailIdentity "+parent, says(fmt.Sprintf(verified, true, "FAILED"))), nil, "sender", less, "not signed", "one.dkim.amazonses.com"},
		{"a certificate", one("ListCertificates", says(fmt.Sprintf(summary, "other.example", "ISSUED"))), nil, "certificate", less, "none for " + host, "aws acm request-certificate --region us-east-1 --domain-name " + host},
		{"a star too far", one("ListCertificates", says(fmt.Sprintf(summary, "*.example", "ISSUED"))), nil, "certificate", less, "none for " + host, "aws acm request-certificate"},
		{"the certificate's record", one("ListCertificates", says(fmt.Sprintf(summary, host, "PENDING_VALIDATION"))), nil, "certificate", less, "waits for its record", "_it.acm-validations.aws"},
		{"a whole creation", one("DescribeStacks", says(fmt.Sprintf(deployedAs, "ROLLBACK_COMPLETE"))), nil, "stack", less, "can only be deleted", "aws cloudformation delete-stack --stack-name devotional-trial"},
		{"quiet", one("DescribeStacks", says(fmt.Sprintf(deployedAs, "UPDATE_IN_PROGRESS"))), nil, "stack", less, "make deploy waits", "aws cloudformation describe-stacks"},
		{"a whole rollback", one("DescribeStacks", says(fmt.Sprintf(deployedAs, "UPDATE_ROLLBACK_FAILED"))), nil, "stack", lacks, "UPDATE_ROLLBACK_FAILED", "aws cloudformation continue-update-rollback"},
		{"an address", nil, func(p *place) { p.Resolver = names{distribution: "192.0.2.1"} }, "address", less, "leads nowhere", distribution},
		{"the right address", nil, func(p *place) { p.Resolver = names{distribution: "192.0.2.1", host: "192.0.2.9"} }, "address", less, "leads elsewhere", distribution},
		{"a free alias", one("ListDistributions", says(fmt.Sprintf(distributions, "THEIRS"))), nil, "alias", lacks, "another distribution", "aws cloudfront get-distribution-config --id THEIRS"},
		{"a verified account", one("ListDistributions", says("<DistributionList></DistributionList>")), nil, "CloudFront", less, "may want to verify it", "https://console.aws.amazon.com/support/home#/case/create"},
		{"the AWS CLI", nil, func(p *place) { p.Program = func(string) (string, error) { return "", exec.ErrNotFound } }, "AWS CLI", less, "no aws on this machine", "https://docs.aws.amazon.com/cli/"},
		{"a free secret's name", one("DescribeSecret", says(`{"Name":"s","DeletedDate":1796083200}`)), nil, "secrets", less, "2026-12-01", "aws secretsmanager restore-secret --secret-id devotional/trial/jwt"},
		{"voices", one("DescribeVoices", says(`{"Voices":[]}`)), nil, "voice", lacks, "no neural voices", "export AWS_REGION"},
		{"requests of voices", one("ListServiceQuotas polly", says(`{"Quotas":[{"QuotaName":"SynthesizeSpeech neural","Value":2}]}`)), nil, "voice", less, "2 requests a second", "aws service-quotas list-service-quotas --service-code polly"},
		{"models", one("GetFoundationModel", missing), nil, "pictures", less, "no model of BedrockImageModel", "go run ./infra/imagemodel us-west-2"},
		{"terms of models", one("GetFoundationModelAvailability", says(`{"agreementAvailability":{"status":"NOT_AVAILABLE"},"authorizationStatus":"AUTHORIZED","entitlementAvailability":"AVAILABLE","regionAvailability":"AVAILABLE"}`)), nil, "pictures", less, "has not agreed", "go run ./infra/imagemodel -paint us-west-2"},
		{"SAM CLI", nil, without(".tools"), "SAM CLI", less, "not installed", "go run ./infra/local/tools -sam"},
		{"the layer", nil, without(".aws-sam"), "ffmpeg layer", less, "not built", "make build"},
		{"Node", nil, func(p *place) {
			preflight(p, "echo 'missing: Node 20.19' >&2; echo '   https://nodejs.org/en/download' >&2; exit 1")
		}, "tools", lacks, "Node 20.19", "https://nodejs.org/en/download"},
		{"nothing before the first deployment", map[string]answer{"DescribeStacks": gone, "ListDistributions": says("<DistributionList></DistributionList>")}, nil, "address", ok, "after the first deployment", ""},
	}
}

// having is a stack with a parameter.
func having(name, value string) answer {
	return says(strings.Replace(fmt.Sprintf(deployedAs, "UPDATE_COMPLETE"), "<Outputs>",
		"<Parameters><member><ParameterKey>"+name+"</ParameterKey><ParameterValue>"+value+"</ParameterValue></member></Parameters><Outputs>", 1))
}

func one(op string, a answer) map[string]answer { return map[string]answer{op: a} }

func missing404() answer { return refuses(http.StatusNotFound, "NotFoundException") }

func without(folder string) func(*place) {
	return func(p *place) { _ = os.RemoveAll(filepath.Join(p.Root, folder)) }
}

func preflight(p *place, script string) {
	_ = os.WriteFile(filepath.Join(p.Root, "infra", "local", "preflight.sh"), []byte("#!/bin/sh\n"+script+"\n"), 0o755)
}

// TestEachThingThatLacksIsNamedWithItsCommand has one thing after the other lack, in
// an account that has all the rest.
func TestEachThingThatLacksIsNamedWithItsCommand(t *testing.T) {
	for _, l := range lackings() {
		t.Run(l.what, func(t *testing.T) {
			p := wholeAt(t, l.changes)
			if l.place != nil {
				l.place(&p)
			}
			p = known(t.Context(), p)
			found := look(t.Context(), p)
			f := of(t, found, l.check)
			if f.State != l.state || !strings.Contains(f.Said, l.said) || !strings.Contains(strings.Join(f.Commands, "\n"), l.command) {
				t.Errorf("%s is %s: %s\n%s", l.check, f.State, f.Said, strings.Join(f.Commands, "\n"))
			}
			var out strings.Builder
			err := report(&out, p.Wish, leaving(found, "disk"))
			if (err != nil) != (l.state == lacks) {
				t.Errorf("the command ends with %v", err)
			}
			for line := range strings.SplitSeq(l.command, "\n") {
				if !strings.Contains(out.String(), line) {
					t.Errorf("the report does not hold %q:\n%s", line, out.String())
				}
			}
		})
	}
}

// leaving leaves a check out whose finding is this machine's own.
func leaving(found []told, name string) []told {
	return slices.DeleteFunc(slices.Clone(found), func(f told) bool { return f.Name == name })
}

// TestWhoMayNotLookIsToldWhichRight refuses everything, one operation after another.
func TestWhoMayNotLookIsToldWhichRight(t *testing.T) {
	for op, want := range map[string]struct{ check, right string }{
		"GetAccountSettings": {"functions", "lambda:GetAccountSettings"}, "GetAccount": {"mail", "ses:GetAccount"},
		"GetEmailIdentity " + host: {"sender", "ses:GetEmailIdentity"}, "ListCertificates": {"certificate", "acm:ListCertificates"},
		"DescribeStacks": {"stack", "cloudformation:DescribeStacks"}, "ListDistributions": {"alias", "cloudfront:ListDistributions"},
		"DescribeSecret": {"secrets", "secretsmanager:DescribeSecret"}, "DescribeVoices": {"voice", "polly:DescribeVoices"},
		"GetFoundationModel": {"pictures", "bedrock:GetFoundationModel"},
	} {
		refusal := "AccessDeniedException"
		if op == "DescribeStacks" || op == "ListDistributions" {
			refusal = "AccessDenied"
		}
		f := of(t, look(t.Context(), known(t.Context(), wholeAt(t, one(op, refuses(http.StatusForbidden, refusal))))), want.check)
		if f.State != unseen || !strings.Contains(f.Said, "lack "+want.right) {
			t.Errorf("%s: %s, %s", op, f.State, f.Said)
		}
	}
}

// TestWithoutCredentialsTheMachineIsLookedAtAllTheSame, and the account is not asked
// a second time.
func TestWithoutCredentialsTheMachineIsLookedAtAllTheSame(t *testing.T) {
	p := wholeAt(t, nil)
	p.AWS.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return aws.Credentials{}, os.ErrNotExist })
	found := look(t.Context(), p)
	if of(t, found, "credentials").State != lacks || of(t, found, "tools").State != ok || of(t, found, "mail").State != unseen {
		t.Errorf("%v", found)
	}
}

// TestAServiceThatHangsIsNotWaitedFor: one check's silence leaves the others alone.
func TestAServiceThatHangsIsNotWaitedFor(t *testing.T) {
	ctx, cancel := context.WithDeadline(t.Context(), time.Now())
	defer cancel()
	f := functionsAtOnce(ctx, wholeAt(t, nil))
	if f.State != unseen || !strings.Contains(f.Said, "lambda:GetAccountSettings did not answer") {
		t.Errorf("%s: %s", f.State, f.Said)
	}
}

// TestTheQuotasOfWhatIsUsedBoundRenders, and no quota of a service that is not.
func TestTheQuotasOfWhatIsUsedBoundRenders(t *testing.T) {
	for want, given := range map[string]map[string]string{
		"RenderWidth=3 MaxRunningJobs=7 EncodersReserved=21 UploadChecksAtOnce=20":   nil,
		"RenderWidth=3 MaxRunningJobs=8 EncodersReserved=24 UploadChecksAtOnce=20":   {"ImageProvider": "drawing"},
		"RenderWidth=3 MaxRunningJobs=48 EncodersReserved=144 UploadChecksAtOnce=20": {"ImageProvider": "drawing", "VoiceProvider": "espeak"},
	} {
		p := wholeAt(t, nil)
		p.Given = given
		if got := strings.Join(functionsAtOnce(t.Context(), known(t.Context(), p)).Give, " "); got != want {
			t.Errorf("%v: %s, want %s", given, got, want)
		}
	}
}

func TestAFullDiskIsToldBeforeTheBuild(t *testing.T) {
	if f := diskOf(buildTakes - 1); f.State != lacks || f.Commands[0] != "make clean" {
		t.Errorf("%+v", f)
	}
	if f := diskOf(buildTakes); f.State != ok {
		t.Errorf("%+v", f)
	}
}

func TestWhatIsToBeDeployedIsSaidFirst(t *testing.T) {
	for _, w := range []wish{{}, {Stage: "local", Domain: host}, {Stage: "trial", Mail: "me"}, {Stage: "trial", Domain: "https://" + host}} {
		if w.complete() == nil {
			t.Errorf("%+v is taken", w)
		}
	}
}
