package structure_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/tests/blueprint"
)

// machine is a state machine of a template with its definition.
type machine struct {
	blueprint.Resource
	file       string
	definition blueprint.Map
	text       string
}

func machines(t *testing.T) []machine {
	t.Helper()
	b := load(t)
	var all []machine
	for _, r := range b.Resources("AWS::Serverless::StateMachine") {
		uri, _ := r.Properties["DefinitionUri"].(string)
		m := machine{Resource: r, file: filepath.ToSlash(filepath.Join(filepath.Dir(r.Template.File), uri))}
		text, err := os.ReadFile(filepath.Join(r.Template.Dir, uri))
		if err != nil {
			t.Errorf("%s: %v", r.ID, err)
			continue
		}
		m.text = string(text)
		if err := json.Unmarshal(b.Numbers(text), &m.definition); err != nil {
			t.Errorf("%s: %v", m.file, err)
			continue
		}
		all = append(all, m)
	}
	return all
}

func TestStateMachineSubstitutionsResolve(t *testing.T) {
	marks := regexp.MustCompile(`\$\{(\w+)\}`)
	for _, m := range machines(t) {
		var used []string
		for _, match := range marks.FindAllStringSubmatch(m.text, -1) {
			if !slices.Contains(used, match[1]) {
				used = append(used, match[1])
			}
		}
		given, _ := m.Properties["DefinitionSubstitutions"].(blueprint.Map)
		sameNames(t, "marks ${…} of "+m.file, used, "DefinitionSubstitutions of "+m.ID, slices.Collect(maps.Keys(given)))
	}
}

func TestEveryStateIsReachedAndLeadsSomewhere(t *testing.T) {
	for _, m := range machines(t) {
		level(t, m.file, m.definition)
	}
}

// level checks one StartAt with its States, and the levels inside.
func level(t *testing.T, where string, doc blueprint.Map) {
	t.Helper()
	states, _ := doc["States"].(blueprint.Map)
	start, _ := doc["StartAt"].(string)
	targets := []string{start}
	for name, raw := range states {
		state, _ := raw.(blueprint.Map)
		next := leadsTo(state)
		targets = append(targets, next...)
		ends := state["End"] == true || slices.Contains([]any{"Succeed", "Fail"}, state["Type"])
		if !ends && len(next) == 0 {
			t.Errorf("%s: %s leads nowhere", where, name)
		}
		for i, inner := range levelsIn(state) {
			level(t, fmt.Sprintf("%s, %s[%d]", where, name, i), inner)
		}
	}
	for _, target := range targets {
		if states[target] == nil {
			t.Errorf("%s: no state is called %q", where, target)
		}
	}
	for name := range states {
		if !slices.Contains(targets, name) {
			t.Errorf("%s: nothing leads to %s", where, name)
		}
	}
}

func leadsTo(state blueprint.Map) []string {
	var list []string
	add := func(v any) {
		if s, ok := v.(string); ok {
			list = append(list, s)
		}
	}
	add(state["Next"])
	add(state["Default"])
	for _, part := range []string{"Choices", "Catch"} {
		entries, _ := state[part].([]any)
		for _, e := range entries {
			add(e.(blueprint.Map)["Next"])
		}
	}
	return list
}

func levelsIn(state blueprint.Map) []blueprint.Map {
	var list []blueprint.Map
	for _, part := range []string{"ItemProcessor", "Iterator"} {
		if inner, ok := state[part].(blueprint.Map); ok {
			list = append(list, inner)
		}
	}
	branches, _ := state["Branches"].([]any)
	for _, b := range branches {
		list = append(list, b.(blueprint.Map))
	}
	return list
}

