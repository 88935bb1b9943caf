package boot

import (
	"context"
	"log/slog"

	"github.com/devotionalai/platform/shared/boot/calls"
)

// storeTroubles writes a line for each attempt of an AWS call that was denied,
// throttled, slow or a repetition, and a metric for those of load. Table, index
// and operation are properties of the metric: as dimensions each would cost a
// metric of its own, and no alarm would see them together.
func storeTroubles(log *slog.Logger, m *Metrics) calls.Observer {
	metrics := map[calls.What]string{calls.WasThrottled: "StoreThrottled", calls.WasSlow: "StoreSlow"}
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
