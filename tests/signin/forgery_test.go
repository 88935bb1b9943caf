package signin_test

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/devotionalai/platform/shared/boot"
	"github.com/devotionalai/platform/shared/domains/auth"
	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/ratelimit"
	"github.com/devotionalai/platform/shared/domains/tenant"
	"github.com/devotionalai/platform/shared/httpapi"
	"github.com/devotionalai/platform/tests/harness"
)

// otherAlgorithms name another algorithm than ours, or the name of ours otherwise.
func (f *forger) otherAlgorithms() map[string]string {
	public := f.access.Public().(ed25519.PublicKey)
	x, none := base64.RawURLEncoding.EncodeToString(public), jwt.UnsafeAllowNoneSignatureType
	all := map[string]string{
		"HS256 with the public key":              f.by(jwt.SigningMethodHS256, []byte(public), f.accessKid),
		"HS384 with the public key":              f.by(jwt.SigningMethodHS384, []byte(public), f.accessKid),
		"HS512 with the public key":              f.by(jwt.SigningMethodHS512, []byte(public), f.accessKid),
		"HS256 with the public key's text":       f.by(jwt.SigningMethodHS256, []byte(x), f.accessKid),
		"HS256 with the key id":                  f.by(jwt.SigningMethodHS256, []byte(f.accessKid), f.accessKid),
		"HS256 with an empty secret":             f.by(jwt.SigningMethodHS256, []byte{}, f.accessKid),
		"RS256 under our key's name":             f.by(jwt.SigningMethodRS256, f.rsa, f.accessKid),
		"PS256 under our key's name":             f.by(jwt.SigningMethodPS256, f.rsa, f.accessKid),
		"ES256 under our key's name":             f.by(jwt.SigningMethodES256, f.ecdsa, f.accessKid),
		"none, by the library":                   f.by(jwt.SigningMethodNone, none, f.accessKid),
		"none, with our signature":               f.headed(f.access, object{"alg": "none"}),
		"no algorithm":                           f.headed(f.access, object{"alg": nil}),
		"an empty algorithm":                     f.headed(f.access, object{"alg": ""}),
		"ours in small letters":                  f.headed(f.access, object{"alg": "eddsa"}),
		"ours by its newer name":                 f.headed(f.access, object{"alg": "Ed25519"}),
		"ours with a space":                      f.headed(f.access, object{"alg": "EdDSA "}),
		"an array of algorithms":                 f.headed(f.access, object{"alg": []string{"EdDSA"}}),
		"HS256 named, signed as ours":            f.headed(f.access, object{"alg": "HS256"}),
		"ES256 named, signed as ours":            f.headed(f.access, object{"alg": "ES256"}),
		"an encrypted token's header (RSA-OAEP)": f.headed(f.access, object{"alg": "RSA-OAEP", "enc": "A256GCM"}),
	}
	for _, spelling := range []string{"none", "None", "NONE", "nOnE", " none"} {
		header := b64(f.text(with(f.header, object{"alg": spelling})))
		all["unsigned: "+spelling] = header + "." + f.parts[1] + "."
		all["unsigned, our signature after it: "+spelling] = header + "." + f.parts[1] + "." + f.parts[2]
	}
	return all
}

