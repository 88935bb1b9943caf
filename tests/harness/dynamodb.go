package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/toolbox"
	"github.com/devotionalai/platform/tests/blueprint"
)

// Database is what holds a test's tables. The counters and transactions of the
// product must be exact on each: two programs that agree are hardly wrong in
// the same way.
type Database string

// The databases.
const (
	OnEmulator      Database = "emulator"
	OnDynamoDBLocal Database = "dynamodb-local" // AWS's own
)

// OnBothStores runs a test on each database, as a subtest. Of what make proofs runs on
// both, an ordinary test run takes one, which one follows from the test's name.
func OnBothStores(t *testing.T, proof func(*testing.T, Database)) {
	t.Helper()
	both := []Database{OnEmulator, OnDynamoDBLocal}
	if isProof(t) && !InFull() {
		one := len(t.Name()) % 2
		both = both[one : one+1]
	}
	for _, db := range both {
		t.Run(string(db), func(t *testing.T) { proof(t, db) })
	}
}

// RepeatOnBothStores is Repeat on each database, the emulator with a quarter of the
// rounds: it puts transactions in a row, and has fewer races.
func RepeatOnBothStores(t *testing.T, full int, proof func(*testing.T, Database)) {
	t.Helper()
	OnBothStores(t, func(t *testing.T, db Database) {
		rounds := full
		if db == OnEmulator {
			rounds = (full + 3) / 4
		}
		Repeat(t, rounds, func(t *testing.T) { proof(t, db) })
	})
}

// serviceAt sends DynamoDB's calls elsewhere than those of the other services.
// The SDK asks a configuration's sources, as it does for a profile's own
// endpoint of a service.
type serviceAt string

// GetServiceBaseEndpoint is called by the SDK.
func (s serviceAt) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return string(s), service == "DynamoDB", nil
}

// local is the DynamoDB Local of this test process.
var local struct {
	sync.Mutex
	endpoint string
	tie      io.Closer // it ends when this closes, also by being forgotten
}

// dynamoDBLocal answers its endpoint, and starts it for the first who asks. It
// keeps nothing and ends with the process.
func dynamoDBLocal(t testing.TB) string {
	t.Helper()
	local.Lock()
	defer local.Unlock()
	if local.endpoint != "" {
		return local.endpoint
	}
	// Generous: the first user may have to install it.
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	program, _, err := toolbox.InstallDynamoDB(ctx, blueprint.Root(), func(string) {})
	if err == nil {
		for try := 0; try == 0 || errors.Is(err, errTaken) && try < 3; try++ {
			local.endpoint, err = startDynamoDBLocal(ctx, program)
		}
	}
	if err != nil {
		local.endpoint = "" // for who asks next
		t.Fatalf("start DynamoDB Local: %v", err)
	}
	return local.endpoint
}

// watched runs a program until standard input ends, which it does with the test
// process, however that ends.
const watched = `"$@" </dev/null & read -r _; kill -9 $!`

func startDynamoDBLocal(ctx context.Context, program toolbox.DynamoDB) (string, error) {
	port, err := FreePort(cmp.Or(os.Getenv("DYNAMODB_PORT_TEST"), "0"))
	if err != nil {
		return "", err
	}
	folder := filepath.Join(blueprint.Root(), ".tools", "test-dynamodb")
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", fmt.Errorf("make folder: %w", err)
	}
	out, err := os.Create(filepath.Join(folder, filepath.Base(os.Args[0])+".log"))
	if err != nil {
		return "", fmt.Errorf("open log: %w", err)
	}
	defer out.Close()
	// It lives for a minute or two: what the second compiler would make faster by then
	// costs more than it saves, a fifth of a whole package's work.
	cmd := exec.Command("/bin/sh", "-c", watched, "sh", program.Java,
		"-Xmx1g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.library.path="+program.Jars, "-cp", filepath.Join(program.Jars, "*"),
		"com.amazonaws.services.dynamodbv2.local.main.ServerRunner",
		"-inMemory", "-sharedDb", "-disableTelemetry", "-port", strconv.Itoa(port))
	cmd.Dir, cmd.Stdout, cmd.Stderr = folder, out, out
	// Ctrl-C on the terminal reaches the test process alone.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if local.tie, err = cmd.StdinPipe(); err != nil { // never written to
		return "", fmt.Errorf("tie to this process: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	endpoint := "http://127.0.0.1:" + strconv.Itoa(port)
	return endpoint, answers(ctx, endpoint, out.Name())
}

// errTaken says that another program was faster to take the port that was free.
var errTaken = errors.New("another program answers at its port")

// answers waits until DynamoDB Local does. Errors: errTaken.
func answers(ctx context.Context, endpoint, log string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, endpoint, nil)
		if err != nil {
			return err
		}
		res, err := http.DefaultClient.Do(req)
		if err == nil { // it refuses a request without a signature, in its own words
			defer res.Body.Close()
			said, err := io.ReadAll(io.LimitReader(res.Body, 1<<12))
			if err == nil && !strings.Contains(string(said), "MissingAuthenticationToken") {
				err = errTaken
			}
			return err
		}
		select {
		case <-ctx.Done():
			said, _ := os.ReadFile(log)
			return fmt.Errorf("it does not answer (%w): %.500s", ctx.Err(), said)
		case <-time.After(50 * time.Millisecond):
		}
	}
}
