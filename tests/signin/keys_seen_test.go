package signin_test

import "testing"

// A key outlives the owner who was shown its secret, and says who that was.
func TestAKeyNamesWhoWasShownItsSecret(t *testing.T) {
	s := newStage(t, unlimited)
	first := s.payer()
	second := s.joined(first, "owner")
	key, id := s.key(first)
	_, other := s.key(second)
	seen := func() map[string]any {
		all := map[string]any{}
		for _, it := range s.as(first, "GET", keysPath, "").expect(t, 200, "").body["items"].([]any) {
			k := it.(map[string]any)
			all[k["id"].(string)] = k["seen_by"]
		}
		return all
	}
	if got := seen(); got[id] != first.user || got[other] != second.user {
		t.Errorf("made by %s and %s: %v", first.user, second.user, got)
	}
	rotated := s.as(second, "POST", rotatePath(id), "").expect(t, 200, "")
	s.as(first, "POST", rotatePath(other), "").expect(t, 200, "")
	s.remove(first, second.user).expect(t, 204, "")
	if got := seen(); got[id] != second.user || got[other] != first.user || rotated.text("seen_by") != second.user {
		t.Errorf("rotated the other way round: %v, shown as %s", got, rotated.raw)
	}
	s.program(key).expect(t, 401, "unauthenticated")
	s.program(rotated.text("api_key")).expect(t, 200, "")
	s.as(first, "POST", rotatePath(id), "").expect(t, 200, "")
	s.program(rotated.text("api_key")).expect(t, 401, "unauthenticated")
}
