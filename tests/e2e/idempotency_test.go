package e2e_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
)

// TestRepeatedRequestsAreDoneOnce: what a program does that got no answer.
func TestRepeatedRequestsAreDoneOnce(t *testing.T) {
	c := signIn(t, shared(t).URL)
	draft := map[string]any{"title": "Once", "scenes": []map[string]string{{"text": "Be still."}}, "resolution": "720p", "aspect": "1:1"}

	// Ten at once, and the key in quotes or bare: one project.
	ids := make([]string, 10)
	var all sync.WaitGroup
	for i := range ids {
		all.Go(func() {
			key := `"create-1"`
			if i%2 == 0 {
				key = "create-1"
			}
			r, err := c.try("POST", "/api/v1/projects", draft, "Idempotency-Key", key)
			if err != nil || r.status != http.StatusCreated {
				t.Errorf("repetition %d: %d %s %v", i, r.status, r.body, err)
				return
			}
			ids[i], _ = r.json["project_id"].(string)
		})
	}
	all.Wait()
	for _, id := range ids {
		if id != ids[0] || id == "" {
			t.Fatalf("more than one project: %v", ids)
		}
	}
	again := c.do("POST", "/api/v1/projects", draft, "Idempotency-Key", "create-1")
	if again.header.Get("Idempotent-Replayed") != "true" || again.header.Get("ETag") != `"1"` || again.header.Get("Location") != "/api/v1/projects/"+ids[0] {
		t.Errorf("the replay is not marked, or not whole: %v", again.header)
	}
	draft["title"] = "Twice"
	other := c.must(http.StatusUnprocessableEntity, "POST", "/api/v1/projects", draft, "Idempotency-Key", "create-1")
	if other["code"] != "idempotency_key_reused" {
		t.Errorf("another body: %v", other)
	}
	c.must(http.StatusUnprocessableEntity, "POST", "/api/v1/projects/"+ids[0]+"/render", nil, "Idempotency-Key", "create-1")
	for _, key := range []string{"", `""`, `"open`, strings.Repeat("k", 256), "schlüssel"} {
		if r := c.do("POST", "/api/v1/projects", draft, "Idempotency-Key", key); r.status != http.StatusBadRequest || r.json["code"] != "invalid_input" {
			t.Errorf("key %q: %d %s", key, r.status, r.body)
		}
	}

	// A render, canceled and resumed, each asked for twice.
	render := "/api/v1/projects/" + ids[0] + "/render"
	first := c.do("POST", render, nil, "Idempotency-Key", "render-1")
	second := c.do("POST", render, nil, "Idempotency-Key", "render-1")
	job, _ := first.json["job_id"].(string)
	if first.status != http.StatusAccepted || second.status != http.StatusAccepted || second.json["job_id"] != job || second.json["status"] != "queued" {
		t.Fatalf("%d %s\n%d %s", first.status, first.body, second.status, second.body)
	}
	if first.header.Get("Idempotent-Replayed") != "" || second.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("replayed: %q, %q", first.header.Get("Idempotent-Replayed"), second.header.Get("Idempotent-Replayed"))
	}
	c.must(http.StatusOK, "DELETE", "/api/v1/jobs/"+job, nil)
	retry := "/api/v1/jobs/" + job + "/retry"
	c.must(http.StatusAccepted, "POST", retry, nil, "Idempotency-Key", "retry-1")
	if resumed := c.must(http.StatusAccepted, "POST", retry, nil, "Idempotency-Key", "retry-1"); resumed["attempt"] != 2.0 {
		t.Errorf("resumed twice: %v", resumed)
	}
	c.must(http.StatusOK, "DELETE", "/api/v1/jobs/"+job, nil)

	// A picture: paid once, its link signed anew.
	before, _ := c.usage("images_count")
	prompt := map[string]string{"prompt": "a lamp at night", "aspect": "1:1"}
	picture := c.must(http.StatusOK, "POST", "/api/v1/images", prompt, "Idempotency-Key", "picture-1")
	same := c.must(http.StatusOK, "POST", "/api/v1/images", prompt, "Idempotency-Key", "picture-1")
	if same["image_id"] != picture["image_id"] || len(get(t, same["url"].(string))) < 10_000 {
		t.Errorf("%v is not %v", same, picture)
	}
	if used, _ := c.usage("images_count"); used != before+1 {
		t.Errorf("one picture took %v", used-before)
	}

	// Somebody else's key of that name is another key.
	mine := signIn(t, shared(t).URL)
	if foreign := mine.must(http.StatusCreated, "POST", "/api/v1/projects", draft, "Idempotency-Key", "create-1"); foreign["project_id"] == ids[0] {
		t.Error("another tenant's project was answered")
	}
	// An answer that is a secret is kept nowhere.
	secret := newClient(t, c.base).do("POST", "/api/auth/magic-link/verify", map[string]string{"token": "x"}, "Idempotency-Key", "secret-1")
	if secret.status != http.StatusBadRequest || secret.json["code"] != "invalid_input" {
		t.Errorf("a key for a session: %d %s", secret.status, secret.body)
	}
}
