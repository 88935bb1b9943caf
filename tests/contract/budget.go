package contract

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/httpapi"
)

// budget is what an answered request may cost: DynamoDB's capacity units, its
// credential's included (reads of several items are not in them), and the AWS
// calls beyond the one that its credential or address costs. What a person waits
// for is held to it; what follows later (steps, the settlement) is printed only.
//
// It stands in the .want.json of a sample. Where a function has one, all its
// samples are held to that; where it has several, each sample to its own.
type budget struct {
	Units float64  `json:"units"`
	Calls []string `json:"calls"`
}

// free is the budget of a function that has none: it only checks who calls, and
// an address whose bucket is new costs two writes.
func free() *budget { return &budget{Units: addressTries} }

// shareBudget gives each sample without a budget the only one there is.
func shareBudget(samples []sample) {
	var shared *budget
	for _, s := range samples {
		if s.budget != nil && shared != nil {
			return
		}
		shared = cmp.Or(shared, s.budget)
	}
	shared = cmp.Or(shared, free())
	for i := range samples {
		if samples[i].budget == nil {
			samples[i].budget = shared
		}
	}
}

// addressTries is how often the count of an address may be written: the second
// time only when its bucket is new or somebody else was faster.
const addressTries = 2

// replayReads is what a repeated request costs on top: it looks for its claim,
// and for what that led to.
const replayReads = 2

// withinBudget holds what a request cost against its sample's budget.
func withinBudget(t *testing.T, function string, own *budget, status int, replayed bool, spent *calls.Counter) {
	t.Helper()
	made := spent.Calls()
	delete(made, "S3.GetObject")   // a link is signed here and calls nobody; completing an upload also reads parts of its file
	delete(made, "S3.$type:L")     // neither does a form; the SDK gives its signing this name
	delete(made, "STS.AssumeRole") // once per tenant and process, then kept
	show(function, t.Name(), status, made, spent.Units())
	if status >= http.StatusBadRequest {
		return
	}
	if own == nil {
		t.Fatalf("events/%s holds several budgets, and none for this sample", function)
	}
	allowed := map[string]int{"DynamoDB.UpdateItem": credentialCost(function)}
	for _, call := range own.Calls {
		allowed[call]++
	}
	if units := spent.Units(); units > own.Units {
		t.Errorf("%.1f capacity units; the budget in events/%s is %.1f", units, function, own.Units)
	}
	if replayed {
		allowed["DynamoDB.BatchGetItem"] += replayReads
	}
	for call, n := range made {
		if n > allowed[call] {
			t.Errorf("%d × %s; the budget in events/%s is %d", n, call, function, allowed[call])
		}
	}
	if row, ok := rowOf(function); ok && row.Credentials.Take(httpapi.Session) && made["DynamoDB.UpdateItem"] == 0 {
		t.Error("the credential was not checked by a conditional update")
	}
}

// credentialCost is how many updates the check of a function's callers takes.
func credentialCost(function string) int {
	row, ok := rowOf(function)
	switch {
	case !ok:
		return 0 // a raw function's callers prove themselves by what they send
	case row.Credentials.Take(httpapi.Session):
		return 1
	case row.CountsSession:
		return 0 // counted in the session's own write
	}
	return addressTries
}

func rowOf(function string) (httpapi.Route, bool) {
	rows := httpapi.Routes()
	i := slices.IndexFunc(rows, func(r httpapi.Route) bool { return r.Name == function })
	if i < 0 {
		return httpapi.Route{}, false
	}
	return rows[i], true
}

// mustRow is the row of a function behind the API.
func mustRow(t *testing.T, function string) httpapi.Route {
	t.Helper()
	row, ok := rowOf(function)
	if !ok {
		t.Fatalf("%s is behind the API and has no row in httpapi.Routes()", function)
	}
	return row
}

// show prints a line of the table that `make bench-calls` collects. Units are
// DynamoDB capacity units as the store counts them; the emulator reports none
// for BatchGetItem.
func show(function, sample string, status int, made map[string]int, units float64) {
	if !testing.Verbose() {
		return
	}
	var list []string
	for _, call := range slices.Sorted(maps.Keys(made)) {
		_, name, _ := strings.Cut(call, ".")
		list = append(list, fmt.Sprintf("%s %d", name, made[call]))
	}
	_, sample, _ = strings.Cut(sample, "/")
	fmt.Printf("calls  %-20s %-22s %3d  %5.1f  %s\n", function, sample, status, units, strings.Join(list, ", "))
}
