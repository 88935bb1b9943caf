package structure_test

import (
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// rule forbids imports. Paths are folders of this module (they begin with ./)
// or import paths; each covers what lies below it.
type rule struct {
	from   string
	except []string // folders below from that the rule leaves alone
	never  []string
	may    []string // folders below never that the rule allows
	why    string
}

var rules = []rule{
	{
		from: "./shared/domains",
		never: []string{
			"./shared/technologies", "./shared/httpapi", "./shared/boot", "./functions", "./infra",
			"net/http", "github.com/aws", "github.com/awslabs",
		},
		why: "a domain holds rules and types; it is tested without a network and outlives any provider, so it knows neither SDK nor HTTP",
	},
	{
		from:  "./shared/technologies",
		never: []string{"./shared/httpapi", "./shared/boot", "./functions", "./infra", "github.com/aws/aws-lambda-go", "github.com/awslabs"},
		why:   "a technology implements the domains' interfaces and is called, never calls; wiring is main's",
	},
	{
		from:  "./shared/technologies/dynamo/table",
		never: []string{"./shared/domains", "./shared/technologies/dynamo"},
		may:   []string{"./shared/domains/problem", "./shared/technologies/dynamo/table"},
		why:   "how the tables are called is below the stores; what an item means is theirs",
	},
	{
		from:  "./shared/httpapi",
		never: []string{"./shared/technologies", "./shared/boot", "./functions", "./infra", "github.com/aws", "github.com/awslabs"},
		why:   "httpapi is the contract over domain services; it must run the same over a fake in a test",
	},
	{
		from:   "./shared/boot",
		except: []string{"./shared/boot/channels", "./shared/boot/edge", "./shared/boot/exporting", "./shared/boot/signing", "./shared/boot/narrator", "./shared/boot/painter", "./shared/boot/payments", "./shared/boot/renderer", "./shared/boot/runs", "./shared/boot/steps", "./shared/boot/voices"},
		never:  []string{"./shared/technologies", "./shared/httpapi", "./functions", "./infra"},
		why:    "boot starts every function, and what it imports, every function links; only its folders that a main chooses may wire technologies",
	},
	{
		from:  "./functions",
		never: []string{"./infra", "./tests"},
		why:   "a function runs in AWS; what the local run and the tests need stays out of it",
	},
	{
		from:   "./infra/local",
		except: []string{"./infra/local/demo", "./infra/local/exportverify"}, // measure a video, and an archive, that anybody may have downloaded
		never:  []string{"./functions", "./shared/httpapi", "./shared/technologies"},
		why:    "the local run starts the product as it is deployed; calling its code directly would hide a fault of the deployment",
	},
	{
		from: "./tests/harness",
		never: []string{
			"./tests/launch", "./infra/website", "./infra/local/artifacts", "./infra/local/edge", "./infra/local/mailbox",
			"./infra/local/product", "./infra/local/settings", "./infra/local/stack", "./infra/local/webapp",
		},
		why: "nearly every test package links the harness; who needs the whole product takes tests/launch",
	},
}

func TestDependenciesRunOneWay(t *testing.T) {
	all := sources(t)
	for _, r := range rules {
		listed := append([]string{r.from}, r.except...)
		for _, n := range r.never {
			if strings.HasPrefix(n, "./") {
				listed = append(listed, n)
			}
		}
		for _, folder := range listed {
			if !slices.ContainsFunc(all, func(s source) bool { return below("./"+s.dir(), folder) }) {
				t.Errorf("%s is listed in a rule but holds no Go file any more; repair the rule", folder)
			}
		}
		for _, s := range all {
			if s.isTest() || !below("./"+s.dir(), r.from) || slices.ContainsFunc(r.except, func(e string) bool { return below("./"+s.dir(), e) }) {
				continue
			}
			for _, imported := range s.imports {
				in := func(folder string) bool { return below(local(imported), folder) }
				if slices.ContainsFunc(r.never, in) && !slices.ContainsFunc(r.may, in) {
					t.Errorf("%s imports %s: %s", s.path, imported, r.why)
				}
			}
		}
	}
}

// The rules look at imports; this looks at what they lead to.
func TestTheHarnessLinksNoLocalStack(t *testing.T) {
	cmd := exec.Command("go", "list", "-deps", "./tests/harness")
	cmd.Dir = blueprint.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list what the harness links: %v", err)
	}
	all := strings.Fields(string(out))
	if !slices.Contains(all, module+"/infra/local/emulator") {
		t.Fatal("the harness links no emulator; what does this test look at?")
	}
	for _, r := range rules {
		if r.from != "./tests/harness" {
			continue
		}
		for _, dependency := range all {
			if slices.ContainsFunc(r.never, func(n string) bool { return below(local(dependency), n) }) {
				t.Errorf("tests/harness links %s: %s", dependency, r.why)
			}
		}
	}
}

