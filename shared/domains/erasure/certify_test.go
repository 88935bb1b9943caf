package erasure_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/workflow"
)

// writing keeps what is written, as the bucket does.
type writing struct {
	locked
	written *[]byte
}

func (w writing) Put(_ context.Context, _, _ string, data []byte) ([]byte, error) {
	*w.written = data
	return data, nil
}

// The certificate speaks of a replica where there is one, and of none where there is not.
func TestTheCertificateSaysWhatAReplicaHolds(t *testing.T) {
	for _, replica := range []bool{true, false} {
		finished, written := 0, []byte(nil)
		step := erasure.CertifyStep{
			Run: erasure.Run{Progress: ending{finished: &finished}, Now: time.Now}, Locked: writing{written: &written}, Replica: replica,
		}
		if _, err := step.Do(t.Context(), workflow.Input{TenantID: "01ARZ3NDEKTSV4RRFFQ69G5FAV", JobID: run, Attempt: 1}); err != nil {
			t.Fatal(err)
		}
		var c erasure.Certificate
		if err := json.Unmarshal(written, &c); err != nil {
			t.Fatal(err)
		}
		says := false
		for _, k := range c.Kept {
			says = says || strings.Contains(k.What, "replica") && k.Ground != "" && k.Reason != "" && strings.Contains(k.Until, "7 days")
		}
		if says != replica {
			t.Errorf("replica %v: the certificate keeps %+v", replica, c.Kept)
		}
	}
}
