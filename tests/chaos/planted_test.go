package chaos_test

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// setClocks makes the row's functions run by a wrong clock, through the setting
// that plants every fault inside a function. It answers what sets them right, and how
// often the one that did least called something meanwhile: their SDK says who they are.
func (w *world) setClocks(t *testing.T, f fault) (lift func(), struck func() int) {
	t.Helper()
	const hour = 3600
	by := hour
	if f.way == behind {
		by = -hour
	}
	plan, err := json.Marshal([]calls.Fault{{Kind: calls.Clock, Ahead: by}})
	harness.Must(t, err)
	mark := rand.Text()
	for _, name := range f.at {
		w.configure(t, name, map[string]string{"FAULTS": string(plan), "AWS_SDK_UA_APP_ID": mark + name})
	}
	lift = func() {
		for _, name := range f.at {
			w.configure(t, name, map[string]string{"FAULTS": "", "AWS_SDK_UA_APP_ID": ""})
		}
	}
	return lift, func() int {
		least := w.between.by(mark + f.at[0])
		for _, name := range f.at {
			least = min(least, w.between.by(mark+name))
		}
		return least
	}
}

// takeSlots leaves one slot to all accounts together, where the row says so.
func (w *world) takeSlots(t *testing.T, f fault) (lift func()) {
	t.Helper()
	if f.way != noneLeft {
		return func() {}
	}
	before := w.configure(t, "project-render", map[string]string{"MAX_RUNNING_JOBS": "1"})
	return func() { w.configure(t, "project-render", before) }
}

// forget makes the row's functions begin anew, so that they read again what a
// process keeps.
func (w *world) forget(t *testing.T, f fault) {
	t.Helper()
	for _, name := range f.at {
		w.configure(t, name, map[string]string{"CHAOS": rand.Text()})
	}
}

// configure changes variables of a function's environment, and answers what they were:
// its processes begin anew. An empty value takes one away.
func (w *world) configure(t *testing.T, name string, set map[string]string) (before map[string]string) {
	t.Helper()
	client, function := lambda.NewFromConfig(w.product.AWS()), aws.String(w.product.Stack.Name+"-"+name)
	now, err := client.GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: function})
	harness.Must(t, err)
	variables := maps.Clone(now.Environment.Variables)
	before = map[string]string{}
	for variable, value := range set {
		before[variable] = variables[variable]
		if variables[variable] = value; value == "" {
			delete(variables, variable)
		}
	}
	_, err = client.UpdateFunctionConfiguration(t.Context(), &lambda.UpdateFunctionConfigurationInput{
		FunctionName: function, Environment: &lambdatypes.Environment{Variables: variables},
	})
	harness.Must(t, err)
	return before
}
