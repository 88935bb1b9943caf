package product

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/devotionalai/platform/infra/local/settings"
)

// parameters are the stack's: local defaults, over them what was chosen, over
// that what this run alone can know. A parameter that is in none of them keeps
// the template's default.
func (p *Product) parameters(ctx context.Context) (map[string]string, error) {
	all := map[string]string{
		"Stage":         settings.LocalStage,
		"MailFrom":      "DevotionalAI <no-reply@devotional.local>",
		"ImageProvider": "drawing",
		"FfmpegPath":    p.tools.Ffmpeg,
		"Fonts":         p.fonts.Folder,
		"FontsLacking":  strings.Join(p.fonts.Lacking, ","),
		// curl and other clients send Secure cookies over https only; browsers
		// would on localhost too.
		"SecureCookies": "false",
		// One machine is all callers.
		"MagicLinkPerCallerPerHour": "1000000",
		"MagicLinkOverallPerHour":   "1000000",
		"BillingContactUrl":         "mailto:sales@devotional.local",
	}
	narrator := p.narrator()
	maps.Copy(all, narrator)
	maps.Copy(all, p.options.Settings.Chosen(p.Package.Parameters))
	if all["VoiceProvider"] == "kokoro" {
		maps.Copy(all, narrator) // it may not be there today, and prices go by who reads
	}
	_, given := p.options.Settings.Lookup("JWT_SECRET")
	secret, err := p.Stack.KeepSecret(ctx, settings.SigningSecret(all["Stage"]), p.secrets.JWT, given)
	if err != nil {
		return nil, err
	}
	if err := p.payments(ctx, all); err != nil {
		return nil, err
	}
	if err := p.parametersOfYouTube(ctx, all); err != nil {
		return nil, err
	}
	maps.Copy(all, map[string]string{
		"Mode":         "local",
		"AppUrl":       p.options.Settings.AppURL,
		"JwtSecretArn": secret,
		"OriginSecret": p.secrets.Origin,
		"Build":        "local-" + p.built.Source[:12],
	})
	for _, name := range slices.Collect(maps.Keys(all)) {
		if name != "MailFrom" && !slices.Contains(p.Package.Parameters, name) {
			delete(all, name) // an altered or older template
		}
	}
	return all, nil
}
