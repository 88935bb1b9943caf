package contract

import (
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	sfntypes "github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/devotionalai/platform/infra/local/youtube"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	appURL = "http://localhost:8000"
	secret = "a secret of at least thirty-two bytes"
	sender = "no-reply@devotional.local"

	webhookSecret = "whsec_signs_the_events_of_the_samples"
	paymentKeys   = `{"api_key":"sk_test_of_the_samples","webhook_secrets":["` + webhookSecret + `"]}`
)

// stage is what a function finds: tables, bucket, secret and workflow of its
// own on the emulator.
type stage struct {
	aws     aws.Config
	outputs map[string]string // of nested stacks, "Data.Outputs.PlatformTable"
	chosen  map[string]string // parameters of the root template
	filled  map[string]string // placeholders so far
	address string            // of the person whom every event is from
	log     io.Writer         // what functions log
	whole   *testing.T        // as long as which the stage is there
	site    *youtube.Site     // stands in for Google; nil until something asks for it
}

// nobody listens there.
const nobody = "http://127.0.0.1:9"

func newStage(t *testing.T) *stage {
	t.Helper()
	store := harness.Tables(t)
	// boot reads credentials and endpoint from the process, as on Lambda.
	for _, line := range store.Environ() {
		name, value, _ := strings.Cut(line, "=")
		t.Setenv(name, value)
	}
	s := &stage{whole: t, aws: store.AWS, filled: map[string]string{}, address: "person@example.com", log: io.Discard}
	name := "contract-" + strings.ToLower(tenant.NewID())
	s.outputs = map[string]string{
		"Data.Outputs.PlatformTable":  store.Platform,
		"Data.Outputs.DirectoryTable": store.Directory,
		"Data.Outputs.MediaBucket":    store.Bucket,
		"Data.Outputs.LedgerBucket":   harness.LedgerBucket(t, store.Emulator),

		"Data.Outputs.PlatformTableArn":  tableARN(store.Platform),
		"Data.Outputs.DirectoryTableArn": tableARN(store.Directory),
		"Data.Outputs.BackupPlanId":      "", // as where AWS Backup is emulated

		"Data.Outputs.YoutubeKmsKeyArn": "", // the key is the secret's, as where there is no KMS

		"Workers.Outputs.RenderStateMachineArn":  s.workflow(t, name, "arn:aws:iam::000000000000:role/workflow"),
		"Workers.Outputs.PublishStateMachineArn": s.workflow(t, name+"-publish", "arn:aws:iam::000000000000:role/workflow"),
		"Workers.Outputs.ExportStateMachineArn":  s.workflow(t, name+"-export", "arn:aws:iam::000000000000:role/workflow"),
		"Workers.Outputs.EraseStateMachineArn":   s.workflow(t, name+"-erase", "arn:aws:iam::000000000000:role/workflow"),
		"Workers.Outputs.MailConfigurationSet":   "", // as where SES is emulated
	}
	for _, o := range tenant.Openings() {
		s.outputs["Data.Outputs."+o.Role+"Arn"] = "arn:aws:iam::000000000000:role/devotionalai/local/tenant"
	}
	s.checks(t)
	s.choose(t)
	return s
}

// checks makes the queue of the files to be decoded.
func (s *stage) checks(t *testing.T) {
	url := s.queue(t)
	s.outputs["Workers.Outputs.UploadQueueUrl"], s.outputs["Workers.Outputs.UploadQueueArn"] = url, "arn:aws:sqs:us-east-1:000000000000:"+path.Base(url)
}

func tableARN(name string) string { return "arn:aws:dynamodb:us-east-1:000000000000:table/" + name }

// choose sets the parameters, and publishes the keys that callers' tokens are
// checked with.
func (s *stage) choose(t *testing.T) {
	t.Helper()
	s.chosen = s.parameters()
	harness.PublishKeys(t, dynamo.NewSigningKeys(s.store()), secret, time.Now)
}

// parameters are those that have no default, and limits wide enough for a test
// that asks often.
func (s *stage) parameters() map[string]string {
	return map[string]string{
		"Stage": "local", "Mode": "local", "AppUrl": appURL,
		"OriginSecret": strings.Repeat("o", 32), "MailFrom": sender, "SecureCookies": "false",
		"ImageProvider": "drawing", "VoiceProvider": "espeak",
		// Who needs the payment service learns that it does not answer.
		"UploadPatience": "0s", // nobody takes orders here
		"BillingMode":    "mock", "StripeApiBase": nobody, "StripePricePro": "price_mock_pro", "StripePriceEnterprise": "price_mock_enterprise",
		"RateLimitAnonymousPerMinute": "6000", "RateLimitUserPerSecond": "1000",
	}
}

// workflow is one that ends at once: what a render does is proved elsewhere.
func (s *stage) workflow(t *testing.T, name, role string) string {
	t.Helper()
	out, err := sfn.NewFromConfig(s.aws).CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: aws.String(name), Type: sfntypes.StateMachineTypeStandard, RoleArn: aws.String(role),
		Definition: aws.String(`{"StartAt":"Done","States":{"Done":{"Type":"Succeed"}}}`),
	})
	if err != nil {
		t.Fatalf("create workflow: %v", err)
	}
	return aws.ToString(out.StateMachineArn)
}

