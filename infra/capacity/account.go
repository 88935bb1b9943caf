// Package capacity says which parameters of the stack suit what an account may do at
// once: make rehearse prints them, and a first deployment gives them.
package capacity

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas"
	"github.com/aws/aws-sdk-go-v2/service/servicequotas/types"

	"github.com/devotionalai/platform/shared/technologies/bedrock/catalog"
)

const (
	// LambdaQuota is that of functions at once, in one region.
	LambdaQuota = "L-B99A9384"
	rateTimeout = 5 * time.Second
)

// Account is one, with the parameters that a deployment would give.
type Account struct {
	AWS    aws.Config
	Values map[string]string
	New    bool // the stack is not there yet: what is set aside already is for others
}

// ErrNoLimit is of a service that answers, and not with a limit.
var ErrNoLimit = errors.New("lambda:GetAccountSettings answered without a limit")

// atOnce is how many functions may run at once, and how many of them are nobody's own.
func (a Account) atOnce(ctx context.Context) (all, free int, err error) {
	out, err := lambda.NewFromConfig(a.AWS).GetAccountSettings(ctx, &lambda.GetAccountSettingsInput{})
	if err != nil {
		return 0, 0, err
	}
	if out.AccountLimit == nil || out.AccountLimit.ConcurrentExecutions == 0 {
		return 0, 0, ErrNoLimit
	}
	all = int(out.AccountLimit.ConcurrentExecutions)
	if rest := int(aws.ToInt32(out.AccountLimit.UnreservedConcurrentExecutions)); a.New && rest > 0 {
		return all, min(all, rest), nil
	}
	return all, all, nil
}

// AskedFor is how a request for more functions stands that is not decided; "" for
// none, and for nobody knows.
func (a Account) AskedFor(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, rateTimeout)
	defer cancel()
	out, err := a.quotas().ListRequestedServiceQuotaChangeHistoryByQuota(ctx, &servicequotas.ListRequestedServiceQuotaChangeHistoryByQuotaInput{
		ServiceCode: aws.String("lambda"), QuotaCode: aws.String(LambdaQuota),
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

// Rate is the account's quota of a service whose name holds all these words; false
// when it has none of that name, or nobody may look.
func (a Account) Rate(ctx context.Context, service string, words ...string) (float64, bool) {
	ctx, cancel := context.WithTimeout(ctx, rateTimeout)
	defer cancel()
	pages := servicequotas.NewListServiceQuotasPaginator(a.quotas(), &servicequotas.ListServiceQuotasInput{ServiceCode: aws.String(service)})
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
func (a Account) quotas() *servicequotas.Client {
	return servicequotas.NewFromConfig(a.AWS, func(o *servicequotas.Options) { o.RetryMaxAttempts = 1 })
}

func holds(name string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(strings.ToLower(name), strings.ToLower(w)) {
			return false
		}
	}
	return true
}

// Painter is the first model that may be used, "" for none, and how the best of them
// stands.
func (a Account) Painter(ctx context.Context) (model string, best catalog.State, err error) {
	for model := range strings.SplitSeq(a.Values["BedrockImageModel"], ",") {
		state, err := catalog.In(a.AWS, a.Values["BedrockRegion"]).Offered(ctx, model)
		if err != nil || state == catalog.Active {
			return model, state, err
		}
		best = max(best, state)
	}
	return "", best, nil
}

// PicturesAMinute is the account's quota of a model; false when nobody knows.
func (a Account) PicturesAMinute(ctx context.Context, model string) (float64, bool) {
	a.AWS.Region = a.Values["BedrockRegion"]
	return a.Rate(ctx, "bedrock", append([]string{"on-demand", "requests per minute"}, words(model)...)...)
}

// words are those of a model's id that the name of its quota has:
// stability.stable-image-core-v1:1 is Stable Image Core there.
func words(model string) []string {
	_, name, _ := strings.Cut(model, ".")
	var all []string
	for w := range strings.SplitSeq(name, "-") {
		if !strings.HasPrefix(w, "v1") && !strings.HasPrefix(w, "v2") {
			all = append(all, w)
		}
	}
	return all
}
