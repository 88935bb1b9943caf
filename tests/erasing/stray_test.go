package erasing_test

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/domains/paymock"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/httpapi/mockpay"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
	"github.com/devotionalai/platform/shared/technologies/stripepay"
	"github.com/devotionalai/platform/tests/harness"
)

// paySecret is what the stand-in and its caller know.
type paySecret struct{}

func (paySecret) CurrentSecret(context.Context) ([]byte, error) {
	return []byte(`{"api_key":"sk_test_of_the_stand_in","webhook_secrets":["whsec_of_the_stand_in_alone"]}`), nil
}

// till is the payment service's stand-in, on the world's own tables, behind the
// product's own client.
func (w *world) till() *stripepay.Client {
	w.Helper()
	cfg := w.store.AWS.Copy()
	calls.Watch(&cfg, nil)
	site := mockpay.Site{
		Raw: httpapi.PaymentsMock(), Keys: paymock.NewKeys(paySecret{}, time.Now), AppURL: "http://localhost:8000", RequestID: func(context.Context) string { return "r" },
		Book: func(base string) *paymock.Book {
			return &paymock.Book{
				Store: dynamo.NewPayMock(dynamo.NewClient(cfg, "", w.store.Directory)), Post: func(context.Context, []byte) error { return nil }, Now: time.Now,
				Setting: paymock.Setting{Prices: paymock.Prices(map[tenant.Plan]string{tenant.Pro: "price_pro"}), Base: base, Random: rand.Text},
				Warn:    w.warnings.Add,
			}
		},
	}
	var handler http.Handler
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(rw, r.WithContext(tenant.Doing(r.Context(), tenant.Mock)))
	}))
	w.Cleanup(server.Close)
	site.Base = server.URL + "/mock/stripe"
	handler = httpapi.ServeRaw(httpapi.Edge{
		AppURL: "http://localhost:8000", Log: slog.New(slog.DiscardHandler), Now: time.Now,
		RequestID: func(context.Context) string { return "r" }, Measure: func(int, time.Duration) {},
		Report: w.warnings.Add, Panicked: func(_ context.Context, v any) { w.Error(v) },
	}, httpapi.PaymentsMock(), site.Handler())
	return stripepay.New(stripepay.Settings{Base: site.Base, Prices: map[tenant.Plan]string{tenant.Pro: "price_pro"}}, stripepay.NewKeys(paySecret{}, time.Now))
}

// A checkout that dies after it has made a customer leaves one at the payment service
// that nobody stored, with the person's address: before the erasure, or while it waits
// for what was under way. It ends with the account, and no other account's does.
func TestACustomerThatNobodyStoredIsErased(t *testing.T) {
	w := newWorld(t)
	till := w.till()
	for _, when := range []erasure.Step{erasure.StepFreeze, erasure.StepQuiet} {
		t.Run("made before "+string(when), func(t *testing.T) {
			w := w.in(t)
			a, neighbour := w.account("USER#", "TENANT"), w.account("USER#", "TENANT")
			for _, kind := range []string{"CUSTOMER#", "PAYMOCK#"} { // of a customer that was stored
				_, err := w.db.DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: aws.String(w.store.Directory), Key: item{"pk": str(kind + a.ids["customer"])}})
				harness.Must(t, err)
			}
			theirs, err := till.CreateCustomer(t.Context(), neighbour.id, neighbour.address)
			harness.Must(t, err)
			others := w.everything().without(a)
			e := w.ask(a)
			w.clock.Forward(24 * time.Hour)
			p, made := w.process(), ""
			p.payments = till
			p.paged(0)
			p.before = func(step erasure.Step) {
				if step != when || made != "" {
					return
				}
				made, err = till.CreateCustomer(t.Context(), a.id, a.address)
				harness.Must(t, err)
				if !strings.Contains(w.everything()["PAYMOCK#"+made], a.address) {
					t.Error("the stand-in does not know the address")
				}
			}
			harness.Must(t, p.run(a.id, e))
			p.gone(a, others, e)
			if left, _, err := till.Customers(t.Context(), a.id, ""); err != nil || len(left) != 0 || made == "" {
				t.Errorf("%v is left of %q, %v", left, made, err)
			}
			if found, _, err := till.Customers(t.Context(), neighbour.id, ""); err != nil || !slices.Equal(found, []string{theirs}) {
				t.Errorf("the neighbour has %v, %v", found, err)
			}
			if c := w.certificate(p, e); !slices.Contains(c.Told, "Stripe") {
				t.Errorf("the certificate says that %v were told", c.Told)
			}
		})
	}
}

