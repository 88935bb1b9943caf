package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// maxScenes and maxText are the largest project that the API accepts.
const (
	maxScenes = 20
	maxText   = 1000
)

// reachQuota asks for a render that the API accepts in itself but that takes
// more than what is left, and shows the refusal. A month's free minutes are as
// many as one render may have, so after one video such a render exists.
func reachQuota(ctx context.Context, c *client, d devotional) error {
	heading("More than is left")
	var words []string
	for _, s := range d.Scenes {
		words = append(words, strings.Fields(s.Text)...)
	}
	// The longest text that one render may have, by halves.
	project, shortest, longest := "", 100, maxText
	for longest-shortest > 4 {
		length := (shortest + longest) / 2
		id, fits, err := long(ctx, c, d.Title, scenesOf(words, length))
		var refused *refusal
		switch {
		case errors.As(err, &refused) && refused.Code == "video_too_long":
			longest = length
		case err != nil:
			return err
		case !fits:
			project, shortest = id, length
		default:
			shortest = length
		}
	}
	if project == "" {
		return errors.New("the longest possible render still fits: run the product with its default QUOTA_* settings")
	}
	return askTooMuch(ctx, c, project)
}

// long makes a project and asks whether its render fits.
func long(ctx context.Context, c *client, title string, scenes []scene) (project string, fits bool, err error) {
	var created struct {
		ID string `json:"project_id"`
	}
	if err := c.call(ctx, "POST", "/api/v1/projects", map[string]any{
		"title": title + ", again and again", "scenes": scenes, "voice": "default", "resolution": "720p",
	}, &created); err != nil {
		return "", false, err
	}
	q, err := askQuote(ctx, c, created.ID)
	if err != nil {
		return "", false, errors.Join(err, c.call(ctx, "DELETE", "/api/v1/projects/"+created.ID, nil, nil))
	}
	return created.ID, q.Fits, nil
}

// scenesOf fills as many scenes as there may be with about length characters
// each, starting over when the words end.
func scenesOf(words []string, length int) []scene {
	scenes := make([]scene, maxScenes)
	next := 0
	for i := range scenes {
		text := ""
		for {
			word := words[next%len(words)]
			if len([]rune(text))+len([]rune(word))+1 > length {
				break
			}
			text += " " + word
			next++
		}
		scenes[i].Text = strings.TrimSpace(text)
	}
	return scenes
}

// askTooMuch must be refused with 402 and with everything that a program needs
// to explain it.
func askTooMuch(ctx context.Context, c *client, project string) error {
	err := c.call(ctx, "POST", "/api/v1/projects/"+project+"/render", nil, nil)
	var refused *refusal
	if err == nil {
		return errors.New("a render that takes more than is left was accepted")
	}
	if !errors.As(err, &refused) || refused.Status != http.StatusPaymentRequired {
		return fmt.Errorf("expected 402: %w", err)
	}
	var shown bytes.Buffer
	if err := json.Indent(&shown, refused.body, "  ", "  "); err != nil {
		return fmt.Errorf("show refusal: %w", err)
	}
	fmt.Printf("  402, as it should be:\n  %s\n", strings.TrimSpace(shown.String()))
	var members map[string]any
	if err := json.Unmarshal(refused.body, &members); err != nil {
		return fmt.Errorf("read refusal: %w", err)
	}
	for _, name := range []string{"metric", "used", "reserved", "requested", "limit", "period_end", "upgrade_url"} {
		if members[name] == nil {
			return fmt.Errorf("the refusal lacks %s", name)
		}
	}
	return nil
}