// otherKeys are signed with another key, or bring or name one.
func (f *forger) otherKeys() map[string]string {
	theirs := f.stranger.Public().(ed25519.PublicKey)
	jwk := object{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(theirs), "kid": f.accessKid}
	all := map[string]string{
		"a stranger's key under our key's name":      f.headed(f.stranger, nil),
		"no key named":                               f.headed(f.access, object{"kid": nil}),
		"an unknown key":                             f.headed(f.stranger, object{"kid": strings.Repeat("A", 43)}),
		"the key of refresh tokens":                  f.headed(f.refresh, object{"kid": f.otherKid}),
		"the key of refresh tokens under our name":   f.headed(f.refresh, nil),
		"our key under that of refresh tokens":       f.headed(f.access, object{"kid": f.otherKid}),
		"an array of keys":                           f.headed(f.access, object{"kid": []string{f.accessKid}}),
		"an object as key":                           f.headed(f.access, object{"kid": object{"S": f.accessKid}}),
		"a number as key":                            f.headed(f.access, object{"kid": 0}),
		"a key of its own (jwk)":                     f.headed(f.stranger, object{"jwk": jwk}),
		"a key of its own (jwk), without another":    f.headed(f.stranger, object{"jwk": jwk, "kid": nil}),
		"keys elsewhere (jku)":                       f.headed(f.stranger, object{"jku": "https://evil.example/jwks.json"}),
		"keys elsewhere (jku), unknown key":          f.headed(f.stranger, object{"jku": "https://evil.example/jwks.json", "kid": "evil"}),
		"a certificate elsewhere (x5u)":              f.headed(f.stranger, object{"x5u": "https://evil.example/cert.pem"}),
		"a certificate of its own (x5c)":             f.headed(f.stranger, object{"x5c": []string{"MIIB"}}),
		"our key, and a header that we do not write": f.headed(f.access, object{"jku": "https://evil.example/jwks.json"}),
		"our key, and a critical header":             f.headed(f.access, object{"crit": []string{"exp2"}, "exp2": 1}),
		"our key, and a body that is not encoded":    f.headed(f.access, object{"b64": false, "crit": []string{"b64"}}),
	}
	for name, kid := range map[string]string{
		"a path": "../../../../dev/null", "SQL": "' UNION SELECT 'AAAA", "a pattern": "*", "a key of the store": tenant.SigningKeys,
		"a space after it": f.accessKid + " ", "a null after it": f.accessKid + "\x00", "padding": f.accessKid + "=", "an address": "https://evil.example/key",
	} {
		all["key named by "+name] = f.headed(f.access, object{"kid": kid})
		all["key named by "+name+", a stranger's"] = f.headed(f.stranger, object{"kid": kid})
	}
	return all
}

// otherClaims are in our own hand, and say what we would not say.
func (f *forger) otherClaims(now time.Time) map[string]string {
	all := map[string]string{
		"another issuer": f.claiming(object{"iss": "https://evil.example"}), "our issuer with a slash": f.claiming(object{"iss": appURL + "/"}),
		"an array of issuers": f.claiming(object{"iss": []string{appURL}}),
		"another audience":    f.claiming(object{"aud": "somebody-else"}), "no audience in the array": f.claiming(object{"aud": []string{}}),
		"ours and another audience": f.claiming(object{"aud": []string{auth.Audience, "somebody-else"}}),
		"expired":                   f.claiming(object{"exp": now.Add(-3 * time.Second).Unix(), "nbf": now.Add(-time.Hour).Unix(), "iat": now.Add(-time.Hour).Unix()}),
		"expires at zero":           f.claiming(object{"exp": 0}), "expires before the epoch": f.claiming(object{"exp": -1}),
		"expires in ten years": f.claiming(object{"exp": now.AddDate(10, 0, 0).Unix()}), "expires as a text": f.claiming(object{"exp": "9999999999"}),
		"expires never (huge)": f.written(`"exp":`, `"exp":1e300,"x":`), "expires beyond numbers": f.written(`"exp":`, `"exp":1e999,"x":`),
		"expires at half a second": f.claiming(object{"exp": float64(now.Add(time.Minute).Unix()) + 0.5}), "expires at null": f.written(`"exp":`, `"exp":null,"x":`),
		"not yet valid": f.claiming(object{"nbf": now.Add(time.Minute).Unix()}), "valid from a text": f.claiming(object{"nbf": "0"}),
		"issued in the future": f.claiming(object{"iat": now.Add(time.Minute).Unix()}), "issued at another time than valid": f.claiming(object{"iat": now.Add(-time.Minute).Unix()}),
		"a claim beside ours": f.claiming(object{"role": "owner"}), "the tenant twice": f.written(`"tenant":`, `"tenant":"`+tenant.NewID()+`","tenant":`),
		"the expiry twice": f.written(`"exp":`, `"exp":1,"exp":`), "the tenant in capitals beside ours": f.written(`"tenant":`, `"TENANT":"`+tenant.NewID()+`","tenant":`),
		"data after the claims": f.raw(f.plain(0), f.plain(1)+"{}", f.access), "a space after the claims": f.raw(f.plain(0), f.plain(1)+" ", f.access),
		"claims in an array": f.raw(f.plain(0), "["+f.plain(1)+"]", f.access), "claims that are null": f.raw(f.plain(0), "null", f.access),
		"claims that are no JSON": f.raw(f.plain(0), "tenant", f.access), "no claims": f.raw(f.plain(0), "{}", f.access),
	}
	for _, name := range []string{"iss", "aud", "exp", "nbf", "iat", "sub", "tenant", "sid"} {
		all["without "+name] = f.claiming(object{name: nil})
	}
	for _, name := range []string{"sub", "tenant", "sid"} {
		own, _ := f.claims[name].(string)
		for what, value := range map[string]any{
			"a pattern": "*", "a pattern of its length": strings.Repeat("?", 26), "empty": "", "followed by a key": own + "#USER", "a path": "../" + own,
			"an array": []string{own}, "an object": object{"S": own}, "a space before": " " + own, "a null after": own + "\x00",
		} {
			all[name+" is "+what] = f.claiming(object{name: value})
		}
	}
	return all
}

