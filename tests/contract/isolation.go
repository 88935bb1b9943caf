package contract

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/isolation"
)

// matrix runs the cases of one row on its function: what another tenant's id is
// answered with is what the row says, and what an id that nobody has is answered
// with, and no key outside the caller's own is asked for.
type matrix struct {
	*twoTenants
	row   httpapi.Route
	call  boot.APIHandler
	rules *rules
	base  events.APIGatewayV2HTTPRequest // a call of the row that succeeds, without its caller

	absents  map[isolation.Case]answer // what each case is answered with for an id that nobody has
	foreigns map[isolation.Case]answer // what one call for several cases is answered with
	faults   []string
}

// isolate runs the matrix of a function behind the API.
func isolate(t *testing.T, s *stage, row httpapi.Route, call boot.APIHandler, rules *rules) {
	t.Helper()
	m := newMatrix(t, s, row, call, rules)
	count := m.run(t)
	for _, fault := range m.faults {
		t.Error(fault)
	}
	t.Logf("isolation matrix of %s: %d cases", row.Name, count)
}

func newMatrix(t *testing.T, s *stage, row httpapi.Route, call boot.APIHandler, rules *rules) *matrix {
	t.Helper()
	m := &matrix{row: row, call: call, rules: rules, twoTenants: newTwoTenants(t, s, row), absents: map[isolation.Case]answer{}, foreigns: map[isolation.Case]answer{}}
	if m.personal() { // such things are made once: those of the samples will do
		for name, value := range s.filled {
			if !slices.Contains(identity(), name) {
				m.filled[name] = value
			}
		}
	}
	return m
}

// personal reports whether the row works on people and credentials: what is one
// person's own (a session, a membership) is another member's no more.
func (m *matrix) personal() bool { return m.row.Act != tenant.None && m.row.Act != tenant.Render }

// run asks all cases, then everybody's own; what is wrong is in m.faults.
func (m *matrix) run(t *testing.T) int {
	t.Helper()
	cases, err := isolation.Cases(m.row)
	if err != nil {
		t.Fatal(err)
	}
	model := m.model(t)
	m.fill(t, model)
	for _, c := range cases {
		m.foreign(t, m.row, c.Thing)
	}
	m.claimed(t)
	cursor := m.cursor(t)
	before := m.everything(t)
	if !m.row.Credentials.Identify() {
		m.ask(t, "what the sample is for", isolation.None, m.base, "") // a link works once
	}
	if _, wildcard := isolation.Subject(m.row); m.personal() && wildcard == "" && (m.row.Method == http.MethodPost || isolation.Once(m.row)) {
		m.ask(t, "the first of its kind", isolation.Owner, m.as(isolation.Owner), "") // what is replaced from then on
	}
	for _, c := range cases {
		m.check(t, c, cursor)
	}
	if after := m.everything(t); after != before {
		m.fault("the other tenant's items have changed:\n%s\n%s", before, after)
	}
	m.admitted(t, model)
	return len(cases)
}

func (m *matrix) fault(format string, args ...any) {
	m.faults = append(m.faults, fmt.Sprintf(format, args...))
}

// succeeds tells whether a status is that of the row's success.
func (m *matrix) succeeds(status int) bool {
	return status == m.row.Status || m.row.Later != 0 && status == m.row.Later
}

// model is the sample that the cases are made from. Where the row identifies
// callers it must be one that succeeds: a function that refuses everything
// isolates nothing.
func (m *matrix) model(t *testing.T) sample {
	t.Helper()
	all := samples(t, eventsOf(m.row.Name))
	fits := func(s sample, claimed bool) bool {
		want, _ := s.want.(map[string]any)
		status, _ := want["status"].(float64)
		return m.succeeds(int(status)) && claimed == strings.Contains(s.event, "idempotency-key")
	}
	for _, claimed := range []bool{false, true} {
		if i := slices.IndexFunc(all, func(s sample) bool { return fits(s, claimed) }); i >= 0 {
			return all[i]
		}
	}
	if m.row.Credentials.Identify() {
		t.Fatalf("no sample in events/%s is answered %d", m.row.Name, m.row.Status)
	}
	return all[0]
}

