package settings

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoad(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), ".env")
	content := "# a comment\nexport PORT=8123\nQUOTA_IMAGES_COUNT = 7 # few\nMAIL_FROM='A <a@example.com>'\nSENTRY_DSN=\nAPP_URL=\"http://localhost:8123/\"\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := Load([]string{"QUOTA_IMAGES_COUNT=9", "EMULATOR_PORT="}, file)
	if err != nil {
		t.Fatal(err)
	}
	if bound, err := From(map[string]string{"BIND_ADDRESS": "0.0.0.0"}); err != nil || bound.Bind != "0.0.0.0" || s.Bind != "" {
		t.Errorf("bound to %q and %q: %v", bound.Bind, s.Bind, err)
	}
	if s.Port != 8123 || s.EmulatorPort != 4566 || s.AppURL != "http://localhost:8123" {
		t.Errorf("got %d, %d, %s", s.Port, s.EmulatorPort, s.AppURL)
	}
	chosen := s.Chosen([]string{"QuotaImagesCount", "MailFrom", "SentryDsn", "Stage"})
	if len(chosen) != 2 || chosen["QuotaImagesCount"] != "9" || chosen["MailFrom"] != "A <a@example.com>" {
		t.Errorf("chosen: %v", chosen)
	}
}

func TestLoadNamesAllProblemsWithoutValues(t *testing.T) {
	t.Parallel()
	_, err := From(map[string]string{"PORT": "http", "EMULATOR_PORT": "70000", "JWT_SECRET": "hunter2", "BIND_ADDRESS": "everywhere", "MAGIC_LINK_FROM": "a@example.com"})
	if err == nil {
		t.Fatal("accepted")
	}
	for _, name := range []string{"PORT", "EMULATOR_PORT", "JWT_SECRET", "BIND_ADDRESS", "rename it", "MAIL_FROM"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s is not named: %v", name, err)
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Errorf("a value is shown: %v", err)
	}
	file := filepath.Join(t.TempDir(), ".env")
	if err := os.WriteFile(file, []byte("A=1\nsecret value\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(nil, file); err == nil || !strings.Contains(err.Error(), "line 2") || strings.Contains(err.Error(), "secret value") {
		t.Errorf("got %v", err)
	}
}

func TestSecretsAreKept(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain, err := From(map[string]string{})
	if err != nil {
		t.Fatal(err)
	}
	first, err := LoadSecrets(plain, dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := LoadSecrets(plain, dir)
	if err != nil || again != first || len(first.JWT) < MinJWTSecret || first.JWT == first.Origin {
		t.Errorf("first %v, again %v (%v)", len(first.JWT), again == first, err)
	}
	rotated := strings.Repeat("r", MinJWTSecret)
	if err := KeepSigning(dir, rotated); err != nil {
		t.Fatal(err)
	}
	if after, err := LoadSecrets(plain, dir); err != nil || after.JWT != rotated || after.Origin != first.Origin {
		t.Errorf("a rotated secret is not kept, or more than it changed (%v)", err)
	}
	info, err := os.Stat(filepath.Join(dir, "secrets.json"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
}
