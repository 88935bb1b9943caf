package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// maxRefreshToken bounds what is parsed at all.
const maxRefreshToken = 256

// issueRefresh computes tenant.user.session.generation.HMAC. The same input
// gives the same token, so a second tab can get the successor that the first got.
func (t *Tokens) issueRefresh(ref SessionRef, generation int64) string {
	body := strings.Join([]string{string(ref.Tenant), string(ref.User), ref.Session, strconv.FormatInt(generation, 10)}, ".")
	return body + "." + t.sealOf(body)
}

func (t *Tokens) sealOf(body string) string {
	mac := hmac.New(sha256.New, t.refresh)
	mac.Write([]byte(body))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// parseRefresh checks form and HMAC. A token that was not issued here names
// nobody: no store is asked about it.
func (t *Tokens) parseRefresh(token string) (SessionRef, int64, bool) {
	if len(token) > maxRefreshToken {
		return SessionRef{}, 0, false
	}
	dot := strings.LastIndexByte(token, '.')
	if dot < 0 {
		return SessionRef{}, 0, false
	}
	body, seal := token[:dot], token[dot+1:]
	if !hmac.Equal([]byte(seal), []byte(t.sealOf(body))) {
		return SessionRef{}, 0, false
	}
	parts := strings.Split(body, ".")
	if len(parts) != 4 {
		return SessionRef{}, 0, false
	}
	generation, err := strconv.ParseInt(parts[3], 10, 64)
	ref := SessionRef{Tenant: tenant.ID(parts[0]), User: UserID(parts[1]), Session: parts[2]}
	return ref, generation, err == nil && generation > 0 && ref.valid()
}
