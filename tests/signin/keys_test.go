package signin_test

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

const (
	keysPath   = "/api/account/api-keys"
	theKeyPath = "/api/account/api-key"
)

// summed appends the checksum by the rule of docs/api-keys.md.
func summed(key string) string {
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE([]byte(key)))
	return key + strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum))
}

func rotatePath(id string) string { return keysPath + "/" + id + "/rotate" }

// kept is what the tables hold about the keys of a tenant.
type kept struct {
	keys []string // ids
	live string   // how many there are, as it is counted
	acts map[string]int
}

// kept reads a tenant's keys and what the audit trail says of them, and fails if
// the count, the keys and the acts do not go together.
func (s *stage) kept(p person) kept {
	s.Helper()
	out, err := dynamodb.NewFromConfig(s.AWS).Scan(s.Context(), &dynamodb.ScanInput{TableName: aws.String(s.Platform), ConsistentRead: aws.Bool(true)})
	if err != nil {
		s.Fatal(err)
	}
	all := kept{live: "0", acts: map[string]int{}}
	for _, it := range out.Items {
		sort := it["sk"].(*types.AttributeValueMemberS).Value
		if owner := it["pk"].(*types.AttributeValueMemberS).Value; !strings.HasSuffix(owner, p.tenant) {
			continue
		}
		if id, ok := strings.CutPrefix(sort, "KEY#"); ok {
			all.keys = append(all.keys, id)
		}
		if sort == "KEYS" {
			all.live = it["live"].(*types.AttributeValueMemberN).Value
		}
		if action, ok := it["action"].(*types.AttributeValueMemberS); ok && strings.HasPrefix(action.Value, "key.") {
			all.acts[action.Value]++
		}
	}
	if n := len(all.keys); all.live != fmt.Sprint(n) || all.acts["key.created"]-all.acts["key.revoked"] != n {
		s.Fatalf("%d keys, counted as %s, after %v", n, all.live, all.acts)
	}
	return all
}

// TestAKeyCanBeMatchedByTheDocumentedRule follows docs/api-keys.md, as a scanner
// of secrets would.
func TestAKeyCanBeMatchedByTheDocumentedRule(t *testing.T) {
	page, err := os.ReadFile(filepath.Join(blueprint.Root(), "docs", "api-keys.md"))
	harness.Must(t, err)
	found := regexp.MustCompile("`(dak_\\[[^`]+)`").FindStringSubmatch(string(page))
	if found == nil || !strings.Contains(httpapi.APIKeysCreate.Description, "`"+found[1]+"`") {
		t.Fatalf("docs/api-keys.md and the API's document give no pattern, or two: %v", found)
	}
	rule := regexp.MustCompile(`\b` + found[1] + `\b`)
	s := newStage(t)
	p := s.person()
	key, _ := s.key(p)
	if rule.FindString("curl -H 'X-API-Key: "+key+"' http://localhost") != key {
		t.Errorf("the pattern finds no key in a line that holds one")
	}
	example := rule.FindString(string(page))
	for _, each := range []string{key, example} {
		if each == "" || summed(each[:len(each)-7]) != each {
			t.Errorf("the checksum is not the documented one")
		}
	}
	for i := range key {
		wrong := []byte(key)
		wrong[i] ^= 1
		if rule.Match(wrong) && summed(string(wrong[:len(wrong)-7])) == string(wrong) {
			t.Fatalf("a key with character %d changed has the right checksum", i)
		}
	}
}

