package contract

import (
	"context"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// keyFixture makes what a placeholder stands for, if it is about API keys.
func (s *stage) keyFixture(t *testing.T, name string) {
	t.Helper()
	switch name {
	case "api_key", "api_key_id":
		key := s.apiKey(t, s.person(t))
		s.filled["api_key"], s.filled["api_key_id"] = key.Text, string(key.ID)
	case "api_key_of_another_tenant":
		s.filled[name] = string(s.apiKey(t, s.stranger(t)).ID)
	case "revoked_api_key":
		key := s.apiKey(t, s.person(t))
		if err := s.keys().Revoke(t.Context(), s.founder(t, key.Tenant), key.ID); err != nil {
			t.Fatalf("revoke a key: %v", err)
		}
		s.filled[name] = key.Text
	case "api_key_of_a_frozen_tenant":
		key := s.apiKey(t, s.stranger(t))
		s.freeze(t, key)
		s.filled[name] = key.Text
	case "token_with_account_key":
		s.filled[name] = s.fill(t, "{{access_token}}")
		if _, err := s.keys().RotateAccountKey(t.Context(), s.founder(t, s.person(t)), 0); err != nil {
			t.Fatalf("make the account's key: %v", err)
		}
	}
}

func (s *stage) keys() *auth.APIKeys {
	return &auth.APIKeys{Store: dynamo.NewAPIKeys(s.store()), Now: time.Now}
}

// founder is who makes the keys that events use.
func (s *stage) founder(t *testing.T, of tenant.ID) auth.Caller {
	t.Helper()
	account, err := dynamo.NewJoins(s.store()).Tenant(context.WithoutCancel(t.Context()), of)
	if err != nil {
		t.Fatalf("read an account: %v", err)
	}
	return auth.Caller{Tenant: of, Principal: auth.Principal{User: auth.UserID(account.Owner)}, Role: auth.Owner}
}

func (s *stage) apiKey(t *testing.T, of tenant.ID) auth.NewKey {
	t.Helper()
	key, err := s.keys().Create(context.WithoutCancel(t.Context()), s.founder(t, of), "Program")
	if err != nil {
		t.Fatalf("make a key: %v", err)
	}
	return key
}

// freeze marks a key as one whose tenant is being erased.
func (s *stage) freeze(t *testing.T, k auth.NewKey) {
	t.Helper()
	_, err := dynamodb.NewFromConfig(s.aws).UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(s.outputs["Data.Outputs.PlatformTable"]),
		Key: map[string]types.AttributeValue{
			"pk": &types.AttributeValueMemberS{Value: tenant.CredentialsPartition(k.Tenant)},
			"sk": &types.AttributeValueMemberS{Value: "KEY#" + string(k.ID)},
		},
		UpdateExpression: aws.String("SET #status = :frozen"), ExpressionAttributeNames: map[string]string{"#status": "status"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":frozen": &types.AttributeValueMemberS{Value: string(tenant.Frozen)}},
	})
	if err != nil {
		t.Fatalf("freeze a key: %v", err)
	}
}
