package calls

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"sync"

	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Counter counts the AWS operations under one context and the DynamoDB
// capacity units that they consumed, and keeps what they asked for.
type Counter struct {
	mu    sync.Mutex
	calls map[string]int
	units float64
	asked []Asked
}

type counterKey struct{}

// Count returns a context whose AWS operations are counted.
func Count(ctx context.Context) (context.Context, *Counter) {
	c := &Counter{calls: map[string]int{}}
	return context.WithValue(ctx, counterKey{}, c), c
}

func counterFrom(ctx context.Context) *Counter {
	c, _ := ctx.Value(counterKey{}).(*Counter)
	return c
}

// Calls returns the operations so far by name, e.g. "DynamoDB.UpdateItem".
func (c *Counter) Calls() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := make(map[string]int, len(c.calls))
	for k, v := range c.calls {
		out[k] = v
	}
	return out
}

// Units returns the consumed DynamoDB capacity units, reads and writes together.
func (c *Counter) Units() float64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.units
}

func (c *Counter) started(operation string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls[operation]++
}

// askForCapacity adds ReturnConsumedCapacity to a request, in counted contexts only.
func askForCapacity(body []byte) []byte {
	var request map[string]json.RawMessage
	if json.Unmarshal(body, &request) != nil {
		return body
	}
	request["ReturnConsumedCapacity"] = json.RawMessage(`"TOTAL"`)
	changed, err := json.Marshal(request)
	if err != nil {
		return body
	}
	return changed
}

// answered adds the units that an answer reports; the body stays readable.
func (c *Counter) answered(_ string, resp *smithyhttp.Response) {
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return
	}
	var one struct {
		ConsumedCapacity struct{ CapacityUnits float64 }
	}
	var many struct {
		ConsumedCapacity []struct{ CapacityUnits float64 }
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if json.Unmarshal(body, &one) == nil {
		c.units += one.ConsumedCapacity.CapacityUnits
	} else if json.Unmarshal(body, &many) == nil {
		for _, t := range many.ConsumedCapacity {
			c.units += t.CapacityUnits
		}
	}
}
