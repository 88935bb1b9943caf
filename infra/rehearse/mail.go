package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/devotionalai/platform/infra/stages"
)

// sandbox: in it SES takes mail to verified addresses alone, and nobody else signs in.
// Who tries the product can do so, and a stack that is there is no better without its
// next deployment.
func sandbox(ctx context.Context, p place) finding {
	out, err := sesv2.NewFromConfig(p.AWS).GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return blind("ses:GetAccount", err)
	}
	if s := aws.ToString(out.EnforcementStatus); !out.SendingEnabled || s == "SHUTDOWN" {
		return finding{State: lacks, Said: "SES has stopped sending for this account (" + s + "); its case says why", Commands: []string{"aws support describe-cases --language en"}}
	}
	if !out.ProductionAccessEnabled {
		f := finding{State: less, Said: "SES is in its sandbox: mail goes to verified addresses alone, so nobody else can sign in"}
		if stages.Production(p.Wish.Stage) && !p.There {
			f.State = lacks
		}
		if out.Details != nil && out.Details.ReviewDetails != nil && out.Details.ReviewDetails.Status == types.ReviewStatusPending {
			f.Said += "; AWS is reading the request"
			return f
		}
		f.Commands = []string{
			"aws sesv2 put-account-details --production-access-enabled --mail-type TRANSACTIONAL --website-url https://" + cmp.Or(p.Wish.Domain, "<host>") +
				" \\\n  --use-case-description \"sign-in links, notices to members\"",
		}
		return f
	}
	if out.SendQuota == nil {
		return finding{State: ok, Said: "out of the sandbox"}
	}
	return finding{State: ok, Said: fmt.Sprintf("out of the sandbox: %.0f mails a day, %.0f a second", out.SendQuota.Max24HourSend, out.SendQuota.MaxSendRate)}
}

// sender: SES must know the sender's domain, or one above it, and sign for it; or the
// address by itself.
func sender(ctx context.Context, p place) finding {
	_, host, named := strings.Cut(p.Wish.Mail, "@")
	if !named {
		return finding{State: lacks, Said: "nobody has said whose address sends", Commands: []string{"make deploy STAGE=" + p.Wish.Stage + " MAIL=<address>"}}
	}
	client := sesv2.NewFromConfig(p.AWS)
	var waits *finding // the nearest that is known and not verified
	for _, known := range append(stages.Domains(p.Wish.Mail), p.Wish.Mail) {
		out, err := client.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(known)})
		if code(err) == "NotFoundException" {
			continue
		}
		if err != nil {
			return blind("ses:GetEmailIdentity", err)
		}
		f := identity(known, out)
		if known == p.Wish.Mail {
			f = alone(p.Wish, out.VerifiedForSendingStatus)
		}
		if out.VerifiedForSendingStatus {
			return f
		}
		if waits == nil {
			waits = &f
		}
	}
	if waits != nil {
		return *waits
	}
	if !owns(p.Wish, host) {
		return finding{State: lacks, Said: "SES does not know " + p.Wish.Mail, Commands: []string{
			"aws sesv2 create-email-identity --email-identity " + p.Wish.Mail + "   # then follow the link in AWS's mail to it",
		}}
	}
	return finding{State: lacks, Said: "SES does not know " + host, Commands: []string{
		"aws sesv2 create-email-identity --email-identity " + host,
		"aws sesv2 get-email-identity --email-identity " + host + " --query DkimAttributes.Tokens   # make rehearse prints the records then",
	}}
}

// alone is an address that SES knows without its domain, by a mail that AWS sent to it.
func alone(w wish, verified bool) finding {
	address := w.Mail
	if !verified {
		return finding{State: lacks, Said: address + " waits for the link that AWS has sent to it", Commands: []string{"aws sesv2 get-email-identity --email-identity " + address + " --query VerifiedForSendingStatus"}}
	}
	_, host, _ := strings.Cut(address, "@")
	f := finding{State: less, Said: address + " is verified by itself, but its domain does not sign (DKIM): more of its mails end among spam"}
	if owns(w, host) {
		f.Commands = []string{"aws sesv2 create-email-identity --email-identity " + host}
	}
	return f
}

// owns reports whether the sender's domain is whose the product's is: records for it can
// be made. That of a mail service can have none.
func owns(w wish, host string) bool {
	return w.Domain == host || strings.HasSuffix(w.Domain, "."+host)
}

func identity(domain string, out *sesv2.GetEmailIdentityOutput) finding {
	dkim := out.DkimAttributes
	signs := dkim != nil && dkim.SigningEnabled && dkim.Status == types.DkimStatusSuccess
	if out.VerifiedForSendingStatus && signs {
		return finding{State: ok, Said: domain + " is verified, and its mails are signed (DKIM)"}
	}
	f := finding{State: lacks, Said: domain + " is not verified: its records are not in the DNS yet"}
	if out.VerifiedForSendingStatus {
		f.State, f.Said = less, domain+" is verified, but its mails are not signed (DKIM): more of them end among spam"
	}
	if dkim == nil || len(dkim.Tokens) == 0 {
		f.Commands = []string{"aws sesv2 put-email-identity-dkim-signing-attributes --email-identity " + domain + " --signing-attributes-origin AWS_SES"}
		return f
	}
	for _, token := range dkim.Tokens {
		f.Commands = append(f.Commands, record(token+"._domainkey."+domain, token+".dkim.amazonses.com"))
	}
	return f
}

// record is the command that puts an alias into a zone of Route 53; another DNS
// service takes the same two names.
func record(name, value string) string {
	return fmt.Sprintf("aws route53 change-resource-record-sets --hosted-zone-id <zone> --change-batch \\\n  '{\"Changes\":[{\"Action\":\"UPSERT\",\"ResourceRecordSet\":{\"Name\":\"%s\",\"Type\":\"CNAME\",\"TTL\":300,\"ResourceRecords\":[{\"Value\":\"%s\"}]}}]}'", name, value)
}
