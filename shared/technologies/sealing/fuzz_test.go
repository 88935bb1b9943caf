package sealing_test

import (
	"strings"
	"testing"
)

// FuzzSealed: nothing opens but what was sealed for the tenant: not with a byte
// altered, and not for another one.
func FuzzSealed(f *testing.F) {
	s := withKey(strings.Repeat("k", 32))
	sealed, err := s.Seal(f.Context(), ours, "1//token")
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{"", "key1:", "kms1:", sealed, sealed[:len(sealed)-4], "key1:AAAA", "key1:\n"} {
		f.Add(seed, "1//token", uint16(len(sealed)-1), byte(1))
	}
	f.Fuzz(func(t *testing.T, sent, plain string, at uint16, flip byte) {
		if got, err := s.Open(t.Context(), ours, sent); err == nil && got != "1//token" {
			t.Errorf("%q opens as %q", sent, got)
		}
		sealed, err := s.Seal(t.Context(), ours, plain)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := s.Open(t.Context(), ours, sealed); err != nil || got != plain {
			t.Errorf("%q opens as %q, %v", plain, got, err)
		}
		if _, err := s.Open(t.Context(), theirs, sealed); err == nil {
			t.Errorf("%q opens for another tenant", plain)
		}
		altered := []byte(sealed)
		if altered[int(at)%len(altered)] ^= flip; flip == 0 {
			return
		}
		if got, err := s.Open(t.Context(), ours, string(altered)); err == nil {
			t.Errorf("%q, altered, opens as %q", altered, got)
		}
	})
}
