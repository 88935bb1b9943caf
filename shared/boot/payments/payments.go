// Package payments gives the payment service to the functions that call it. No
// other function links it or may read its secret.
package payments

import (
	"errors"
	"strings"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/billing"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/technologies/secretstore"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
)

// Settings are the settings of every function that calls the payment service.
type Settings struct {
	Mode            billing.Mode `env:"BILLING_MODE,required,notEmpty"`
	SecretARN       string       `env:"STRIPE_SECRET_ARN"`       // of {"api_key", "webhook_secrets"}; needed unless off
	APIBase         string       `env:"STRIPE_API_BASE"`         // "" is Stripe's own
	PricePro        []string     `env:"STRIPE_PRICE_PRO"`        // the one that is sold, then those of before
	PriceEnterprise []string     `env:"STRIPE_PRICE_ENTERPRISE"` // none where that plan has no price
}

// Provider is the payment service; one that answers BillingNotSetUp when it is off.
func (s Settings) Provider(rt *boot.Runtime) (billing.Provider, error) {
	c, err := s.Service(rt)
	if err != nil || c == nil {
		return off{}, err
	}
	return c.Client, nil
}

// Ender ends what a customer has at the payment service. Where it is off, nobody can
// tell it, and an account that once became a customer is not erased: somebody might
// go on paying.
func (s Settings) Ender(rt *boot.Runtime) (erasure.Payments, error) {
	c, err := s.Service(rt)
	if err != nil || c == nil {
		return off{}, err
	}
	return c.Client, nil
}

// Service is the payment service with its events.
type Service struct {
	*stripepay.Client
	*stripepay.Verifier
}

// Service is nil when the payment service is off.
func (s Settings) Service(rt *boot.Runtime) (*Service, error) {
	if err := s.check(rt); err != nil || s.Mode == billing.Off {
		return nil, err
	}
	keys := stripepay.NewKeys(secretstore.New(rt.AWS, s.SecretARN), rt.Now)
	sells, err := s.sells()
	if err != nil {
		return nil, err
	}
	return &Service{stripepay.New(sells, keys), stripepay.NewVerifier(keys)}, nil
}

// sells are the prices by their plans. A price at Stripe never changes: to sell for
// another is to have another, and who bought for the one before keeps it.
func (s Settings) sells() (stripepay.Settings, error) {
	sells := stripepay.Settings{Base: s.APIBase, Prices: map[tenant.Plan]string{}, Former: map[string]tenant.Plan{}}
	seen := map[string]bool{}
	for plan, prices := range map[tenant.Plan][]string{tenant.Pro: s.PricePro, tenant.Enterprise: s.PriceEnterprise} {
		for n, price := range prices {
			if price = strings.TrimSpace(price); price == "" || seen[price] {
				return sells, errors.New("settings: STRIPE_PRICE_PRO and STRIPE_PRICE_ENTERPRISE name a price twice, or an empty one")
			}
			if seen[price] = true; n == 0 {
				sells.Prices[plan] = price
			} else {
				sells.Former[price] = plan
			}
		}
	}
	return sells, nil
}

func (s Settings) check(rt *boot.Runtime) error {
	switch s.Mode {
	case billing.Off:
		return nil
	case billing.Stripe, billing.Mock:
	default:
		return errors.New("settings: BILLING_MODE is neither stripe, mock nor off")
	}
	if s.Mode == billing.Mock {
		if billing.RealMoney(rt.Stage) {
			return errors.New("settings: BILLING_MODE mock takes no money, and is not for the stage " + rt.Stage)
		}
		if s.APIBase == "" {
			return errors.New("settings: STRIPE_API_BASE is needed with BILLING_MODE mock")
		}
	}
	if rt.Mode == boot.AWS && s.Mode == billing.Stripe && s.APIBase != "" {
		return errors.New("settings: STRIPE_API_BASE is for BILLING_MODE mock: the key of Stripe goes to Stripe alone")
	}
	if rt.Mode == boot.AWS && s.APIBase != "" && !strings.HasPrefix(s.APIBase, "https://") {
		return errors.New("settings: STRIPE_API_BASE must begin with https:// outside local mode: the key is sent there")
	}
	if s.SecretARN == "" || len(s.PricePro) == 0 {
		return errors.New("settings: STRIPE_SECRET_ARN and STRIPE_PRICE_PRO are needed with BILLING_MODE " + string(s.Mode))
	}
	return nil
}
