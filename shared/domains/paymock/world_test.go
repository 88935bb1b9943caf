package paymock

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// shelf is a store in memory.
type shelf struct {
	mu   sync.Mutex
	kept map[string]string
	at   map[string]int64
	lose bool // the next save takes effect, and its answer is lost
}

func (s *shelf) Load(_ context.Context, customer string) (string, int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[customer], s.at[customer], nil
}

func (s *shelf) Save(_ context.Context, customer, document string, revision int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.at[customer] != revision {
		return ErrChanged
	}
	s.kept[customer], s.at[customer] = document, revision+1
	if s.lose {
		s.lose = false
		return ErrChanged
	}
	return nil
}

// world is a stand-in with a product that hears of events.
type world struct {
	t     *testing.T
	book  *Book
	store *shelf
	now   time.Time
	deaf  bool     // the product takes no event
	heard []string // types, as the product took them
	ids   []string // of the events
}

const (
	pro        = "price_mock_pro"
	enterprise = "price_mock_enterprise"
)

func newWorld(t *testing.T) *world {
	w := &world{t: t, store: &shelf{kept: map[string]string{}, at: map[string]int64{}}, now: time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)}
	n := 0
	w.book = &Book{
		Store: w.store, Now: func() time.Time { return w.now }, Warn: func(context.Context, error) {},
		Setting: Setting{Prices: Prices(map[tenant.Plan]string{tenant.Pro: pro, tenant.Enterprise: enterprise}), Base: "http://localhost:8000/mock/stripe", Random: func() string {
			n++
			return fmt.Sprintf("RANDOM%020d", n)
		}},
		Post: func(_ context.Context, event []byte) error {
			if w.deaf {
				return errors.New("deaf")
			}
			var e struct{ ID, Type string }
			if err := json.Unmarshal(event, &e); err != nil {
				t.Errorf("an event is not JSON: %v", err)
			}
			w.heard, w.ids = append(w.heard, e.Type), append(w.ids, e.ID)
			return nil
		},
	}
	return w
}

// call makes a call of the API whose form is written a=1&b=2.
func (w *world) call(method, path, form, key string) (Answer, error) {
	w.t.Helper()
	values, err := url.ParseQuery(form)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.book.Call(w.t.Context(), Call{Method: method, Path: path, Form: values, Key: key})
}

// must makes a call that is answered with an object.
func (w *world) must(method, path, form, key string) map[string]any {
	w.t.Helper()
	answer, err := w.call(method, path, form, key)
	if err != nil {
		w.t.Fatalf("%s %s: %v", method, path, err)
	}
	var out map[string]any
	if err := json.Unmarshal(answer.Body, &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// refused makes a call that is refused with this status and this code.
func (w *world) refused(method, path, form, key string, status int, code string) {
	w.t.Helper()
	_, err := w.call(method, path, form, key)
	w.wantFault(err, status, code)
}

func (w *world) wantFault(err error, status int, code string) {
	w.t.Helper()
	var f *Fault
	if !errors.As(err, &f) || f.Status != status || f.Code != code && f.Type != code {
		w.t.Fatalf("want %d %s, got %v", status, code, err)
	}
}

func (w *world) customer() string {
	w.t.Helper()
	return w.must("POST", "customers", "metadata[tenant_id]=T1", "customer-T1")["id"].(string)
}

// page opens a checkout for a customer.
func (w *world) page(customer, price, more string) string {
	w.t.Helper()
	return w.must("POST", "checkout/sessions", "mode=subscription&customer="+customer+"&line_items[0][price]="+price+
		"&line_items[0][quantity]=1&success_url=http://localhost:8000/billing?s={CHECKOUT_SESSION_ID}&cancel_url=http://localhost:8000/billing"+more, "")["id"].(string)
}

func (w *world) pay(session string, o Outcome) (string, error) {
	var next string
	err := w.book.Act(w.t.Context(), session, func(d *Document) error {
		var err error
		next, err = d.Pay(session, o)
		return err
	})
	return next, err
}

// bought is a customer with a subscription of the pro plan.
func (w *world) bought(more string) string {
	w.t.Helper()
	customer := w.customer()
	if _, err := w.pay(w.page(customer, pro, more), Succeeded); err != nil {
		w.t.Fatal(err)
	}
	w.heard = nil
	return customer
}

// act plays a person at the portal: do=…
func (w *world) act(customer, form string) {
	w.t.Helper()
	values, err := url.ParseQuery(form)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.book.Act(w.t.Context(), customer, func(d *Document) error { return d.Portal(values) }); err != nil {
		w.t.Fatalf("%s: %v", form, err)
	}
}

func (w *world) read(customer string) *Document {
	w.t.Helper()
	d, _, err := w.book.load(w.t.Context(), customer)
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// took ends the test unless the product heard of exactly these since last asked.
func (w *world) took(types ...string) {
	w.t.Helper()
	if !slices.Equal(w.heard, types) {
		w.t.Fatalf("heard\n%s\nwant\n%s", strings.Join(w.heard, "\n"), strings.Join(types, "\n"))
	}
	w.heard = nil
}

type ctx = context.Context

// sequence makes random texts for tests that call at once.
func sequence() func() string {
	var mu sync.Mutex
	n := 0
	return func() string {
		mu.Lock()
		defer mu.Unlock()
		n++
		return fmt.Sprintf("RANDOM%020d", n)
	}
}
