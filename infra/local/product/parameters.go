package product

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/devotionalai/platform/shared/domains/auth"
)

// parameters are the stack's: local defaults, over them what was chosen, over
// that what this run alone can know. A parameter that is in none of them keeps
// the template's default.
func (p *Product) parameters(ctx context.Context) (map[string]string, error) {
	all := map[string]string{
		"Stage":         "local",
		"MailFrom":      "DevotionalAI <no-reply@devotional.local>",
		"ImageProvider": "drawing",
		"VoiceProvider": "espeak",
		"FfmpegPath":    p.tools.Ffmpeg,
		"EspeakLibrary": p.tools.EspeakLibrary,
		"EspeakData":    p.tools.EspeakData,
		// curl and other clients send Secure cookies over https only; browsers
		// would on localhost too.
		"SecureCookies": "false",
		// One machine is all callers.
		"MagicLinkPerCallerPerHour": "1000000",
		"MagicLinkOverallPerHour":   "1000000",
	}
	maps.Copy(all, p.options.Settings.Chosen(p.Package.Parameters))
	keys, err := auth.PublicJWKS([]byte(p.secrets.JWT))
	if err != nil {
		return nil, fmt.Errorf("derive public keys: %w", err)
	}
	secret, err := p.Stack.KeepSecret(ctx, "devotional/"+all["Stage"]+"/jwt", p.secrets.JWT)
	if err != nil {
		return nil, err
	}
	maps.Copy(all, map[string]string{
		"Mode":          "local",
		"AppUrl":        p.options.Settings.AppURL,
		"JwtSecretArn":  secret,
		"JwtPublicKeys": keys,
		"OriginSecret":  p.secrets.Origin,
		"Build":         "local-" + p.built.Source[:12],
	})
	for _, name := range slices.Collect(maps.Keys(all)) {
		if name != "MailFrom" && !slices.Contains(p.Package.Parameters, name) {
			delete(all, name) // an altered or older template
		}
	}
	return all, nil
}
