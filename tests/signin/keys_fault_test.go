package signin_test

import (
	"testing"

	"github.com/devotionalai/platform/shared/boot/calls"
	"github.com/devotionalai/platform/tests/harness"
)

// keyFaults are how each call fails: for good, and so that the SDK's own second
// attempt passes.
func keyFaults() []harness.Way {
	ways := harness.Ways(calls.LostBefore, calls.LostAfter, calls.Throttled, calls.TimedOut)
	return append(ways, harness.Way{Kind: calls.LostBefore, FirstTry: true}, harness.Way{Kind: calls.LostAfter, FirstTry: true})
}

// keyCase is one case of a sweep: a person with a key, and functions whose calls
// meet a plan.
type keyCase struct {
	*stage
	person
	key, id string
	broken  *app
	patient bool // the SDK's second attempt passes: nobody may notice
}

// tried fails unless an answer is the wanted one, or 503 where that may be. It
// reports whether it is the wanted one.
func (c keyCase) tried(got answer, status int) bool {
	c.Helper()
	if got.status == status {
		return true
	}
	got.expect(c, 503, "unavailable")
	if c.patient {
		c.Error("the SDK's own second attempt did not help")
	}
	return false
}

// sweepKeys lets every call of a change to keys fail in turn. Whatever the answer
// is, keys, their count and the audit trail go together: kept fails otherwise.
func sweepKeys(t *testing.T, flow string, run func(keyCase)) {
	t.Helper()
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		harness.Sweep{Flow: flow, Skip: secretRead, Parallel: true, Ways: keyFaults()}.EachCall(t, func(t *testing.T, plan []calls.Fault) *calls.Faults {
			c := keyCase{stage: newStageOn(t, db, unlimited), patient: plan[0].FirstTry}
			c.person = c.stage.person()
			c.key, c.id = c.stage.key(c.person)
			c.broken = c.under(plan)
			run(c)
			return c.broken.faults
		})
	})
}

func TestAKeyIsMadeWholeOrNotAtAll(t *testing.T) {
	harness.Proof(t)
	sweepKeys(t, "create a key", func(c keyCase) {
		const body = `{"name":"another"}`
		got, want := c.broken.as(c.person, "POST", keysPath, body), 1
		if c.tried(got, 201) {
			c.program(got.text("api_key")).expect(c, 200, "")
			want++
		}
		if n := len(c.kept(c.person).keys); n != want && got.status == 201 || n > 2 {
			c.Errorf("%d keys after %d", n, got.status)
		}
		again := c.as(c.person, "POST", keysPath, body).expect(c, 201, "")
		c.program(again.text("api_key")).expect(c, 200, "")
		c.program(c.key).expect(c, 200, "")
		c.kept(c.person)
	})
}

func TestAKeyIsRotatedWholeOrNotAtAll(t *testing.T) {
	harness.Proof(t)
	sweepKeys(t, "rotate a key", func(c keyCase) {
		got := c.broken.as(c.person, "POST", rotatePath(c.id), "")
		rotated := c.kept(c.person).acts["key.rotated"]
		if c.tried(got, 200) {
			c.program(got.text("api_key")).expect(c, 200, "")
		}
		if rotated > 1 || rotated == 0 && got.status == 200 || (c.program(c.key).status == 200) != (rotated == 0) {
			c.Errorf("answered %d, recorded %d times, the key before: %d", got.status, rotated, c.program(c.key).status)
		}
		again := c.as(c.person, "POST", rotatePath(c.id), "").expect(c, 200, "")
		c.program(again.text("api_key")).expect(c, 200, "")
		for _, dead := range []string{c.key, got.text("api_key")} {
			c.program(dead).expect(c, 401, "unauthenticated")
		}
		if n := c.kept(c.person).acts["key.rotated"]; n != rotated+1 {
			c.Errorf("recorded %d times, then %d", rotated, n)
		}
	})
}

func TestAKeyIsRevokedWholeOrNotAtAll(t *testing.T) {
	harness.Proof(t)
	sweepKeys(t, "revoke a key", func(c keyCase) {
		got := c.broken.as(c.person, "DELETE", keysPath+"/"+c.id, "")
		revoked := c.kept(c.person).acts["key.revoked"]
		if c.tried(got, 204) != (revoked == 1) && got.status == 204 {
			c.Errorf("answered %d, recorded %d times", got.status, revoked)
		}
		if (c.program(c.key).status == 200) != (revoked == 0) {
			c.Errorf("the key: %d, recorded %d times", c.program(c.key).status, revoked)
		}
		c.as(c.person, "DELETE", keysPath+"/"+c.id, "").expect(c, map[int]int{0: 204, 1: 404}[revoked], "")
		c.program(c.key).expect(c, 401, "unauthenticated")
		if kept := c.kept(c.person); kept.acts["key.revoked"] != 1 || len(kept.keys) != 0 {
			c.Errorf("kept: %+v", kept)
		}
	})
}

// TestAnActWhoseAnswerIsLostIsLookedUp: when no attempt of the transaction brings
// an answer, its entry in the audit trail tells whether it was made.
func TestAnActWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	harness.Proof(t)
	harness.OnBothStores(t, func(t *testing.T, db harness.Database) {
		s := newStageOn(t, db, unlimited)
		p := s.person()
		key, id := s.key(p)
		lost := func() *app {
			return s.under([]calls.Fault{{Operation: "DynamoDB.TransactWriteItems", Nth: 1, Kind: calls.LostAfter}})
		}
		made := lost().as(p, "POST", keysPath, `{"name":"another"}`).expect(t, 201, "")
		rotated := lost().as(p, "POST", rotatePath(id), "").expect(t, 200, "")
		for _, works := range []answer{made, rotated} {
			s.program(works.text("api_key")).expect(t, 200, "")
		}
		lost().as(p, "DELETE", keysPath+"/"+id, "").expect(t, 204, "")
		for _, dead := range []string{key, rotated.text("api_key")} {
			s.program(dead).expect(t, 401, "unauthenticated")
		}
		if acts := s.kept(p).acts; acts["key.created"] != 2 || acts["key.rotated"] != 1 || acts["key.revoked"] != 1 {
			t.Errorf("recorded as %v", acts)
		}
	})
}
