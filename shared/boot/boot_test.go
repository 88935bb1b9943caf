package boot

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda/messages"
	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

var base = []string{"STAGE=test", "MODE=local", "BUILD=b1", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=probe"}

type ownSettings struct {
	Table string `env:"TABLE,required,notEmpty"`
	Limit int    `env:"LIMIT,required"`
}

func TestSettingsNameEveryProblemAtOnceAndNoValue(t *testing.T) {
	build := func(context.Context, *Runtime, ownSettings) (http.Handler, error) { return nil, nil }
	_, _, err := NewHTTP(context.Background(), []string{"LIMIT=s3cret", "MODE=local"}, io.Discard, build)
	if err == nil {
		t.Fatal("started without settings")
	}
	for _, want := range []string{"STAGE", "BUILD", "TABLE", "LIMIT"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s is not named in %q", want, err)
		}
	}
	if strings.Contains(err.Error(), "s3cret") {
		t.Errorf("a value is quoted: %q", err)
	}
}

func TestFaultsAreForLocalModeOnly(t *testing.T) {
	build := func(context.Context, *Runtime, struct{}) (http.Handler, error) { return http.NotFoundHandler(), nil }
	faults := `FAULTS=[{"nth":1,"kind":"throttled"}]`
	if _, _, err := NewHTTP(context.Background(), append(base, faults), io.Discard, build); err != nil {
		t.Fatalf("local: %v", err)
	}
	if _, _, err := NewHTTP(context.Background(), append(base, faults, "MODE=aws"), io.Discard, build); err == nil {
		t.Fatal("aws mode took planted faults")
	}
}

func lambdaOf(t *testing.T, out io.Writer, h http.Handler) APIHandler {
	t.Helper()
	handler, rt, err := NewHTTP(context.Background(), base, out, func(context.Context, *Runtime, struct{}) (http.Handler, error) { return h, nil })
	if err != nil {
		t.Fatal(err)
	}
	return Proxy(rt, handler)
}

func event(method, path string) events.APIGatewayV2HTTPRequest {
	e := events.APIGatewayV2HTTPRequest{RawPath: path, Headers: map[string]string{}}
	e.RequestContext.HTTP.Method, e.RequestContext.RequestID = method, "req-7"
	e.RequestContext.DomainName = "api.example"
	return e
}

func TestProxyAnswersWhatTheAdapterWouldNot(t *testing.T) {
	var seen *http.Request
	var body []byte
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		seen = r
		body, _ = io.ReadAll(r.Body)
	})
	call := lambdaOf(t, io.Discard, h)
	cases := []struct {
		name  string
		event func() events.APIGatewayV2HTTPRequest
	}{
		{"control characters in the path", func() events.APIGatewayV2HTTPRequest { return event("GET", "/a\x00\n b%zz") }},
		{"control characters in the query", func() events.APIGatewayV2HTTPRequest {
			e := event("GET", "/a")
			e.RawQueryString = "q=\x01 \xff"
			return e
		}},
		{"a body that is not base64", func() events.APIGatewayV2HTTPRequest {
			e := event("POST", "/a")
			e.Body, e.IsBase64Encoded = "%%%", true
			return e
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			res, err := call(context.Background(), c.event())
			if err != nil || res.StatusCode != http.StatusNoContent {
				t.Fatalf("got %d %v", res.StatusCode, err)
			}
		})
	}
	e := event("POST", "/a")
	e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString([]byte{0, 255, 7}), true
	e.Headers["X-GoLambdaProxy-ApiGw-Context"] = `{"forged":true}`
	if _, err := call(context.Background(), e); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(body, []byte{0, 255, 7}) {
		t.Errorf("body %v", body)
	}
	if seen.Header.Get("X-GoLambdaProxy-ApiGw-Context") != "" {
		t.Error("a client's context header came through")
	}
}

