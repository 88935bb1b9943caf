// Package sesmail sends mail through Amazon SES (API v2, simple content).
package sesmail

import (
	"context"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
)

// timeout bounds all attempts for one mail: a person waits for the answer.
const timeout = 8 * time.Second

const charset = "UTF-8"

// Sender sends from one verified address. It implements auth.Mailer.
type Sender struct {
	ses  *sesv2.Client
	from string
	set  *string // nil: none
}

// New sends from the address from, which SES must have verified.
func New(cfg aws.Config, from string) *Sender {
	return &Sender{ses: sesv2.NewFromConfig(cfg), from: from}
}

// Through returns a sender that sends with a configuration set, which tells of mail
// that came back; "" is none.
func (s *Sender) Through(set string) *Sender {
	through := *s
	through.set = nil
	if set != "" {
		through.set = aws.String(set)
	}
	return &through
}

// Send implements auth.Mailer. What SES refuses to take, for the letters of the
// address or anything else about this one mail, is not sent: an answer of its own
// would tell it from mail to a decoy. A missing right is ours, and so is an account
// that may send to verified addresses alone; everything else is an outage. No error
// quotes the address.
func (s *Sender) Send(ctx context.Context, m auth.Mail) error {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	_, err := s.ses.SendEmail(ctx, &sesv2.SendEmailInput{
		FromEmailAddress:     aws.String(s.from),
		ConfigurationSetName: s.set,
		Destination:          &types.Destination{ToAddresses: []string{string(m.To)}},
		Content: &types.EmailContent{Simple: &types.Message{
			Subject: content(m.Subject),
			Body:    &types.Body{Text: content(m.Text), Html: content(m.HTML)},
		}},
	})
	var bad *types.BadRequestException
	var rejected *types.MessageRejected
	if errors.As(err, &rejected) && strings.Contains(rejected.ErrorMessage(), "not verified") {
		return s.unverified(rejected.ErrorMessage())
	}
	if errors.As(err, &bad) || errors.As(err, &rejected) {
		return problem.Invalid(problem.Field{Field: "email", Message: "is one that no mail can be sent to"})
	}
	if missing := problem.MissingRight("send mail", err); missing != nil {
		return missing
	}
	if err != nil {
		return fmt.Errorf("send mail: %w", masked(err))
	}
	return nil
}

// unverified is what the service refuses while the sender is not verified, or the
// account is in its sandbox: an operator's matter, and no fault of this mail. Of the two
// the first lets nobody in; the second whoever is verified, and is known from the
// recipient being all that the service names. What it says has the address in it.
func (s *Sender) unverified(said string) error {
	address := s.from
	if a, err := mail.ParseAddress(s.from); err == nil {
		address = a.Address
	}
	_, domain, _ := strings.Cut(address, "@")
	_, list, named := strings.Cut(said, ": ")
	for identity := range strings.SplitSeq(list, ",") {
		identity = strings.TrimSpace(identity)
		if !named || strings.EqualFold(identity, address) || strings.EqualFold(identity, domain) || strings.Contains(identity, "<"+address+">") {
			return problem.Wrap(problem.MailFailed, "Mail cannot be sent from here yet.",
				errors.New("SES has not verified the sender: verify MailFrom or its domain (docs/SAAS_DEPLOYMENT.md)"))
		}
	}
	return problem.Wrap(problem.MailNotSetUp, "Mail cannot be sent to this address from here yet. Whoever runs this service can set it up.",
		errors.New("SES is in its sandbox and takes verified addresses only: leave it (docs/SAAS_DEPLOYMENT.md)"))
}

func content(s string) *types.Content {
	return &types.Content{Data: aws.String(s), Charset: aws.String(charset)}
}
