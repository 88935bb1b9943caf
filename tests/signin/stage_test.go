// Package signin proves sign-in on the real parts: the stores on the emulator's
// DynamoDB, its SES and Secrets Manager, and the whole middleware.
package signin_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	secrettypes "github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/boot/signing"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/sesmail"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	appURL = "http://localhost:8000"
	secret = "a test secret of thirty-two bytes or more"
	from   = "signin@example.com"
)

// buffer collects what the functions log.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// stage is one deployment: tables, secret and functions of its own.
type stage struct {
	testing.TB
	*harness.Store
	account string // of SES alone: its box holds this stage's mails and no others
	environ []string
	clock   *harness.Clock
	logs    *buffer
	newest  sync.Map // newest mail that was taken, by address
	*app             // without faults
}

// settings are those of all sign-in functions together.
type settings struct {
	edge.Settings
	Signing signing.Settings
	From    string        `env:"MAIL_FROM,required"`
	Life    time.Duration `env:"MAGIC_LINK_TTL,required"`
	PerHour int           `env:"MAGIC_LINK_PER_ADDRESS_PER_HOUR,required"`
	Caller  int           `env:"MAGIC_LINK_PER_CALLER_PER_HOUR" envDefault:"10000"`
	Overall int           `env:"MAGIC_LINK_OVERALL_PER_HOUR" envDefault:"10000"`
	Codes   int           `env:"MAGIC_LINK_CODE_TRIES_PER_HOUR" envDefault:"10"`
}

func newStage(t testing.TB, more ...string) *stage {
	t.Helper()
	return newStageOn(t, harness.OnEmulator, more...)
}

func newStageOn(t testing.TB, db harness.Database, more ...string) *stage {
	t.Helper()
	s := &stage{TB: t, Store: db.Tables(t), account: fmt.Sprintf("%012d", rand.Int64N(1e12)), clock: harness.NewClock(time.Now().UTC()), logs: &buffer{}}
	ctx, name := t.Context(), strings.ToLower(tenant.NewID())
	// Made by an attempt whose answer was lost, it exists already.
	var exists *secrettypes.ResourceExistsException
	_, err := secretsmanager.NewFromConfig(s.AWS).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("jwt-" + name), SecretString: aws.String(secret)})
	if err != nil && !errors.As(err, &exists) {
		t.Fatal(err)
	}
	// Sent twice, it is refused the second time.
	_, _ = sesv2.NewFromConfig(s.post(s.AWS)).CreateEmailIdentity(ctx, &sesv2.CreateEmailIdentityInput{EmailIdentity: aws.String(from)})
	s.environ = append([]string{
		"STAGE=test", "MODE=local", "BUILD=test", "AWS_REGION=us-east-1", "AWS_LAMBDA_FUNCTION_NAME=signin",
		"APP_URL=" + appURL, "ORIGIN_SECRET=the-origin-secret", "PLATFORM_TABLE=" + s.Platform, "DIRECTORY_TABLE=" + s.Directory,
		"JWT_SECRET_ARN=jwt-" + name, "ACCESS_TOKEN_TTL=10m", "SECURE_COOKIES=true",
		"MAIL_FROM=" + from, "MAGIC_LINK_TTL=15m", "MAGIC_LINK_PER_ADDRESS_PER_HOUR=10",
		"RATE_LIMIT_ANONYMOUS_PER_MINUTE=10000", "RATE_LIMIT_USER_PER_SECOND=10",
	}, more...)
	s.app = s.deploy()
	return s
}

// post is a configuration for SES in the stage's own account, which the emulator
// knows by the key: reading the mails of all tests takes longer than most tests.
func (s *stage) post(cfg aws.Config) aws.Config {
	cfg.Credentials = credentials.NewStaticCredentialsProvider(s.account, "test", "")
	return cfg
}

// app is the sign-in functions behind one mux.
type app struct {
	t      testing.TB
	http   http.Handler
	faults *calls.Faults // nil without planted ones
}

// deploy starts the functions, with further settings.
func (s *stage) deploy(more ...string) *app {
	s.Helper()
	handler, rt, err := boot.NewHTTP(s.Context(), append(append([]string{}, s.environ...), more...), s.logs, s.build)
	if err != nil {
		s.Fatal(err)
	}
	return &app{t: s.TB, http: handler, faults: rt.Faults}
}

