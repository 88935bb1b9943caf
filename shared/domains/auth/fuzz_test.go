package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/devotionalai/platform/shared/domains/problem"
	"github.com/devotionalai/platform/shared/domains/tenant"
)

// fixedRef names a session: a seed must be the same in every run.
func fixedRef() SessionRef {
	return SessionRef{Tenant: "01ARZ3NDEKTSV4RRFFQ69G5FAV", User: "01ARZ3NDEKTSV4RRFFQ69G5FAW", Session: "01ARZ3NDEKTSV4RRFFQ69G5FAX"}
}

// FuzzAddress: an address that is taken is in its one form, which is taken again
// unchanged and is of the documented pattern; it names one recipient in one line.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"", "a@b.c", " User@Example.COM\n", "jose\u0301@example.com", "\u0130@example.com", "\u212aim@example.com", "a@example.com\r\nBcc: b@example.com", "a@b.c,d@e.f",
		"a..b@c.d", "a@-b.c", "a@127.0.0.1", "用户@例子.测试", "a@b.c\u0300", "\u0301a@b.c", "\u0345@b.c", "a\u202e@b.c", "ẞ@ẞ.de", "a@b\u0307.c", "Σ@ς.gr", strings.Repeat("a", 65) + "@b.c", "\xff@b.c", "ﬁ@b.c",
	} {
		f.Add(seed)
	}
	form := regexp.MustCompile(AddressPattern())
	f.Fuzz(func(t *testing.T, raw string) {
		a, err := ParseAddress(raw)
		if err != nil {
			if !problem.Is(err, problem.InvalidInput) {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		if again, err := ParseAddress(string(a)); err != nil || again != a {
			t.Errorf("%q is %q, and that %q, %v", raw, a, again, err)
		}
		if other, err := ParseAddress(" " + strings.ToUpper(string(a)) + "\t"); err == nil && strings.ToLower(strings.ToUpper(string(a))) == string(a) && other != a {
			t.Errorf("%q in capitals is %q", a, other)
		}
		if strings.Count(string(a), "@") != 1 || strings.ContainsAny(string(a), " ,;:<>\"()[]\\\r\n\x00") || len(a) > MaxAddress || !form.MatchString(string(a)) {
			t.Errorf("%q is taken for %q", raw, a)
		}
	})
}

// FuzzNext: what is taken leads, however a browser reads it, to a page of the app's
// own origin, and is of the documented form.
func FuzzNext(f *testing.F) {
	for _, seed := range []string{
		"", "/", "/videos?a=b#c", "//evil.example", "///evil.example", "//", `/\evil.example`, "/%2f/evil.example", "/%2f%2fevil.example", "/%5cevil", "/..//evil", "/a/../..//b", "/.%2e//x", "/\t/evil", "/%09/evil.example",
		"https:evil", "/a:b@c", "/%zz", "/?next=//evil", "/#//evil", "/%00", "/" + strings.Repeat("a", MaxNext), "/ü",
	} {
		f.Add(seed)
	}
	form, base := regexp.MustCompile(NextPattern), &url.URL{Scheme: "https", Host: "app.example.com", Path: "/verify"}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := parseNext(raw)
		if err != nil || got == "" {
			if got != "" || err != nil && !problem.Is(err, problem.InvalidInput) {
				t.Errorf("%q: %q, %v", raw, got, err)
			}
			return
		}
		to, err := base.Parse(got)
		if err != nil || to.Host != base.Host || to.Scheme != base.Scheme || to.User != nil || got != raw || !form.MatchString(got) || len(got) > MaxNext {
			t.Errorf("%q leads to %v, %v", raw, to, err)
		}
		// Browsers take a backslash for a slash and leave control characters out.
		plain, _ := url.PathUnescape(got)
		if strings.HasPrefix(got, "//") || strings.ContainsAny(got, "\\\t\r\n") || strings.HasPrefix(plain, "//") || strings.HasPrefix(plain, `/\`) {
			t.Errorf("%q is taken", got)
		}
	})
}

// FuzzLinkToken: what is taken for a token is its one spelling, and of the
// documented form; nothing else is.
func FuzzLinkToken(f *testing.F) {
	for _, seed := range []string{"", strings.Repeat("a", 52), strings.Repeat("a", 51) + "q", strings.Repeat("a", 51) + "b", strings.Repeat("A", 52), strings.Repeat("a", 51) + "\n", strings.Repeat("a", 51) + "="} {
		f.Add(seed)
	}
	form := regexp.MustCompile(TokenPattern)
	f.Fuzz(func(t *testing.T, s string) {
		token, ok := ParseLinkToken(s)
		if ok != form.MatchString(s) || ok && string(token) != s {
			t.Errorf("%q is taken: %v", s, ok)
		}
		if _, attempt := parseAttempt(s); attempt != ok {
			t.Errorf("%q is an attempt: %v", s, attempt)
		}
	})
}

// FuzzCode: what is taken for a code is six of its letters, and is taken again.
func FuzzCode(f *testing.F) {
	for _, seed := range []string{"", "222222", "cdf-ghj", " -2-2-2-2-2-2- ", "22222O", "ſſſſſſ", "２２２２２２", "ﬀ2222", "22222\u0131"} {
		f.Add(seed)
	}
	form := regexp.MustCompile(CodePattern())
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := parseCode(s)
		if ok != (form.MatchString(s) && len(s) <= MaxTypedCode) {
			t.Errorf("%q is taken: %v", s, ok)
		}
		if again, still := parseCode(code); ok && (!still || again != code || len(code) != codeLength || strings.Trim(code, CodeLetters) != "") {
			t.Errorf("%q is %q, and that %q", s, code, again)
		}
	})
}

// FuzzAPIKey: a key that is taken is spelt as its owner got it; with one byte
// altered it names no item.
func FuzzAPIKey(f *testing.F) {
	k := APIKey{Tenant: fixedRef().Tenant, ID: "01ARZ3NDEKTSV4RRFFQ69G5FAY"}
	whole := keyText(k, strings.Repeat("a", 51)+"q")
	for _, seed := range []string{"", "dak", "dak___", whole, whole + "\n", strings.ToUpper(whole), "Bearer " + whole, whole[:len(whole)-1], strings.Replace(whole, "_", "__", 1), keyText(APIKey{Tenant: "A#x", ID: k.ID}, strings.Repeat("a", 52))} {
		f.Add(seed, uint16(len(seed)/2), byte(1))
	}
	f.Add("", uint16(len(whole)-8), byte('q'^'r'))
	f.Fuzz(func(t *testing.T, sent string, at uint16, flip byte) {
		if ref, ok := parseAPIKey(sent); ok {
			head, _, _ := strings.Cut(sent[4:], "_")
			named := APIKey{Tenant: ref.Tenant, ID: ref.ID}
			if !tenant.ValidID(string(ref.Tenant)) || !tenant.ValidID(string(ref.ID)) || head != string(ref.Tenant) || !strings.HasPrefix(sent, named.Prefix()) ||
				ref.Hash != hashSecret(sent[len(named.Prefix()):len(sent)-checksumLength]) {
				t.Errorf("%q is taken for %+v", sent, ref)
			}
		}
		altered := []byte(whole)
		if altered[int(at)%len(altered)] ^= flip; flip == 0 {
			return
		}
		if ref, ok := parseAPIKey(string(altered)); ok {
			t.Errorf("%q, altered, is taken for %+v", altered, ref)
		}
	})
}

// tokensForFuzz are what tokens are checked with, and one token of each kind.
func tokensForFuzz(f *testing.F) (keys *Keys, access, refresh string) {
	f.Helper()
	store := &shelf{}
	tokens, err := NewTokens([]byte(secret), issuer, 10*time.Minute)
	if err == nil {
		err = publishSecrets(f.Context(), store, at(), []byte(secret))
	}
	if err != nil {
		f.Fatal(err)
	}
	signs, err := tokens.signer(f.Context())
	if err == nil {
		access, err = signs.issueAccess(fixedRef(), at())
	}
	if err != nil {
		f.Fatal(err)
	}
	return NewKeys(store, at), access, signs.issueRefresh(fixedRef(), 7)
}

// turnedAway reports whether a token was refused, or its key could not be looked up
// again yet: of an unknown key id nobody knows whether it is about to be published.
func turnedAway(err error) bool {
	return errors.Is(err, errToken) || problem.Is(err, problem.Unavailable)
}

// FuzzAccessToken: no token is taken but the one that was signed, in its one
// spelling.
func FuzzAccessToken(f *testing.F) {
	keys, token, refresh := tokensForFuzz(f)
	parts := strings.Split(token, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`))
	for _, seed := range []string{"", "..", token, token + "=", token + "\n", " " + token, none + "." + parts[1] + ".", none + "." + parts[1] + "." + parts[2], refresh, parts[0] + "." + parts[1], strings.Repeat(".", 3000)} {
		f.Add(seed, uint16(len(token)-1), byte(1))
	}
	f.Fuzz(func(t *testing.T, sent string, at16 uint16, flip byte) {
		altered := []byte(token)
		altered[int(at16)%len(altered)] ^= flip
		for _, s := range []string{sent, string(altered)} {
			ref, err := keys.checkAccess(t.Context(), s, issuer, at())
			if taken := err == nil; taken != (s == token) || taken && ref != fixedRef() || err != nil && !turnedAway(err) {
				t.Errorf("%q: %+v, %v", s, ref, err)
			}
		}
	})
}

