package auth

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strconv"
	"strings"

	"github.com/devotionalai/platform/shared/domains/tenant"
)

// maxRefreshToken bounds what is parsed at all; ours have some 215 bytes.
const maxRefreshToken = 256

// issueRefresh computes tenant.user.session.generation.kid.signature. Ed25519 is
// deterministic: the same input gives the same token, so that a second tab can
// get the successor that the first got.
func (s signer) issueRefresh(ref SessionRef, generation int64) string {
	id := keyID(s.public().refresh)
	body := strings.Join([]string{string(ref.Tenant), string(ref.User), ref.Session, strconv.FormatInt(generation, 10), id}, ".")
	return body + "." + encode(ed25519.Sign(s.refresh, []byte(body)))
}

// checkRefresh checks form and signature. A token that was not issued here names
// nobody: no session is asked about it. Errors: errToken; Unavailable, when its key
// cannot be read.
func (k *Keys) checkRefresh(ctx context.Context, token string) (SessionRef, int64, error) {
	if len(token) > maxRefreshToken {
		return SessionRef{}, 0, errToken
	}
	parts := strings.Split(token, ".")
	if len(parts) != 6 {
		return SessionRef{}, 0, errToken
	}
	generation, err := strconv.ParseInt(parts[3], 10, 64)
	ref := SessionRef{Tenant: tenant.ID(parts[0]), User: UserID(parts[1]), Session: parts[2]}
	signature, spelt := decode(parts[5], ed25519.SignatureSize)
	if _, ok := decode(parts[4], thumbprint); !ok || !spelt || err != nil || generation < 1 || !ref.valid() {
		return SessionRef{}, 0, errToken
	}
	key, err := k.refreshKey(ctx, parts[4])
	if errors.Is(err, errUnknownKey) {
		return SessionRef{}, 0, errToken
	}
	if err != nil {
		return SessionRef{}, 0, err
	}
	if !ed25519.Verify(key, []byte(token[:len(token)-len(parts[5])-1]), signature) {
		return SessionRef{}, 0, errToken
	}
	return ref, generation, nil
}

// session is checkRefresh for whom the reason is none of his business: SessionEnded.
func (k *Keys) session(ctx context.Context, token string) (SessionRef, int64, error) {
	ref, generation, err := k.checkRefresh(ctx, token)
	if errors.Is(err, errToken) {
		return SessionRef{}, 0, sessionEnded()
	}
	return ref, generation, err
}
