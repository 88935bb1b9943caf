// Package isolation makes, from a route's row, every case in which a caller
// names what is another tenant's, and says what each must be answered with.
// tests/contract runs the cases of each function on the function itself.
package isolation

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
)

// Caller is who makes a call. All but None are, or were, of the caller's own tenant.
type Caller string

// The callers.
const (
	Owner   Caller = "owner"
	Member  Caller = "member"
	Removed Caller = "removed member"
	Key     Caller = "key"
	Revoked Caller = "revoked key"
	None    Caller = "none"
)

// Callers lists them.
func Callers() []Caller { return []Caller{Owner, Member, Removed, Key, Revoked, None} }

// Thing is what an id names.
type Thing string

// The things that have ids. AnySession and so on are named apart from the callers.
const (
	Project    Thing = "project"
	Job        Thing = "job"
	Upload     Thing = "upload"
	Picture    Thing = "picture"
	Tenant     Thing = "tenant"
	User       Thing = "user"
	Session    Thing = "session"
	APIKey     Thing = "api key"
	Invitation Thing = "invitation"
	Archive    Thing = "export"
	Public     Thing = "public" // what every tenant sees alike
)

// Place is where a call names it.
type Place string

// The places.
const (
	Path   Place = "path"
	Query  Place = "query"
	Body   Place = "body"
	Header Place = "header"
	Cursor Place = "cursor" // of another tenant's list
	Claim  Place = "claim"  // an Idempotency-Key that another tenant has used
)

// Case is one call: Name is the wildcard, parameter, field or header that holds
// the id of another tenant's Thing.
type Case struct {
	Caller Caller
	Place  Place
	Name   string
	Thing  Thing
}

func (c Case) String() string {
	return fmt.Sprintf("%s, %s %s: %s", c.Caller, c.Place, c.Name, c.Thing)
}

// folders are the things behind the wildcards, by what stands before them.
func folders() map[string]Thing {
	return map[string]Thing{
		"projects": Project, "jobs": Job, "uploads": Upload, "images": Picture, "sessions": Session,
		"api-keys": APIKey, "members": User, "invitations": Invitation, "exports": Archive, "templates": Public, "voices": Public, "erasures": Public,
	}
}

// Subject is what a row's wildcard names, or what it lists; "" when neither is
// known. wildcard is "" for a row without one.
func Subject(r httpapi.Route) (subject Thing, wildcard string) {
	parts := strings.Split(r.Pattern, "/")
	for i, part := range parts {
		if strings.HasPrefix(part, "{") && i > 0 {
			return folders()[parts[i-1]], strings.Trim(part, "{}.")
		}
	}
	return folders()[parts[len(parts)-1]], ""
}

// headers are those that some gateway, framework or proxy takes for the caller's
// word on who it is.
func headers() []string {
	return []string{"X-Tenant-Id", "X-User-Id", "X-GoLambdaProxy-ApiGw-Context", "X-Amzn-Request-Context", "Forwarded"}
}

// Cases are those of a row. A wildcard that stands for nothing known is an error:
// nobody would know what another tenant's is.
func Cases(r httpapi.Route) ([]Case, error) {
	var places []Case
	put := func(place Place, name string, things ...Thing) {
		for _, thing := range things {
			places = append(places, Case{Place: place, Name: name, Thing: thing})
		}
	}
	subject, wildcard := Subject(r)
	if wildcard != "" && subject == "" {
		return nil, fmt.Errorf("%s: tests/isolation does not know what {%s} of %s names", r.Name, wildcard, r.Pattern)
	}
	if wildcard != "" {
		put(Path, wildcard, others(subject)...)
	}
	put(Query, "tenant_id", Tenant)
	put(Query, "user_id", User)
	for _, p := range r.Query {
		if p.Name != "limit" && p.Name != "cursor" {
			put(Query, p.Name, cmpThing(named()[p.Name], Tenant))
		}
	}
	for _, name := range headers() {
		thing := Tenant
		if name == "X-User-Id" {
			thing = User
		}
		put(Header, name, thing)
	}
	for _, f := range idFields(r) {
		put(Body, f.name, f.thing)
	}
	if r.Paged {
		put(Cursor, "cursor", cmpThing(subject, Tenant))
	}
	if r.Idempotent {
		put(Claim, "Idempotency-Key", Tenant)
	}
	var all []Case
	for _, caller := range Callers() {
		if leaves(r) && caller == Member {
			continue // gone after the first call
		}
		for _, c := range places {
			c.Caller = caller
			all = append(all, c)
		}
	}
	return all, nil
}