func (s *stage) build(ctx context.Context, rt *boot.Runtime, c settings) (http.Handler, error) {
	rt.Now, rt.AWS.BaseEndpoint, rt.AWS.Credentials = s.clock.Now, s.AWS.BaseEndpoint, s.AWS.Credentials
	rt.AWS.ConfigSources = s.AWS.ConfigSources
	if rt.Faults != nil {
		harness.WithoutWaiting(&rt.AWS)
	}
	store := c.Store(rt)
	tokens, err := c.Signing.Tokens(ctx, rt, c.AppURL)
	if err != nil {
		return nil, err
	}
	keys := c.Keys(rt)
	sessions, plans := dynamo.NewCredentials(store), dynamo.NewTenants(store)
	mail := sesmail.New(s.post(rt.AWS), c.From)
	requester := &auth.LinkRequester{
		Links: dynamo.NewLinks(store), Mail: noting{mail, s}, AppURL: c.AppURL,
		Limits:  auth.MailLimits{Address: ratelimit.PerHour(c.PerHour), Caller: ratelimit.PerHour(c.Caller), Overall: ratelimit.PerHour(c.Overall)},
		Refused: edge.Refusals(), Count: rt.MailRefused, Mailed: rt.LinkMailed, Life: c.Life, Now: rt.Now,
	}
	mux, secure := http.NewServeMux(), c.Signing.SecureCookies
	return mux, errors.Join(
		add(mux, rt, c, httpapi.MagicLinkRequest, httpapi.RequestMagicLink(requester, secure)),
		add(mux, rt, c, httpapi.MagicLinkVerify, httpapi.VerifyMagicLink(&auth.Verifier{
			Store: dynamo.NewSignIns(store), Tokens: tokens, Codes: ratelimit.PerHour(c.Codes), Now: rt.Now, Entered: rt.SignedIn,
		}, secure)),
		add(mux, rt, c, httpapi.SessionRefresh, httpapi.RefreshSession(&auth.Refresher{
			Sessions: sessions, Tokens: tokens, Rate: c.UserRate(), Refused: edge.Refusals(), Log: rt.Log, Now: rt.Now,
		}, secure)),
		add(mux, rt, c, httpapi.SessionMe, httpapi.Me(&auth.Profiles{Plans: plans})),
		add(mux, rt, c, httpapi.SessionLogout, httpapi.LogoutSession(&auth.Leaver{Sessions: sessions, Keys: keys, Log: rt.Log, Now: rt.Now}, secure)),
		add(mux, rt, c, httpapi.JWKS, httpapi.PublicKeys(keys)),
		add(mux, rt, c, httpapi.HealthGet, httpapi.ReportHealth(httpapi.Health{Status: "ok"})),
		add(mux, rt, c, programs, tellCaller),
		addSessions(mux, rt, c, store, tokens),
		addKeys(mux, rt, c, store),
		addMembers(mux, rt, c, store, tokens, mail),
		addActivity(mux, rt, c, store),
		addMailbox(mux, rt, c, store),
		addClosing(mux, rt, c, store, mail),
	)
}

// add puts a function behind the mux.
func add[Body, Answer any](mux *http.ServeMux, rt *boot.Runtime, c settings, e httpapi.Endpoint[Body, Answer], h httpapi.Handler[Body, Answer]) error {
	served, err := edge.Serve(rt, c.Settings, e, h)
	if err == nil {
		mux.Handle(e.Pattern, served)
	}
	return err
}

// answer is a response, read.
type answer struct {
	status  int
	header  http.Header
	cookies []*http.Cookie
	raw     string
	body    map[string]any
}

func (a answer) text(name string) string {
	s, _ := a.body[name].(string)
	return s
}

// cookie returns the value of the refresh cookie that was set.
func (a answer) cookie() string {
	for _, c := range a.cookies {
		if c.Name == "refresh_token" {
			return c.Value
		}
	}
	return ""
}

