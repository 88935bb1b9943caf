package main

import (
	"fmt"
	"strings"
)

// text is what is written for a function called name.
type text struct {
	name, noun, verb string
	method, path     string
	more             string // of the row: ", Act: tenant.Manage"
	acts             bool   // the row names an act
}

// lastList is the last in Routes; a new noun's list goes before it.
const lastList = "serviceRoutes()"

const (
	modulePath    = "github.com/devotionalai/platform/"
	tenantPackage = modulePath + "shared/domains/tenant"
)

const (
	bearer = `,
    "authorization": "Bearer {{access_token}}"`
	id      = "01hzzzzzzzzzzzzzzzzzzzzzzz"
	refused = `{
  "status": 401,
  "body": {
    "code": "unauthenticated"
  }
}
`
)

func textOf(name string) text {
	i := strings.LastIndexByte(name, '-')
	w := text{name: name, noun: name[:i], verb: name[i+1:], method: "GET"}
	w.path = "/api/v1/" + w.noun + "s"
	switch w.verb {
	case "list":
	case "get":
		w.path += "/{id}"
	default:
		w.path += "/{id}/" + w.verb
	}
	return w
}

// exported is a name as Go and the template write it: ProjectArchive.
func exported(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

func unexported(name string) string {
	s := exported(name)
	return strings.ToLower(s[:1]) + s[1:]
}

// handler is how handlers are called, verb first: ArchiveProject.
func (w text) handler() string { return exported(w.verb) + exported(w.noun) }

// list is the function that lists the noun's rows.
func (w text) list() string { return unexported(w.noun) + "Routes" }

// entry is the row in that list.
func (w text) entry() string { return exported(w.name) + ".Route" }

func (w text) newList() string {
	return fmt.Sprintf("func %s() []Route { return []Route{%s} }\n", w.list(), w.entry())
}

func (w text) row() string {
	return fmt.Sprintf(`type %[1]sAnswer struct {
	ID string `+"`json:\"id\"`"+`
}

// %[2]s answers %[4]s %[5]s.
var %[2]s = endpoint[None, %[1]sAnswer](Route{
	Name: "%[3]s", Method: "%[4]s", Pattern: "%[5]s", Credentials: Session, Tag: "Creator",
	Summary: "%[2]s"%[7]s,
})

// %[6]s serves %[2]s.
func %[6]s() Handler[None, %[1]sAnswer] {
	return func(_ context.Context, in *Request[None]) (%[1]sAnswer, error) {
		return %[1]sAnswer{ID: in.Path("id")}, nil
	}
}
`, unexported(w.name), exported(w.name), w.name, w.method, w.path, w.handler(), w.more)
}

func (w text) main() string {
	return fmt.Sprintf(`// %[1]s answers %[2]s %[3]s.
package main

import (
	"context"
	"net/http"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/boot/edge"
	"github.com/devotionalai/platform/shared/httpapi"
)

type config struct{ edge.Settings }

func main() { boot.HTTP(build) }

func build(_ context.Context, rt *boot.Runtime, c config) (http.Handler, error) {
	return edge.Serve(rt, c.Settings, httpapi.%[4]s, httpapi.%[5]s())
}
`, w.name, w.method, w.path, exported(w.name), w.handler())
}

// answered is what the stub answers who is signed in.
func (w text) answered() string {
	sent := ""
	if strings.Contains(w.path, "{id}") {
		sent = id
	}
	return fmt.Sprintf("{\n  \"status\": 200,\n  \"body\": {\n    \"id\": %q\n  }\n}\n", sent)
}

func (w text) event(sample, credential string) string {
	return fmt.Sprintf(`{
  "version": "2.0",
  "routeKey": "%[1]s %[2]s",
  "rawPath": "%[3]s",
  "rawQueryString": "",
  "headers": {
    "accept": "*/*",
    "host": "localhost:8000",
    "user-agent": "curl/8.5.0"%[5]s
  },
  "pathParameters": {
    "id": "%[6]s"
  },
  "requestContext": {
    "accountId": "000000000000",
    "apiId": "local",
    "domainName": "localhost:8000",
    "stage": "$default",
    "requestId": "event-%[4]s",
    "routeKey": "%[1]s %[2]s",
    "http": {
      "method": "%[1]s",
      "path": "%[3]s",
      "protocol": "HTTP/1.1",
      "sourceIp": "203.0.113.7",
      "userAgent": "curl/8.5.0"
    },
    "time": "01/Nov/2026:12:00:00 +0000",
    "timeEpoch": 1793534400000
  },
  "isBase64Encoded": false
}
`, w.method, w.path, strings.ReplaceAll(w.path, "{id}", id), sample, credential, id)
}