func TestAnOwnerMakesListsRotatesAndRevokesKeys(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=1000")
	p := s.person()
	if got := s.as(p, "GET", keysPath, "").expect(t, 200, ""); got.raw != "{\"items\":[],\"next_cursor\":null}\n" {
		t.Errorf("no keys are listed as %s", got.raw)
	}
	first := s.as(p, "POST", keysPath, `{"name":" Bu\u0308ro "}`).expect(t, 201, "")
	second, secondID := s.key(p)
	if first.text("name") != "B\u00fcro" || first.text("prefix") != "dak_"+p.tenant+"_"+first.text("id")+"_" || !strings.HasPrefix(first.text("api_key"), first.text("prefix")) {
		t.Errorf("made %s", first.raw)
	}
	for _, key := range []string{first.text("api_key"), second} { // two live at once
		s.program(key).expect(t, 200, "")
	}
	page := s.as(p, "GET", keysPath+"?limit=1", "").expect(t, 200, "")
	rest := s.as(p, "GET", keysPath+"?limit=1&cursor="+page.text("next_cursor"), "").expect(t, 200, "")
	for i, got := range []answer{page, rest} {
		item := got.body["items"].([]any)[0].(map[string]any)
		if item["id"] != []string{secondID, first.text("id")}[i] || item["last_used_at"] != s.clock.Now().Truncate(time.Minute).Format(time.RFC3339) || item["rotated_at"] != nil {
			t.Errorf("item %d of the list: %v", i, item)
		}
	}
	rotated := s.as(p, "POST", rotatePath(secondID), "").expect(t, 200, "")
	s.program(second).expect(t, 401, "unauthenticated")
	s.program(rotated.text("api_key")).expect(t, 200, "")
	if rotated.body["rotated_at"] == nil || rotated.body["old_until"] != nil || rotated.text("name") != "Program" {
		t.Errorf("rotated: %s", rotated.raw)
	}
	s.as(p, "DELETE", keysPath+"/"+secondID, "").expect(t, 204, "")
	s.program(rotated.text("api_key")).expect(t, 401, "unauthenticated")
	for method, path := range map[string]string{"DELETE": keysPath + "/" + secondID, "POST": rotatePath(secondID)} {
		s.as(p, method, path, "").expect(t, 404, "not_found")
	}
	if got := s.kept(p); !slices.Equal(got.keys, []string{first.text("id")}) || fmt.Sprint(got.acts) != "map[key.created:2 key.revoked:1 key.rotated:1]" {
		t.Errorf("kept: %+v", got)
	}
	stored := s.items(s.Platform) + s.items(s.Directory) + s.logs.String()
	for _, key := range []string{first.text("api_key"), second, rotated.text("api_key")} {
		if secret := key[len(key)-59:][:52]; strings.Contains(stored, secret) {
			t.Error("a secret is stored or logged")
		}
	}
}

func TestTheAccountsOneKeyIsMadeByRotatingIt(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=1000")
	p := s.person()
	s.as(p, "GET", theKeyPath, "").expect(t, 404, "not_found")
	made := s.as(p, "POST", theKeyPath+"/rotate", "").expect(t, 200, "")
	got := s.program(made.text("api_key")).expect(t, 200, "")
	if made.text("id") != p.tenant || got.text("actor") != "key:"+p.tenant || made.body["rotated_at"] != nil {
		t.Errorf("made %s, acts as %s", made.raw, got.raw)
	}
	if shown := s.as(p, "GET", theKeyPath, "").expect(t, 200, ""); shown.text("name") != "Account key" || strings.Contains(shown.raw, "api_key") {
		t.Errorf("shown as %s", shown.raw)
	}
	next := s.as(p, "POST", theKeyPath+"/rotate", `{"grace_minutes":1}`).expect(t, 200, "")
	for _, key := range []answer{made, next} {
		s.program(key.text("api_key")).expect(t, 200, "")
	}
	if list := s.as(p, "GET", keysPath, "").expect(t, 200, ""); strings.Count(list.raw, `"Account key"`) != 1 {
		t.Errorf("listed as %s", list.raw)
	}
	s.as(p, "DELETE", keysPath+"/"+p.tenant, "").expect(t, 204, "")
	s.as(p, "GET", theKeyPath, "").expect(t, 404, "not_found")
	anew := s.as(p, "POST", theKeyPath+"/rotate", "{}").expect(t, 200, "")
	for _, key := range []answer{made, next} {
		s.program(key.text("api_key")).expect(t, 401, "unauthenticated")
	}
	s.program(anew.text("api_key")).expect(t, 200, "")
}

