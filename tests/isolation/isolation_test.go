package isolation_test

import (
	"testing"

	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/isolation"
)

// fewest is how many cases the rows make together.
const fewest = 1500

// TestTheMatrixIsLarge counts what the functions' own tests run, by the same
// generator.
func TestTheMatrixIsLarge(t *testing.T) {
	rows, total := httpapi.Routes(), 0
	places := map[isolation.Place]int{}
	for _, r := range rows {
		cases, err := isolation.Cases(r)
		if err != nil {
			t.Error(err)
		}
		total += len(cases)
		for _, c := range cases {
			places[c.Place]++
		}
	}
	t.Logf("isolation matrix: %d cases of %d rows and %d callers: %v", total, len(rows), len(isolation.Callers()), places)
	if total < fewest {
		t.Errorf("%d cases, at least %d", total, fewest)
	}
	for _, place := range []isolation.Place{isolation.Path, isolation.Query, isolation.Body, isolation.Header, isolation.Cursor, isolation.Claim} {
		if places[place] == 0 {
			t.Errorf("no case names anything in the %s", place)
		}
	}
}

// TestAnUnknownWildcardIsNoCase: a new route whose id stands for something new
// is not silently left out.
func TestAnUnknownWildcardIsNoCase(t *testing.T) {
	if _, err := isolation.Cases(httpapi.Route{Name: "trial", Method: "GET", Pattern: "/api/v1/trials/{id}", Credentials: httpapi.Session}); err == nil {
		t.Error("a wildcard that nobody knows has cases")
	}
}