// call sends a request; headers are name, value pairs.
func (a *app) call(method, target, body string, headers ...string) answer {
	a.t.Helper()
	req := httptest.NewRequest(method, target, strings.NewReader(body))
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
			continue
		}
		req.Header.Set(headers[i], headers[i+1])
	}
	rec := httptest.NewRecorder()
	a.http.ServeHTTP(rec, req)
	res := answer{status: rec.Code, header: rec.Header(), cookies: rec.Result().Cookies(), raw: rec.Body.String()}
	if rec.Body.Len() > 0 {
		if err := json.Unmarshal(rec.Body.Bytes(), &res.body); err != nil {
			a.t.Errorf("%s %s answers no JSON: %q", method, target, res.raw)
		}
	}
	return res
}

func (a *app) request(address string, headers ...string) answer {
	a.t.Helper()
	return a.call("POST", "/api/auth/magic-link/request", fmt.Sprintf(`{"email":%q}`, address), headers...)
}

func (a *app) verify(token string) answer {
	a.t.Helper()
	return a.call("POST", "/api/auth/magic-link/verify", fmt.Sprintf(`{"token":%q}`, token))
}

func (a *app) me(access string) answer {
	a.t.Helper()
	return a.call("GET", "/api/auth/me", "", "Authorization", "Bearer "+access)
}

func (a *app) refresh(cookie string) answer {
	a.t.Helper()
	return a.call("POST", "/api/auth/refresh", "", "Cookie", "refresh_token="+cookie, "X-Requested-With", "test")
}

func (a *app) logout(cookie, query string) answer {
	a.t.Helper()
	return a.call("POST", "/api/auth/logout"+query, "", "Cookie", "refresh_token="+cookie, "X-Requested-With", "test")
}

// expect fails unless the answer has the status and, for a problem, the code.
func (a answer) expect(t testing.TB, status int, code string) answer {
	t.Helper()
	if a.status != status || code != "" && a.text("code") != code {
		t.Fatalf("got %d %s, want %d %s", a.status, a.raw, status, code)
	}
	return a
}

// address is one that no other test uses.
func address() string { return "person-" + strings.ToLower(tenant.NewID()) + "@example.com" }

type sent struct {
	To       []string
	Subject  string
	BodyText string
	BodyHTML string `json:"BodyHtml"`
	Source   string
}

// mails returns what was sent to address, oldest first.
func (s *stage) mails(address string) []sent {
	s.Helper()
	res, err := http.Get(s.Endpoint + "/_ministack/ses/messages?account=" + s.account)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	var box struct{ Messages map[string][]sent }
	if err := json.Unmarshal(raw, &box); err != nil {
		s.Fatal(err)
	}
	var own []sent
	for _, messages := range box.Messages {
		for _, m := range messages {
			if len(m.To) == 1 && m.To[0] == address {
				own = append(own, m)
			}
		}
	}
	return own
}

// token asks for a link and returns the token of the newest mail.
func (s *stage) token(address string) string {
	s.Helper()
	s.request(address).expect(s, 202, "")
	mail, came := s.newest.Load(address)
	if !came {
		s.Fatal("no mail came")
	}
	return tokenIn(s, mail.(sent))
}

// noting remembers the newest mail to each address that SES has taken: most tests
// sign somebody in, and need not read the box for it.
type noting struct {
	auth.Mailer
	stage *stage
}

func (n noting) Send(ctx context.Context, m auth.Mail) error {
	err := n.Mailer.Send(ctx, m)
	if err == nil {
		n.stage.newest.Store(string(m.To), sent{To: []string{string(m.To)}, Subject: m.Subject, BodyText: m.Text, BodyHTML: m.HTML})
	}
	return err
}

func tokenIn(t testing.TB, m sent) string {
	t.Helper()
	for line := range strings.SplitSeq(m.BodyText, "\n") {
		if token, ok := strings.CutPrefix(strings.TrimSpace(line), appURL+"/auth/verify#token="); ok {
			return token
		}
	}
	t.Fatal("the mail has no line that is the link")
	return ""
}

// signIn opens a session for address.
func (s *stage) signIn(address string) answer {
	s.Helper()
	return s.verify(s.token(address)).expect(s, 200, "")
}

// items reads a whole table, as only a test may.
func (s *stage) items(table string) string {
	s.Helper()
	out, err := dynamodb.NewFromConfig(s.AWS).Scan(s.Context(), &dynamodb.ScanInput{TableName: aws.String(table)})
	if err != nil {
		s.Fatal(err)
	}
	var lines []string
	for _, it := range out.Items {
		line, err := json.Marshal(it)
		if err != nil {
			s.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	return strings.Join(lines, "\n")
}
