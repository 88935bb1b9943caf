package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// erasureFixture makes what events of erasures speak of; "" for another name.
func (s *stage) erasureFixture(t *testing.T, name string) string {
	t.Helper()
	switch name {
	case "own_address":
		return s.address
	case "old_session_token":
		return s.sitter(t)
	case "closing_again_token":
		return s.closing(t, "again@example.com", time.Hour).access
	case "keep_token":
		return s.closing(t, "keeper@example.com", time.Hour).keep
	case "late_keep_token":
		return s.closing(t, "late@example.com", -time.Minute).keep
	case "keeping_owner_token":
		return s.closing(t, "owning-keeper@example.com", time.Hour).access
	case "waiting_token":
		return s.closing(t, "waiting@example.com", time.Hour).access
	case "receipt_token":
		return s.closing(t, "receipt@example.com", time.Hour).receipt
	}
	return ""
}

type closingAccount struct{ access, keep, receipt string }

// closing signs an owner in who asks for the account's erasure.
func (s *stage) closing(t *testing.T, address string, coolOff time.Duration) closingAccount {
	t.Helper()
	grant, mail := s.grant(t, address), &outbox{}
	owner := grant.Profile
	closer := &erasure.Closer{
		Book: dynamo.NewErasures(s.store()), People: dynamo.NewMembers(s.store()), Mail: mail, AppURL: appURL, CoolOff: coolOff, Now: time.Now,
	}
	caller := auth.Caller{
		Tenant: owner.Tenant, Role: auth.Owner, Principal: auth.Principal{User: owner.User, Session: sessionOf(grant), Email: string(owner.Email)},
	}
	asked, err := closer.Ask(t.Context(), caller, address)
	if err != nil {
		t.Fatalf("ask for an erasure: %v", err)
	}
	_, rest, _ := strings.Cut(mail.last.Text, "#token=")
	keep, _, _ := strings.Cut(rest, "\n")
	_, receipt, _ := strings.Cut(asked.ReceiptURL, "/api/erasures/")
	return closingAccount{access: grant.Access, keep: keep, receipt: receipt}
}

// sitter signs somebody in whose session began two hours ago.
func (s *stage) sitter(t *testing.T) string {
	t.Helper()
	grant := s.grant(t, "sitter@example.com")
	_, err := dynamodb.NewFromConfig(s.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "A#" + string(grant.Profile.Tenant)},
			"sk": &types.AttributeValueMemberS{Value: "USER#" + string(grant.Profile.User)},
		},
		UpdateExpression:         aws.String("SET sessions.#session.started = sessions.#session.started - :long"),
		ExpressionAttributeNames: map[string]string{"#session": sessionOf(grant)},
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":long": &types.AttributeValueMemberN{Value: "7200000000"},
		},
	})
	if err != nil {
		t.Fatalf("age a session: %v", err)
	}
	return grant.Access
}