// FuzzRefreshToken: the same of refresh tokens.
func FuzzRefreshToken(f *testing.F) {
	keys, access, token := tokensForFuzz(f)
	parts := strings.Split(token, ".")
	for _, seed := range []string{"", ".....", token, token + "=", token + "\n", access, strings.Replace(token, ".7.", ".07.", 1), strings.Replace(token, ".7.", ".+7.", 1), strings.Join(parts[:5], ".") + ".", strings.ToLower(token)} {
		f.Add(seed, uint16(len(token)-1), byte(1))
	}
	f.Fuzz(func(t *testing.T, sent string, at16 uint16, flip byte) {
		altered := []byte(token)
		altered[int(at16)%len(altered)] ^= flip
		for _, s := range []string{sent, string(altered)} {
			ref, generation, err := keys.checkRefresh(t.Context(), s)
			if taken := err == nil; taken != (s == token) || taken && (ref != fixedRef() || generation != 7) || err != nil && !turnedAway(err) {
				t.Errorf("%q: %+v, %v", s, ref, err)
			}
		}
	})
}

// FuzzKeyDocument: a document of public keys that is taken holds a current key and
// no key twice, or for two purposes; published again it says the same.
func FuzzKeyDocument(f *testing.F) {
	store := &shelf{}
	if err := publishSecrets(f.Context(), store, at(), []byte(secret), []byte("fedcba9876543210fedcba9876543210")); err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "{}", "null", `{"keys":[{}]}`, store.doc.Text, strings.ReplaceAll(store.doc.Text, `"refresh"`, `"access"`), store.doc.Text + "x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := parseKeys(KeyDocument{Revision: 1, Text: text})
		if err != nil {
			return
		}
		if len(set.pairs) == 0 || len(set.pairs) > maxKeys || set.access[set.current] == nil || len(set.access) != len(set.pairs) || len(set.refresh) != len(set.pairs) {
			t.Fatalf("%q holds %d pairs", text, len(set.pairs))
		}
		for id := range set.access {
			if set.refresh[id] != nil {
				t.Errorf("%q has one key for two purposes", text)
			}
		}
		if shown, err := json.Marshal(set.public()); err != nil || strings.Contains(string(shown), `"d"`) {
			t.Errorf("%q shows %s, %v", text, shown, err)
		}
	})
}
