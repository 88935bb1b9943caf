// Package settings reads what a person may choose for a local run: from the
// environment first, then from .env, then the defaults. It holds no list of the
// stack's parameters: the template declares those, and each one can be set by
// its name in upper snake case (QuotaImagesCount: QUOTA_IMAGES_COUNT).
package settings

import (
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// MinJWTSecret is the shortest JWT_SECRET in bytes: it seeds a 256-bit key.
const MinJWTSecret = 32

// Settings is one consistent reading.
type Settings struct {
	Port         int    // of the product
	EmulatorPort int    // of the AWS emulator
	AppURL       string // as people reach the product; mails link to it
	Bind         string // beside loopback, the address that it is reached at; "" for none
	given        map[string]string
}

// Load reads environ ("NAME=value" lines) over the file dotenv, which may be
// absent. An empty value counts as not given, so that a copied .env.example
// changes nothing. The error names every bad setting, never a value.
func Load(environ []string, dotenv string) (Settings, error) {
	given, err := parseFile(dotenv)
	if err != nil {
		return Settings{}, err
	}
	for _, line := range environ {
		if name, value, _ := strings.Cut(line, "="); value != "" {
			given[name] = value
		}
	}
	return From(given)
}

// From makes settings of NAME: value pairs alone, for tests that must not
// depend on the machine's environment.
func From(given map[string]string) (Settings, error) {
	s := Settings{given: given}
	var bad []error
	port := func(name string, fallback int) int {
		raw, ok := s.Lookup(name)
		if !ok {
			return fallback
		}
		n, err := strconv.Atoi(raw)
		if err != nil || n < 1 || n > 65535 {
			bad = append(bad, fmt.Errorf("%s is not a port number", name))
		}
		return n
	}
	s.Port, s.EmulatorPort = port("PORT", 8000), port("EMULATOR_PORT", 4566)
	if s.Port == s.EmulatorPort && len(bad) == 0 {
		bad = append(bad, errors.New("PORT and EMULATOR_PORT are the same"))
	}
	if s.Bind, _ = s.Lookup("BIND_ADDRESS"); s.Bind != "" {
		if _, err := netip.ParseAddr(s.Bind); err != nil {
			bad = append(bad, errors.New("BIND_ADDRESS is not an IP address"))
		}
	}
	s.AppURL = "http://localhost:" + strconv.Itoa(s.Port)
	if url, ok := s.Lookup("APP_URL"); ok {
		s.AppURL = strings.TrimRight(url, "/")
	}
	if _, ok := s.Lookup("MAGIC_LINK_FROM"); ok {
		bad = append(bad, errors.New("MAGIC_LINK_FROM is now called MAIL_FROM: rename it in .env or the environment"))
	}
	if secret, ok := s.Lookup("JWT_SECRET"); ok && len(secret) < MinJWTSecret {
		bad = append(bad, fmt.Errorf("JWT_SECRET is shorter than %d bytes", MinJWTSecret))
	}
	if _, ok := s.Lookup("STRIPE_API_KEY"); ok {
		for _, name := range []string{"STRIPE_WEBHOOK_SECRET", "STRIPE_PRICE_PRO"} {
			if _, ok := s.Lookup(name); !ok {
				bad = append(bad, fmt.Errorf("%s is needed with STRIPE_API_KEY", name))
			}
		}
	}
	return s, errors.Join(bad...)
}

// Lookup answers a setting that was given.
func (s Settings) Lookup(name string) (string, bool) {
	value := s.given[name]
	return value, value != ""
}

// Chosen answers, by parameter name, the settings given for the stack's
// parameters.
func (s Settings) Chosen(parameters []string) map[string]string {
	chosen := map[string]string{}
	for _, parameter := range parameters {
		if value, ok := s.Lookup(EnvName(parameter)); ok {
			chosen[parameter] = value
		}
	}
	return chosen
}

// EnvName is the environment's name of a stack parameter: JwtSecretArn becomes
// JWT_SECRET_ARN.
func EnvName(parameter string) string {
	var b strings.Builder
	for i, r := range parameter {
		if i > 0 && unicode.IsUpper(r) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToUpper(r))
	}
	return b.String()
}

// parseFile reads NAME=value lines; "export " before and quotes around are
// accepted, # starts a comment. A line that it cannot read is named by number:
// its text may be a secret.
func parseFile(path string) (map[string]string, error) {
	given := map[string]string{}
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return given, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings file: %w", err)
	}
	name := regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*$`)
	for i, line := range strings.Split(string(raw), "\n") {
		line = strings.TrimPrefix(strings.TrimSpace(line), "export ")
		if line == "" || line[0] == '#' {
			continue
		}
		key, value, ok := strings.Cut(line, "=")
		key = strings.TrimSpace(key)
		if !ok || !name.MatchString(key) {
			return nil, fmt.Errorf("%s line %d is not NAME=value", path, i+1)
		}
		if value, ok = unquote(strings.TrimSpace(value)); !ok {
			return nil, fmt.Errorf("%s line %d: the quote of %s is not closed", path, i+1, key)
		}
		given[key] = value
	}
	return given, nil
}

func unquote(value string) (string, bool) {
	if value == "" {
		return "", true
	}
	if q := value[0]; q == '"' || q == '\'' {
		end := strings.IndexByte(value[1:], q)
		if end < 0 {
			return "", false
		}
		return value[1 : 1+end], true
	}
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return value, true
}
