package render

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/rivo/uniseg"

	"github.com/devotionalai/platform/shared/domains/reading"
)

func TestCuesFitAndLoseNothing(t *testing.T) {
	texts := []string{
		"I shall lack nothing.",
		"Surely goodness and loving kindness shall follow me all the days of my life, and I will dwell in the LORD's house forever.",
		strings.Repeat("and he said to them that they should not be afraid of anything ", 4),
		"Antidisestablishmentarianismandthensomemoreletterswithoutanyspaceatallwhatsoever",
		"主は私の羊飼い、私には欠けるものがない。主は私を緑の牧場に伏させ、いこいの水のほとりに伴われる。",
		"الرب راعي فلا يعوزني شيء، في مراع خضر يربضني، إلى مياه الراحة يوردني",
		"👨‍👩‍👧‍👦 family 🙏🏽 {\\b1}bold{\\b0} 100% \"quoted\" <i>x</i> \\N y",
		"a\nb\tc",
	}
	for _, aspect := range []Aspect{Landscape, Portrait, Square} {
		for _, text := range texts {
			cues := Cues([]Spoken{{Text: text, StartMS: 0, EndMS: 20000}}, aspect)
			var shown []string
			for _, cue := range cues {
				shown = append(shown, cue.Lines...)
				if len(cue.Lines) < 1 || len(cue.Lines) > 2 || cue.EndMS <= cue.StartMS {
					t.Errorf("%s: cue %+v", aspect, cue)
				}
				for _, line := range cue.Lines {
					if w := uniseg.StringWidth(line); w > lineColumns(aspect) || strings.TrimSpace(line) == "" {
						t.Errorf("%s: a line of %d columns: %q", aspect, w, line)
					}
				}
			}
			if got, want := squeeze(strings.Join(shown, "")), squeeze(text); got != want {
				t.Errorf("%s: %q became %q", aspect, want, got)
			}
		}
	}
}

func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

func TestCuesBreakWhereAPersonWould(t *testing.T) {
	text := "Surely goodness and loving kindness shall follow me all the days of my life, and I will dwell in the LORD's house forever."
	cues := Cues([]Spoken{{Text: text, EndMS: 9000}}, Landscape)
	want := [][]string{
		{"Surely goodness and loving kindness", "shall follow me all the days of my life,"},
		{"and I will dwell in the", "LORD's house forever."},
	}
	if len(cues) != 2 || !slices.Equal(cues[0].Lines, want[0]) || !slices.Equal(cues[1].Lines, want[1]) {
		t.Errorf("cues %+v", cues)
	}
}

func TestCueTimes(t *testing.T) {
	cues := Cues([]Spoken{{"First one.", 0, 1000}, {"Second.", 1280, 2000}}, Landscape)
	want := []Cue{
		{NarrationLeadMS, NarrationLeadMS + 1280, []string{"First one."}}, // stays over the pause
		{NarrationLeadMS + 1280, NarrationLeadMS + 2000 + captionLingerMS, []string{"Second."}},
	}
	for i := range want {
		if cues[i].StartMS != want[i].StartMS || cues[i].EndMS != want[i].EndMS {
			t.Errorf("cue %d: %+v, want %+v", i, cues[i], want[i])
		}
	}
	if Cues(nil, Portrait) != nil || len(Cues([]Spoken{{"", 0, 500}}, Portrait)) != 0 {
		t.Error("no text, no caption")
	}
}

func TestCaptionsEndBeforeTheFade(t *testing.T) {
	spoken := []Spoken{{"Amen.", 0, 1001}}
	shot := SceneShot(1, "", 1001, Cues(spoken, Landscape))
	if end := shot.Cues[0].EndMS; end > FramesMS(shot.Frames-FadeFrames) {
		t.Errorf("the caption ends at %d, the fade begins at %d", end, FramesMS(shot.Frames-FadeFrames))
	}
}

func TestWebVTT(t *testing.T) {
	got := WebVTT([]ShotCues{
		{StartFrame: 0},
		{StartFrame: 30, Cues: []Cue{
			{500, 1500, []string{"Bread & <wine>", "--> a"}},
			{1500, 1500, []string{"never seen"}},
		}},
		{StartFrame: 30 * 3661, Cues: []Cue{{0, 42, []string{"\u200fשלום"}}}},
	})
	want := "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.500\nBread &amp; &lt;wine&gt;\n--&gt; a\n\n2\n01:01:01.000 --> 01:01:01.042\n\u200fשלום\n"
	if got != want {
		t.Errorf("got\n%s", got)
	}
}

func TestReadingTimeGrows(t *testing.T) {
	short, long := ReadingMS("Amen."), ReadingMS(strings.Repeat("word ", 30))
	if short < 1400 || short > 2500 || long < 7000 || long > 15000 {
		t.Errorf("reading takes %d and %d ms", short, long)
	}
	spoken := Silent([]reading.Sentence{{Shown: "Amen."}, {Shown: "Go in peace."}})
	if spoken[1].StartMS != spoken[0].EndMS+SentencePauseMS || NarrationMS(spoken) != spoken[1].EndMS || NarrationMS(nil) != 0 {
		t.Errorf("silent %+v", spoken)
	}
}

// A bar stands where a caption's line ends.
func TestCaptionsBreakAsTheirScriptAsks(t *testing.T) {
	cases := []struct {
		aspect     Aspect
		text, want string
	}{
		{Portrait, "주님은 나의 피난처이시니 두려워하지 않겠습니다.", "주님은 나의 피난처이시니|두려워하지 않겠습니다."},
		{Portrait, "Paul says it twice, see Phil.\u00a04:6-7 and then\u00a0again.", "Paul says it twice,|see Phil.\u00a04:6-7|and then\u00a0again."},
		{Landscape, "الرب نوري وخلاصي، ممن أخاف؟ سلامه معي، وقال Jesus: سلام لكم في كل حين.", "الرب نوري وخلاصي، ممن أخاف؟ سلامه معي،|وقال Jesus: سلام لكم في كل حين."},
		{Portrait, "قال الرب لتلاميذه أجمعين Peace be with you وكل عام", "قال الرب لتلاميذه أجمعين|\u200fPeace be with|\u200fyou وكل عام"},
		{Portrait, "清晨的光照在山上，我的心安静下来。愿平安与你同在。", "清晨的光照在山上，|我的心安静下来。|愿平安与你同在。"},
	}
	for _, c := range cases {
		var lines []string
		for _, cue := range Cues([]Spoken{{Text: c.text, EndMS: 9000}}, c.aspect) {
			lines = append(lines, cue.Lines...)
		}
		if got := strings.Join(lines, "|"); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}