// The steps from the payment service to the end of the items take longer than the wait for
// what was under way: there is no wait then, and the payment service is searched once more
// all the same, once.
func TestALongErasureSearchesThePaymentServiceOnceMore(t *testing.T) {
	w := newWorld(t)
	a := w.account(small...)
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p := w.process()
	p.before = func(step erasure.Step) {
		if step == erasure.StepItems && !slices.Contains(p.didSteps, step) {
			p.told.strays = []string{"cus_of_a_late_checkout"} // search was behind at the first look
			w.clock.Forward(2 * quiet)
		}
	}
	harness.Must(t, p.run(a.id, e))
	p.gone(a, others, e)
	if !slices.Contains(p.told.ended, "cus_of_a_late_checkout") || len(p.told.strays) != 0 {
		t.Errorf("%v ended, %v is left", p.told.ended, p.told.strays)
	}
	want := []erasure.Step{
		erasure.StepFreeze, erasure.StepPayments, erasure.StepChannels, erasure.StepEvidence, erasure.StepObjects, erasure.StepItems,
		erasure.StepPayments, erasure.StepChannels, erasure.StepEvidence, erasure.StepObjects, erasure.StepItems, erasure.StepScan, erasure.StepCertify,
	}
	if !slices.Equal(p.didSteps, want) {
		t.Errorf("it took %v", p.didSteps)
	}
}

// book is a payment service without a search: customers in pages, some of them the
// tenant's, and a call in which it is down.
type book struct {
	processors
	pages []string // "" is another's alone
	down  string   // after which a call is refused once
	asked []string
}

// Customers implements erasure.Payments. What is after a page is named by its number.
func (b *book) Customers(_ context.Context, _ tenant.ID, after string) ([]string, string, error) {
	b.asked = append(b.asked, after)
	if after != "" && after == b.down {
		b.down = ""
		return nil, "", errors.New("it is down")
	}
	n, _ := strconv.Atoi(after)
	next := strconv.Itoa(n + 1)
	if n+1 == len(b.pages) {
		next = ""
	}
	if b.pages[n] == "" || slices.Contains(b.ended, b.pages[n]) {
		return nil, next, nil
	}
	return []string{b.pages[n]}, next, nil
}

// Where all customers have to be read, a call reads as many pages as there is time for,
// and another goes on from there, also one of another execution.
func TestTheReadingOfAllCustomersGoesOnWhereItWas(t *testing.T) {
	w := newWorld(t)
	a := w.account("USER#", "TENANT", "BILLING")
	others := w.everything().without(a)
	e := w.ask(a)
	w.clock.Forward(24 * time.Hour)
	p, b := w.process(), &book{pages: []string{"", "cus_b", "", "cus_d"}, down: "2"}
	p.payments = b
	p.paged(1)
	if err := p.run(a.id, e); err == nil {
		t.Fatal("it goes on without the payment service")
	}
	harness.Must(t, p.run(a.id, e))
	p.gone(a, others, e)
	want := []string{"", "1", "2", "2", "3", "", "1", "2", "3"} // broken off, resumed, and once more when it was quiet
	if !slices.Equal(b.asked, want) || !slices.Equal(b.ended, []string{a.ids["customer"], "cus_b", "cus_d"}) {
		t.Errorf("it asked after %q and ended %q", b.asked, b.ended)
	}
}
