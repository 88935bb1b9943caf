package httpapi

import (
	"strings"
	"testing"
)

func TestADeviceIsNamedByBrowserAndSystemAlone(t *testing.T) {
	t.Parallel()
	const webkit = "AppleWebKit/537.36 (KHTML, like Gecko)"
	for header, want := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0":                                                                         "Firefox on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + " Chrome/131.0.0.0 Safari/537.36":                                                        "Chrome on Windows",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) " + webkit + " Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0":                                          "Edge on Windows",
		"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15":                          "Safari on macOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1":        "Safari on iOS",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1": "Chrome on iOS",
		"Mozilla/5.0 (Linux; Android 10; K) " + webkit + " Chrome/131.0.0.0 Mobile Safari/537.36":                                                        "Chrome on Android",
		"Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S911B) " + webkit + " SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36":                     "Samsung Internet on Android",
		"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) " + webkit + " Chrome/131.0.0.0 Safari/537.36":                                                         "Chrome on ChromeOS",
		"Mozilla/5.0 (X11; Linux x86_64) " + webkit + " HeadlessChrome/131.0.0.0 Safari/537.36":                                                          "Chrome on Linux",
		"curl/8.5.0":                          "",
		"":                                    "",
		"Firefox\x00\r\n\x1b[31m<script>":     "",
		"<b>rubbish</b> on 'everything'; --":  "",
		"Someone's Own Browser/1.0 (PalmOS)":  "",
		strings.Repeat("Firefox/1.0 ", 10000): "",
		"Mozilla/5.0 (X11; Linux x86_64; person@example.com) Gecko/20100101 Firefox/133.0": "Firefox on Linux",
	} {
		if got := device(header); got != want {
			t.Errorf("%.80q: got %q, want %q", header, got, want)
		}
	}
}

func FuzzADeviceIsOfAFixedList(f *testing.F) {
	f.Add("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0")
	f.Add("Firefox/\xff; (((")
	f.Fuzz(func(t *testing.T, header string) {
		got := device(header)
		browser, system, both := strings.Cut(got, " on ")
		if got == "" {
			return
		}
		named := false
		for _, b := range browsers() {
			named = named || b == browser
		}
		if !named || both && !strings.Contains(strings.Join(systems(), "\n"), system) {
			t.Errorf("%q is named %q", header, got)
		}
	})
}
