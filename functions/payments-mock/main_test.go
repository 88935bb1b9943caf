package main

import (
	"io"
	"testing"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/tests/contract"
)

func TestContract(t *testing.T) { contract.URL(t, build) }

// TestItDoesNotStartWherePeoplePay: the template refuses it too.
func TestItDoesNotStartWherePeoplePay(t *testing.T) {
	for stage, may := range map[string]bool{"production": false, "prod": false, "staging": true} {
		environ := []string{
			"STAGE=" + stage, "MODE=aws", "BUILD=b1", "AWS_REGION=us-east-1", "APP_URL=https://app.example.com", "DIRECTORY_TABLE=d",
			"STRIPE_SECRET_ARN=arn:aws:secretsmanager:us-east-1:1:secret:s", "STRIPE_PRICE_PRO=price_mock_pro",
		}
		if _, err := boot.NewURL(t.Context(), environ, io.Discard, build); (err == nil) != may {
			t.Errorf("%s: %v", stage, err)
		}
	}
}
