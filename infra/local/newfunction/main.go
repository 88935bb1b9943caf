// Command newfunction makes the folder of a new API function: make
// new-function NAME=noun-verb. It prints what cannot be made for you.
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

func main() {
	name := ""
	if len(os.Args) > 1 {
		name = os.Args[1]
	}
	if err := create(name); err != nil {
		fmt.Fprintln(os.Stderr, "make new-function:", err)
		os.Exit(1)
	}
	fmt.Print(next(name))
}

func create(name string) error {
	if !regexp.MustCompile(`^[a-z]+(-[a-z]+)+$`).MatchString(name) {
		return errors.New("NAME is a noun and a verb in lower case, such as project-archive")
	}
	folder := filepath.Join("functions", name)
	if _, err := os.Stat(folder); err == nil {
		return fmt.Errorf("%s exists", folder)
	}
	for path, content := range files(name) {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return fmt.Errorf("make folder: %w", err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			return fmt.Errorf("write %s: %w", path, err)
		}
		fmt.Println("wrote", path)
	}
	return nil
}

// exported is the name as Go and the template write it: ProjectArchive.
func exported(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}

// handler is how handlers are called, verb first: ArchiveProject.
func handler(name string) string {
	i := strings.LastIndexByte(name, '-')
	return exported(name[i+1:]) + exported(name[:i])
}

func path(name string) string {
	i := strings.LastIndexByte(name, '-')
	return "/api/v1/" + name[:i] + "s/{id}/" + name[i+1:]
}

func files(name string) map[string]string {
	event := filepath.Join("events", name, "no-credential")
	return map[string]string{
		filepath.Join("functions", name, "main.go"):      mainFile(name),
		filepath.Join("functions", name, "main_test.go"): testFile,
		event + ".json":      eventFile(name),
		event + ".want.json": wantFile,
	}
}

func mainFile(name string) string {
	return fmt.Sprintf(`// %[1]s answers POST %[2]s.
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
	return edge.Serve(rt, c.Settings, httpapi.%[3]s, httpapi.%[4]s())
}
`, name, path(name), exported(name), handler(name))
}

const testFile = `package main

import (
	"testing"

	"github.com/devotionalai/platform/tests/contract"
)

func TestContract(t *testing.T) { contract.HTTP(t, build) }
`

func eventFile(name string) string {
	called := strings.ReplaceAll(path(name), "{id}", "01hzzzzzzzzzzzzzzzzzzzzzzz")
	return fmt.Sprintf(`{
  "version": "2.0",
  "routeKey": "POST %[1]s",
  "rawPath": "%[2]s",
  "rawQueryString": "",
  "headers": {
    "accept": "*/*",
    "host": "localhost:8000",
    "user-agent": "curl/8.5.0"
  },
  "pathParameters": {
    "id": "01hzzzzzzzzzzzzzzzzzzzzzzz"
  },
  "requestContext": {
    "accountId": "000000000000",
    "apiId": "local",
    "domainName": "localhost:8000",
    "stage": "$default",
    "requestId": "event-no-credential",
    "routeKey": "POST %[1]s",
    "http": {
      "method": "POST",
      "path": "%[2]s",
      "protocol": "HTTP/1.1",
      "sourceIp": "203.0.113.7",
      "userAgent": "curl/8.5.0"
    },
    "time": "01/Nov/2026:12:00:00 +0000",
    "timeEpoch": 1793534400000
  },
  "isBase64Encoded": false
}
`, path(name), called)
}

const wantFile = `{
  "status": 401,
  "body": {
    "status": 401,
    "code": "unauthenticated",
    "type": "http://localhost:8000/api/docs#unauthenticated",
    "title": "<any>",
    "detail": "<any>",
    "instance": "<text>urn:request:event-"
  }
}
`

func next(name string) string {
	noun := name[:strings.LastIndexByte(name, '-')]
	return fmt.Sprintf(`
Now, by hand:

1. shared/httpapi/%[1]s.go: the route's row, and its handler beside it; then the
   row's name in the list of shared/httpapi/routes.go.

	%[2]s = Route{
		Name: "%[3]s", Method: "POST", Pattern: "%[4]s", Credentials: Session, Tag: "Creator",
		Summary: "…", Status: http.StatusOK, Answer: …{},
	}

	// %[5]s serves %[2]s.
	func %[5]s() Handler { … }

2. template.yaml, among the functions:

  %[2]s:
    Type: AWS::Serverless::Function
    Metadata: {BuildMethod: go1.x, BuildProperties: {TrimGoPath: true}}
    Properties:
      FunctionName: !Sub ${AWS::StackName}-%[3]s
      CodeUri: functions/%[3]s/
      Policies: [!Ref AnonymousAccess, !Ref CredentialAccess, !Ref TenantAccess]
      Environment:
        Variables:
          TENANT_ROLE_ARN: !GetAtt Data.Outputs.TenantRoleArn
      Events:
        Call: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: POST, Path: "%[4]s"}}

3. make openapi, then make test. The structure tests name what is still missing.
`, noun, exported(name), name, path(name), handler(name))
}