// fill makes the base call anew, with things that no call has used up.
func (m *matrix) fill(t *testing.T, model sample) {
	t.Helper()
	if !m.personal() {
		maps.DeleteFunc(m.filled, func(name, _ string) bool { return !slices.Contains(identity(), name) })
	}
	m.base = events.APIGatewayV2HTTPRequest{}
	model.decode(t, m.stage, &m.base)
}

// event is a call of a caller with an id in one place.
func (m *matrix) event(c isolation.Case, id, cursor string) events.APIGatewayV2HTTPRequest {
	e := m.as(c.Caller)
	subject, wildcard := isolation.Subject(m.row)
	query, _ := url.ParseQuery(e.RawQueryString)
	at := id
	if c.Place != isolation.Path {
		at = m.at(subject, id)
	}
	switch c.Place {
	case isolation.Query:
		query.Set(c.Name, id)
	case isolation.Cursor:
		query.Set("cursor", cursor)
	case isolation.Header:
		e.Headers[strings.ToLower(c.Name)] = claims(c.Name, id)
	case isolation.Claim:
		e.Headers["idempotency-key"] = claimOfAnother
		if id == m.nobody {
			e.Headers["idempotency-key"] = tenant.NewID()
		}
	case isolation.Body:
		e.Headers["content-type"], e.Body, e.IsBase64Encoded = "application/json", withField(e.Body, c.Name, id), false
		at = ""
	}
	e.RawQueryString = query.Encode()
	if wildcard != "" && at != "" {
		e.RawPath = strings.Replace(m.row.Pattern, "{"+wildcard+"}", at, 1)
		e.RequestContext.HTTP.Path, e.PathParameters = e.RawPath, map[string]string{wildcard: at}
	}
	return e
}

// at is the id in the path of a call that names another's elsewhere too; "" keeps
// that of the sample.
func (m *matrix) at(subject isolation.Thing, id string) string {
	if id == m.nobody && subject != isolation.Public {
		return id
	}
	return m.ids[subject]
}

// claims is the value of a header that says who calls.
func claims(name, id string) string {
	switch name {
	case "X-GoLambdaProxy-ApiGw-Context", "X-Amzn-Request-Context":
		return `{"authorizer":{"jwt":{"claims":{"tenant":"` + id + `"}},"lambda":{"tenant_id":"` + id + `"}},"accountId":"` + id + `"}`
	case "Forwarded":
		return "for=" + id + ";host=" + id
	}
	return id
}

// as is the base call of a caller.
func (m *matrix) as(c isolation.Caller) events.APIGatewayV2HTTPRequest {
	e := m.base
	e.Headers = maps.Clone(m.base.Headers)
	if m.row.Credentials.Identify() {
		delete(e.Headers, "authorization")
		delete(e.Headers, "x-api-key")
		delete(e.Headers, "cookie")
		e.Cookies = nil
	}
	if name, value := m.credential(c); name != "" {
		e.Headers[name] = value
	}
	return e
}

// check runs one case, and the same call with an id that nobody has.
func (m *matrix) check(t *testing.T, c isolation.Case, cursor string) {
	t.Helper()
	id, alike := m.ids[c.Thing], c
	alike.Thing = ""
	if ignored(c) {
		alike.Place, alike.Name = isolation.Header, "" // none of them means anything
	}
	var got answer
	if ignored(c) && m.dear() {
		got = m.memo(m.foreigns, alike, func() answer { return m.ask(t, c.String(), c.Caller, m.planted(t, c, false), id) })
	} else {
		got = m.ask(t, c.String(), c.Caller, m.event(c, id, cursor), id)
	}
	absent := m.memo(m.absents, alike, func() answer {
		if ignored(c) && m.dear() {
			return m.ask(t, c.String(), c.Caller, m.planted(t, c, true), m.nobody)
		}
		return m.ask(t, c.String(), c.Caller, m.event(c, m.nobody, forgedCursor(m.nobody)), m.nobody)
	})
	if want := isolation.Expected(m.row, c); got.status >= 500 || want != 0 && got.status != want {
		m.fault("%s: %d %s, want %d", c, got.status, got.body, want)
	}
	if got != absent {
		m.fault("%s: another's id and an absent one are told apart:\n%+v\n%+v", c, got, absent)
	}
}

// ignored reports whether a case's id stands where no row looks.
func ignored(c isolation.Case) bool {
	return c.Place == isolation.Header || c.Place == isolation.Claim || c.Place == isolation.Query && (c.Name == "tenant_id" || c.Name == "user_id")
}