// TestAGraceEndsAtItsMinute by the clock, and with the next rotation: at no time
// do three secrets work.
func TestAGraceEndsAtItsMinute(t *testing.T) {
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db, "RATE_LIMIT_USER_PER_SECOND=1000")
		p := s.person()
		key, id := s.key(p)
		works := func(when string, want map[string]bool) {
			t.Helper()
			for each, admitted := range want {
				if got := s.program(each).status; (got == 200) != admitted || got != 200 && got != 401 {
					t.Errorf("%s: %d, want admitted=%v", when, got, admitted)
				}
			}
		}
		second := s.as(p, "POST", rotatePath(id), `{"grace_minutes":5}`).expect(t, 200, "")
		if want := s.clock.Now().Add(5 * time.Minute).Truncate(time.Microsecond).Format(time.RFC3339Nano); second.text("old_until") != want {
			t.Errorf("old_until is %s, want %s", second.text("old_until"), want)
		}
		works("at once", map[string]bool{key: true, second.text("api_key"): true})
		s.clock.Forward(5*time.Minute - time.Second)
		works("a second before", map[string]bool{key: true, second.text("api_key"): true})
		s.clock.Forward(time.Second)
		works("at the minute", map[string]bool{key: false, second.text("api_key"): true})
		if list := s.as(p, "GET", keysPath, ""); !strings.Contains(list.raw, `"old_until":null`) {
			t.Errorf("a grace that is over is shown: %s", list.raw)
		}
		third := s.as(p, "POST", rotatePath(id), `{"grace_minutes":2}`).expect(t, 200, "")
		fourth := s.as(p, "POST", rotatePath(id), `{"grace_minutes":2}`).expect(t, 200, "")
		works("after two rotations", map[string]bool{key: false, second.text("api_key"): false, third.text("api_key"): true, fourth.text("api_key"): true})
		fifth := s.as(p, "POST", rotatePath(id), "").expect(t, 200, "")
		works("without a grace", map[string]bool{third.text("api_key"): false, fourth.text("api_key"): false, fifth.text("api_key"): true})
		for _, bad := range []string{`{"grace_minutes":61}`, `{"grace_minutes":-1}`, `{"grace_minutes":0.5}`, `{"grace_minutes":"5"}`, `{"grace":5}`} {
			s.as(p, "POST", rotatePath(id), bad).expect(t, 400, "invalid_input")
		}
		works("after bad graces", map[string]bool{fifth.text("api_key"): true})
	})
}

// TestAKeysItemIsSmall: each request writes it, and a write costs by the kilobyte.
func TestAKeysItemIsSmall(t *testing.T) {
	s := newStage(t)
	p := s.person()
	made := s.as(p, "POST", keysPath, `{"name":"`+strings.Repeat("𝔄", auth.MaxKeyName)+`"}`).expect(t, 201, "")
	rotated := s.as(p, "POST", rotatePath(made.text("id")), `{"grace_minutes":60}`).expect(t, 200, "")
	s.program(rotated.text("api_key")).expect(t, 200, "")
	for line := range strings.SplitSeq(s.items(s.Platform), "\n") {
		if strings.Contains(line, "KEY#") && len(line) > 1024+200 { // JSON around each attribute is not counted
			t.Errorf("%d bytes: %s", len(line), line)
		}
	}
}

// TestOnlyOwnersWorkOnKeys: not a member, and no key.
func TestOnlyOwnersWorkOnKeys(t *testing.T) {
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=1000")
	p, other := s.person(), s.person()
	key, id := s.key(p)
	s.change(p, "USER#"+p.user, map[string]string{"role": "member"})
	s.me(other.text("access_token")).expect(t, 200, "")
	before := s.items(s.Platform)
	for _, row := range []struct{ method, path, body string }{
		{"GET", theKeyPath, ""}, {"POST", theKeyPath + "/rotate", "{}"}, {"GET", keysPath, ""}, {"POST", keysPath, `{"name":"x"}`},
		{"POST", rotatePath(id), "{}"}, {"DELETE", keysPath + "/" + id, ""},
	} {
		s.call(row.method, row.path, row.body, "X-API-Key", key).expect(t, 401, "unauthenticated")
		s.as(p, row.method, row.path, row.body).expect(t, 403, "forbidden")
		if strings.Contains(row.path, id) { // a foreign key and an absent one look the same
			foreign := s.as(other, row.method, row.path, row.body).expect(t, 404, "not_found")
			absent := s.as(other, row.method, strings.Replace(row.path, id, tenant.NewID(), 1), row.body).expect(t, 404, "not_found")
			if foreign.text("detail") != absent.text("detail") {
				t.Errorf("%s and %s", foreign.raw, absent.raw)
			}
		}
	}
	if before = s.withoutRates(before); s.withoutRates(s.items(s.Platform)) != before {
		t.Error("a refused call changed something")
	}
	s.program(key).expect(t, 200, "")
}

// withoutRates leaves out what counting a request changes.
func (s *stage) withoutRates(items string) string {
	return regexp.MustCompile(`"(tat|last)":\{"Value":"[0-9-]+"\}`).ReplaceAllString(items, "")
}
