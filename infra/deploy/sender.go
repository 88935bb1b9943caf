package main

import (
	"context"
	"errors"
	"fmt"
	"net/mail"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/devotionalai/platform/infra/stages"
)

// mailParameters are who sends, and who hears of alarms: the mail address, where
// neither SET, nor the section, nor the stack has another one. A pipeline gives the
// address each time, and is not to take back what somebody chose. stays are those of
// the stack's that are not the address.
func mailParameters(o options, given map[string]string, before *deployed) (all map[string]string, stays []string, err error) {
	all = map[string]string{}
	for _, name := range []string{"MailFrom", "AlarmMail"} {
		_, fixed := given[name]
		has := before.parameter(name)
		switch {
		case fixed:
		case has != "":
			if o.mail != "" && has != o.mail {
				stays = append(stays, name)
			}
		case o.mail != "":
			all[name] = o.mail
		case name == "MailFrom":
			return nil, nil, errors.New("whose mail address sends, and hears of alarms? MAIL=address")
		}
	}
	return all, stays, nil
}

// askForSender has SES ask the sender's address whether it is the account's, unless
// SES knows it, its domain, or one above that. An address that nobody has confirmed is asked again, since
// a link works for a day. It answers what stands in the way of the first mail.
func askForSender(ctx context.Context, a account, from string) (string, error) {
	address, err := mail.ParseAddress(from)
	if err != nil {
		return "", fmt.Errorf("MailFrom: %w", err)
	}
	client := sesv2.NewFromConfig(a.AWS)
	state := "waits for the link that AWS has sent to it: until it is followed, nobody can sign in"
	for _, identity := range append(stages.Domains(address.Address), address.Address) {
		known, err := client.GetEmailIdentity(ctx, &sesv2.GetEmailIdentityInput{EmailIdentity: aws.String(identity)})
		switch {
		case err == nil && known.VerifiedForSendingStatus:
			return sandbox(ctx, client, "verified")
		case err != nil && !named(err, "NotFoundException"):
			return "", fmt.Errorf("ask SES for the sender: %w", plain(err))
		case err == nil && identity == address.Address:
			// SES sends another link only where the address is made known anew. What is
			// not verified sends nothing yet, for no stage.
			if _, err := client.DeleteEmailIdentity(ctx, &sesv2.DeleteEmailIdentityInput{EmailIdentity: aws.String(identity)}); err != nil && !named(err, "NotFoundException") {
				return "", fmt.Errorf("forget the sender, to ask it again: %w", plain(err))
			}
			state = "waits for the link that AWS has sent to it once more; one from before is worth nothing. Until it is followed, nobody can sign in"
		}
	}
	_, err = client.CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(address.Address)})
	if err != nil && !named(err, "AlreadyExistsException") {
		return "", fmt.Errorf("make the sender known to SES: %w", plain(err))
	}
	return sandbox(ctx, client, state)
}

// sandbox adds what a new account may not do yet.
func sandbox(ctx context.Context, client *sesv2.Client, state string) (string, error) {
	of, err := client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return state, nil // whoever may not ask deploys all the same
	}
	if !of.ProductionAccessEnabled {
		state += "; SES is in its sandbox, where only verified addresses get mail (aws sesv2 put-account-details, docs/SAAS_DEPLOYMENT.md)"
	}
	return state, nil
}
