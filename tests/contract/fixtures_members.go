package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/idempotency"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// memberFixture makes what events of members speak of; "" for another name.
func (s *stage) memberFixture(t *testing.T, name string) string {
	t.Helper()
	switch name {
	case "owner_token":
		return s.payer(t).Access
	case "owner_id":
		return string(s.payer(t).Profile.User)
	case "member_id":
		return string(s.member(t, "member@example.com").Profile.User)
	case "member_token":
		return s.member(t, "member@example.com").Access
	case "leaver_token":
		return s.member(t, "leaver@example.com").Access
	case "invitation":
		id, _ := s.invitation(t, "invited@example.com")
		return id
	case "invitation_token":
		_, token := s.invitation(t, "invited@example.com")
		return token
	case "invitation_token_of_a_stranger":
		s.stranger(t)
		_, token := s.invitation(t, "stranger@example.com")
		return token
	}
	return ""
}

// payer signs in the owner of an account whose plan has members.
func (s *stage) payer(t *testing.T) auth.Grant {
	t.Helper()
	grant := s.grant(t, "owner@example.com")
	_, err := dynamodb.NewFromConfig(s.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: "T#" + string(grant.Profile.Tenant)},
			"sk": &types.AttributeValueMemberS{Value: "TENANT"},
		},
		UpdateExpression: aws.String("SET #plan = :pro"), ExpressionAttributeNames: map[string]string{"#plan": "plan"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":pro": &types.AttributeValueMemberS{Value: "pro"}},
	})
	if err != nil {
		t.Fatalf("choose a plan: %v", err)
	}
	return grant
}

// invitation invites an address into the payer's account.
func (s *stage) invitation(t *testing.T, address string) (id, token string) {
	t.Helper()
	by, mail := s.payer(t).Profile, &outbox{}
	inviter := &auth.Inviter{Store: dynamo.NewInvitations(s.store()), Mail: mail, AppURL: appURL, Now: time.Now}
	caller := auth.Caller{Tenant: by.Tenant, Principal: auth.Principal{User: by.User, Email: string(by.Email)}, Role: auth.Owner}
	made, err := inviter.Invite(t.Context(), caller, address, auth.Member, idempotency.Claim{})
	if err != nil {
		t.Fatalf("invite: %v", err)
	}
	_, rest, _ := strings.Cut(mail.last.Text, "#token=")
	token, _, _ = strings.Cut(rest, "\n")
	return made.ID, token
}

// member lets an address join the payer's account.
func (s *stage) member(t *testing.T, address string) auth.Grant {
	t.Helper()
	tokens, err := auth.NewTokens([]byte(secret), appURL, 10*time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	_, token := s.invitation(t, address)
	joiner := &auth.Joiner{Store: dynamo.NewJoins(s.store()), Tokens: tokens, Now: time.Now}
	grant, err := joiner.Join(t.Context(), token, auth.Visit{})
	if err != nil {
		t.Fatalf("join: %v", err)
	}
	return grant
}