// local turns an import path of this module into a folder.
func local(imported string) string {
	if inside, ours := strings.CutPrefix(imported, module+"/"); ours {
		return "./" + inside
	}
	return imported
}

func below(path, top string) bool { return path == top || strings.HasPrefix(path, top+"/") }

func TestNoSiblingImports(t *testing.T) {
	const why = "each is replaced or removed without the others; what two need belongs into a domain"
	for _, parent := range []string{"shared/technologies", "functions"} {
		for _, s := range sources(t, parent) {
			own := strings.SplitN(strings.TrimPrefix(s.dir(), parent+"/"), "/", 2)[0]
			for _, imported := range s.imports {
				sibling, isSibling := strings.CutPrefix(imported, path.Join(module, parent)+"/")
				if isSibling && strings.SplitN(sibling, "/", 2)[0] != own && !s.isTest() {
					t.Errorf("%s imports %s: %s", s.path, imported, why)
				}
			}
		}
	}
}

// linked lists, for each function, every package in its binary.
func linked(t *testing.T) map[string][]string {
	t.Helper()
	cmd := exec.Command("go", "list", "-tags", "lambda.norpc", "-f", `{{.ImportPath}} {{join .Deps " "}}`, "./functions/...")
	cmd.Dir = blueprint.Root()
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("list what functions link: %v", err)
	}
	all := map[string][]string{}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		all[path.Base(fields[0])] = fields[1:]
	}
	return all
}

func TestFunctionsLinkOnlyWhatTheyUse(t *testing.T) {
	const services = "github.com/aws/aws-sdk-go-v2/service/"
	b := load(t)
	for name, deps := range linked(t) {
		for _, template := range []string{"text/template", "html/template"} {
			if slices.Contains(deps, template) {
				t.Errorf("functions/%s links %s: it turns dead-code removal off and doubles the binary", name, template)
			}
		}
		f, ok := b.Function(name)
		if !ok {
			continue // another test names it
		}
		var have []string
		for _, d := range deps {
			service, isService := strings.CutPrefix(d, services)
			if isService && !strings.Contains(service, "/") && !slices.Contains(always, service) {
				have = append(have, service)
			}
		}
		sameNames(t, "SDK services that functions/"+name+" links (each costs start-up time)", have,
			"services that its environment and policies speak of", expectedServices(f))
	}
}

// always are linked through the SDK's own configuration and the tenant role.
var always = []string{"sts", "sso", "ssooidc", "signin"}

// expectedServices follows from what a function is told and allowed.
func expectedServices(f blueprint.Function) []string {
	var list []string
	if f.Environment["PLATFORM_TABLE"] != nil || f.Environment["DIRECTORY_TABLE"] != nil {
		list = append(list, "dynamodb")
	}
	if f.Environment["MEDIA_BUCKET"] != nil || f.Environment["LEDGER_BUCKET"] != nil {
		list = append(list, "s3")
	}
	byAction := map[string]string{"ses": "sesv2", "secretsmanager": "secretsmanager", "states": "sfn", "bedrock": "bedrockruntime", "polly": "polly", "sqs": "sqs", "kms": "kms", "backup": "backup"}
	for _, s := range statementsOf(f) {
		for _, action := range actionsOf(s) {
			prefix, _, _ := strings.Cut(action, ":")
			if service := byAction[prefix]; service != "" && !slices.Contains(list, service) {
				list = append(list, service)
			}
		}
	}
	return list
}