// dear reports whether a call takes a second, or sends mail, of which there is only
// so much: one then carries the ids of all the places where no row looks.
func (m *matrix) dear() bool {
	_, wildcard := isolation.Subject(m.row)
	return (m.row.Memory > 256 || m.row.Act == tenant.Invite) && wildcard == ""
}

// planted is a call that carries the ids of all places where no row looks.
func (m *matrix) planted(t *testing.T, c isolation.Case, absent bool) events.APIGatewayV2HTTPRequest {
	t.Helper()
	cases, err := isolation.Cases(m.row)
	if err != nil {
		t.Fatal(err)
	}
	all, query := m.as(c.Caller), url.Values{}
	for _, other := range cases {
		if other.Caller != c.Caller || !ignored(other) {
			continue
		}
		id := m.ids[other.Thing]
		if absent {
			id = m.nobody
		}
		e := m.event(other, id, "")
		maps.Copy(all.Headers, e.Headers)
		if other.Place == isolation.Query {
			query.Set(other.Name, id)
		}
	}
	all.RawQueryString = query.Encode()
	return all
}

func (m *matrix) memo(of map[isolation.Case]answer, c isolation.Case, ask func() answer) answer {
	got, known := of[c]
	if !known {
		got = ask()
		of[c] = got
	}
	return got
}

// ask sends one call and looks at the keys that it asked for.
func (m *matrix) ask(t *testing.T, what string, c isolation.Caller, e events.APIGatewayV2HTTPRequest, sent string) answer {
	t.Helper()
	if m.row.Name == httpapi.ExportStart.Name { // an account makes one at a time
		m.forget(t, tenant.DataPartition(m.tenant), "TENANT", "export")
	}
	ctx, spent := calls.Count(t.Context())
	res, err := m.call(ctx, e)
	if err != nil {
		t.Fatalf("%s: the function failed: %v", what, err)
	}
	for _, a := range spent.Asked() {
		if !m.within(a, c) {
			m.fault("%s: asked for %s of %s %s", what, a.Action, a.Store, a.Key)
		}
	}
	m.faults = append(m.faults, m.rules.check(t, spent.Asked())...)
	for _, secret := range m.secrets {
		if secret != sent && strings.Contains(res.Body, secret) {
			m.fault("%s: the answer holds what is another tenant's: %s", what, res.Body)
		}
	}
	return plain(res, sent)
}

// within reports whether a key is the caller's tenant's own or one that the act
// opens. What a row that identifies nobody works on (a link, a cookie) says itself
// whose it is: never the other tenant's.
func (m *matrix) within(a calls.Asked, c isolation.Caller) bool {
	own := m.tenant
	switch {
	case !m.row.Credentials.Identify():
		return !strings.Contains(a.Key, string(m.other.Profile.Tenant))
	case c == isolation.None:
		own = ""
	}
	if a.Service == "S3" {
		return own != "" && strings.HasPrefix(a.Key, tenant.ObjectPrefix(own)) || strings.HasPrefix(a.Key, tenant.VoiceFolder)
	}
	if own != "" && (a.Key == tenant.DataPartition(own) || a.Key == tenant.CredentialsPartition(own)) {
		return true
	}
	opens := m.row.Act.Opens()
	return a.Index == "" && tenant.Among(slices.Concat(opens.Directory, opens.Before), a.Key)
}

// admitted asks as everybody whom the row admits, for what is their own.
func (m *matrix) admitted(t *testing.T, model sample) {
	t.Helper()
	if !m.row.Credentials.Identify() {
		return
	}
	for _, c := range []isolation.Caller{isolation.Owner, isolation.Key, isolation.Member} {
		if isolation.Refused(m.row, c) != 0 {
			continue
		}
		m.fill(t, model)
		got := m.ask(t, string(c)+", their own", c, m.as(c), "")
		if m.personal() {
			if got.status == 401 || got.status == 403 || got.status >= 500 {
				m.fault("%s may call it, and is answered %d %s", c, got.status, got.body)
			}
			continue
		}
		if !m.succeeds(got.status) {
			m.fault("%s, their own: %d %s, want %d", c, got.status, got.body, m.row.Status)
		}
	}
}