// environ is the environment that the template gives the function, resolved as
// the deployment would resolve it.
func (s *stage) environ(t *testing.T, function string) []string {
	t.Helper()
	b, err := blueprint.Load(blueprint.Root())
	if err != nil {
		t.Fatal(err)
	}
	f, ok := b.Function(function)
	if !ok {
		t.Fatalf("no template deploys %s", function)
	}
	if strings.HasPrefix(function, "billing-") && s.chosen["StripeApiBase"] == nobody {
		s.till(t)
	}
	lines := []string{"AWS_LAMBDA_FUNCTION_NAME=" + function, "AWS_REGION=us-east-1"}
	for name, v := range f.Environment {
		s.prepare(t, v)
		value, err := s.resolve(b, f.Template, v)
		if err != nil {
			t.Fatalf("%s of %s: %v", name, function, err)
		}
		lines = append(lines, name+"="+value)
	}
	return lines
}

// prepare makes what a variable speaks of: a test machine need not have, and a
// test need not make, what no function asks for.
func (s *stage) prepare(t *testing.T, v any) {
	t.Helper()
	m, _ := v.(blueprint.Map)
	switch m["Ref"] {
	case "FfmpegPath":
		s.chosen["FfmpegPath"] = harness.FFmpeg(t)
	case "Fonts":
		s.chosen["Fonts"] = harness.Fonts(t)
	case "EspeakLibrary", "EspeakData":
		s.chosen["EspeakLibrary"], s.chosen["EspeakData"] = harness.Espeak(t)
	case "JwtSecretArn":
		if s.chosen["JwtSecretArn"] == "" {
			s.chosen["JwtSecretArn"] = s.secret(t, secret)
		}
	case "BillingOrders":
		if s.outputs["Workers.Outputs.BillingQueueUrl"] == "" {
			s.outputs["Workers.Outputs.BillingQueueUrl"] = s.queue(t)
		}
	case "StripeSecretArn":
		if s.chosen["StripeSecretArn"] == "" {
			s.chosen["StripeSecretArn"] = s.secret(t, paymentKeys)
		}
	case "YoutubeSecretArn", "YoutubeClientId", "YoutubeBase":
		s.google(t)
	case "MailFrom":
		// Another test may have verified the sender already.
		_, _ = sesv2.NewFromConfig(s.aws).CreateEmailIdentity(t.Context(), &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(sender)})
	}
}

// secret keeps a secret and answers its ARN. The SDK may have sent the call
// twice, so one that is there already is fine.
func (s *stage) secret(t *testing.T, value string) string {
	t.Helper()
	name, client := aws.String("contract-"+tenant.NewID()), secretsmanager.NewFromConfig(s.aws)
	_, created := client.CreateSecret(t.Context(), &secretsmanager.CreateSecretInput{Name: name, SecretString: aws.String(value)})
	kept, err := client.DescribeSecret(t.Context(), &secretsmanager.DescribeSecretInput{SecretId: name})
	if err != nil {
		t.Fatalf("keep a secret: %v", errors.Join(created, err))
	}
	return aws.ToString(kept.ARN)
}

func (s *stage) resolve(b *blueprint.Blueprint, in *blueprint.Template, v any) (string, error) {
	m, ok := v.(blueprint.Map)
	if !ok {
		return fmt.Sprint(v), nil
	}
	if at, ok := m["Fn::GetAtt"].([]any); ok {
		if value, known := s.outputs[fmt.Sprintf("%v.%v", at[0], at[1])]; known {
			return value, nil
		}
	}
	// Conditions of a stack on AWS, which this is not.
	if chosen, ok := m["Fn::If"].([]any); ok && (chosen[0] == "OnAws" || chosen[0] == "VoiceLayer") {
		return s.resolve(b, in, chosen[2])
	}
	name, ok := m["Ref"].(string)
	if !ok {
		return "", fmt.Errorf("cannot resolve %s", text(v))
	}
	if in.File != "template.yaml" {
		return s.passed(b, in, name)
	}
	if value, ok := s.chosen[name]; ok {
		return value, nil
	}
	parameter, _ := in.Section("Parameters")[name].(blueprint.Map)
	if fallback, ok := parameter["Default"]; ok {
		return fmt.Sprint(fallback), nil
	}
	return "", fmt.Errorf("parameter %s has neither a value nor a default", name)
}

// passed resolves a reference inside a nested template: one of its parameters,
// as the root passes it, or a resource of its own that stands in s.outputs.
func (s *stage) passed(b *blueprint.Blueprint, in *blueprint.Template, name string) (string, error) {
	for _, r := range b.Resources("AWS::Serverless::Application") {
		nested, ok := b.Nested(r)
		if !ok || nested != in {
			continue
		}
		parameters, _ := r.Properties["Parameters"].(blueprint.Map)
		if v, ok := parameters[name]; ok {
			return s.resolve(b, r.Template, v)
		}
		for output, raw := range nested.Section("Outputs") {
			declared, _ := raw.(blueprint.Map)
			value, _ := declared["Value"].(blueprint.Map)
			if value["Ref"] == name {
				return s.outputs[r.ID+".Outputs."+output], nil
			}
		}
	}
	return "", fmt.Errorf("%s: nothing passes %s", in.File, name)
}
