// Package e2e_test uses the whole product from outside, as people and programs
// do: through the edge, on the deployed stack, with real mail, speech and video.
package e2e_test

import (
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/devotionalai/platform/infra/local/product"
	"github.com/devotionalai/platform/tests/launch"
)

// common starts the product that most tests share. Its limits on rate and
// running jobs are raised, because the tests are many callers at one address.
var common = sync.OnceValues(func() (*launch.Running, error) {
	return launch.Product(launch.Options{Settings: raised(nil), Web: product.BuiltWeb})
})

func raised(more map[string]string) map[string]string {
	all := map[string]string{
		"RATE_LIMIT_ANONYMOUS_PER_MINUTE": "100000",
		"RATE_LIMIT_USER_PER_SECOND":      "1000",
		"MAX_RUNNING_JOBS_PER_TENANT":     "100",
	}
	for name, value := range more {
		all[name] = value
	}
	return all
}

var started bool

func TestMain(m *testing.M) {
	launch.BeApart()
	status := m.Run()
	if started {
		if p, err := common(); err == nil {
			if err := p.Close(); err != nil {
				fmt.Fprintln(os.Stderr, "stop the product:", err)
				status = 1
			}
		}
	}
	os.Exit(status)
}

// shared returns the product that tests share.
func shared(t *testing.T) *launch.Running {
	t.Helper()
	started = true
	p, err := common()
	if err != nil {
		t.Fatalf("start the product: %v", err)
	}
	return p
}