func TestPanicIsLoggedWithTheRequestID(t *testing.T) {
	var out bytes.Buffer
	call := lambdaOf(t, &out, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") }))
	res, err := call(context.Background(), event("GET", "/a"))
	if err != nil || res.StatusCode != 500 {
		t.Fatalf("got %d %v", res.StatusCode, err)
	}
	logged, measured, _ := strings.Cut(out.String(), "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(logged), &line); err != nil {
		t.Fatalf("log line is not JSON: %v", err)
	}
	if line["request_id"] != "req-7" || line["function"] != "probe" || line["value"] != "boom" {
		t.Fatalf("line %v", line)
	}
	if strings.Count(measured, `"FunctionErrors":1`) != 1 {
		t.Fatalf("counted as %s", measured)
	}
}

func TestWorkerErrorsCarryCodesAndNoCauses(t *testing.T) {
	cases := []struct {
		name string
		err  error
		code problem.Code
		told string // to the workflow engine
	}{
		{"a problem", problem.Wrap(problem.EncodeStalled, "It stopped.", errors.New("secret")), problem.EncodeStalled, "encode_stalled"},
		{"a final one", &problem.Error{Code: problem.ImageFailed, Detail: "It is gone.", Final: true}, problem.ImageFailed, "image_failed.final"},
		{"anything else", errors.New("secret"), problem.Internal, "internal"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			run, err := NewWorker(context.Background(), base, io.Discard, func(context.Context, *Runtime, struct{}) (func(context.Context, string) (string, error), error) {
				return func(context.Context, string) (string, error) { return "", c.err }, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = run(context.Background(), "in")
			var told messages.InvokeResponse_Error
			if ErrorCode(err) != c.code || strings.Contains(err.Error(), "secret") || !errors.As(err, &told) || told.Type != c.told {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestMetricsAreEmbeddedMetricFormat(t *testing.T) {
	var out bytes.Buffer
	NewMetrics(&out, "test", "probe", func() time.Time { return time.UnixMilli(1700000000000) }).Add("renders_admitted", 1, Count, map[string]string{"tenant_id": "t"})
	var line struct {
		Admitted float64 `json:"renders_admitted"`
		TenantID string  `json:"tenant_id"`
		AWS      struct {
			Timestamp         int64
			CloudWatchMetrics []struct {
				Namespace  string
				Dimensions [][]string
				Metrics    []struct{ Name, Unit string }
			}
		} `json:"_aws"`
	}
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatal(err)
	}
	m := line.AWS.CloudWatchMetrics
	if line.Admitted != 1 || line.TenantID != "t" || line.AWS.Timestamp != 1700000000000 || len(m) != 1 || m[0].Metrics[0].Name != "renders_admitted" {
		t.Fatalf("line %s", out.String())
	}
	if got := fmt.Sprint(m[0].Dimensions); got != "[[stage]]" {
		t.Errorf("dimensions %s: each value of one costs a metric of its own", got)
	}
}

func TestSessionPolicyNamesOneTenantOnly(t *testing.T) {
	id := tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	for _, o := range tenant.Openings() {
		policy, err := SessionPolicy(id, o)
		if err != nil {
			t.Fatal(err)
		}
		if len(policy) > 2048 {
			t.Errorf("STS takes session policies of 2048 characters; that of %q has %d", o.Act, len(policy))
		}
		for _, forbidden := range []string{"Scan", "PartiQL", `"*"`, `"s3:*"`, `"dynamodb:*"`} {
			if strings.Contains(policy, forbidden) {
				t.Errorf("the session policy of %q holds %s", o.Act, forbidden)
			}
		}
		if credentials := strings.Contains(policy, `"A#`+string(id)+`"`); credentials != o.Credentials {
			t.Errorf("the session policy of %q opens credentials only where the act says so: %s", o.Act, policy)
		}
		var doc struct{ Statement []json.RawMessage }
		if err := json.Unmarshal([]byte(policy), &doc); err != nil {
			t.Fatal(err)
		}
		for _, st := range doc.Statement {
			// S3 has no condition on the prefix of this one listing: the guard alone holds it.
			unfinished := (o.Clears != "" || o.Empties) && strings.Contains(string(st), `"Action":["s3:ListBucketMultipartUploads"]`)
			if !strings.Contains(string(st), string(id)) && !unfinished {
				t.Errorf("every statement of %q must name the tenant: %s", o.Act, st)
			}
		}
	}
}

func TestTenantCredentialsSignTenantDataOnly(t *testing.T) {
	id := tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	keys := func(name string) aws.Credentials {
		return aws.Credentials{AccessKeyID: name, CanExpire: true, Expires: time.Now().Add(time.Hour)}
	}
	provider := &tenantCredentials{
		own: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) { return keys("own"), nil }),
		now: time.Now, cache: map[tenant.Scope]aws.Credentials{
			{Tenant: id, Reach: tenant.ReachTenant}:                     keys("tenant"),
			{Tenant: id, Reach: tenant.ReachTenant, Act: tenant.Manage}: keys("account"),
		},
	}
	inside := tenant.WithTenant(context.Background(), id)
	cases := []struct {
		name, service, want string
		ctx                 context.Context
	}{
		{"an item", "DynamoDB", "tenant", inside},
		{"an object", "S3", "tenant", inside},
		{"speech", "Polly", "own", inside},
		{"a workflow", "SFN", "own", inside},
		{"a credential", "DynamoDB", "own", tenant.WithCredential(context.Background(), id)},
		{"no tenant", "DynamoDB", "own", context.Background()},
		{"another act", "DynamoDB", "account", tenant.WithTenant(tenant.Doing(context.Background(), tenant.Manage), id)},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := provider.Retrieve(awsmiddleware.SetServiceID(c.ctx, c.service))
			if err != nil || got.AccessKeyID != c.want {
				t.Fatalf("signed by %s, want %s (%v)", got.AccessKeyID, c.want, err)
			}
		})
	}
}

func TestTenantCredentialsAreBounded(t *testing.T) {
	provider := &tenantCredentials{now: time.Now, cache: map[tenant.Scope]aws.Credentials{}}
	scope := func(i int, act tenant.Act) tenant.Scope {
		return tenant.Scope{Tenant: tenant.ID(fmt.Sprint(i)), Reach: tenant.ReachTenant, Act: act}
	}
	for i := range tenantSessions {
		for _, act := range []tenant.Act{tenant.None, tenant.Manage} {
			provider.keep(scope(i, act), aws.Credentials{AccessKeyID: string(act), CanExpire: true, Expires: time.Now().Add(time.Hour)})
		}
	}
	if len(provider.cache) != tenantSessions || len(provider.order) != tenantSessions {
		t.Errorf("%d credentials are kept, in an order of %d", len(provider.cache), len(provider.order))
	}
	if c, ok := provider.cached(scope(tenantSessions-1, tenant.Manage)); !ok || c.AccessKeyID != string(tenant.Manage) {
		t.Error("the newest is not kept by its act")
	}
	if _, ok := provider.cached(scope(0, tenant.None)); ok {
		t.Error("the oldest is still kept")
	}
}
