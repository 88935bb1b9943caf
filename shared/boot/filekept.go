package boot

import (
	"context"

	"github.com/devotionalai/platform/shared/boot/metric"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// FileKept says that a file came or went whose account is not there, though no erasure
// of it is on record: a table lost the account. infra/operations.yaml has an alarm on
// the metric.
func (rt *Runtime) FileKept(ctx context.Context, id tenant.ID) {
	rt.Log.WarnContext(ctx, "file kept of an account that is not there", "tenant_id", string(id))
	rt.Metrics.Add(metric.FilesOfNoAccount, 1, Count, map[string]string{"tenant_id": string(id)})
}
