package httpapi

import (
	"slices"

	"github.com/mileusna/useragent"
)

// longestUserAgent bounds what is looked at; those of browsers take 250 bytes at
// most.
const longestUserAgent = 512

// device names browser and system of a User-Agent header, like "Firefox on
// Linux"; "" when it cannot be told. Nothing of the header itself is in the
// answer: what is not a name of these lists is left out.
func device(header string) string {
	if len(header) > longestUserAgent {
		return ""
	}
	ua := useragent.Parse(header)
	browser, known := browsers()[ua.Name]
	if !known {
		return ""
	}
	if !slices.Contains(systems(), ua.OS) {
		return browser
	}
	return browser + " on " + ua.OS
}

// browsers are those that people sign in with, by the parser's name.
func browsers() map[string]string {
	return map[string]string{
		useragent.Chrome: "Chrome", useragent.Firefox: "Firefox", useragent.Safari: "Safari", useragent.Edge: "Edge", useragent.Opera: "Opera",
		useragent.OperaMini: "Opera Mini", useragent.OperaTouch: "Opera", useragent.Vivaldi: "Vivaldi", useragent.SamsungBrowser: "Samsung Internet",
		useragent.HeadlessChrome: "Chrome", useragent.InternetExplorer: "Internet Explorer", useragent.FacebookApp: "Facebook",
		useragent.InstagramApp: "Instagram", useragent.TiktokApp: "TikTok", "Huawei Browser": "Huawei Browser", "Miui Browser": "Mi Browser",
		"Android browser": "Android browser",
	}
}

func systems() []string {
	return []string{
		useragent.Windows, useragent.WindowsPhone, useragent.MacOS, useragent.IOS, useragent.Android, useragent.Linux, useragent.ChromeOS,
		useragent.FreeBSD, useragent.Harmony,
	}
}
