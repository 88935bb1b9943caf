// Package raw_test deploys two trial functions, one behind a Function URL and
// one behind a queue, into the emulator: what boot.URL and boot.Queue promise
// holds for a stack as it is deployed, through the local edge.
package raw_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/infra/local/artifacts"
	"github.com/devotionalai/platform/infra/local/edge"
	"github.com/devotionalai/platform/infra/local/stack"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/tests/blueprint"
	"github.com/devotionalai/platform/tests/harness"
)

// world is the deployed stack.
type world struct {
	endpoint string
	stack    *stack.Stack
	pack     artifacts.Package
}

func deploy(t *testing.T) world {
	t.Helper()
	emulator := harness.Start(t)
	folder := filepath.Join(blueprint.Root(), "tests", "raw")
	built := artifacts.Functions{Dir: t.TempDir(), Digest: map[string]string{}}
	for _, name := range []string{"trial-hook", "trial-orders"} {
		built.Digest[name] = archive(t, filepath.Join(folder, name), built.Archive(name))
	}
	pack, err := artifacts.Pack(filepath.Join(folder, "template.yaml"), emulator.Endpoint, stack.Bucket, built, artifacts.Expander{}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w := world{emulator.Endpoint, stack.In(emulator.Endpoint, "raw-"+strings.ToLower(tenant.NewID())), pack}
	if _, err := w.stack.Deploy(t.Context(), pack, nil, func(string) {}); err != nil {
		t.Fatal(err)
	}
	return w
}

// archive builds a trial function with the flags of the product's own, so that
// what they share is compiled already, and answers its archive's digest.
func archive(t *testing.T, folder, into string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	cmd := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -buildid=", "-tags", "lambda.norpc", "-o", binary, ".")
	cmd.Dir, cmd.Env = folder, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("build %s: %v\n%s", folder, err, out)
	}
	code, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(into)
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(file)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	w, err := z.CreateHeader(header)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(code); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(code)
	return hex.EncodeToString(sum[:])
}

func TestRawFunctionsInAStack(t *testing.T) {
	w := deploy(t)
	t.Run("webhook", w.webhook)
	t.Run("pages", w.pages)
	t.Run("queue", w.queue)
}

// front is the local edge before the stack.
func (w world) front(t *testing.T) *httptest.Server {
	t.Helper()
	hosts, err := w.stack.FunctionURLs(t.Context(), w.pack)
	if err != nil {
		t.Fatal(err)
	}
	if hosts["/mock/away/"] != "" || len(hosts) != 2 {
		t.Fatalf("a function that a condition keeps away is served: %v", hosts)
	}
	handler, err := edge.Handler(edge.API{Endpoint: w.endpoint, ID: "none", AppURL: "http://localhost:8000", Raw: hosts}, http.NotFoundHandler(), nil)
	if err != nil {
		t.Fatal(err)
	}
	front := httptest.NewServer(handler)
	t.Cleanup(front.Close)
	return front
}

// pages calls a function that is served for all below a path, in several methods.
func (w world) pages(t *testing.T) {
	front := w.front(t)
	for _, c := range []struct{ method, path, query, kind, body string }{
		{"GET", "a/b", "status=all&x=1", "", ""},
		{"POST", "checkout/s", "", "application/x-www-form-urlencoded", "outcome=succeeded&a=%C3%A4+b"},
		{"DELETE", "v1/subscriptions/s", "x=1", "", ""},
		{"PUT", "", "", "application/octet-stream", "\x00\xff"},
	} {
		status, got := send(t, c.method, front.URL+"/mock/trial/"+c.path+"?"+c.query, c.kind, c.body, "t=1,v1=a")
		want := map[string]any{
			"body": hex.EncodeToString([]byte(c.body)), "signatures": []any{"t=1,v1=a"}, "method": c.method,
			"path": "/mock/trial/" + c.path, "inside": c.path, "query": c.query, "cookie": "a=1; b=2,3",
		}
		if status != http.StatusAccepted || !reflect.DeepEqual(got, want) {
			t.Errorf("%s %s: %d %v, want %v", c.method, c.path, status, got, want)
		}
	}
}