func TestEveryTaskEndsAndIsCaught(t *testing.T) {
	for _, m := range machines(t) {
		whole := number(m.definition["TimeoutSeconds"])
		if whole == 0 {
			t.Errorf("%s has no TimeoutSeconds: an execution could run for a year", m.file)
		}
		eachTask(m.definition, false, func(name string, task blueprint.Map, caught bool) {
			limit := number(task["TimeoutSeconds"])
			if limit == 0 || limit >= whole {
				t.Errorf("%s: %s needs TimeoutSeconds below the machine's %d", m.file, name, whole)
			}
			// A task without one of these says why in its comment.
			comment, _ := task["Comment"].(string)
			for _, part := range []string{"Retry", "Catch"} {
				if part == "Catch" && caught {
					continue
				}
				if task[part] == nil && !strings.Contains(comment, "No "+part+":") {
					t.Errorf("%s: %s has no %s, and its comment does not say why (No %s: …)", m.file, name, part, part)
				}
			}
			retries, _ := task["Retry"].([]any)
			for _, r := range retries {
				if r.(blueprint.Map)["JitterStrategy"] != "FULL" {
					t.Errorf("%s: %s retries without jitter: what failed together would come back together", m.file, name)
				}
			}
			if f, ok := taskFunction(m, task); !ok {
				t.Errorf("%s: %s calls no function of %s", m.file, name, m.Template.File)
			} else if f.Timeout >= limit {
				t.Errorf("%s: %s ends after %d s, but %s may run %d s: the step could not say why it failed", m.file, name, limit, f.Name, f.Timeout)
			}
		})
	}
}

// TestALackOfPlacesIsWaitedOut: who finds every place of the account taken asks until
// the longest step has given up its own. With full jitter a wait is half as long as it
// may be, and the mean counts; whoever finds none by then has the machine's time left to say so.
func TestALackOfPlacesIsWaitedOut(t *testing.T) {
	longest := 0
	for _, m := range machines(t) {
		eachTask(m.definition, false, func(_ string, task blueprint.Map, _ bool) { longest = max(longest, number(task["TimeoutSeconds"])) })
	}
	if longest < 600 {
		t.Fatalf("the longest step may take %d s: this reads nothing", longest)
	}
	for _, m := range machines(t) {
		eachTask(m.definition, false, func(name string, task blueprint.Map, _ bool) {
			mean, most := waits(task, "Lambda.TooManyRequestsException")
			if mean <= longest {
				t.Errorf("%s: %s waits %d s for a place, and a step may keep its own for %d s", m.file, name, mean, longest)
			}
			if whole := number(m.definition["TimeoutSeconds"]); most >= whole {
				t.Errorf("%s: %s may wait %d s of the machine's %d", m.file, name, most, whole)
			}
		})
	}
}

// waits is how long a task waits in all for an error to pass, as it may be expected
// with full jitter, and at most.
func waits(task blueprint.Map, cause string) (mean, most int) {
	retries, _ := task["Retry"].([]any)
	for _, r := range retries {
		retry := r.(blueprint.Map)
		causes, _ := retry["ErrorEquals"].([]any)
		if !slices.Contains(causes, any(cause)) {
			continue
		}
		wait, grows := number(retry["IntervalSeconds"]), number(retry["BackoffRate"])
		for range number(retry["MaxAttempts"]) {
			most += min(wait, number(retry["MaxDelaySeconds"]))
			wait = min(wait*grows, 1<<20)
		}
	}
	return most / 2, most
}

// eachTask visits every task with whether a Map or Parallel around it has a
// Catch, which its failures reach.
func eachTask(doc blueprint.Map, caught bool, visit func(name string, task blueprint.Map, caught bool)) {
	states, _ := doc["States"].(blueprint.Map)
	for name, raw := range states {
		state, _ := raw.(blueprint.Map)
		if state["Type"] == "Task" {
			visit(name, state, caught)
		}
		for _, inner := range levelsIn(state) {
			eachTask(inner, caught || state["Catch"] != nil, visit)
		}
	}
}

// taskFunction finds the function that a task calls, by the mark in its
// Resource or FunctionName.
func taskFunction(m machine, task blueprint.Map) (blueprint.Function, bool) {
	given, _ := m.Properties["DefinitionSubstitutions"].(blueprint.Map)
	var mark string
	blueprint.Walk(task, func(part blueprint.Map) {
		for _, key := range []string{"Resource", "FunctionName"} {
			if s, ok := part[key].(string); ok && strings.HasPrefix(s, "${") {
				mark = strings.Trim(s, "${}")
			}
		}
	})
	reference, _ := given[mark].(blueprint.Map)
	at, _ := reference["Fn::GetAtt"].([]any)
	b, err := blueprint.Load(blueprint.Root())
	if err != nil || len(at) == 0 {
		return blueprint.Function{}, false
	}
	i := slices.IndexFunc(b.Functions, func(f blueprint.Function) bool { return f.ID == at[0] && f.Template.File == m.Template.File })
	if i < 0 {
		return blueprint.Function{}, false
	}
	return b.Functions[i], true
}

func number(v any) int {
	n, _ := v.(float64)
	return int(n)
}
