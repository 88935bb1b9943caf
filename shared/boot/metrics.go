package boot

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/devotionalai/platform/shared/boot/metric"
)

// Unit is a CloudWatch unit.
type Unit string

// The units in use.
const (
	Count        Unit = "Count"
	Seconds      Unit = "Seconds"
	Milliseconds Unit = "Milliseconds"
)

// Metrics writes CloudWatch embedded metric format: one JSON line on standard
// output becomes a metric, without an API call. A nil one writes nothing.
type Metrics struct {
	mu       sync.Mutex
	out      io.Writer
	stage    string
	function string
	now      func() time.Time
}

// NewMetrics writes to out. The stage is a dimension of each metric, the function
// a property.
func NewMetrics(out io.Writer, stage, function string, now func() time.Time) *Metrics {
	return &Metrics{out: out, stage: stage, function: function, now: now}
}

// Measured is one value of a metric.
type Measured struct {
	Name  metric.Name
	Value float64
	Unit  Unit
}

// Add records one value. properties are searchable in the logs; which of them is a
// dimension is declared in package metric.
func (m *Metrics) Add(name metric.Name, value float64, unit Unit, properties map[string]string) {
	m.Together(properties, Measured{name, value, unit})
}

// Together records values that are read beside each other, on one line.
func (m *Metrics) Together(properties map[string]string, values ...Measured) {
	if m == nil {
		return
	}
	line := map[string]any{"stage": m.stage, "function": m.function}
	for k, v := range properties {
		line[k] = v
	}
	var directives []any
	for _, v := range values {
		line[string(v.Name)] = v.Value
		dimensions := [][]string{{"stage"}}
		if by := metric.Of(v.Name).By; by != "" && properties[by] != "" && v.Value != 0 {
			dimensions = append(dimensions, []string{"stage", by})
		}
		directives = append(directives, map[string]any{
			"Namespace":  metric.Namespace,
			"Dimensions": dimensions,
			"Metrics":    []any{map[string]any{"Name": v.Name, "Unit": v.Unit}},
		})
	}
	line["_aws"] = map[string]any{"Timestamp": m.now().UnixMilli(), "CloudWatchMetrics": directives}
	b, err := json.Marshal(line)
	if err != nil {
		return // only unrepresentable floats can fail; a metric must never fail a request
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	_, _ = m.out.Write(append(b, '\n'))
}
