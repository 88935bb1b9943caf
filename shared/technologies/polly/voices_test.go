package polly

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/polly/types"

	"github.com/devotionalai/platform/shared/domains/voice"
)

func TestEveryVoiceHasAPlayerOfPollys(t *testing.T) {
	offered := voice.Offered(voice.Polly)
	for _, v := range offered {
		p, ok := find(v.ID)
		if !ok || !slices.Contains(types.VoiceId("").Values(), p.voice) || !slices.Contains(types.LanguageCode("").Values(), p.language) {
			t.Errorf("%s is played by %+v", v.ID, p)
		}
	}
	if len(players()) != len(offered) {
		t.Errorf("%d players for %d voices", len(players()), len(offered))
	}
}