// webhook sends signed bytes through the local edge.
func (w world) webhook(t *testing.T) {
	front := w.front(t)
	sent := string([]byte{0, 0xff, 0xfe, '\r', '\n', '%', 'x'})
	const signature = "t=1492774577,v1=5257a869e7,v0=6ffbb59b2300"
	for name, c := range map[string]struct{ kind, body string }{
		"bytes":  {"application/octet-stream", sent},
		"text":   {"application/json; charset=utf-8", `{"a": "ä, b"}`},
		"base64": {"text/plain", "eyJhIjoxfQ=="},
	} {
		status, got := post(t, front.URL+"/webhooks/trial?x=1", c.kind, c.body, signature)
		want := map[string]any{
			"body": hex.EncodeToString([]byte(c.body)), "signatures": []any{signature},
			"method": "POST", "path": "/webhooks/trial", "inside": "", "query": "x=1", "cookie": "a=1; b=2,3",
		}
		if status != http.StatusAccepted || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %d %v, want %v", name, status, got, want)
		}
	}
	status, got := post(t, front.URL+"/webhooks/trial", "application/octet-stream", strings.Repeat("a", 600<<10), signature)
	if status != http.StatusRequestEntityTooLarge || got["code"] != "body_too_large" {
		t.Errorf("too large: %d %v", status, got)
	}
}

func post(t *testing.T, address, kind, body, signature string) (int, map[string]any) {
	t.Helper()
	return send(t, http.MethodPost, address, kind, body, signature)
}

func send(t *testing.T, method, address, kind, body, signature string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Trial-Signature", signature)
	r.Header.Set("Cookie", "a=1; b=2,3")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatalf("%d %q: %v", res.StatusCode, raw, err)
	}
	return res.StatusCode, got
}

// queue sends good messages among bad ones: the bad, and no others, end in the
// dead-letter queue.
func (w world) queue(t *testing.T) {
	orders, dead := w.address(t, "Orders"), w.address(t, "Dead")
	var batch []map[string]any
	for i, body := range []string{"good", "poison", "good", "panic", "good"} {
		batch = append(batch, map[string]any{"Id": string(rune('a' + i)), "MessageBody": body})
	}
	ctx, done := context.WithTimeout(t.Context(), time.Minute) // as long as a busy machine may need
	defer done()
	w.sqs(ctx, t, "SendMessageBatch", map[string]any{"QueueUrl": orders, "Entries": batch}, nil)
	var ended []string
	for len(ended) < 2 || !w.empty(ctx, t, orders) {
		var out struct{ Messages []struct{ Body string } }
		w.sqs(ctx, t, "ReceiveMessage", map[string]any{"QueueUrl": dead, "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1, "VisibilityTimeout": 300}, &out)
		for _, m := range out.Messages {
			ended = append(ended, m.Body)
		}
	}
	if slices.Sort(ended); !slices.Equal(ended, []string{"panic", "poison"}) {
		t.Errorf("dead letters: %q", ended)
	}
}

// empty reports whether nothing waits or is being worked on.
func (w world) empty(ctx context.Context, t *testing.T, queue string) bool {
	t.Helper()
	var out struct{ Attributes map[string]string }
	w.sqs(ctx, t, "GetQueueAttributes", map[string]any{"QueueUrl": queue, "AttributeNames": []string{"All"}}, &out)
	return out.Attributes["ApproximateNumberOfMessages"] == "0" && out.Attributes["ApproximateNumberOfMessagesNotVisible"] == "0"
}

// sqs makes one call of the queue service: the product calls none, so the module
// has no client of it.
func (w world) sqs(ctx context.Context, t *testing.T, operation string, in map[string]any, out any) {
	t.Helper()
	body, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.endpoint+"/", bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AmazonSQS."+operation)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sqs/aws4_request, SignedHeaders=host, Signature=none")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", operation, err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s %v", operation, res.StatusCode, raw, err)
	}
	if out != nil {
		if err := json.Unmarshal(raw, out); err != nil {
			t.Fatalf("%s: %v in %s", operation, err, raw)
		}
	}
}

func (w world) address(t *testing.T, id string) string {
	t.Helper()
	physical, err := w.stack.Physical(t.Context(), artifacts.Resource{ID: id})
	if err != nil || physical == "" {
		t.Fatalf("queue %s: %q %v", id, physical, err)
	}
	return physical
}
