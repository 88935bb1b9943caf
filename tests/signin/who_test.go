package signin_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

// programs is an endpoint that takes keys as well as sessions.
var programs = httpapi.Endpoint[httpapi.None, callerAnswer]{Route: httpapi.Route{
	Name: "programs", Method: "GET", Pattern: "/api/programs", Credentials: httpapi.Session | httpapi.Key, Status: 200,
}}

type callerAnswer struct {
	Actor  string    `json:"actor"`
	Tenant tenant.ID `json:"tenant"`
	Role   auth.Role `json:"role"`
}

func tellCaller(_ context.Context, in *httpapi.Request[httpapi.None]) (callerAnswer, error) {
	return callerAnswer{Actor: in.Caller.Principal.Actor(), Tenant: in.Caller.Tenant, Role: in.Caller.Role}, nil
}

func (a *app) program(key string) answer {
	a.t.Helper()
	return a.call("GET", "/api/programs", "", "X-API-Key", key)
}

// person is somebody who is signed in.
type person struct {
	answer
	tenant, user, address string
}

func (s *stage) person() person {
	s.Helper()
	p := person{address: address()}
	p.answer = s.signIn(p.address)
	user := p.body["user"].(map[string]any)
	p.tenant, p.user = user["tenant_id"].(string), user["user_id"].(string)
	return p
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// change sets attributes of an item of the tenant's credentials, or removes
// those that are "".
func (s *stage) change(p person, sort string, attributes map[string]string) {
	s.Helper()
	for name, value := range attributes {
		in := &dynamodb.UpdateItemInput{
			TableName: aws.String(s.Platform), Key: map[string]types.AttributeValue{"pk": text("A#" + p.tenant), "sk": text(sort)},
			UpdateExpression: aws.String("REMOVE #a"), ExpressionAttributeNames: map[string]string{"#a": name},
		}
		if value != "" {
			in.UpdateExpression = aws.String("SET #a = :v")
			in.ExpressionAttributeValues = map[string]types.AttributeValue{":v": text(value)}
		}
		if _, err := dynamodb.NewFromConfig(s.AWS).UpdateItem(s.Context(), in); err != nil {
			s.Fatal(err)
		}
	}
}

// TestAMemberIsNotTheTenant: what a user's item says of the user and of the
// tenant are two things, and an item from before they were two still works.
func TestAMemberIsNotTheTenant(t *testing.T) {
	cases := []struct {
		name  string
		item  map[string]string
		admit int
		code  string
	}{
		{"a member", map[string]string{"member_status": "active", "status": "active"}, 200, ""},
		{"written before the split", map[string]string{"member_status": ""}, 200, ""},
		{"written before the split, frozen", map[string]string{"member_status": "", "status": "frozen"}, 403, "forbidden"},
		{"removed", map[string]string{"member_status": "removed"}, 401, "session_ended"},
		{"removed from a frozen tenant", map[string]string{"member_status": "removed", "status": "frozen"}, 401, "session_ended"},
	}
	s := newStage(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p := s.person()
			token := s.token(p.address)
			s.change(p, "USER#"+p.user, c.item)
			before := s.items(s.Platform)
			s.me(p.text("access_token")).expect(t, c.admit, c.code)
			s.refresh(p.cookie()).expect(t, c.admit, c.code)
			s.verify(token).expect(t, c.admit, c.code)
			if c.admit != 200 && s.items(s.Platform) != before {
				t.Error("a refused call wrote to the platform table")
			}
		})
	}
}

// TestATenantThatIsGoneIsAnAnswer: its credentials may live a moment longer.
func TestATenantThatIsGoneIsAnAnswer(t *testing.T) {
	s := newStage(t)
	p := s.person()
	token := s.token(p.address)
	if _, err := dynamodb.NewFromConfig(s.AWS).DeleteItem(t.Context(), &dynamodb.DeleteItemInput{
		TableName: aws.String(s.Platform), Key: map[string]types.AttributeValue{"pk": text("T#" + p.tenant), "sk": text("TENANT")},
	}); err != nil {
		t.Fatal(err)
	}
	for name, got := range map[string]answer{"me": s.me(p.text("access_token")), "refresh": s.refresh(p.cookie()), "verify": s.verify(token)} {
		if got.expect(t, 401, "session_ended").text("detail") != "This account no longer exists." {
			t.Errorf("%s: %s", name, got.raw)
		}
	}
}

// key makes an API key of the tenant.
func (s *stage) key(p person) (key, id string) {
	s.Helper()
	made := s.as(p, "POST", keysPath, `{"name":"Program"}`).expect(s, 201, "")
	return made.text("api_key"), made.text("key_id")
}