// leaves reports whether a call of the row ends what the caller may do, but for
// the last owner.
func leaves(r httpapi.Route) bool {
	_, wildcard := Subject(r)
	return r.Act == tenant.Remove && wildcard == ""
}

// Once reports whether only the first call of the row is answered with success, and
// each later one is refused for that.
func Once(r httpapi.Route) bool { return r.Act == tenant.Close && r.Method == http.MethodDelete }

func cmpThing(a, b Thing) Thing {
	if a == "" || a == Public {
		return b
	}
	return a
}

// others are the things whose ids a wildcard is tried with: its own, and some
// that belong elsewhere.
func others(own Thing) []Thing {
	all := []Thing{own, Project, Job, Upload, Tenant}
	if own == Public {
		all = all[1:]
	}
	slices.Sort(all)
	return slices.Compact(all)
}

type field struct {
	name  string
	thing Thing
}

// idFields are the fields of a row's body that name something, by their path,
// and two that no body has.
func idFields(r httpapi.Route) []field {
	if r.Method != http.MethodPost && r.Method != http.MethodPatch && r.Method != http.MethodPut {
		return nil
	}
	all := []field{{"tenant_id", Tenant}, {"user_id", User}}
	if r.Body == nil {
		return all
	}
	return append(all, fieldsOf(reflect.TypeOf(r.Body), "")...)
}

// named are the things that fields and parameters name.
func named() map[string]Thing {
	return map[string]Thing{"image_id": Picture, "upload_id": Upload, "project_id": Project, "job_id": Job, "template_id": Project, "key_id": APIKey}
}

// fieldsOf finds the fields of a type that are ids: "scenes[].image_id".
func fieldsOf(t reflect.Type, at string) []field {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		if t.Kind() == reflect.Slice {
			at = strings.TrimSuffix(at, ".") + "[]."
		}
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct {
		return nil
	}
	var all []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		thing := named()[name]
		if thing == "" && strings.HasSuffix(name, "upload_id") {
			thing = Upload
		}
		if thing == "" && (name == "id" || strings.HasSuffix(name, "_id")) {
			thing = Tenant
		}
		if thing != "" {
			all = append(all, field{at + name, thing})
			continue
		}
		all = append(all, fieldsOf(f.Type, at+name+".")...)
	}
	return all
}

// Refused is the status that a row answers a caller with who may not make the
// call at all, and 0 to one who may.
func Refused(r httpapi.Route, c Caller) int {
	if !r.Credentials.Identify() {
		return 0
	}
	role := auth.Member
	switch c {
	case None, Removed, Revoked:
		return http.StatusUnauthorized
	case Key:
		if !r.Credentials.Take(httpapi.Key) {
			return http.StatusUnauthorized
		}
	case Owner, Member:
		if !r.Credentials.Take(httpapi.Session) {
			return http.StatusUnauthorized
		}
		if c == Owner {
			role = auth.Owner
		}
	}
	if !role.Covers(r.Role) {
		return http.StatusForbidden
	}
	return 0
}

// Expected is the status of a case's answer; 0 where the row does not say it,
// and the answer is only held to be the one for an id that nobody has.
func Expected(r httpapi.Route, c Case) int {
	if r.Credentials.Take(httpapi.Optional) && c.Place == Body && slices.Contains([]Caller{Owner, Member, None}, c.Caller) {
		return http.StatusBadRequest // read before it is known what proves the caller
	}
	if refused := Refused(r, c.Caller); refused != 0 || !r.Credentials.Identify() || leaves(r) || Once(r) && c.Place != Body {
		return refused
	}
	_, wildcard := Subject(r)
	switch {
	case c.Place == Cursor, c.Place == Body:
		return http.StatusBadRequest
	case c.Place == Query && named()[c.Name] != "":
		return r.Status // a list that is narrowed to what is not there
	case c.Place == Query && c.Name != "tenant_id" && c.Name != "user_id":
		return http.StatusBadRequest // of another form than the parameter's
	case wildcard != "":
		return http.StatusNotFound
	}
	return r.Status
}
