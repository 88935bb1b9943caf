package boot

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// Unit is a CloudWatch unit.
type Unit string

// The units in use.
const (
	Count        Unit = "Count"
	Milliseconds Unit = "Milliseconds"
)

// Metrics writes CloudWatch embedded metric format: one JSON line on standard
// output becomes a metric, without an API call.
type Metrics struct {
	mu       sync.Mutex
	out      io.Writer
	stage    string
	function string
	now      func() time.Time
}

// NewMetrics writes to out under the namespace DevotionalAI, with the
// dimensions stage and function.
func NewMetrics(out io.Writer, stage, function string, now func() time.Time) *Metrics {
	return &Metrics{out: out, stage: stage, function: function, now: now}
}

// Add records one value. properties are searchable in the logs but are no
// dimensions: each dimension value costs a metric of its own.
func (m *Metrics) Add(name string, value float64, unit Unit, properties map[string]string) {
	m.write(name, value, unit, properties, [][]string{{"stage", "function"}})
}

// AddFor records one value for the whole function and for one tenant, whose id
// becomes a dimension: for what is rare, and of which it must be known whose.
func (m *Metrics) AddFor(t tenant.ID, name string, value float64, unit Unit) {
	m.write(name, value, unit, map[string]string{"tenant_id": string(t)}, [][]string{{"stage", "function"}, {"stage", "function", "tenant_id"}})
}

func (m *Metrics) write(name string, value float64, unit Unit, properties map[string]string, dimensions [][]string) {
	line := map[string]any{"stage": m.stage, "function": m.function, name: value}
	for k, v := range properties {
		line[k] = v
	}
	line["_aws"] = map[string]any{
		"Timestamp": m.now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace":  "DevotionalAI",
			"Dimensions": dimensions,
			"Metrics":    []any{map[string]any{"Name": name, "Unit": unit}},
		}},
	}
	b, err := json.Marshal(line)
	if err != nil {
		return // only unrepresentable floats can fail; a metric must never fail a request
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, _ = m.out.Write(append(b, '\n'))
}
