package signin_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/erasure"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/shared/technologies/dynamo"
)

const (
	accountPath  = "/api/account"
	deletionPath = "/api/account/deletion"
	keepPath     = "/api/account/deletion/cancel"
	coolOff      = 7 * 24 * time.Hour
)

// addClosing puts the functions of erasures behind the mux.
func addClosing(mux *http.ServeMux, rt *boot.Runtime, c settings, store *dynamo.Client, mail auth.Mailer) error {
	closer := &erasure.Closer{
		Book: dynamo.NewErasures(store), People: dynamo.NewMembers(store), AppURL: c.AppURL, CoolOff: coolOff, Warn: rt.Warn, Now: rt.Now,
		Mail: auth.Guarded{Mailer: mail, Suppressed: dynamo.NewSuppressions(store), Now: rt.Now},
	}
	return errors.Join(
		add(mux, rt, c, httpapi.AccountClose, httpapi.CloseAccount(closer)),
		add(mux, rt, c, httpapi.AccountKeep, httpapi.KeepAccount(closer)),
		add(mux, rt, c, httpapi.ErasureGet, httpapi.GetErasure(closer)),
		add(mux, rt, c, httpapi.ReceiptGet, httpapi.GetReceipt(&erasure.Receipts{Book: dynamo.NewErasures(store), Now: rt.Now})),
	)
}

func (a *app) closeAccount(by person, confirm string) answer {
	a.t.Helper()
	return a.as(by, "DELETE", accountPath, fmt.Sprintf(`{"confirm":%q}`, confirm))
}

func (a *app) keep(token string) answer {
	a.t.Helper()
	return a.call("POST", keepPath, fmt.Sprintf(`{"token":%q}`, token))
}

// closing are the mails to an address that tell of an erasure, with the token of each.
func (s *stage) closing(address string) (tokens []string) {
	s.Helper()
	for _, m := range s.mails(address) {
		if _, rest, found := strings.Cut(m.BodyText, appURL+"/account/keep#token="); found {
			token, _, _ := strings.Cut(rest, "\n")
			tokens = append(tokens, strings.TrimSpace(token))
		}
	}
	return tokens
}