// otherForms are no token of ours by their form.
func (f *forger) otherForms() map[string]string {
	h, c, sig := f.parts[0], f.parts[1], f.parts[2]
	all := map[string]string{
		"rubbish": "a.b.c", "dots": "..", "a refresh token": f.cookie, "two parts": h + "." + c, "four parts": f.good + "." + sig,
		"five parts": h + "." + c + "." + sig + "." + c + "." + sig, "an encrypted token around it": b64(`{"alg":"dir","enc":"A256GCM","cty":"JWT"}`) + ".." + h + "." + c + "." + sig,
		"an empty signature": f.instead(2, ""), "no signature but a dot": h + "." + c + ".", "a signature of zeros": f.instead(2, strings.Repeat("A", 86)),
		"a signature too short": f.instead(2, sig[:84]), "a signature too long": f.instead(2, sig+"AA"), "no claims between the dots": f.instead(1, ""), "no header": f.instead(0, ""),
		"another one's claims": f.instead(1, b64(f.text(with(f.claims, object{"tenant": tenant.NewID()})))),
		"padded header":        f.instead(0, h+"="), "padded claims": f.instead(1, c+"=="), "padded signature": f.instead(2, sig+"=="),
		"header spelt otherwise": f.instead(0, f.respelt(0)), "claims spelt otherwise": f.instead(1, f.respelt(1)), "signature spelt otherwise": f.instead(2, f.respelt(2)),
		"header in an array": f.raw("["+f.plain(0)+"]", f.plain(1), f.access), "data after the header": f.raw(f.plain(0)+"x", f.plain(1), f.access),
		"a mark before the header": f.raw("\ufeff"+f.plain(0), f.plain(1), f.access), "header in another order": f.raw(`{"typ":"JWT","kid":"`+f.accessKid+`","alg":"EdDSA"}`, f.plain(1), f.access),
		"the JSON form":   `{"payload":"` + c + `","signatures":[{"protected":"` + h + `","signature":"` + sig + `"}]}`,
		"too large":       f.good + strings.Repeat("A", 4096),
		"too many claims": f.claiming(object{"more": strings.Repeat("a", 4096)}),
	}
	for part, name := range []string{"header", "claims", "signature"} {
		for at, where := range map[int]string{0: "first", 9: "tenth", -1: "last"} {
			all["a bit of the "+where+" byte of the "+name] = f.flipped(part, at)
		}
	}
	return all
}