func TestAnAPIKeyActsForItsTenant(t *testing.T) {
	s := newStage(t)
	p, other := s.person(), s.person()
	key, id := s.key(p)
	got := s.program(key).expect(t, 200, "")
	if got.text("actor") != "key:"+id || got.text("tenant") != p.tenant || got.text("role") != "member" {
		t.Errorf("the key is %s", got.raw)
	}
	if !strings.HasPrefix(got.header.Get("RateLimit"), `"key";r=9;`) {
		t.Errorf("RateLimit %s", got.header.Get("RateLimit"))
	}
	if !strings.Contains(s.items(s.Platform), `"used"`) {
		t.Error("the key's use is not noted")
	}
	s.call("GET", "/api/auth/me", "", "X-API-Key", key).expect(t, 401, "unauthenticated")
	s.call("GET", "/api/programs", "", "Authorization", "Bearer "+key).expect(t, 401, "unauthenticated")

	parts := strings.Split(key, "_")
	parts[3] = parts[3][:52] // without the checksum, which each wrong key gets anew
	put := func(i int, with string) string {
		changed := append([]string{}, parts...)
		changed[i] = with
		return summed(strings.Join(changed, "_"))
	}
	before := s.items(s.Platform)
	for name, wrong := range map[string]string{
		"a wrong secret":           put(3, strings.Repeat("b", 51)+"a"),
		"a secret of another form": put(3, "short"),
		"another tenant's":         put(1, other.tenant),
		"an absent key":            put(2, tenant.NewID()),
		"an id that is a pattern":  put(2, "USER#"+p.user),
		"an id that is a user's":   put(2, p.user),
		"a tenant that is no id":   put(1, "x"),
		"another prefix":           put(0, "key"),
		"a part too many":          key + "_x",
		"a secret in capitals":     put(3, strings.ToUpper(parts[3])),
		"nothing but the prefix":   "dak_",
		"the hash for the secret":  put(3, strings.Repeat("0", 64)),
	} {
		if got := s.program(wrong); got.status != 401 || got.text("code") != "unauthenticated" || got.text("detail") != "The API key is not valid or was revoked." {
			t.Errorf("%s: %d %s", name, got.status, got.raw)
		}
	}
	if after := s.items(s.Platform); after != before {
		t.Error("a refused key wrote to the platform table")
	}
	s.change(p, "KEY#"+id, map[string]string{"status": "frozen"})
	s.program(key).expect(t, 403, "forbidden")
	s.change(p, "KEY#"+id, map[string]string{"status": "active", "key_status": ""})
	s.program(key).expect(t, 401, "unauthenticated")
}

func TestAnAPIKeyHasARateOfItsOwn(t *testing.T) {
	s := newStage(t)
	p := s.person()
	first, _ := s.key(p)
	second, _ := s.key(p)
	for i := range 30 {
		s.program(summed(first[:len(first)-59]+strings.Repeat("a", 52))).expect(t, 401, "unauthenticated") // uses up nothing
		if got := s.program(first); (got.status == 200) != (i < 10) || got.status != 200 && got.text("code") != "rate_limited" {
			t.Fatalf("call %d: %d %s", i+1, got.status, got.raw)
		}
	}
	s.program(second).expect(t, 200, "")
	s.me(p.text("access_token")).expect(t, 200, "")
	s.clock.Forward(time.Second)
	s.program(first).expect(t, 200, "")
}

// TestTheCookieIdentifiesAsTheSessionDoes: a gate with the key for refresh
// tokens takes the current one, for a moment the one before, and rotates none.
func TestTheCookieIdentifiesAsTheSessionDoes(t *testing.T) {
	s := newStage(t)
	p := s.person()
	keys := auth.NewKeys(dynamo.NewSigningKeys(s.client(nil)), s.clock.Now)
	gate := auth.Gatekeeper{Store: dynamo.NewCredentials(s.client(nil)), Keys: keys, User: ratelimit.PerSecond(100), Now: s.clock.Now}
	check := func(name, token string, code problem.Code) {
		t.Helper()
		who, _, err := gate.Cookie(t.Context(), token)
		if code != "" {
			if err == nil || problem.From(err).Code != code {
				t.Errorf("%s: %v, want %s", name, err, code)
			}
		} else if err != nil || string(who.Tenant) != p.tenant || who.Principal.Actor() != "user:"+p.user {
			t.Errorf("%s: %+v, %v", name, who, err)
		}
	}
	check("the current token", p.cookie(), "")
	check("the current token, again", p.cookie(), "")
	next := s.refresh(p.cookie()).expect(t, 200, "")
	check("the one before", p.cookie(), "")
	check("its successor", next.cookie(), "")
	s.clock.Forward(auth.RotationGrace + time.Second)
	check("the one before, late", p.cookie(), problem.SessionEnded)
	check("its successor, later", next.cookie(), "")
	check("an access token", p.text("access_token"), problem.SessionEnded)
	check("a forged one", next.cookie()+"x", problem.SessionEnded)
	s.clock.Forward(auth.SessionLife)
	check("one that has expired", next.cookie(), problem.SessionEnded)
}
