package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"
)

const (
	lambdaQuota   = "L-B99A9384" // functions at once, in one region
	rateTimeout   = 5 * time.Second
	lambdaDefault = 1000 // of an account that is not new
	leftAlone     = 200  // nothing is set aside of less: AWS wants 100 unreserved, and the API as many
)

// room is what suits an account that may run so many functions at once. Half is the
// API's. Each scene of a render may have two at work, picture and voice; what is set
// aside for encoding counts beside them, and each render joins its parts by one more.
type room struct{ Width, Jobs, Reserved int }

// jobs is the most that anybody wants. No more renders suit it than the services that
// paint and read take, either: what they refuse waits, and the renders keep their places.
func roomOf(atOnce, width, jobs int, by rates) room {
	renders := atOnce / 2
	r := room{Width: width}
	for r.Width > 1 && (renders/(2*r.Width) < 4 || by.renders(r.Width) < 1) { // rather more renders than faster ones
		r.Width--
	}
	jobs = max(1, min(jobs, by.renders(r.Width)))
	r.Jobs = renders / (3*r.Width + 1)
	if r.Reserved = r.Width * r.Jobs; r.Jobs < 1 || atOnce-r.Reserved < leftAlone {
		r.Jobs, r.Reserved = max(1, renders/(2*r.Width)), 0
	}
	if r.Jobs > jobs {
		r.Jobs = jobs
		r.Reserved = min(r.Reserved, r.Width*jobs)
	}
	return r
}

func functionsAtOnce(ctx context.Context, p place) finding {
	out, err := lambda.NewFromConfig(p.AWS).GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		return blind("lambda:GetAccountSettings", err)
	}
	if out.AccountLimit == nil || out.AccountLimit.ConcurrentExecutions == 0 {
		return finding{State: unseen, Said: "lambda:GetAccountSettings answered without a limit"}
	}
	atOnce := int(out.AccountLimit.ConcurrentExecutions)
	width, _ := strconv.Atoi(p.Defaults["RenderWidth"])
	jobs, _ := strconv.Atoi(p.Defaults["MaxRunningJobs"])
	by := ratesOf(ctx, p)
	suits := roomOf(atOnce, width, jobs, by)
	f := finding{
		State: ok, Said: fmt.Sprintf("%d at once", atOnce) + by.bound(suits, roomOf(atOnce, width, jobs, rates{})),
		Give: []string{fmt.Sprintf("RenderWidth=%d", suits.Width), fmt.Sprintf("MaxRunningJobs=%d", suits.Jobs), fmt.Sprintf("EncodersReserved=%d", suits.Reserved)},
	}
	if atOnce >= lambdaDefault {
		return f
	}
	f.State, f.Said = less, fmt.Sprintf("%d at once: %d renders at a time, each %d wide, and the API has the rest", atOnce, suits.Jobs, suits.Width)+by.bound(suits, roomOf(atOnce, width, jobs, rates{}))
	if asked := askedFor(ctx, p); asked != "" {
		f.Said += "; more was asked for and is " + asked
		return f
	}
	f.Commands = []string{fmt.Sprintf("aws service-quotas request-service-quota-increase --region %s --service-code lambda --quota-code %s --desired-value %d", p.AWS.Region, lambdaQuota, lambdaDefault)}
	return f
}

// askedFor is how a request for more functions stands that is not decided; "" for
// none, and for nobody knows.
func askedFor(ctx context.Context, p place) string {
	ctx, cancel := context.WithTimeout(ctx, rateTimeout)
	defer cancel()
	out, err := quotas(p).ListRequestedServiceQuotaChangeHistoryByQuota(ctx, &servicequotas.ListRequestedServiceQuotaChangeHistoryByQuotaInput{
		ServiceCode: aws.String("lambda"), QuotaCode: aws.String(lambdaQuota),
	})
	if err != nil {
		return ""
	}
	for _, r := range out.RequestedQuotas {
		if r.Status == types.RequestStatusPending || r.Status == types.RequestStatusCaseOpened {
			return string(r.Status)
		}
	}
	return ""
}

// rate is the account's quota of a service whose name holds all these words; false
// when it has none of that name, or nobody may look.
func rate(ctx context.Context, p place, service string, words ...string) (float64, bool) {
	ctx, cancel := context.WithTimeout(ctx, rateTimeout)
	defer cancel()
	pages := servicequotas.NewListServiceQuotasPaginator(quotas(p), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String(service)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, false
		}
		for _, q := range page.Quotas {
			if q.Value != nil && holds(aws.ToString(q.QuotaName), words) {
				return *q.Value, true
			}
		}
	}
	return 0, false
}

// quotas asks once: what it answers is worth a few seconds and no more.
func quotas(p place) *servicequotas.Client {
	return servicequotas.NewFromConfig(p.AWS, func(o *servicequotas.Options) { o.RetryMaxAttempts = 1 })
}

func holds(name string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(strings.ToLower(name), strings.ToLower(w)) {
			return false
		}
	}
	return true
}