// forgeries are all of them, as Authorization headers.
func (f *forger) forgeries(now time.Time) map[string]string {
	all := map[string]string{
		"no scheme": f.good, "another scheme": "Basic " + f.good, "a scheme and no token": "Bearer ", "the token twice": "Bearer " + f.good + " " + f.good,
		"two tokens": "Bearer " + f.good + "," + f.good, "a list of schemes": "Basic x, Bearer " + f.good, "the scheme twice": "Bearer Bearer " + f.good,
		"in quotes": `Bearer "` + f.good + `"`, "a colon after the scheme": "Bearer: " + f.good,
	}
	for kind, tokens := range map[string]map[string]string{
		"algorithm": f.otherAlgorithms(), "key": f.otherKeys(), "claims": f.otherClaims(now), "form": f.otherForms(),
	} {
		for name, token := range tokens {
			all[kind+": "+name] = "Bearer " + token
		}
	}
	for _, scheme := range []string{"bearer", "BEARER"} {
		all["none by "+scheme] = scheme + " " + f.otherAlgorithms()["unsigned: none"]
	}
	return all
}

// letIn are the forgeries that a call of target does not refuse with 401.
func letIn(a *app, method, target string, forgeries map[string]string, names []string) []string {
	var in []string
	for _, name := range names {
		got := a.call(method, target, "", "Authorization", forgeries[name])
		if got.status != http.StatusUnauthorized || got.text("code") != string(problem.Unauthenticated) {
			in = append(in, name)
		}
	}
	return in
}

// TestForgedTokensAreRefused takes each forgery through the whole middleware of a
// row that reads, one that changes and one that deletes.
func TestForgedTokensAreRefused(t *testing.T) {
	harness.Proof(t)
	s := newStage(t, "RATE_LIMIT_USER_PER_SECOND=100000", "RATE_LIMIT_ANONYMOUS_PER_MINUTE=1000000")
	in := s.signIn(address())
	f := newForger(t, in)
	forgeries, rows := f.forgeries(s.clock.Now()), s.rows()
	names := slices.Sorted(maps.Keys(forgeries))
	before := s.items(s.Platform)
	for _, row := range []struct {
		method, target string
		names          []string
	}{
		{"GET", "/api/auth/me", names},
		{"POST", "/api/v1/projects", harness.SomeOf(names)},
		{"DELETE", "/api/v1/projects/" + tenant.NewID(), harness.SomeOf(names)},
	} {
		for _, name := range letIn(rows, row.method, row.target, forgeries, row.names) {
			t.Errorf("%s %s lets in: %s", row.method, row.target, name)
		}
	}
	if after := s.items(s.Platform); after != before {
		t.Error("a forged token wrote to the platform table")
	}
	for _, scheme := range []string{"Bearer ", "bearer ", "BEARER "} {
		rows.call("GET", "/api/auth/me", "", "Authorization", scheme+f.good).expect(t, 204, "")
	}
	t.Logf("%d forgeries", len(names))
	if len(names) < 100 {
		t.Errorf("%d forgeries: some are missing", len(names))
	}
}

// weakness is a way to check tokens that somebody could have written.
type weakness struct {
	name    string
	options []jwt.ParserOption
	key     func(f *forger, token *jwt.Token) (any, error)
	lets    string // one of the forgeries that come through
}

