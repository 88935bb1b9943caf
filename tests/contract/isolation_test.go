package contract

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/domains/project"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/tests/policy"
)

// leaky is GET /api/v1/projects/{id} with something wrong around it.
type leaky func(rt *boot.Runtime, m *matrix, sound http.Handler) http.Handler

// faultsOfLeaky runs the matrix of the row on the function with the fault.
func faultsOfLeaky(t *testing.T, s *stage, leak leaky) string {
	t.Helper()
	m := newMatrix(t, s, httpapi.ProjectGet.Route, nil, newRules(t, s, "project-get"))
	handler, rt, err := boot.NewHTTP(t.Context(), s.environ(t, "project-get"), io.Discard, func(_ context.Context, rt *boot.Runtime, c edge.Settings) (http.Handler, error) {
		sound, err := edge.Serve(rt, c, httpapi.ProjectGet, httpapi.GetProject(project.NewService(dynamo.NewProjects(c.Store(rt)), nil, rt.Now)))
		return leak(rt, m, sound), err
	})
	if err != nil {
		t.Fatal(err)
	}
	m.call = boot.Proxy(rt, handler)
	m.run(t)
	return strings.Join(m.faults, "\n")
}

// altered changes the answers that a test picks.
func altered(sound http.Handler, change func(r *http.Request, status int, body string) (int, string)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		sound.ServeHTTP(rec, r)
		status, body := change(r, rec.Code, rec.Body.String())
		w.Header().Set("Content-Type", rec.Header().Get("Content-Type"))
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	})
}

// asked asks the store for an item of a tenant, with the scope that the caller
// of this has chosen.
func asked(ctx context.Context, rt *boot.Runtime, m *matrix, id tenant.ID) string {
	out, err := dynamodb.NewFromConfig(rt.AWS).GetItem(ctx, &dynamodb.GetItemInput{
		TableName: m.table(), Key: item{"pk": str(tenant.DataPartition(id)), "sk": str("TENANT")},
	})
	if err != nil {
		return ""
	}
	text, err := json.Marshal(out.Item)
	if err != nil {
		return ""
	}
	return string(text)
}

// planted is a fault, and what the matrix says of it: "" is nothing.
type planted struct {
	leak leaky
	want string
}

// reaching are functions that ask for another tenant's keys.
func reaching() map[string]planted {
	return map[string]planted{
		"nothing wrong": {func(_ *boot.Runtime, _ *matrix, sound http.Handler) http.Handler { return sound }, ""},
		"a tenant from the query": {func(rt *boot.Runtime, m *matrix, sound http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if id := r.URL.Query().Get("tenant_id"); id != "" {
					asked(tenant.WithTenant(r.Context(), tenant.ID(id)), rt, m, tenant.ID(id))
				}
				sound.ServeHTTP(w, r)
			})
		}, "query tenant_id: tenant: asked for GetItem"},
		"a tenant from a header, without its scope": {func(rt *boot.Runtime, m *matrix, sound http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if id := r.Header.Get("X-Tenant-Id"); id != "" {
					asked(tenant.WithTenant(r.Context(), m.tenant), rt, m, tenant.ID(id)) // the guard refuses it
				}
				sound.ServeHTTP(w, r)
			})
		}, "header X-Tenant-Id: tenant: asked for GetItem"},
	}
}

