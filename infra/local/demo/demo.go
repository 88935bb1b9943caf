package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

const (
	textFile = "bench/render/testdata/psalm-23.json"
	outDir   = "out"
	outName  = "psalm-23"
)

// scene is one of the text file's, and of a project's.
type scene struct {
	Text        string `json:"text"`
	ImagePrompt string `json:"image_prompt,omitempty"`
	ImageID     string `json:"image_id,omitempty"`
}

type devotional struct {
	Title     string  `json:"title"`
	Reference string  `json:"byline"`
	Scenes    []scene `json:"scenes"`
}

// run does the job from sign-in to refusal. It fails when any part of it does.
func run(ctx context.Context, base string) error {
	text, err := readText()
	if err != nil {
		return err
	}
	c := newClient(base)
	address := fmt.Sprintf("demo-%d@example.com", time.Now().UnixMilli())
	if err := signIn(ctx, c, address); err != nil {
		return err
	}
	heading("Usage before")
	if err := showUsage(ctx, c); err != nil {
		return err
	}
	if text.Scenes[0].ImageID, err = preview(ctx, c, text.Scenes[0]); err != nil {
		return err
	}
	project, err := create(ctx, c, text.Title, text.Scenes)
	if err != nil {
		return err
	}
	if err := showQuote(ctx, c, project); err != nil {
		return err
	}
	video, err := render(ctx, c, project)
	if err != nil {
		return err
	}
	if err := download(ctx, c, video); err != nil {
		return err
	}
	heading("Usage after")
	if err := showUsage(ctx, c); err != nil {
		return err
	}
	return reachQuota(ctx, c, text)
}

func readText() (devotional, error) {
	var d devotional
	raw, err := os.ReadFile(textFile)
	if err != nil {
		return d, fmt.Errorf("read text (run this in the checkout's top folder): %w", err)
	}
	if err := json.Unmarshal(raw, &d); err != nil {
		return d, fmt.Errorf("read %s: %w", textFile, err)
	}
	if len(d.Scenes) == 0 {
		return d, errors.New(textFile + " has no scenes")
	}
	return d, nil
}

// signIn goes the way a person does: through the mail.
func signIn(ctx context.Context, c *client, address string) error {
	heading("Sign-in as " + address)
	if err := c.call(ctx, "POST", "/api/auth/magic-link/request", map[string]string{"email": address}, nil); err != nil {
		return err
	}
	fmt.Println("  asked for a link")
	token, err := linkToken(ctx, c, address)
	if err != nil {
		return err
	}
	var session struct {
		AccessToken string `json:"access_token"`
		User        struct{ Email, Role, Plan string }
	}
	if err := c.call(ctx, "POST", "/api/auth/magic-link/verify", map[string]string{"token": token}, &session); err != nil {
		return err
	}
	c.token = session.AccessToken
	fmt.Printf("  signed in, role %s, plan %s\n", session.User.Role, session.User.Plan)
	return nil
}

func linkToken(ctx context.Context, c *client, address string) (string, error) {
	link := regexp.MustCompile(`(?m)^\S+/auth/verify#token=(\S+)\s*$`)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); {
		var box struct {
			Messages []struct{ Subject, Text string }
		}
		if err := c.call(ctx, "GET", "/mailbox.json?to="+address, nil, &box); err != nil {
			return "", err
		}
		for _, m := range box.Messages {
			if found := link.FindStringSubmatch(m.Text); found != nil {
				fmt.Printf("  mail arrived: %q\n", m.Subject)
				return found[1], nil
			}
		}
		if err := sleep(ctx, 200*time.Millisecond); err != nil {
			return "", err
		}
	}
	return "", errors.New("no sign-in mail came within 20 seconds")
}

func preview(ctx context.Context, c *client, s scene) (string, error) {
	heading("A picture for the first scene")
	prompt := s.ImagePrompt
	if prompt == "" {
		prompt = s.Text
	}
	var image struct {
		ID  string `json:"image_id"`
		URL string `json:"url"`
	}
	began := time.Now()
	if err := c.call(ctx, "POST", "/api/v1/images", map[string]string{"prompt": prompt, "aspect": "16:9"}, &image); err != nil {
		return "", err
	}
	path := filepath.Join(outDir, outName+"-preview")
	size, kind, err := c.save(ctx, image.URL, path)
	if err != nil {
		return "", err
	}
	named := path + extension(kind)
	if err := os.Rename(path, named); err != nil {
		return "", fmt.Errorf("name preview: %w", err)
	}
	fmt.Printf("  %q\n  %s, %d kB, in %.1f s\n", prompt, named, size/1000, time.Since(began).Seconds())
	return image.ID, nil
}

func extension(contentType string) string {
	if strings.Contains(contentType, "png") {
		return ".png"
	}
	return ".jpg"
}

func create(ctx context.Context, c *client, title string, scenes []scene) (string, error) {
	heading("Project " + title)
	var project struct {
		ID string `json:"project_id"`
	}
	err := c.call(ctx, "POST", "/api/v1/projects", map[string]any{
		"title": title, "scenes": scenes, "voice": "default", "resolution": "1080p", "aspect": "16:9", "captions": true,
	}, &project)
	if err != nil {
		return "", err
	}
	fmt.Printf("  %d scenes, 1080p, 16:9, captions\n", len(scenes))
	return project.ID, nil
}

type quote struct {
	Fits       bool  `json:"fits"`
	DurationMS int64 `json:"duration_ms"`
	Metrics    []struct {
		Metric  string   `json:"metric"`
		Needed  float64  `json:"needed"`
		Left    *float64 `json:"left"`
		Missing float64  `json:"missing"`
	} `json:"metrics"`
}

func askQuote(ctx context.Context, c *client, project string) (quote, error) {
	var q quote
	err := c.call(ctx, "POST", "/api/v1/projects/"+project+"/quote", nil, &q)
	return q, err
}

func showQuote(ctx context.Context, c *client, project string) error {
	heading("What it will take")
	q, err := askQuote(ctx, c, project)
	if err != nil {
		return err
	}
	for _, m := range q.Metrics {
		left := "unlimited"
		if m.Left != nil {
			left = fmt.Sprintf("%.3f left", *m.Left)
		}
		fmt.Printf("  %-15s %10.3f   %s\n", m.Metric, m.Needed, left)
	}
	fmt.Printf("  about %.0f s of video\n", float64(q.DurationMS)/1000)
	if !q.Fits {
		return errors.New("the text does not fit into the quota: run the product with larger QUOTA_* settings")
	}
	return nil
}

// showUsage prints the month so far.
func showUsage(ctx context.Context, c *client) error {
	var u struct {
		Plan    string
		Metrics []struct {
			Metric         string
			Used, Reserved float64
			Limit          *float64
		}
	}
	if err := c.call(ctx, "GET", "/api/usage", nil, &u); err != nil {
		return err
	}
	for _, m := range u.Metrics {
		limit := "unlimited"
		if m.Limit != nil {
			limit = fmt.Sprintf("of %g", *m.Limit)
		}
		fmt.Printf("  %-15s %10.3f %-9s %s\n", m.Metric, m.Used+m.Reserved, limit, reserved(m.Reserved))
	}
	return nil
}

func reserved(n float64) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("(%.3f of it reserved)", n)
}

func heading(text string) { fmt.Printf("\n%s\n", text) }

func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