func weaknesses() []weakness {
	strict := []jwt.ParserOption{jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithStrictDecoding()}
	ours := func(f *forger, token *jwt.Token) (any, error) {
		if token.Header["kid"] != f.accessKid {
			return nil, errors.New("unknown key")
		}
		return f.access.Public(), nil
	}
	return []weakness{
		{"the algorithm is the token's to choose", nil, func(f *forger, token *jwt.Token) (any, error) {
			switch token.Method.Alg() {
			case "none":
				return jwt.UnsafeAllowNoneSignatureType, nil
			case "HS256":
				return []byte(f.access.Public().(ed25519.PublicKey)), nil
			}
			return f.access.Public(), nil
		}, "algorithm: HS256 with the public key"},
		{"a token may bring its key", strict, func(f *forger, token *jwt.Token) (any, error) {
			if _, brought := token.Header["jwk"]; brought {
				return f.stranger.Public(), nil
			}
			return ours(f, token)
		}, "key: a key of its own (jwk)"},
		{"both kinds of key verify", strict, func(f *forger, token *jwt.Token) (any, error) {
			if token.Header["kid"] == f.otherKid {
				return f.refresh.Public(), nil
			}
			return ours(f, token)
		}, "key: the key of refresh tokens"},
		{"no key need be named", strict, func(f *forger, _ *jwt.Token) (any, error) { return f.access.Public(), nil }, "key: no key named"},
		{"claims are not looked at", append(slices.Clone(strict), jwt.WithoutClaimsValidation()), ours, "claims: expired"},
		{"nobody asks for whom", strict, ours, "claims: another audience"},
		{"any spelling will do", []jwt.ParserOption{jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithPaddingAllowed()}, ours, "form: padded signature"},
	}
}

// weakGate checks tokens in a weak way, and nothing else.
type weakGate struct {
	httpapi.Gate
	forger *forger
	weak   weakness
}

func (g weakGate) Bearer(_ context.Context, token string) (auth.Caller, ratelimit.Decision, error) {
	claims := jwt.MapClaims{}
	_, err := jwt.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) { return g.weak.key(g.forger, t) }, g.weak.options...)
	if err != nil {
		return auth.Caller{}, ratelimit.Decision{}, problem.New(problem.Unauthenticated, "no")
	}
	id, _ := claims["tenant"].(string)
	return auth.Caller{Tenant: tenant.ID(id), Role: auth.Owner}, ratelimit.Decision{}, nil
}

// TestTheForgeriesFindAWeakCheck puts weak checks behind the same middleware: each
// lets through what it is known for.
func TestTheForgeriesFindAWeakCheck(t *testing.T) {
	s := newStage(t)
	in := s.signIn(address())
	f := newForger(t, in)
	forgeries := f.forgeries(s.clock.Now())
	for _, weak := range weaknesses() {
		gate := weakGate{&auth.Gatekeeper{Store: freeRate{}, Anybody: ratelimit.PerMinute(1), User: ratelimit.PerSecond(1), Now: s.clock.Now}, f, weak}
		row := httpapi.Endpoint[httpapi.None, httpapi.None]{Route: httpapi.Route{
			Name: "weak", Method: "GET", Pattern: "/api/weak", Credentials: httpapi.Session, Status: http.StatusNoContent,
		}}
		a := &app{t: t, http: httpapi.Serve(weakEdge(s, gate), row, func(context.Context, *httpapi.Request[httpapi.None]) (httpapi.None, error) {
			return httpapi.None{}, nil
		})}
		if found := letIn(a, "GET", "/api/weak", forgeries, slices.Sorted(maps.Keys(forgeries))); !slices.Contains(found, weak.lets) {
			t.Errorf("%s: %q is not among the %d forgeries that come through", weak.name, weak.lets, len(found))
		} else {
			t.Logf("%s: caught by %d forgeries", weak.name, len(found))
		}
	}
}

// freeRate counts nothing.
type freeRate struct{ auth.GateStore }

func (freeRate) CountAddress(context.Context, string, ratelimit.Limit, time.Time) (auth.Count, error) {
	return auth.Count{Allowed: true}, nil
}

func weakEdge(s *stage, gate httpapi.Gate) httpapi.Edge {
	handler := httpapi.Edge{AppURL: appURL, Gate: gate, Now: s.clock.Now, RequestID: boot.RequestID}
	handler.Log = slog.New(slog.DiscardHandler)
	handler.Report, handler.Panicked = func(context.Context, error) {}, func(_ context.Context, v any) { s.Errorf("panic: %v", v) }
	handler.Measure = func(int, time.Duration) {}
	return handler
}
