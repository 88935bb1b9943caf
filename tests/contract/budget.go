package contract

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/httpapi"
)

// budget is what an answered request may cost.
type budget struct {
	units float64 // DynamoDB capacity units, its credential's included; reads of several items are not in them
	calls []string
}

// free is the budget of a function that only checks who calls: an address whose
// bucket is new costs two writes.
var free = budget{units: addressTries}

// budgets are the capacity units and, beyond the one that its credential or
// address costs, the AWS calls of an answered request. A function that is not
// here makes none. What a person waits for is held to this; what follows later (steps, the
// settlement) is printed only.
func budgets() map[string]budget {
	const (
		batch, query, get = "DynamoDB.BatchGetItem", "DynamoDB.Query", "DynamoDB.GetItem"
		put, update, del  = "DynamoDB.PutItem", "DynamoDB.UpdateItem", "DynamoDB.DeleteItem"
		transaction       = "DynamoDB.TransactWriteItems"
	)
	return map[string]budget{
		"magic-link-request": {4, []string{update, put, "SESv2.SendEmail"}},
		"magic-link-verify":  {17, []string{get, get, transaction}},
		"session-refresh":    {2, []string{get, update}},
		"session-logout":     {2, []string{update}},
		"session-me":         {2, []string{get}},
		"usage-get":          {2, []string{batch, query}}, // the query for past months only
		"usage-months":       {2, []string{query}},
		// Admission, and the settlement of a picture, which is made meanwhile.
		"image-create":     {23, []string{batch, transaction, transaction, "S3.PutObject"}},
		"image-get":        {1, []string{batch}},
		"image-delete":     {12, []string{update, "S3.DeleteObjects", transaction}},
		"upload-create":    {14, []string{batch, transaction}},
		"upload-complete":  {12, []string{batch, "S3.ListObjectsV2", "S3.ListObjectsV2", "S3.CopyObject", transaction, "S3.DeleteObjects"}},
		"upload-list":      {2, []string{query}},
		"upload-get":       {1, []string{batch}},
		"upload-delete":    {13, []string{update, "S3.DeleteObjects", transaction}},
		"project-create":   {5, []string{batch, transaction}},
		"project-list":     {2, []string{query}},
		"project-get":      {1, []string{batch}},
		"project-update":   {2, []string{batch, put}},
		"project-delete":   {2, []string{del}},
		"project-quote":    {1, []string{batch}},
		"project-render":   {18, []string{batch, transaction, "SFN.StartExecution"}},
		"job-list":         {2, []string{query}},
		"job-get":          {1, []string{batch}},
		"job-cancel":       {13, []string{batch, transaction}},
		"job-retry":        {15, []string{batch, transaction, "SFN.StartExecution"}},
		"job-video-delete": {12, []string{update, "S3.ListObjectsV2", transaction}},
	}
}

// addressTries is how often the count of an address may be written: the second
// time only when its bucket is new or somebody else was faster.
const addressTries = 2

// replayReads is what a repeated request costs on top: it looks for its claim,
// and for what that led to.
const replayReads = 2

// withinBudget holds what a request cost against its function's budget.
func withinBudget(t *testing.T, function string, status int, replayed bool, spent *calls.Counter) {
	t.Helper()
	made := spent.Calls()
	delete(made, "S3.GetObject")   // a link is signed here and calls nobody; completing an upload also reads parts of its file
	delete(made, "S3.$type:L")     // neither does a form; the SDK gives its signing this name
	delete(made, "STS.AssumeRole") // once per tenant and process, then kept
	show(function, t.Name(), status, made, spent.Units())
	if status >= http.StatusBadRequest {
		return
	}
	allowed := map[string]int{"DynamoDB.UpdateItem": credentialCost(function)}
	own, known := budgets()[function]
	if !known {
		own = free
	}
	for _, call := range own.calls {
		allowed[call]++
	}
	if units := spent.Units(); units > own.units {
		t.Errorf("%.1f capacity units; the budget is %.1f (tests/contract/budget.go)", units, own.units)
	}
	if replayed {
		allowed["DynamoDB.BatchGetItem"] += replayReads
	}
	if allowed["DynamoDB.TransactWriteItems"] == 1 && function == "project-create" && made["DynamoDB.PutItem"] == 1 {
		allowed = map[string]int{"DynamoDB.UpdateItem": 1, "DynamoDB.PutItem": 1, "DynamoDB.BatchGetItem": 1} // without a key it needs no transaction
	}
	for call, n := range made {
		if n > allowed[call] {
			t.Errorf("%d × %s; the budget is %d (tests/contract/budget.go)", n, call, allowed[call])
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
	case ok && row.Credentials.Take(httpapi.Session):
		return 1
	case ok && row.CountsSession:
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
