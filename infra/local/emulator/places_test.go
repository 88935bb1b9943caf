package emulator

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// ordering asks for one place, which somebody has, and says who is given it next.
const ordering = `
def run_of(tenant):
    return Run({"input": json.dumps({"tenant_id": tenant})})

def given(begun, *asked):
    places, runs = Places(0, begun), {}
    waiting = {}
    for name in asked:
        run = runs.setdefault(name[:2], run_of(name[0]))
        waiting[name] = places.ask(run)
    order = []
    while len(order) < len(asked):
        places.give_back(Place(None))
        for name in asked:
            if waiting[name].granted.is_set() and name not in order:
                order.append(name)
    return " ".join(order)

# A tenant's many renders do not hold up another's one.
print(given(9, "a1", "a2", "a3", "b1", "c1"))
# What has begun goes on before a tenant begins more.
print(given(9, "a1", "a2", "a1x", "b1", "a1y"))
# While two that have begun are waiting, no third one begins.
print(given(2, "a1", "b1", "c1", "d1", "a1x", "b1x", "c1x"))
# One place is given back once.
places = Places(1, 9)
first, second, third = (places.ask(run_of(name)) for name in "abc")
places.give_back(first), places.give_back(first)
print(first.granted.is_set(), second.granted.is_set(), third.granted.is_set())
`

func TestTenantsTakeTurns(t *testing.T) {
	tools, _, err := toolbox.Install(t.Context(), blueprint.Root(), func(string) {})
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), tools.Python, "-c", places+ordering).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{
		"a1 b1 c1 a2 a3",
		"a1 b1 a1x a1y a2",
		"a1 b1 a1x c1 b1x d1 c1x",
		"True True False",
	}
	if got := strings.TrimSpace(string(out)); got != strings.Join(want, "\n") {
		t.Errorf("places are given in this order:\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
}