// telling are functions whose answers tell.
func telling() map[string]planted {
	return map[string]planted{
		"403 for another's, 404 for an absent one": {func(_ *boot.Runtime, m *matrix, sound http.Handler) http.Handler {
			return altered(sound, func(r *http.Request, status int, body string) (int, string) {
				for _, id := range m.ids {
					if status == 404 && strings.HasSuffix(r.URL.Path, id) {
						return 403, body
					}
				}
				return status, body
			})
		}, "are told apart"},
		"another word for another's": {func(_ *boot.Runtime, m *matrix, sound http.Handler) http.Handler {
			return altered(sound, func(r *http.Request, status int, body string) (int, string) {
				for _, id := range m.ids {
					if status == 404 && strings.HasSuffix(r.URL.Path, id) {
						return status, strings.Replace(body, `"detail":"`, `"detail":"Not yours. `, 1)
					}
				}
				return status, body
			})
		}, "are told apart"},
		"another's name in the answer": {func(_ *boot.Runtime, m *matrix, sound http.Handler) http.Handler {
			return altered(sound, func(_ *http.Request, status int, body string) (int, string) {
				return status, strings.Replace(body, `"detail":"`, `"detail":"Ask `+string(m.other.Profile.User)+`. `, 1)
			})
		}, "holds what is another tenant's"},
		"everything is refused": {func(_ *boot.Runtime, _ *matrix, sound http.Handler) http.Handler {
			return altered(sound, func(_ *http.Request, status int, body string) (int, string) {
				if status == 200 {
					return 404, body
				}
				return status, body
			})
		}, "owner, their own: 404"},
		"nobody is refused": {func(_ *boot.Runtime, _ *matrix, sound http.Handler) http.Handler {
			return altered(sound, func(_ *http.Request, status int, body string) (int, string) {
				if status == 401 {
					return 404, body
				}
				return status, body
			})
		}, "removed member, path id: project: 404"},
	}
}

// TestLeaksAreFound plants what the matrix is there to find.
func TestLeaksAreFound(t *testing.T) {
	s := newStage(t)
	faults := reaching()
	maps.Copy(faults, telling())
	for name, c := range faults {
		t.Run(name, func(t *testing.T) {
			found := faultsOfLeaky(t, s, c.leak)
			if c.want == "" && found != "" || c.want != "" && !strings.Contains(found, c.want) {
				t.Errorf("found: %.600s", found)
			}
		})
	}
}

// TestMissingRightsAreFound: what a function asks for and its policies do not
// allow, and what they would allow of another tenant's.
func TestMissingRightsAreFound(t *testing.T) {
	own := tenant.ID("01ARZ3NDEKTSV4RRFFQ69G5FAV")
	s := &stage{outputs: map[string]string{"Data.Outputs.PlatformTable": "platform", "Data.Outputs.DirectoryTable": "directory"}}
	ask := func(action, store, key string, reach tenant.Reach) calls.Asked {
		scope := tenant.Scope{Reach: reach}
		if reach != tenant.ReachNone {
			scope.Tenant = own
		}
		return calls.Asked{Service: "DynamoDB", Action: action, Store: store, Key: key, With: []string{key}, Scope: scope}
	}
	credential, data := tenant.CredentialsPartition(own), tenant.DataPartition(own)
	for _, c := range []struct {
		name  string
		asked calls.Asked
		spoil func(*rules)
		want  string
	}{
		{"the gate", ask("UpdateItem", "platform", credential, tenant.ReachCredential), nil, ""},
		{"its own data", ask("GetItem", "platform", data, tenant.ReachTenant), nil, ""},
		{"an address", ask("UpdateItem", "directory", "RATE#203.0.113.7", tenant.ReachNone), nil, ""},
		{"a scan", ask("Scan", "platform", "", tenant.ReachTenant), nil, "do not allow"},
		{"credentials without the act", ask("GetItem", "platform", credential, tenant.ReachTenant), nil, "do not allow"},
		{"another's data", ask("GetItem", "platform", tenant.DataPartition(another), tenant.ReachTenant), nil, "do not allow"},
		{"data before a credential", ask("GetItem", "platform", data, tenant.ReachCredential), nil, "do not allow"},
		{"an address of people", ask("GetItem", "directory", "ADDR#a@example.com", tenant.ReachNone), nil, "do not allow"},
		{"a role without rights", ask("GetItem", "platform", data, tenant.ReachTenant), func(r *rules) { r.roles[tenant.None] = nil }, "do not allow"},
		{"a session of everything", ask("GetItem", "platform", data, tenant.ReachTenant), func(r *rules) { r.session = everything }, "which is another tenant's"},
	} {
		r := newRules(t, s, "project-get")
		if c.spoil != nil {
			c.spoil(r)
		}
		found := strings.Join(r.faults(t, c.asked), "\n")
		if c.want == "" && found != "" || c.want != "" && !strings.Contains(found, c.want) {
			t.Errorf("%s: found %q", c.name, found)
		}
	}
}

// everything is a policy that knows no tenants.
func everything(tenant.Scope) ([]policy.Document, error) {
	return []policy.Document{{{Allow: true, Actions: []string{"*"}, Resources: []string{"*"}}}}, nil
}
