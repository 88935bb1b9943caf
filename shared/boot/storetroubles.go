package boot

import (
	"context"
	"log/slog"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/boot/metric"
)

// storeTroubles writes a line for each attempt of an AWS call that was denied,
// throttled, slow or a repetition, and a metric for those of load and for a right
// that is missing, of whatever service. Table, index and operation are properties.
func storeTroubles(log *slog.Logger, m *Metrics) calls.Observer {
	metrics := map[calls.What]metric.Name{calls.WasDenied: metric.RightsMissing, calls.WasThrottled: metric.StoreThrottled, calls.WasSlow: metric.StoreSlow}
	return func(ctx context.Context, t calls.Trouble) {
		log.WarnContext(ctx, "store call "+string(t.What),
			"service", t.Service, "operation", t.Operation, "table", t.Table, "index", t.Index,
			"ms", t.Took.Milliseconds(), "attempt", t.Attempt, "code", t.Code)
		if name, counted := metrics[t.What]; counted {
			m.Add(name, 1, Count, map[string]string{
				"service": t.Service, "operation": t.Operation, "table": t.Table, "index": t.Index, "code": t.Code,
			})
		}
	}
}
