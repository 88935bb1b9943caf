package chaos_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/bedrockruntime"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/polly"
	"github.com/aws/aws-sdk-go-v2/service/polly/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/tests/harness"
)

// oneCall is a call of each service, by the name in its signature.
func oneCall(cfg aws.Config) map[string]func(context.Context) error {
	return map[string]func(context.Context) error{
		"dynamodb": func(ctx context.Context) error {
			_, err := dynamodb.NewFromConfig(cfg).ListTables(ctx, &dynamodb.ListTablesInput{})
			return err
		},
		"s3": func(ctx context.Context) error {
			_, err := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: aws.String("b")})
			return err
		},
		"sqs": func(ctx context.Context) error {
			_, err := sqs.NewFromConfig(cfg).SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: aws.String("q"), MessageBody: aws.String("m")})
			return err
		},
		"states": func(ctx context.Context) error {
			_, err := sfn.NewFromConfig(cfg).StartExecution(ctx, &sfn.StartExecutionInput{StateMachineArn: aws.String("arn")})
			return err
		},
		"ses": func(ctx context.Context) error {
			_, err := sesv2.NewFromConfig(cfg).GetAccount(ctx, &sesv2.GetAccountInput{})
			return err
		},
		"secretsmanager": func(ctx context.Context) error {
			_, err := secretsmanager.NewFromConfig(cfg).GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: aws.String("s")})
			return err
		},
		"kms": func(ctx context.Context) error {
			_, err := kms.NewFromConfig(cfg).Decrypt(ctx, &kms.DecryptInput{CiphertextBlob: []byte("x")})
			return err
		},
		"sts": func(ctx context.Context) error {
			_, err := sts.NewFromConfig(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
			return err
		},
		"bedrock": func(ctx context.Context) error {
			_, err := bedrockruntime.NewFromConfig(cfg).InvokeModel(ctx, &bedrockruntime.InvokeModelInput{ModelId: aws.String("m"), Body: []byte("{}")})
			return err
		},
		"polly": func(ctx context.Context) error {
			_, err := polly.NewFromConfig(cfg).SynthesizeSpeech(ctx, &polly.SynthesizeSpeechInput{OutputFormat: types.OutputFormatPcm, Text: aws.String("Amen."), VoiceId: types.VoiceIdJoanna})
			return err
		},
	}
}

// TestTheStandFailsAsServicesDo: each service's own SDK takes what the stand answers
// for what it is meant to be, and only the service that is planted fails.
func TestTheStandFailsAsServicesDo(t *testing.T) {
	emulator := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(emulator.Close)
	stand := newBetween()
	t.Cleanup(stand.close)
	cfg := harness.At(stand.stand(product.AWS, emulator.URL)).AWS
	cfg.Retryer = func() aws.Retryer { return aws.NopRetryer{} }
	calls := oneCall(cfg)
	for _, f := range everyWay(slow) {
		if _, own := calls[f.service]; !own && f.service != "stripe" && f.service != "youtube" {
			t.Errorf("the stand is not tried for %s", f.service)
		}
	}
	for service, call := range calls {
		t.Run(service, func(t *testing.T) {
			stand.plant(map[string]way{service: throttles})
			if err := call(t.Context()); !throttled(err) {
				t.Errorf("refused for load: %v", err)
			}
			if err := call(t.Context()); throttled(err) {
				t.Errorf("the second call is refused too: %v", err)
			}
			stand.plant(map[string]way{service: down})
			for range 2 { // broken, and refused
				if err := call(t.Context()); err == nil {
					t.Error("a service that is down answers")
				}
			}
			if stand.struck(service) < 2 { // net/http itself sends some again
				t.Errorf("%d calls met the fault, want 2 at least", stand.struck(service))
			}
			stand.plant(map[string]way{"another": down})()
			if _ = call(t.Context()); stand.struck(service) != 0 {
				t.Error("a service fails that is not planted")
			}
		})
	}
}

func throttled(err error) bool {
	var api smithy.APIError
	if !errors.As(err, &api) {
		return false
	}
	_, known := retry.DefaultThrottleErrorCodes[api.ErrorCode()]
	return known || slices.Contains([]string{"TooManyRequestsException", "SlowDown"}, api.ErrorCode())
}
