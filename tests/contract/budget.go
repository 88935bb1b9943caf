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

// budgets are the AWS calls that an answered request may make, beyond the one
// that its credential or address costs. A function that is not here makes none.
// What a person waits for is held to this; what follows later (steps, the
// settlement) is printed only.
func budgets() map[string][]string {
	const (
		batch, query, get = "DynamoDB.BatchGetItem", "DynamoDB.Query", "DynamoDB.GetItem"
		put, update, del  = "DynamoDB.PutItem", "DynamoDB.UpdateItem", "DynamoDB.DeleteItem"
		transaction       = "DynamoDB.TransactWriteItems"
	)
	return map[string][]string{
		"magic-link-request": {update, put, "SESv2.SendEmail"},
		"magic-link-verify":  {get, get, transaction},
		"session-refresh":    {get, update},
		"session-logout":     {update},
		"session-me":         {get},
		"usage-get":          {batch, query}, // the query for past months only
		"usage-months":       {query},
		// Admission, and the settlement of a picture, which is made meanwhile.
		"image-create":     {batch, transaction, transaction, "S3.PutObject"},
		"image-get":        {batch},
		"image-delete":     {update, "S3.DeleteObjects", transaction},
		"upload-create":    {batch, transaction},
		"upload-complete":  {batch, "S3.ListObjectsV2", "S3.ListObjectsV2", "S3.CopyObject", transaction, "S3.DeleteObjects"},
		"upload-list":      {query},
		"upload-get":       {batch},
		"upload-delete":    {update, "S3.DeleteObjects", transaction},
		"project-create":   {batch, transaction},
		"project-list":     {query},
		"project-get":      {batch},
		"project-update":   {batch, put},
		"project-delete":   {del},
		"project-quote":    {batch},
		"project-render":   {batch, transaction, "SFN.StartExecution"},
		"job-list":         {query},
		"job-get":          {batch},
		"job-cancel":       {batch, transaction},
		"job-retry":        {batch, transaction, "SFN.StartExecution"},
		"job-video-delete": {update, "S3.ListObjectsV2", transaction},
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
	for _, call := range budgets()[function] {
		allowed[call]++
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
	if row, ok := rowOf(function); ok && row.Who == httpapi.User && made["DynamoDB.UpdateItem"] == 0 {
		t.Error("the credential was not checked by a conditional update")
	}
}

// credentialCost is how many updates the check of a function's callers takes.
func credentialCost(function string) int {
	row, ok := rowOf(function)
	switch {
	case ok && row.Who == httpapi.User:
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
