package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/devotionalai/platform/infra/capacity"
)

const lambdaDefault = 1000 // functions at once, of an account that is not new

func functionsAtOnce(ctx context.Context, p place) finding {
	a := p.capacity()
	found, err := a.Look(ctx, capacity.Most(p.Defaults))
	if errors.Is(err, capacity.ErrNoLimit) {
		return finding{State: unseen, Said: err.Error()}
	}
	if err != nil {
		return blind("lambda:GetAccountSettings", err)
	}
	f := finding{State: ok, Said: fmt.Sprintf("%d at once", found.AtOnce) + found.Bound}
	for _, give := range found.Parameters() {
		f.Give = append(f.Give, give.Name+"="+give.Value)
	}
	if found.AtOnce >= lambdaDefault {
		return f
	}
	f.State, f.Said = less, found.Says()
	if asked := a.AskedFor(ctx); asked != "" {
		f.Said += "; more was asked for and is " + asked
		return f
	}
	f.Commands = []string{fmt.Sprintf("aws service-quotas request-service-quota-increase --region %s --service-code lambda --quota-code %s --desired-value %d", p.AWS.Region, capacity.LambdaQuota, lambdaDefault)}
	return f
}

// capacity is the account as what is derived from its quotas asks it.
func (p place) capacity() capacity.Account {
	return capacity.Account{AWS: p.AWS, Values: p.Values, New: !p.There}
}
