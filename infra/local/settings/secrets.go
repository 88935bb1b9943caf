package settings

import (
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Secrets is what a run signs and trusts with. Made once, kept over restarts.
type Secrets struct {
	JWT    string `json:"jwt_secret"`
	Origin string `json:"origin_secret"`
	// Of the stand-in that takes no money.
	MockKey     string `json:"mock_api_key"`
	MockWebhook string `json:"mock_webhook_secret"`
}

// LocalStage is the stage of a local run, unless STAGE chooses another one.
const LocalStage = "local"

// SigningSecret is the name that the signing secret of a stage has.
func SigningSecret(stage string) string { return "devotional/" + stage + "/jwt" }

// PaymentsSecret is the name of the secret with the keys of whoever takes the money
// at a stage: stripe, or the stand-in, which never gets to see the other's.
func PaymentsSecret(stage, mode string) string { return "devotional/" + stage + "/payments-" + mode }

// YouTubeSecret is the name that the secret of publishing has in a stage.
func YouTubeSecret(stage string) string { return "devotional/" + stage + "/youtube" }

// LoadSecrets answers the settings' secrets; what was not given comes from
// secrets.json under dir, made there (mode 0600) on the first run.
func LoadSecrets(s Settings, dir string) (Secrets, error) {
	path := filepath.Join(dir, "secrets.json")
	var kept Secrets
	raw, err := os.ReadFile(path)
	switch {
	case err == nil:
		if err := json.Unmarshal(raw, &kept); err != nil || len(kept.JWT) < MinJWTSecret || kept.Origin == "" {
			return Secrets{}, fmt.Errorf("%s is damaged: remove it to make new secrets (everyone is signed out)", path)
		}
	case errors.Is(err, fs.ErrNotExist):
		kept = Secrets{JWT: random(), Origin: random()}
	default:
		return Secrets{}, fmt.Errorf("read secrets: %w", err)
	}
	if kept.MockKey == "" || kept.MockWebhook == "" { // a new file, or one from before there was billing
		kept.MockKey, kept.MockWebhook = "sk_test_mock_"+random(), "whsec_"+random()
		if err := writeSecrets(path, kept); err != nil {
			return Secrets{}, fmt.Errorf("write secrets: %w", err)
		}
	}
	if given, ok := s.Lookup("JWT_SECRET"); ok {
		kept.JWT = given
	}
	if given, ok := s.Lookup("ORIGIN_SECRET"); ok {
		kept.Origin = given
	}
	return kept, nil
}

// KeepSigning makes jwt the secret that a run signs with from its next start on.
// The emulator forgets its secrets when it stops.
func KeepSigning(dir, jwt string) error {
	kept, err := LoadSecrets(Settings{}, dir)
	if err != nil {
		return err
	}
	kept.JWT = jwt
	if err := writeSecrets(filepath.Join(dir, "secrets.json"), kept); err != nil {
		return fmt.Errorf("write secrets: %w", err)
	}
	return nil
}

func writeSecrets(path string, s Secrets) error {
	raw, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return err
	}
	// Renamed into place: a run that dies here must not leave half a file.
	tmp := path + ".new"
	if err := os.WriteFile(tmp, raw, 0o600); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

// random is 256 bits in hexadecimal.
func random() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails: the process ends if the system has no randomness
	return hex.EncodeToString(b)
}
