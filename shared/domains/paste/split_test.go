package paste

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/metering"
	"github.com/devotionalai/platform/shared/domains/render"
	"github.com/devotionalai/platform/shared/domains/script"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/domains/voice"
)

// unspent is a month of which nothing was taken.
type unspent struct{}

func (unspent) TenantMonth(context.Context, tenant.ID, metering.Period) (tenant.Tenant, metering.Counter, error) {
	return tenant.Tenant{Plan: tenant.Free}, metering.Counter{}, nil
}

// A project has captions unless it says otherwise: a proposal warns of what they would
// lack.
func TestAProposalWarnsOfWhatItsCaptionsLack(t *testing.T) {
	intake := metering.NewIntake(nil, metering.Quotas{}, metering.Slots{}, "", time.Now)
	estimator := render.NewEstimator(unspent{}, intake, voice.Espeak).Drawing(script.Without("NotoSansKR_700Bold.ttf"))
	p, err := NewSplitter(estimator, voice.Offered(voice.Espeak)).Split(t.Context(), "", Text{Text: "주님은 나의 피난처이시니 두려워하지 않겠습니다."})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(p.Warnings, func(w render.Warning) bool { return w.Code == render.WarnNoGlyph && w.Scene == 1 }) {
		t.Errorf("%+v", p.Warnings)
	}
}
